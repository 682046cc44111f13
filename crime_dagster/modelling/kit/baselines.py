"""Baselines that a model must beat: the mean of the training areas, and a plain linear regression."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crime_dagster.core.processes import one_thread

LINEAR_FLOOR = 0.5


def predict_mean(target: pd.Series, folds: pd.Series, near: Mapping[int, pd.Series] | None = None) -> pd.Series:
    """Return the mean of the areas outside each area's fold, and not too near to it (see `FoldModels.near`)."""
    means = {fold: target[_learn(folds, fold, near)].mean() for fold in folds.unique()}
    return folds.map(means).rename("mean")


def predict_linear(
    features: pd.DataFrame, target: pd.Series, folds: pd.Series, near: Mapping[int, pd.Series] | None = None
) -> pd.Series:
    """Predict out of fold by least squares on raw counts and features; predictions are at least 0.5."""
    # Takes a second to import, which loading the definitions does not need.
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    predicted = pd.Series(np.nan, index=target.index, name="linear")
    with one_thread():
        for fold in sorted(folds.unique()):
            train, held_out = _learn(folds, fold, near), folds == fold
            # A column without any value in these rows stays, as 0.
            filled = features.fillna(features[train].median()).fillna(0.0).to_numpy(float)
            model = make_pipeline(StandardScaler(), LinearRegression()).fit(
                filled[train], target[train].to_numpy(float)
            )
            predicted[held_out] = np.maximum(model.predict(filled[held_out]), LINEAR_FLOOR)
    return predicted


def _learn(folds: pd.Series, fold: int, near: Mapping[int, pd.Series] | None) -> pd.Series:
    outside = folds != fold
    return outside & ~near[fold].reindex(folds.index) if near else outside
