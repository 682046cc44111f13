"""The Config of maps: class limits and the first view."""

import dagster as dg
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.defs.pictures.maps import MapConfig, read_base_map, read_start
from crime_dagster.defs.runtime.picture_settings import LAYERS, Maps
from crime_dagster.drawing.maps.choropleth import BaseMap, StartView


def tiles(url: str, credit: str) -> Maps:
    return Maps(start_layer="recorded", base_map_url=url, base_map_credit=credit)


def test_nothing_asked_is_the_figures_own_bands_and_the_whole_city():
    assert MapConfig().class_breaks == []
    assert read_start(Maps(start_layer="recorded")) == StartView("recorded", None)


def test_limits_and_view_are_taken_as_given():
    config = MapConfig(class_breaks=[75, 125.5, 200], start_layer="hotspot", latitude=51.5, longitude=-0.1, zoom=13)
    assert config.class_breaks == [75, 125.5, 200]
    assert read_start(Maps(start_layer="recorded").over(config)) == StartView("hotspot", (51.5, -0.1), 13)


@pytest.mark.parametrize("breaks", [[2, 1], [1, 1], [0, 5], [-1], [float("nan")], [1, 2, 3, 4, 5, 6, 7]])
def test_limits_that_make_no_bands_are_refused(breaks):
    with pytest.raises(dg.Failure) as refused:
        MapConfig(class_breaks=breaks)
    assert "at most 6 rising numbers above 0" in str(refused.value.description)


def test_a_wrong_layer_is_answered_with_the_allowed_ones():
    with pytest.raises(dg.Failure) as refused:
        MapConfig(start_layer="crimes")
    assert all(name in str(refused.value.description) for name in LAYERS)


def test_half_a_middle_is_refused():
    with pytest.raises(InputError, match="both, or neither"):
        read_start(Maps(start_layer="recorded", latitude=51.5))


@pytest.mark.parametrize("values", [{"zoom": 30}, {"latitude": 0.0, "longitude": 51.5}])
def test_values_out_of_bounds_are_refused(values):
    with pytest.raises(dg.Failure) as refused:
        MapConfig(**values)
    assert "than or equal to" in str(refused.value.description)


def test_a_base_map_is_an_address_of_tiles_and_a_credit():
    assert read_base_map(Maps(start_layer="recorded")) is None
    found = read_base_map(tiles("https://{s}.tiles.org/{z}/{x}/{y}.png", " © Them "))
    assert found == BaseMap("https://{s}.tiles.org/{z}/{x}/{y}.png", "© Them")
    assert found.host == "https://*.tiles.org"


@pytest.mark.parametrize(
    ("url", "credit"),
    [
        ("https://tiles.org/{z}/{x}/{y}.png", ""),
        ("https://tiles.org/{z}/{x}.png", "Them"),
        ("http://tiles.org/{z}/{x}/{y}.png", "Them"),
        ("https://tiles.org/{z}/{x}/{y}.png; script-src *", "Them"),
        ('https://tiles.org/{z}/{x}/{y}"><script>', "Them"),
        ("javascript:{z}{x}{y}", "Them"),
    ],
)
def test_another_address_and_a_missing_credit_are_refused(url, credit):
    with pytest.raises(InputError, match="the words of its licence"):
        read_base_map(tiles(url, credit))
