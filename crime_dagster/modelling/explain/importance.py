"""Feature importance: how much worse a model predicts unseen boroughs if one feature is shuffled."""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.baselines import predict_mean
from crime_dagster.modelling.kit.design import change_feature
from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.kit.scores import score_d2


def find_importances(models: FoldModels, features: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Shuffle one feature at a time among the areas of each held-out fold, and score again.

    What follows from the feature by rule (its rate, the means of the neighbours) follows the shuffled values. Two
    features that say nearly the same can replace each other: both look less important than they are together.

    Returns:
        `feature, importance, lowest_fold, highest_fold`, most important first: the drop of D² over all held-out areas,
        and the smallest and largest drop of one fold.

    Source: Breiman (2001), Random forests, Machine Learning 45: 5-32; Fisher, Rudin and Dominici (2019), JMLR 20: 177.
    """
    features = features.loc[models.folds.index]
    table = models.design.build(features)
    before = _score_folds(models, models.predict_table(table).to_numpy())
    rows = []
    for feature in models.check.columns:
        values = shuffle_within(features[feature], models.folds, seed)
        changed = change_feature(models.design, table, features, feature, values)
        drop = before - _score_folds(models, models.predict_table(changed).to_numpy())
        rows.append((feature, drop[0], drop[1:].min(), drop[1:].max()))
    found = pd.DataFrame(rows, columns=["feature", "importance", "lowest_fold", "highest_fold"])
    return found.sort_values(["importance", "feature"], ascending=[False, True], ignore_index=True)


def shuffle_within(values: pd.Series, folds: pd.Series, seed: int) -> pd.Series:
    """Shuffle values among the areas of each fold, in an order that depends on the feature's name and the seed."""
    rng = np.random.default_rng([seed, zlib.crc32(str(values.name).encode())])
    shuffled = values.to_numpy(copy=True)
    for fold in sorted(folds.unique()):
        rows = np.flatnonzero(folds.to_numpy() == fold)
        shuffled[rows] = shuffled[rng.permutation(rows)]
    return pd.Series(shuffled, values.index, name=values.name)


def _score_folds(models: FoldModels, predicted: np.ndarray) -> np.ndarray:
    """D² over all areas with a count, then of each fold."""
    known = models.target.notna().to_numpy()
    target, folds = models.target[known], models.folds[known]
    actual, guess, mean = target.to_numpy(), predicted[known], predict_mean(target, folds).to_numpy()
    numbers = folds.to_numpy()
    parts = [np.ones(len(target), bool), *(numbers == fold for fold in sorted(set(numbers)))]
    return np.array([score_d2(actual[rows], guess[rows], mean[rows]) for rows in parts])
