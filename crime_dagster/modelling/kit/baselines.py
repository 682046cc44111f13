"""Baselines that a model must beat: the mean of the training areas, and a plain linear regression."""

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from crime_dagster.modelling.kit.processes import one_thread

LINEAR_FLOOR = 0.5


def predict_mean(target: pd.Series, folds: pd.Series) -> pd.Series:
    """Return the mean of the areas outside each area's fold."""
    sums, sizes = target.groupby(folds).sum(), target.groupby(folds).size()
    means = (sums.sum() - sums) / (sizes.sum() - sizes)
    return folds.map(means).rename("mean")


def predict_linear(features: pd.DataFrame, target: pd.Series, folds: pd.Series) -> pd.Series:
    """Predict out of fold by least squares on raw counts and features; predictions are at least 0.5."""
    predicted = pd.Series(np.nan, index=target.index, name="linear")
    with one_thread():
        for fold in sorted(folds.unique()):
            train, held_out = folds != fold, folds == fold
            model = make_pipeline(
                SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler(), LinearRegression()
            )
            model.fit(features[train].to_numpy(float), target[train].to_numpy(float))
            predicted[held_out] = np.maximum(model.predict(features[held_out].to_numpy(float)), LINEAR_FLOOR)
    return predicted
