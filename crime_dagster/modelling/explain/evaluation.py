"""The wider evaluation of an explain model: other splits, feature importances and effect curves."""

from __future__ import annotations

import pandas as pd

from crime_dagster.modelling.explain.ale import find_effects
from crime_dagster.modelling.explain.explain import MODEL
from crime_dagster.modelling.explain.importance import find_importances
from crime_dagster.modelling.kit.baselines import predict_linear, predict_mean
from crime_dagster.modelling.kit.fold_models import FoldModels, fit_fold_models
from crime_dagster.modelling.kit.intervals import find_intervals
from crime_dagster.modelling.kit.scores import score_predictions
from crime_dagster.modelling.kit.spatial import find_nearest, score_morans_i

RANDOM, BLOCKS = "random_folds", "msoa_blocks"
FOLDS = 5
TOP_FEATURES = 6


def score_split(
    features: pd.DataFrame,
    target: pd.Series,
    groups: pd.Series,
    split: str,
    *,
    learned: pd.Series | None = None,
    coordinates: pd.DataFrame | None = None,
    land: pd.Series | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Fit and score the explain model with another split than by borough.

    Args:
        features: Features only, one row per area, indexed by `lsoa_code`.
        target: Crimes per area, NaN if not reported.
        groups: What is never split: each area for itself (`random_folds`), or its MSOA (`msoa_blocks`).
        split: The name of the split.
        learned: As for `fit_fold_models`.
        coordinates: As for `explain`.
        land: As for `explain`.
        seed: For folds and trees.

    Returns:
        `model, split, metric, value, baseline, baseline_value`, one row per metric and baseline.
    """
    models = fit_fold_models(features, target, groups, learned=learned, coordinates=coordinates, folds=FOLDS, seed=seed)
    known = models.target.notna()
    actual, folds = models.target[known], models.folds[known]
    mean = predict_mean(actual, folds)
    linear = predict_linear(features.loc[actual.index, list(models.check.columns)], actual, folds)
    neighbours = None if coordinates is None else find_nearest(coordinates, actual.index)

    def score(predicted: pd.Series) -> dict[str, float]:
        table = pd.DataFrame(
            {"lsoa_code": actual.index, "actual": actual.to_numpy(), "predicted": predicted.to_numpy()}
        )
        for level in (0.8, 0.9):
            ends = find_intervals(actual, predicted, folds, level=level)
            for name, end in zip(("lower", "upper"), ends, strict=True):
                table[f"{name}_{100 * level:.0f}"] = end.to_numpy()
        scores = score_predictions(table, mean, land=land)
        if neighbours is not None:
            scores |= score_morans_i(actual.to_numpy(), predicted.to_numpy(), neighbours)
        return scores

    ours = score(models.predict(features)[known])
    rows = []
    for name, baseline in (("mean", mean), ("linear", linear)):
        theirs = score(baseline)
        rows += [(MODEL, split, metric, value, name, theirs[metric]) for metric, value in ours.items()]
    return pd.DataFrame(rows, columns=["model", "split", "metric", "value", "baseline", "baseline_value"])


def find_top_effects(models: FoldModels, features: pd.DataFrame, importances: pd.DataFrame) -> pd.DataFrame:
    """`feature, x, effect, areas` of a model's most important features, the most important first."""
    top = importances["feature"].head(TOP_FEATURES)
    return pd.concat(
        [find_effects(models, features, feature).assign(feature=feature) for feature in top], ignore_index=True
    )


def explain_model(models: FoldModels, features: pd.DataFrame, *, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Importances of all features, and the effects of the most important ones."""
    importances = find_importances(models, features, seed=seed)
    return importances, find_top_effects(models, features, importances)
