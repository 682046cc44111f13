"""A line of months as coordinates for SVG: crimes a day, the mean of twelve months, breaks in the recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.page_content import Break
from crime_dagster.drawing.pages.small_charts import Tick

WIDTH, HEIGHT = 600, 260
LEFT, RIGHT, TOP, BOTTOM = 62, 582, 18, 214
YEAR = 12
_STEPS = (1, 2, 2.5, 5, 10)
_MOST_LABELS = 4


@dataclass(frozen=True)
class TrendLine:
    """A trend ready to draw in an SVG of `WIDTH` x `HEIGHT`.

    Args:
        months: Points of each unbroken piece of months.
        means: The same of the mean of twelve months.
        dots: Where the months lie, and whether each is provisional.
        heights: Ticks upwards, in crimes a day.
        times: Ticks to the right.
        breaks: How far right recording changed.
        alt: The trend in words.
        has_provisional: Whether a dot is hollow.
    """

    months: tuple[str, ...]
    means: tuple[str, ...]
    dots: tuple[tuple[float, float, bool], ...]
    heights: tuple[Tick, ...]
    times: tuple[Tick, ...]
    breaks: tuple[float, ...]
    alt: str
    has_provisional: bool


def lay_trend(
    months: pd.DataFrame,
    *,
    label: str,
    breaks: Sequence[Break] = (),
    provisional: frozenset[pd.Timestamp] = frozenset(),
) -> TrendLine | None:
    """Lay out a trend.

    Args:
        months: `month` (first day), `crimes_per_day`, `crimes_per_day_12_months`, a row per month as in
            `marts.borough_months`; NaN = not reported.
        label: What is drawn, for the words.
        breaks: Days on which recording changed, placed in months from the first.
        provisional: First days of months that are still revised.

    Returns:
        None where fewer than two months are known, or all are zero.
    """
    rows = _fill_months(months)
    values = rows["crimes_per_day"].to_numpy(float)
    known = values[np.isfinite(values)]
    if len(known) < 2 or not known.max() > 0:
        return None
    ticks = _choose_ticks(float(known.max()))
    across = LEFT + np.arange(len(rows)) * (RIGHT - LEFT) / (len(rows) - 1)
    means = rows["crimes_per_day_12_months"].to_numpy(float)
    hollow = [month in provisional for month in rows.index]
    dots = tuple(
        (round(x, 1), _height(value, ticks[-1]), is_hollow)
        for x, value, is_hollow in zip(across.tolist(), values.tolist(), hollow, strict=True)
        if np.isfinite(value)
    )
    return TrendLine(
        months=_join(across, values, ticks[-1]),
        means=_join(across, means, ticks[-1]),
        dots=dots,
        heights=tuple(Tick(_height(tick, ticks[-1]), words.plain_number(tick)) for tick in ticks),
        times=_list_times(rows.index, across),
        breaks=tuple(round(LEFT + one.position * (RIGHT - LEFT) / (len(rows) - 1), 1) for one in breaks),
        alt=_describe(rows, values, means, label, breaks),
        has_provisional=any(is_hollow for _, _, is_hollow in dots),
    )


def _fill_months(months: pd.DataFrame) -> pd.DataFrame:
    rows = months.assign(month=pd.to_datetime(months["month"])).set_index("month").sort_index()
    known = rows.index[rows["crimes_per_day"].notna()]
    if known.empty:
        return rows
    return rows.reindex(pd.date_range(rows.index.min(), rows.index.max(), freq="MS"))


def _choose_ticks(highest: float) -> list[float]:
    power = 10.0 ** np.floor(np.log10(highest / _MOST_LABELS))
    step = next(size * power for size in _STEPS if size * power * _MOST_LABELS >= highest)
    count = int(np.ceil(highest / step - 1e-9))
    return [float(f"{number * step:.6g}") for number in range(count + 1)]


def _height(value: float, highest: float) -> float:
    return round(BOTTOM - value / highest * (BOTTOM - TOP), 1)


def _join(across: np.ndarray, values: np.ndarray, highest: float) -> tuple[str, ...]:
    pieces: list[list[str]] = [[]]
    for x, value in zip(across.tolist(), values.tolist(), strict=True):
        if np.isfinite(value):
            pieces[-1].append(f"{x:.1f},{_height(value, highest)}")
        elif pieces[-1]:
            pieces.append([])
    return tuple(" ".join(piece) for piece in pieces if len(piece) > 1)


def _list_times(index: pd.Index, across: np.ndarray) -> tuple[Tick, ...]:
    """The last month and those whole years before it: the same month each time, as twelve months end with it."""
    last = len(index) - 1
    places = range(last % YEAR, last + 1, YEAR)
    return tuple(Tick(round(float(across[at]), 1), f"{index[at]:%b %Y}") for at in places)


def _describe(rows: pd.DataFrame, values: np.ndarray, means: np.ndarray, label: str, breaks: Sequence[Break]) -> str:
    known = np.flatnonzero(np.isfinite(values))
    first, last = rows.index[known[0]], rows.index[known[-1]]
    said = (
        f"{label}, crimes a day, {words.month_words(first)} to {words.month_words(last)}: lowest month "
        f"{words.three_figures(values[known].min())}, highest {words.three_figures(values[known].max())}, last "
        f"{words.three_figures(values[known[-1]])}"
    )
    years = means[np.isfinite(means)]
    if len(years) > 1:
        said += f"; mean of 12 months from {words.three_figures(years[0])} to {words.three_figures(years[-1])}"
    return said + "".join(f"; {one.title.lower()}, {words.date_words(one.day)}" for one in breaks)
