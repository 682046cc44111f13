"""What models say of a borough."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.findings.place_models import judge_places, sum_what_ifs

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
    assert found.loc["X", ["areas", "actual", "predicted", "covered", "ranged"]].tolist() == [3, 90, 72, 2, 3]
    assert found.loc["X", "mean_error"] == pytest.approx(22 / 3)
    assert found.loc["X", "mean_residual"] == pytest.approx(6)
    assert found.loc["Y", ["areas", "ranged"]].tolist() == [1, 0]
    assert np.isnan(found.loc["Y", "lower_90"])


def test_nothing_predicted_is_no_row():
    rows = pd.DataFrame(np.nan, index=CODES, columns=["actual", "predicted", "lower_90", "upper_90"])
    assert judge_places(rows, PLACES, CLUSTERS).empty


def test_what_ifs_sum_over_the_chosen_areas_of_a_place_largest_change_first():
    codes = [f"{place}{number}" for place in "XY" for number in range(6)]
    places = pd.Series([code[0] for code in codes], index=codes)
    big = pd.DataFrame({"scenario": "big", "lsoa_code": codes, "predicted": 10.0, "predicted_changed": 8.0})
    small = pd.DataFrame({"scenario": "small", "lsoa_code": codes[:8], "predicted": 10.0, "predicted_changed": 11.0})
    found = sum_what_ifs(pd.concat([small, big]), places)
    # Two areas of Y are too few to speak of Y.
    assert found[["scenario", "place", "areas"]].to_numpy().tolist() == [
        ["big", "X", 6],
        ["small", "X", 6],
        ["big", "Y", 6],
    ]
    assert found["change_pct"].tolist() == pytest.approx([-20, 10, -20])
    assert sum_what_ifs(big.head(0), places).empty
