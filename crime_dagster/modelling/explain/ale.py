"""How a prediction changes along one feature: accumulated local effects."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.design import change_feature
from crime_dagster.modelling.kit.fold_models import FoldModels

BINS = 20


def find_effects(models: FoldModels, features: pd.DataFrame, feature: str, *, bins: int = BINS) -> pd.DataFrame:
    """Accumulated local effects of one feature on the prediction, by models not trained on the borough.

    The area's own value changes, and what is calculated from it; the areas around stay as they are. It shows an
    association in the model, not an effect in the world.

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
    """Accumulated local effects of any function.

    Within each group of areas with similar values the prediction is taken at both ends of the group; the mean
    differences are summed along the feature and shifted so that their mean over the areas is 0.

    Args:
        values: The feature, shape (areas,); NaN is left out.
        predict: Predicts every area for given values, shape (areas,).
        bins: Number of groups at most; fewer if values are equal.

    Returns:
        Ends of the groups, the effect at each, and the number of areas of the group that ends there.

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
