"""How a crime type's calendar months differ from the usual month, as coordinates for SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import pandas as pd

from crime_dagster.drawing.kit import words
from crime_dagster.drawing.pages.month_lines import Tick

_STEPS = (0.05, 0.1, 0.2, 0.5, 1.0)
_MOST_TICKS = 3


class SeasonBar(NamedTuple):
    """A calendar month: its bar from the middle line, and the span of single years over it."""

    left: float
    top: float
    height: float
    middle: float
    highest: float
    lowest: float
    initial: str


@dataclass(frozen=True)
class Seasons:
    """Twelve bars ready to draw in an SVG of `width` x `height`."""

    width: ClassVar[int] = 600
    height: ClassVar[int] = 240
    left: ClassVar[int] = 62
    right: ClassVar[int] = 590
    top: ClassVar[int] = 14
    bottom: ClassVar[int] = 204
    bar: ClassVar[int] = 26

    bars: tuple[SeasonBar, ...]
    heights: tuple[Tick, ...]
    zero: float
    alt: str
    sentence: str


def draw_seasons(rows: pd.DataFrame) -> Seasons | None:
    """Lay out the rows of `marts.seasonal_index` of one crime type; of two sources the one of more years is drawn."""
    if rows.empty:
        return None
    most = rows.sort_values(["years", "counted_from"], ascending=[False, True])["counted_from"].iloc[0]
    rows = rows[rows["counted_from"] == most].sort_values("calendar_month")
    reach = max(abs(float(rows[name].to_numpy()[at]) - 1) for name in ("lowest", "highest") for at in range(len(rows)))
    step = next((one for one in _STEPS if one * _MOST_TICKS >= reach), reach)
    count = max(1, int(reach / step + 0.999))
    middle = (Seasons.top + Seasons.bottom) / 2

    def down(share: float) -> float:
        return round(middle - share / (count * step) * (Seasons.bottom - Seasons.top) / 2, 1)

    wide = (Seasons.right - Seasons.left) / len(rows)
    bars = []
    for at, row in enumerate(rows.to_dict("records")):
        index, low, high = (float(row[name]) - 1 for name in ("seasonal_index", "lowest", "highest"))
        centre = Seasons.left + (at + 0.5) * wide
        top = min(down(index), middle)
        bars.append(
            SeasonBar(
                round(centre - Seasons.bar / 2, 1),
                round(top, 1),
                round(abs(down(index) - middle), 1),
                round(centre, 1),
                down(high),
                down(low),
                str(row["month_name"])[:3],
            )
        )
    first, last = (words.month_words(pd.Timestamp(rows[name].iloc[0]).date()) for name in ("first_month", "last_month"))
    ends = [rows.loc[rows["seasonal_index"].idxmax()], rows.loc[rows["seasonal_index"].idxmin()]]
    high, low = (
        f"{row['month_name']} ({words.percent(100 * (float(row['seasonal_index']) - 1), decimals=0, signed=True)})"
        for row in ends
    )
    return Seasons(
        tuple(bars),
        tuple(
            Tick(down(number * step), words.percent(100 * number * step, decimals=0, signed=True))
            for number in range(-count, count + 1)
        ),
        middle,
        "; ".join(
            f"{row['month_name']} {words.percent(100 * (row['seasonal_index'] - 1), decimals=0, signed=True)}"
            for row in rows.to_dict("records")
        ),
        f"Highest in {high}, lowest in {low}, compared with the usual month. From {int(rows['years'].iloc[0])} years, "
        f"{first} to {last}, counted from {most}.",
    )
