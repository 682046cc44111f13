"""The accuracy of models in a borough."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.findings.place_models import find_funnel, judge_places

CODES = list("abcdef")
PLACES = pd.Series(["X", "X", "X", "Y", "Y", "Y"], index=CODES)
CLUSTERS = pd.Series(["1", "2", "3", "4", "5", "6"], index=CODES)


def test_errors_ranges_and_sums_by_place():
    rows = pd.DataFrame(
        {
            "actual": [10.0, 20.0, 60.0, 5.0, np.nan, 7.0],
            "predicted": [12.0, 20.0, 40.0, np.nan, 3.0, 6.0],
            "lower_90": [5.0, 5.0, 5.0, np.nan, 1.0, np.nan],
            "upper_90": [15.0, 25.0, 50.0, np.nan, 9.0, np.nan],
        },
        index=CODES,
    )
    found = judge_places(rows, PLACES, CLUSTERS)
    assert found.loc["X", ["areas", "actual", "predicted"]].tolist() == [3, 90, 72]
    assert found.loc["X", ["areas_in_range", "areas_with_range"]].tolist() == [2, 3]
    assert found.loc["X", "mean_error"] == pytest.approx(22 / 3)
    assert found.loc["X", "mean_residual"] == pytest.approx(6)
    assert found.loc["Y", ["areas", "areas_with_range"]].tolist() == [1, 0]
    assert np.isnan(found.loc["Y", "mean_residual_lower_90"])


def test_nothing_predicted_is_no_row():
    rows = pd.DataFrame(np.nan, index=CODES, columns=["actual", "predicted", "lower_90", "upper_90"])
    assert judge_places(rows, PLACES, CLUSTERS).empty


def test_the_funnel_says_how_far_a_place_is_from_what_is_expected():
    judged = pd.DataFrame(
        {"actual": [100.0, 210.0, 290.0, 405.0, 500.0, 900.0], "predicted": [100.0, 200, 300, 400, 500, 300]},
        index=pd.Index(CODES, name="place"),
    )
    found = find_funnel(judged["actual"], judged["predicted"])
    assert found.loc["f", "ratio"] == 3
    assert found["is_outside"].tolist() == [False] * 5 + [True]
    assert (found["limit_998"] > found["limit_95"]).all()
    assert found.loc["a", "limit_95"] == found["limit_95"].max(), "the smallest place has the widest limits"
    few = find_funnel(judged["actual"].head(4), judged["predicted"].head(4))
    assert few[["ratio", "z", "dispersion", "limit_95", "limit_998", "is_outside"]].isna().all(axis=None)
