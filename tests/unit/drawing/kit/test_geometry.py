import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import Polygon, box

from crime_dagster.drawing.kit.geometry import break_name, find_water, prepare_areas


def test_areas_stay_a_coverage_and_keep_their_surface(town, town_areas):
    shapes = town_areas.areas.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(town.area.sum())
    assert list(town_areas.codes) == sorted(town["lsoa_code"])


def test_boroughs_add_up_to_the_city(town_areas):
    assert len(town_areas.boroughs) == 4
    assert town_areas.boroughs.area.sum() == pytest.approx(town_areas.outline.area)


def test_the_gap_between_the_banks_is_water_and_nothing_else_is(town_areas):
    assert town_areas.water.area == pytest.approx(8000 * 300, rel=0.02)


@pytest.mark.parametrize(
    "land",
    [
        box(0, 0, 9000, 9000),
        box(0, 0, 9000, 9000) - box(4000, 4000, 4500, 4500),
        box(0, 0, 9000, 3000) | box(0, 0, 3000, 9000),
    ],
    ids=["no gap", "an area that is missing", "a corner"],
)
def test_what_is_no_river_is_not_water(land):
    assert find_water(land).is_empty


def test_labels_lie_in_their_borough_and_can_be_moved(town, town_areas):
    places = shapely.points(town_areas.boroughs[["label_x", "label_y"]].to_numpy())
    assert shapely.contains(town_areas.boroughs.geometry.to_numpy(), places).all()
    seed = pd.DataFrame(
        {
            "borough_code": ["E09000002"],
            "label": ["Second\\nBorough"],
            "shift_east_m": [100.0],
            "shift_north_m": [-50.0],
        }
    )
    moved = prepare_areas(town, labels=seed).boroughs.set_index("borough_code")
    before = town_areas.boroughs.set_index("borough_code")
    assert moved.loc["E09000002", "label"] == "Second\nBorough"
    assert moved.loc["E09000002", "label_x"] == before.loc["E09000002", "label_x"] + 100
    assert moved.loc["E09000002", "label_y"] == before.loc["E09000002", "label_y"] - 50
    assert moved.loc["E09000001", "label"] == "Borough 1"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Barnet", "Barnet"),
        ("Kensington and Chelsea", "Kensington\n& Chelsea"),
        ("Richmond upon Thames", "Richmond\nupon Thames"),
        ("Llanfairpwllgwyngyll", "Llanfairpwllgwyngyll"),
        ("& Somethingverylong", "& Somethingverylong"),
    ],
)
def test_long_names_break_evenly(name, expected):
    assert break_name(name) == expected


def test_longitude_and_latitude_are_rounded_and_neighbours_still_touch(town_areas):
    web = town_areas.to_wgs84()
    points = shapely.get_coordinates(web.areas.geometry.to_numpy())
    assert np.allclose(points, np.round(points, 5), atol=1e-12)
    assert -1 < web.bounds[0] < 0.5
    assert 51 < web.bounds[1] < 52
    assert web.areas.geometry.iloc[0].touches(web.areas.geometry.iloc[1])
    assert web.crs == "EPSG:4326"


def test_values_are_aligned_by_code_whatever_their_order(town_areas):
    codes = list(town_areas.codes)
    values = pd.Series(range(len(codes)), index=codes, dtype=float).sample(frac=1, random_state=1).drop(codes[3])
    aligned = town_areas.align(values)
    assert np.isnan(aligned[3])
    assert aligned[4] == 4


def test_shapes_that_cross_themselves_are_mended(town):
    bow = town.copy()
    west, south, east, north = bow.geometry.iloc[0].bounds
    bow.loc[0, "geometry"] = Polygon([(west, south), (east, north), (east, south), (west, north)])
    assert prepare_areas(bow).areas.geometry.is_valid.all()
