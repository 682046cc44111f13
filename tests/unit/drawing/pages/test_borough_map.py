import re

import numpy as np
import pandas as pd
import pytest

from crime_dagster.drawing.pages.borough_map import colour_number, draw_borough_map

BREAKS = [20.0, 60.0, 200.0]


def points(path: str) -> np.ndarray:
    """Corners of the first ring of a path, in the drawing's units."""
    found = re.match(r"M(-?\d+,-?\d+)l([^z]*)z", path)
    assert found
    start, steps = found.groups()
    numbers = [int(one) for one in re.findall(r"-?\d+", steps)]
    moves = np.array(numbers).reshape(-1, 2)
    return np.vstack([[0, 0], moves]).cumsum(axis=0) + [int(one) for one in start.split(",")]


def test_every_area_is_drawn_once_in_its_band_and_named(town_areas, crimes):
    drawn = draw_borough_map(town_areas, "E09000001", crimes, BREAKS)
    ours = town_areas.areas[town_areas.areas["borough_code"] == "E09000001"]
    titles = re.findall(r"<title>([^<]+)</title>", drawn.inside)
    assert sorted(titles) == sorted(
        f"{name}: {crimes[code]:,.0f}" for name, code in ours[["area_name", "lsoa_code"]].to_numpy()
    )
    for number, inside in re.findall(r'<g class="c(\d)">(.*?)</g>', drawn.inside):
        counts = [int(one.replace(",", "")) for one in re.findall(r": ([\d,]+)</title>", inside)]
        band = {colour_number(int(np.searchsorted(BREAKS, count, side="right")), 4) for count in counts}
        assert band == {int(number)}
    assert sum(swatch["areas"] for swatch in drawn.key) == 12
    assert [swatch["name"] for swatch in drawn.key][-1] == "fewer than 20"


def test_shapes_keep_their_form_and_lie_in_the_frame(town_areas, crimes):
    drawn = draw_borough_map(town_areas, "E09000001", crimes, BREAKS)
    squares = [points(path) for path in re.findall(r'<path d="([^"]+)"><title>', drawn.inside)]
    sides = {tuple(square.max(axis=0) - square.min(axis=0)) for square in squares}
    assert all(abs(width - height) <= 1 for width, height in sides)
    corners = np.vstack(squares)
    assert corners.min() >= 0
    assert (corners.max(axis=0) <= [drawn.width, drawn.height]).all()
    metres = {"1 km": 1000, "500 m": 500, "2 km": 2000}[drawn.scale_words]
    side = next(iter(sides))[0]
    assert drawn.scale_units == pytest.approx(side * metres / 1000, rel=0.02)


def test_what_is_not_reported_is_hatched_and_counted(town_areas, crimes):
    drawn = draw_borough_map(town_areas, "E09000004", crimes, BREAKS)
    assert drawn.unreported == 1
    assert re.search(r'<g class="none"><path[^>]+><title>[^<]+: not reported', drawn.inside)
    silent = pd.Series(np.nan, index=crimes.index)
    assert draw_borough_map(town_areas, "E09000004", silent, []).unreported == 12


def test_discs_number_the_areas_and_never_lie_on_each_other(town_areas, crimes):
    codes = list(town_areas.areas.loc[town_areas.areas["borough_code"] == "E09000001", "lsoa_code"])
    drawn = draw_borough_map(town_areas, "E09000001", crimes, BREAKS, [codes[5], codes[0], codes[0]])
    assert re.findall(r'class="disc">.*?>(\d+)</text>', drawn.inside) == ["1", "2"]


def test_neighbours_and_the_river_stand_around_it(town_areas, crimes):
    drawn = draw_borough_map(town_areas, "E09000001", crimes, BREAKS)
    assert drawn.inside.count('class="beside"') >= 1
    assert 'class="water"' in drawn.inside


@pytest.mark.parametrize(("bands", "numbers"), [(1, [2]), (4, [1, 3, 5, 6]), (7, [1, 2, 3, 4, 5, 6, 7])])
def test_fewer_bands_have_the_colours_of_the_other_maps(bands, numbers):
    assert [colour_number(band, bands) for band in range(bands)] == numbers
