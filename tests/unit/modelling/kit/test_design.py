import numpy as np
import pandas as pd
import pytest
import shapely

from crime_dagster.modelling.kit.design import find_centroids, make_design

CODES = list("abcd")
FEATURES = pd.DataFrame(
    {
        "residents": [1000.0, 2000.0, 500.0, 0.0],
        "shops": [1.0, 4.0, 0.0, 2.0],
        "pubs": [1.0, 0.0, 0.0, 2.0],
        "pubs_per_1000": [1.0, 0.0, 0.0, np.nan],
        "young_pct": [10.0, 20.0, np.nan, 40.0],
    },
    index=CODES,
)
PLACES = pd.DataFrame({"easting": [0.0, 1.0, 2.0, 3.0], "northing": 0.0}, index=CODES)


def test_counts_are_also_given_per_resident_unless_the_table_has_them():
    design = make_design(FEATURES, list(FEATURES.columns))
    table = design.build(FEATURES)
    assert design.counts == ("shops",)
    assert table["shops_per_1000_residents"].tolist() == [1, 2, 0, 2000]
    assert not any(name.endswith("_nearby") for name in table)


def test_means_of_the_nearest_leave_out_the_area_itself_and_what_is_missing():
    table = make_design(FEATURES, list(FEATURES.columns), coordinates=PLACES).build(FEATURES)
    # With four areas, the nearest are the three others.
    assert table["young_pct_nearby"].tolist() == [30, 25, pytest.approx(70 / 3), 15]
    assert "pubs_per_1000_nearby" not in table


def test_of_many_areas_the_eight_nearest_count():
    steps = np.arange(5.0)
    codes = [f"{x:.0f}{y:.0f}" for x in steps for y in steps]
    places = pd.DataFrame({"easting": np.repeat(steps, 5), "northing": np.tile(steps, 5)}, index=codes)
    features = pd.DataFrame({"shops": 0.0}, index=codes)
    features.loc[["22", "11", "44"], "shops"] = [100.0, 8.0, 80.0]
    table = make_design(features, ["shops"], coordinates=places).build(features)
    assert table.loc["22", "shops_nearby"] == 1


def test_two_areas_at_one_place_are_each_others_neighbours():
    places = pd.DataFrame({"easting": [0.0, 0.0], "northing": [0.0, 0.0]}, index=["a", "b"])
    features = pd.DataFrame({"young_pct": [1.0, 2.0]}, index=["a", "b"])
    table = make_design(features, ["young_pct"], coordinates=places).build(features)
    assert table["young_pct_nearby"].tolist() == [2, 1]


def test_what_follows_from_a_feature_changes_with_it():
    design = make_design(FEATURES, list(FEATURES.columns), coordinates=PLACES)
    changed = FEATURES.copy()
    changed.loc["a", "shops"] = 0.8
    before, after = design.build(FEATURES), design.build(changed)
    assert after.loc["a", "shops_per_1000_residents"] == pytest.approx(0.8)
    assert after.loc["b", "shops_nearby"] == pytest.approx(before.loc["b", "shops_nearby"] - 0.2 / 3)


def test_centres_come_from_shapes():
    shapes = pd.Series([shapely.box(0, 0, 2, 4).wkb, bytearray(shapely.box(10, 10, 11, 11).wkb)], index=["a", "b"])
    assert find_centroids(shapes).loc["a"].tolist() == [1, 2]
    assert find_centroids(shapes).loc["b"].tolist() == [10.5, 10.5]
