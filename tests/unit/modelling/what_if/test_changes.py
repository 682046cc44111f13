from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.what_if.changes import change_features, find_parts

CODES = list("abcd")
FEATURES = pd.DataFrame(
    {
        "residents": [1000.0, 2000.0, 4000.0, 500.0],
        "people_per_km2": [500.0, 500.0, 4000.0, 5000.0],
        "area_km2": [2.0, 4.0, 1.0, 0.1],
        "pubs": [10.0, 0.0, 5.0, 2.0],
        "pubs_per_km2": [5.0, 0.0, 5.0, 20.0],
        "pubs_per_1000": [10.0, 0.0, 1.25, 4.0],
        "pubs_msoa": [15.0, 15.0, 15.0, 2.0],
        "pubs_within_250m": [11.0, 3.0, 5.0, 4.0],
        "owned_pct": [50.0, 90.0, 100.0, 0.0],
        "rented_pct": [30.0, 4.0, 0.0, 30.0],
        "free_pct": [20.0, 6.0, 0.0, 70.0],
        "poor_pct": [60.0, 80.0, 90.0, np.nan],
        "growth_pct": [-5.0, 150.0, 3.0, 4.0],
        "health_score": [-1.0, 2.0, 0.5, 0.0],
    },
    index=CODES,
)


def test_other_areas_and_features_stay_as_they_were():
    changed = change_features(FEATURES, "health_score", -0.5, pd.Index(["a", "b"]))
    assert changed["health_score"].tolist() == [-0.5, 1, 0.5, 0]
    rest = FEATURES.columns.drop("health_score")
    pd.testing.assert_frame_equal(changed[rest], FEATURES[rest])


@pytest.mark.parametrize("feature", ["pubs", "pubs_per_km2", "pubs_per_1000"])
def test_a_count_and_its_ratios_move_together(feature):
    changed = change_features(FEATURES, feature, -0.2, pd.Index(["a", "b"]))
    assert changed.loc["a", ["pubs", "pubs_per_km2", "pubs_per_1000"]].tolist() == [8, 4, 8]
    assert changed.loc["b", ["pubs", "pubs_per_km2", "pubs_per_1000"]].tolist() == [0, 0, 0]


def test_counts_of_the_surroundings_lose_what_the_area_loses():
    changed = change_features(FEATURES, "pubs", -0.2, pd.Index(["a"]))
    assert changed.loc["a", ["pubs_msoa", "pubs_within_250m"]].tolist() == [13, 9]
    assert changed.loc["b", "pubs_msoa"] == 15


def test_the_surroundings_alone_change_nothing_else():
    changed = change_features(FEATURES, "pubs_msoa", 0.2, pd.Index(["a"]))
    assert changed.loc["a", "pubs_msoa"] == 18
    assert changed.loc["a", "pubs"] == 10


def test_more_people_thin_out_what_is_counted_per_head():
    changed = change_features(FEATURES, "people_per_km2", 0.25, pd.Index(["a"]))
    assert changed.loc["a", ["residents", "people_per_km2", "pubs_per_1000", "pubs"]].tolist() == [1250, 625, 8, 10]


def test_shares_of_a_whole_still_add_up():
    changed = change_features(FEATURES, "owned_pct", 0.2, pd.Index(CODES))
    parts = changed[["owned_pct", "rented_pct", "free_pct"]]
    assert parts.sum(axis=1).tolist() == pytest.approx([100] * 4)
    assert parts.loc["a"].tolist() == pytest.approx([60, 24, 16])
    assert parts.loc["b"].tolist() == [100, 0, 0]
    assert parts.loc["d"].tolist() == [0, 30, 70]


def test_a_part_that_is_all_there_is_stays():
    changed = change_features(FEATURES, "owned_pct", -0.2, pd.Index(["c"]))
    assert changed.loc["c", ["owned_pct", "rented_pct", "free_pct"]].tolist() == [100, 0, 0]


def test_a_share_of_no_whole_stays_within_0_and_100():
    changed = change_features(FEATURES, "poor_pct", 0.5, pd.Index(CODES))
    assert changed["poor_pct"].tolist()[:3] == [90, 100, 100]
    assert np.isnan(changed.loc["d", "poor_pct"])


def test_a_rate_of_growth_is_no_share():
    changed = change_features(FEATURES, "growth_pct", 0.2, pd.Index(["b"]))
    assert changed.loc["b", "growth_pct"] == 180


def test_an_amount_is_added_to_a_count_and_its_ratios_follow():
    changed = change_features(FEATURES, "pubs", 2, pd.Index(["a", "b"]), "absolute")
    assert changed.loc["a", ["pubs", "pubs_per_km2", "pubs_per_1000", "pubs_msoa"]].tolist() == [12, 6, 12, 17]
    assert changed.loc["b", ["pubs", "pubs_per_km2", "pubs_per_1000"]].tolist() == [2, 0.5, 1], "from nothing"


def test_an_amount_added_to_a_ratio_changes_the_count_it_is_made_of():
    changed = change_features(FEATURES, "pubs_per_km2", 0.5, pd.Index(["b"]), "absolute")
    assert changed.loc["b", ["pubs_per_km2", "pubs", "pubs_per_1000"]].tolist() == [0.5, 2, 1]


def test_added_people_thin_out_what_is_counted_per_head():
    changed = change_features(FEATURES, "people_per_km2", 125, pd.Index(["a"]), "absolute")
    assert changed.loc["a", ["residents", "people_per_km2", "pubs_per_1000", "pubs"]].tolist() == [1250, 625, 8, 10]


def test_nothing_falls_below_nothing():
    changed = change_features(FEATURES, "pubs", -4, pd.Index(CODES), "absolute")
    assert changed["pubs"].tolist() == [6, 0, 1, 0]
    assert changed["pubs_per_km2"].tolist() == [3, 0, 1, 0]
    scores = change_features(FEATURES, "health_score", -4, pd.Index(["a"]), "absolute")
    assert scores.loc["a", "health_score"] == -5, "a score may"


def test_percentage_points_of_a_whole_still_add_up():
    changed = change_features(FEATURES, "owned_pct", 25, pd.Index(CODES), "absolute")
    parts = changed[["owned_pct", "rented_pct", "free_pct"]]
    assert parts.sum(axis=1).tolist() == pytest.approx([100] * 4)
    assert parts.loc["a"].tolist() == pytest.approx([75, 15, 10])
    assert parts.loc["d"].tolist() == pytest.approx([25, 22.5, 52.5])


def test_one_odd_area_of_many_does_not_hide_that_shares_are_parts_of_a_whole():
    rng = np.random.default_rng(3)
    owned = rng.uniform(10, 60, 300)
    table = pd.DataFrame({"owned_pct": owned, "rented_pct": 100 - owned, "poor_pct": rng.uniform(0, 90, 300)})
    table.loc[7, "rented_pct"] -= 3
    assert find_parts(table, "owned_pct") == ["rented_pct"]
    assert find_parts(table, "poor_pct") == []


def test_a_column_without_values_is_no_part_and_hides_none():
    table = FEATURES.assign(lost_pct=np.nan)
    assert find_parts(table, "owned_pct") == ["rented_pct", "free_pct"]
