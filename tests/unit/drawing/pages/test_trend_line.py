"""The line of months of a borough."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from crime_dagster.drawing.kit.page_content import Break
from crime_dagster.drawing.pages.trend_line import BOTTOM, LEFT, RIGHT, TOP, lay_trend


def make_months(counts) -> pd.DataFrame:
    months = pd.date_range("2024-01-01", periods=len(counts), freq="MS")
    table = pd.DataFrame({"month": months, "crimes": np.asarray(counts, float)})
    rates = table["crimes"] / table["month"].dt.days_in_month
    return table.assign(crimes_per_day=rates, crimes_per_day_12_months=rates.rolling(12).mean())


def read(points: str) -> np.ndarray:
    return np.array([[float(one) for one in point.split(",")] for point in points.split()])


def test_heights_are_crimes_a_day_from_nought():
    months = make_months([310.0, 580.0] * 12)
    trend = lay_trend(months, label="All crime, Here")
    line = read(trend.months[0])
    highest = float(trend.heights[-1].label)
    assert trend.heights[0].label == "0"
    assert trend.heights[0].place == BOTTOM
    found = (BOTTOM - line[:, 1]) / (BOTTOM - TOP) * highest
    assert found == pytest.approx(months["crimes_per_day"].to_numpy(), abs=0.1)
    assert (line[0, 0], line[-1, 0]) == (LEFT, RIGHT)


def test_the_mean_of_twelve_months_is_drawn_where_it_is_known_and_said():
    months = make_months(np.arange(24) * 30 + 300)
    trend = lay_trend(months, label="A")
    mean, expected = read(trend.means[0]), months["crimes_per_day_12_months"].iloc[-1]
    assert len(mean) == 13
    highest = float(trend.heights[-1].label)
    assert (BOTTOM - mean[-1, 1]) / (BOTTOM - TOP) * highest == pytest.approx(expected, abs=0.1)
    assert f"to {expected:.1f}".rstrip("0").rstrip(".") in trend.alt


def test_a_gap_breaks_the_line_and_leaves_no_mean_across_it():
    counts = [300.0] * 24
    counts[6] = np.nan
    trend = lay_trend(make_months(counts), label="A")
    assert [len(read(points)) for points in trend.months] == [6, 17]
    assert [len(read(points)) for points in trend.means] == [6]
    assert len(trend.dots) == 23


def test_a_month_without_a_row_is_a_gap_too():
    trend = lay_trend(make_months([300.0] * 8).drop(index=3), label="A")
    assert [len(read(points)) for points in trend.months] == [3, 4]


def test_provisional_months_are_hollow_and_breaks_are_placed_and_said():
    day = dt.date(2024, 2, 28)
    trend = lay_trend(
        make_months([300.0] * 13),
        label="A",
        breaks=[Break(6.0, day, "Recording changed")],
        provisional=frozenset([pd.Timestamp("2025-01-01")]),
    )
    assert [hollow for _, _, hollow in trend.dots] == [False] * 12 + [True]
    assert trend.breaks == ((LEFT + RIGHT) / 2,)
    assert "recording changed, 28 February 2024" in trend.alt
    assert [tick.label for tick in trend.times] == ["Jan 2024", "Jan 2025"]


@pytest.mark.parametrize("counts", [[], [5.0], [0.0, 0.0, 0.0], [np.nan, 4.0, np.nan]])
def test_nothing_to_draw(counts):
    assert lay_trend(make_months(counts), label="A") is None
