"""Monthly lines: sparklines on one scale, and the trend of a borough, with gaps where nothing was reported."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.drawing.kit import cautions
from crime_dagster.drawing.pages.month_lines import Sparkline, TrendLine, draw_sparkline, draw_trend, find_spread

CRIME = CrimeType("total", "All crime", "crime", "crimes", 1)
NO_BREAKS = pd.DataFrame(columns=["starts_on", "crime_type", "title", "words"])
LEFT, RIGHT, TOP, BOTTOM = TrendLine.left, TrendLine.right, TrendLine.top, TrendLine.bottom


def make_months(counts) -> pd.DataFrame:
    months = pd.date_range("2024-01-01", periods=len(counts), freq="MS")
    table = pd.DataFrame({"month": months, "crimes": np.asarray(counts, float)})
    rates = table["crimes"] / table["month"].dt.days_in_month
    return table.assign(is_provisional=False, crimes_per_day=rates, crimes_per_day_12_months=rates.rolling(12).mean())


def read(points: str) -> np.ndarray:
    return np.array([[float(one) for one in point.split(",")] for point in points.split()])


def draw(months, breaks=NO_BREAKS):
    return draw_trend(months, CRIME, "Here", breaks)


def test_heights_are_crimes_a_day_from_nought():
    months = make_months([310.0, 580.0] * 12)
    trend = draw(months)
    line = read(trend.months[0])
    highest = float(trend.heights[-1].label)
    assert trend.heights[0].label == "0"
    assert trend.heights[0].place == BOTTOM
    found = (BOTTOM - line[:, 1]) / (BOTTOM - TOP) * highest
    assert found == pytest.approx(months["crimes_per_day"].to_numpy(), abs=0.1)
    assert (line[0, 0], line[-1, 0]) == (LEFT, RIGHT)


def test_the_mean_of_twelve_months_is_drawn_where_it_is_known_and_said():
    months = make_months(np.arange(24) * 30 + 300)
    trend = draw(months)
    mean, expected = read(trend.means[0]), months["crimes_per_day_12_months"].iloc[-1]
    assert len(mean) == 13
    highest = float(trend.heights[-1].label)
    assert (BOTTOM - mean[-1, 1]) / (BOTTOM - TOP) * highest == pytest.approx(expected, abs=0.1)
    assert f"to {expected:.1f}".rstrip("0").rstrip(".") in trend.alt


def test_a_gap_breaks_the_line_and_leaves_no_mean_across_it():
    counts = [300.0] * 24
    counts[6] = np.nan
    trend = draw(make_months(counts))
    assert [len(read(points)) for points in trend.months] == [6, 17]
    assert [len(read(points)) for points in trend.means] == [6]
    assert len(trend.dots) == 23


def test_a_month_without_a_row_is_a_gap_too():
    trend = draw(make_months([300.0] * 8).drop(index=3))
    assert [len(read(points)) for points in trend.months] == [3, 4]


def test_provisional_months_are_hollow_and_breaks_are_placed_and_said():
    day, months = dt.date(2024, 2, 28), make_months([300.0] * 13)
    months["is_provisional"] = months["month"] == "2025-01-01"
    rows = {"starts_on": [day], "crime_type": ["total"], "title": ["Recording changed"], "words": ["A new system."]}
    trend = draw(months, pd.DataFrame(rows))
    assert [hollow for _, _, hollow in trend.dots] == [False] * 12 + [True]
    assert trend.breaks == (round(LEFT + cautions.place_day(day, dt.date(2024, 1, 1)) * (RIGHT - LEFT) / 12, 1),)
    assert "Recording changed, 28 February 2024" in trend.alt
    assert [tick.label for tick in trend.times] == ["Jan 2024", "Jan 2025"]


@pytest.mark.parametrize("counts", [[], [5.0], [0.0, 0.0, 0.0], [np.nan, 4.0, np.nan]])
def test_nothing_to_draw(counts):
    assert draw(make_months(counts)) is None


def test_a_calm_row_looks_calm():
    assert find_spread([[10.0, 11.0], [5.0, None]]) == 0.2


def test_the_wildest_row_is_cut_off_and_flattens_no_other():
    wild, other = [1.0, 1.0, 1.0, 9.0], [7.0, 10.0, 13.0]
    spread = find_spread([wild, other, other, other, other])
    assert spread == pytest.approx(0.3)
    line = draw_sparkline(wild, spread, label="Drugs")
    heights = [float(point.split(",")[1]) for point in line.paths[0].split()]
    assert min(heights) >= 0
    assert max(heights) <= Sparkline.height
    assert heights[-1] < heights[0], "more is higher up"


def test_a_month_that_was_not_reported_is_a_gap():
    line = draw_sparkline([3.0, 4.0, None, 5.0], 0.5, label="Drugs")
    assert [len(path.split()) for path in line.paths] == [2, 1]
    assert line.alt == "Drugs, a day: lowest month 3, highest 5, last 5"


@pytest.mark.parametrize("values", [[], [1.0], [None, None], [0.0, 0.0], [None, 2.0]])
def test_too_little_for_a_line(values):
    assert draw_sparkline(values, 0.5, label="Drugs") is None
