"""The extended evaluation of an explain model: feature importances and effect curves."""

import zlib
from collections.abc import Callable

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.baselines import predict_mean
from crime_dagster.modelling.kit.design import change_feature
from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.kit.scores import score_d2

TOP_FEATURES = 6


def explain_model(models: FoldModels, features: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the importances of all features, and `feature, x, effect, areas` of the most important ones, in order."""
    importances = find_importances(models, features)
    effects = [
        find_effects(models, features, name).assign(feature=name) for name in importances["feature"].head(TOP_FEATURES)
    ]
    return importances, pd.concat(effects, ignore_index=True)


def find_importances(models: FoldModels, features: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Shuffle one feature at a time among the areas of each held-out fold, and score again.

    Derived columns (rates, means of the neighbours) follow the shuffled values. Two nearly equal features can replace
    each other: both look less important than they are together.

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
    """Shuffle values among the areas of each fold; the order depends on the feature's name and the seed."""
    rng = np.random.default_rng([seed, zlib.crc32(str(values.name).encode())])
    shuffled = values.to_numpy(copy=True)
    for fold in sorted(folds.unique()):
        rows = np.flatnonzero(folds.to_numpy() == fold)
        shuffled[rows] = shuffled[rng.permutation(rows)]
    return pd.Series(shuffled, values.index, name=values.name)


def _score_folds(models: FoldModels, predicted: np.ndarray) -> np.ndarray:
    """Return D² over all areas with a count, then of each fold."""
    known = models.target.notna().to_numpy()
    target, folds = models.target[known], models.folds[known]
    actual, guess, mean = target.to_numpy(), predicted[known], predict_mean(target, folds).to_numpy()
    numbers = folds.to_numpy()
    parts = [np.ones(len(target), bool), *(numbers == fold for fold in sorted(set(numbers)))]
    return np.array([score_d2(actual[rows], guess[rows], mean[rows]) for rows in parts])


BINS = 20


def find_effects(models: FoldModels, features: pd.DataFrame, feature: str, *, bins: int = BINS) -> pd.DataFrame:
    """Return the accumulated local effects of one feature, by models not trained on the borough.

    The area's value and its derived columns change; surrounding areas do not. This shows an association in the model,
    not a causal effect.

    Returns:
        `x, effect, areas`: the value, the prediction there compared with the average in %, and the number of areas
        between this value and the one before (0 for the first).
    """
    features = features.loc[models.folds.index]
    table = models.design.build(features)

    def predict(values: np.ndarray) -> np.ndarray:
        moved = pd.Series(values, features.index)
        changed = change_feature(models.design, table, features, feature, moved, nearby=False)
        return np.log(models.predict_table(changed).to_numpy())

    edges, effects, areas = accumulate_effects(features[feature].to_numpy(float), predict, bins=bins)
    return pd.DataFrame({"x": edges, "effect": 100 * np.expm1(effects), "areas": areas})


def accumulate_effects(
    values: np.ndarray, predict: Callable[[np.ndarray], np.ndarray], *, bins: int = BINS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the accumulated local effects of any function.

    Within each group of areas with similar values the prediction is made at both ends of the group; the mean
    differences are summed along the feature and shifted so that their mean over the areas is 0. `values` are the
    feature, NaN is left out; `predict` predicts every area for given values. There are at most `bins` groups, fewer if
    values are equal. Returns the ends of the groups, the effect at each, and the areas of the group that ends there.

    Source: Apley and Zhu (2020), Visualizing the effects of predictor variables in black box supervised learning
    models, JRSS B 82: 1059-1086.
    """
    known = np.isfinite(values)
    edges = np.unique(values[known])
    if len(edges) > bins + 1:
        edges = np.unique(np.quantile(values[known], np.linspace(0, 1, bins + 1)))
    if len(edges) < 2:
        return edges, np.zeros(len(edges)), np.zeros(len(edges), int)
    group = np.clip(np.searchsorted(edges, np.where(known, values, edges[0]), side="left"), 1, len(edges) - 1)
    difference = predict(np.where(known, edges[group], values)) - predict(np.where(known, edges[group - 1], values))
    sizes = np.bincount(group[known], minlength=len(edges))
    steps = np.bincount(group[known], difference[known], minlength=len(edges)) / np.maximum(sizes, 1)
    effects = np.cumsum(steps)
    middle = (effects[1:] + effects[:-1]) / 2
    return edges, effects - np.average(middle, weights=sizes[1:]), sizes
