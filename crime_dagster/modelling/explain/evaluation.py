"""The wider evaluation of an explain model: other splits, feature importances and effect curves."""

from __future__ import annotations

import pandas as pd

from crime_dagster.modelling.explain.ale import find_effects
from crime_dagster.modelling.explain.explain import explain
from crime_dagster.modelling.explain.importance import find_importances
from crime_dagster.modelling.kit.fold_models import FoldModels, fit_fold_models

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
    return explain(models, features, coordinates=coordinates, land=land, split=split).scores


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
