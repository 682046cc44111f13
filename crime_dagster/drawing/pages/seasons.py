"""A crime type's seasons as SVG coordinates."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from crime_dagster.core.facts import Row, list_rows
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.pages.month_lines import Tick

_STEPS = (0.05, 0.1, 0.2, 0.5, 1.0)
_MOST_TICKS = 3


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
    step = next((one for one in _STEPS if one * _MOST_TICKS >= reach), reach)
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
        f"usual month. From {'one year' if years == 1 else f'{years} years'}, {first} to {last}, counted from {most}.",
        has_ranges=years > 1,
    )


def _write_share(share: float) -> str:
    return words.percent(100 * share, decimals=0, signed=True)


def _write_month(row: Row) -> str:
    return f"{row['month_name']} ({_write_share(row['seasonal_index'] - 1)})"
