"""Small lines: one scale, gaps where nothing was reported."""

from __future__ import annotations

import pytest

from crime_dagster.drawing.pages.sparkline import HEIGHT, draw_sparkline, find_spread


def test_a_calm_row_looks_calm():
    assert find_spread([[10.0, 11.0], [5.0, None]]) == 0.5


def test_the_wildest_row_sets_the_scale_and_fits():
    wild = [1.0, 1.0, 1.0, 9.0]
    spread = find_spread([wild, [10.0, 10.0]])
    assert spread == 2.0
    line = draw_sparkline(wild, spread, label="Drugs")
    heights = [float(point.split(",")[1]) for point in line.paths[0].split()]
    assert min(heights) >= 0
    assert max(heights) <= HEIGHT
    assert heights[-1] < heights[0], "more is higher up"


def test_a_month_that_was_not_reported_is_a_gap():
    line = draw_sparkline([3.0, 4.0, None, 5.0], 0.5, label="Drugs")
    assert [len(path.split()) for path in line.paths] == [2, 1]
    assert line.alt == "Drugs, a day: lowest month 3, highest 5, last 5"


@pytest.mark.parametrize("values", [[], [1.0], [None, None], [0.0, 0.0], [None, 2.0]])
def test_too_little_for_a_line(values):
    assert draw_sparkline(values, 0.5, label="Drugs") is None
