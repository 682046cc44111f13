"""Months as SVG coordinates: a sparkline in a table, the trend of a borough, and a crime type's seasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.facts import Row, list_rows
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.page_content import Break

_LEAST_SPREAD = 0.2
_YEAR = 12
_SEASON_STEPS = (0.05, 0.1, 0.2, 0.5, 1.0)
_MOST_SEASON_TICKS = 3
_TICKS = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10])
Line = Sequence[float | None]


class Tick(NamedTuple):
    """A tick on an axis and its label."""

    place: float
    label: str


@dataclass(frozen=True)
class Sparkline:
    """A sparkline for an SVG of `width` x `height`; all rows of a table share one scale."""

    width: ClassVar[int] = 130
    height: ClassVar[int] = 30
    margin: ClassVar[int] = 4

    paths: tuple[str, ...]  # points of each unbroken segment, in SVG's `points` format
    end: tuple[float, float]  # position of the last known value
    alt: str  # the line in words
    breaks: tuple[float, ...] = ()  # x positions of changes in recording


@dataclass(frozen=True)
class TrendLine:
    """A trend for an SVG of `width` x `height`."""

    width: ClassVar[int] = 600
    height: ClassVar[int] = 260
    left: ClassVar[int] = 62
    right: ClassVar[int] = 582
    top: ClassVar[int] = 18
    bottom: ClassVar[int] = 214

    months: tuple[str, ...]  # points of each unbroken segment of months
    means: tuple[str, ...]  # the same for twelve-month means
    dots: tuple[tuple[float, float, bool], ...]  # positions of months, and whether each is provisional
    heights: tuple[Tick, ...]  # ticks of the y axis, in crimes per day
    times: tuple[Tick, ...]  # ticks of the x axis
    breaks: tuple[float, ...]  # x positions of changes in recording
    alt: str  # the trend in words


def find_spread(rows: Sequence[Line]) -> float:
    """Return the relative distance from the mean that three of four rows keep within, at least a fifth.

    The most extreme rows are cut off: one carnival a year would flatten every other line.
    """
    averages = [_average(row) for row in rows]
    furthest = [
        max(abs(value / average - 1) for value in row if value is not None)
        for row, average in zip(rows, averages, strict=True)
        if average
    ]
    return max(_LEAST_SPREAD, float(np.quantile(furthest, 0.75))) if furthest else _LEAST_SPREAD


def draw_sparkline(values: Line, spread: float, *, label: str, breaks: Sequence[Break] = ()) -> Sparkline | None:
    """Lay out one line, oldest value first; None if fewer than two values are known, or all are zero.

    `spread`, from `find_spread`, is the relative distance from the mean at the upper and lower edge; values beyond it
    are drawn at the edge. `label` says what is drawn.
    """
    average, known = _average(values), [value for value in values if value is not None]
    if not average or len(known) < 2:
        return None
    margin, middle = Sparkline.margin, Sparkline.height / 2
    step = (Sparkline.width - 2 * margin) / (len(values) - 1)
    points = [
        None
        if value is None
        else (margin + at * step, middle - (middle - margin) * max(-1.0, min(1.0, (value / average - 1) / spread)))
        for at, value in enumerate(values)
    ]
    last = [point for point in points if point is not None][-1]
    extremes = f"lowest month {words.three_figures(min(known))}, highest {words.three_figures(max(known))}"
    return Sparkline(
        paths=_join(points),
        end=(round(last[0], 1), round(last[1], 1)),
        alt=f"{label}, a day: {extremes}, last {words.three_figures(known[-1])}{_say_breaks(breaks)}",
        breaks=tuple(round(margin + one.position * step, 1) for one in breaks),
    )


def draw_trend(months: pd.DataFrame, crime: CrimeType, name: str, breaks: pd.DataFrame) -> TrendLine | None:
    """Lay out the months of a borough or force with breaks in recording; None if not two are known, or all are zero."""
    rows, crossed = _fill_months(months), cautions.place_breaks(breaks, crime.crime_type, months["month"])
    values, means = (rows[name].to_numpy(float) for name in ("crimes_per_day", "crimes_per_day_12_months"))
    known = values[np.isfinite(values)]
    if len(known) < 2 or not known.max() > 0:
        return None
    ticks = [float(f"{tick:.6g}") for tick in _TICKS.tick_values(0, known.max())]
    step = (TrendLine.right - TrendLine.left) / (len(rows) - 1)

    def right(position: float) -> float:
        return round(TrendLine.left + position * step, 1)

    def down(value: float) -> float:
        return round(TrendLine.bottom - value / ticks[-1] * (TrendLine.bottom - TrendLine.top), 1)

    def place(line: np.ndarray) -> list[tuple[float, float] | None]:
        return [(right(at), down(value)) if np.isfinite(value) else None for at, value in enumerate(line.tolist())]

    hollow = rows["is_provisional"].fillna(value=False).astype(bool).tolist()
    return TrendLine(
        months=_join(place(values), least=2),
        means=_join(place(means), least=2),
        dots=tuple((*point, is_hollow) for point, is_hollow in zip(place(values), hollow, strict=True) if point),
        heights=tuple(Tick(down(tick), words.plain_number(tick)) for tick in ticks),
        # The last month and the same month of earlier years, as twelve-month periods end there.
        times=tuple(
            Tick(right(at), f"{rows.index[at]:%b %Y}") for at in range((len(rows) - 1) % _YEAR, len(rows), _YEAR)
        ),
        breaks=tuple(right(one.position) for one in crossed),
        alt=_describe(rows.index, values, means, f"{crime.label}, {name}") + _say_breaks(crossed),
    )


def _average(values: Line) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0


def _join(points: Sequence[tuple[float, float] | None], least: int = 1) -> tuple[str, ...]:
    """Return points of each segment between gaps with at least `least` points."""
    pieces: list[list[str]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{point[0]:.1f},{point[1]:.1f}")
    return tuple(" ".join(piece) for piece in pieces if len(piece) >= least)


def _say_breaks(breaks: Sequence[Break]) -> str:
    return "".join(f"; {one.title}, {words.date_words(one.day)}" for one in breaks)


def _fill_months(months: pd.DataFrame) -> pd.DataFrame:
    rows = months.assign(month=pd.to_datetime(months["month"])).set_index("month").sort_index()
    if not rows["crimes_per_day"].notna().any():
        return rows
    return rows.reindex(pd.date_range(rows.index.min(), rows.index.max(), freq="MS"))


def _describe(index: pd.Index, values: np.ndarray, means: np.ndarray, label: str) -> str:
    known, years = np.flatnonzero(np.isfinite(values)), means[np.isfinite(means)]
    first, last = (words.month_words(index[at]) for at in known[[0, -1]])
    low, high, newest = map(words.three_figures, (values[known].min(), values[known].max(), values[known[-1]]))
    said = f"{label}, crimes a day, {first} to {last}: lowest month {low}, highest {high}, last {newest}"
    if len(years) > 1:
        said += f"; mean of 12 months from {words.three_figures(years[0])} to {words.three_figures(years[-1])}"
    return said


@dataclass(frozen=True)
class Seasons:
    """Twelve bars for an SVG of `width` x `height`."""

    width: ClassVar[int] = 600
    height: ClassVar[int] = 240
    left: ClassVar[int] = 62
    right: ClassVar[int] = 590
    top: ClassVar[int] = 14
    bottom: ClassVar[int] = 204
    bar: ClassVar[int] = 26

    # By calendar month, from the middle line, with the range over single years: left, top, height, middle, highest,
    # lowest, initial.
    bars: tuple[Row, ...]
    heights: tuple[Tick, ...]
    zero: float
    alt: str
    sentence: str
    has_ranges: bool  # with one year alone there is none


def draw_seasons(rows: pd.DataFrame) -> Seasons | None:
    """Lay out the rows of `marts.seasonal_index` of one crime type, from the source with more years."""
    if rows.empty:
        return None
    most = list_rows(rows, "-years", "counted_from")[0]["counted_from"]
    months = list_rows(rows, "calendar_month", counted_from=most)
    reach = max(abs(row[name] - 1) for row in months for name in ("lowest", "highest"))
    step = next((one for one in _SEASON_STEPS if one * _MOST_SEASON_TICKS >= reach), reach)
    count = max(1, int(reach / step + 0.999))
    zero = (Seasons.top + Seasons.bottom) / 2
    wide = (Seasons.right - Seasons.left) / len(months)

    def down(share: float) -> float:
        return round(zero - share / (count * step) * (Seasons.bottom - Seasons.top) / 2, 1)

    bars = []
    for at, row in enumerate(months):
        index, lowest, highest = (float(row[name]) - 1 for name in ("seasonal_index", "lowest", "highest"))
        middle = Seasons.left + (at + 0.5) * wide
        ends = {"highest": down(highest), "lowest": down(lowest), "initial": str(row["month_name"])[:3]}
        size = {"top": round(min(down(index), zero), 1), "height": round(abs(down(index) - zero), 1)}
        bars.append({"left": round(middle - Seasons.bar / 2, 1), "middle": round(middle, 1), **size, **ends})
    years = int(months[0]["years"])
    ordered = sorted(months, key=lambda row: row["seasonal_index"])
    first, last = (words.month_words(pd.Timestamp(months[0][name]).date()) for name in ("first_month", "last_month"))
    return Seasons(
        bars=tuple(bars),
        heights=tuple(Tick(down(at * step), _write_share(at * step)) for at in range(-count, count + 1)),
        zero=zero,
        alt="; ".join(map(_write_month, months)),
        sentence=f"Highest in {_write_month(ordered[-1])}, lowest in {_write_month(ordered[0])}, compared with the "
        f"usual month. From {'one year' if years == 1 else f'{years} years'}, {first} to {last}, counted from {most}"
        f"{', so that a single event can look like a season' if years == 1 else ''}.",
        has_ranges=years > 1,
    )


def _write_share(share: float) -> str:
    return words.percent(100 * share, decimals=0, signed=True)


def _write_month(row: Row) -> str:
    return f"{row['month_name']} ({_write_share(row['seasonal_index'] - 1)})"
