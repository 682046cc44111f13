import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.kit.baselines import predict_linear, predict_mean

FOLDS = pd.Series([0, 0, 1, 1, 2])


def test_mean_is_that_of_the_other_folds():
    target = pd.Series([1.0, 3.0, 5.0, 7.0, 20.0])
    assert predict_mean(target, FOLDS).tolist() == [pytest.approx(32 / 3)] * 2 + [8, 8, 4]


def test_linear_regression_extends_the_line_of_the_other_folds_and_stops_at_its_floor():
    features = pd.DataFrame({"x": [-9.0, 3.0, 1.0, 2.0, 4.0]})
    target = 2 * features["x"].clip(lower=0) + 1
    found = predict_linear(features, target, FOLDS)
    assert found.iloc[0] == 0.5
    assert found.iloc[1] == pytest.approx(7)


def test_linear_regression_fills_gaps_with_the_median_of_the_other_folds():
    features = pd.DataFrame({"x": [np.nan, 3.0, 1.0, 2.0, 4.0]})
    found = predict_linear(features, pd.Series([9.0, 7.0, 3.0, 5.0, 9.0]), FOLDS)
    assert found.iloc[0] == pytest.approx(5)
