"""The line below a month's map: the city's daily rate, a dot on the current month, breaks in recording."""

import datetime as dt
import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from crime_dagster.drawing.gifs.frames import FRAME_WIDTH
from crime_dagster.drawing.kit import lettering, theme
from crime_dagster.drawing.kit.cautions import place_day
from crime_dagster.drawing.kit.stamp import GIF_MARGIN

LINE_HEIGHT = 0.5
_ROOM, _FLOOR = 0.28, 0.17


@dataclass(frozen=True)
class MonthLine:
    """The data of the line."""

    rates: pd.Series  # crimes per day in the whole city, indexed by the first days of months, in order; NaN if unknown
    breaks: tuple[tuple[dt.date, str], ...] = ()  # day and description of changes in recording

    def place(self, month: float) -> float:
        """Return a month's distance from the left, in inches; 0 is the first month."""
        room = FRAME_WIDTH / theme.DPI - 2 * GIF_MARGIN
        return GIF_MARGIN + room * month / max(len(self.rates) - 1, 1)

    def lift(self, rate: float) -> float:
        """Return a rate's height above the bottom of the picture, in inches; the line starts at zero."""
        highest = float(np.nanmax(self.rates)) if self.rates.notna().any() else 0.0
        return _FLOOR + (_ROOM * rate / highest if highest > 0 else 0.0)


def draw_line(figure: Figure, line: MonthLine) -> None:
    """Draw the static part: baseline, first and last month, the whole line in grey, breaks with their labels."""
    _add(figure, [line.place(0), line.place(len(line.rates) - 1)], [_FLOOR, _FLOOR], theme.LIGHT.rule, 0.6)
    _draw_pieces(figure, line, len(line.rates) - 1, theme.LIGHT.context, 1.1)
    top = float(figure.get_size_inches()[1]) - _FLOOR + 0.045
    first, last = (pd.Timestamp(line.rates.index[at]) for at in (0, -1))
    ends = ((0, first, "left"), (len(line.rates) - 1, last, "right"))
    for at, month, side in ends[: len(line.rates)]:
        lettering.put_text(
            figure, line.place(at), top, f"{month:%b %Y}", size=theme.SOURCE_SIZE, colour=theme.LIGHT.ink3, ha=side
        )
    taken = line.place(0) + lettering.measure_text(f"{first:%b %Y}", theme.SOURCE_SIZE)
    end = line.place(len(line.rates) - 1) - lettering.measure_text(f"{last:%b %Y}", theme.SOURCE_SIZE)
    for day, words in line.breaks:
        x = line.place(min(max(place_day(day, first.date()), 0.0), float(len(line.rates) - 1)))
        _add(figure, [x, x], [_FLOOR, _FLOOR + _ROOM], theme.LIGHT.accent_text, 0.9, linestyle=(0, (3, 2)))
        width = lettering.measure_text(words, theme.SOURCE_SIZE)
        left = max(x + 0.03, taken + 0.08)
        # Labels without room are on the page; the dashed line stays.
        if left + width <= end - 0.06:
            lettering.put_text(figure, left, top, words, size=theme.SOURCE_SIZE, colour=theme.LIGHT.accent_text)
            taken = left + width


def draw_progress(figure: Figure, line: MonthLine, current: int) -> None:
    """Draw the moving part: the line up to a month, and a dot on it."""
    _draw_pieces(figure, line, current, theme.LIGHT.link, 1.8)
    rate = line.rates.iloc[current]
    height = line.lift(float(rate)) if pd.notna(rate) else _FLOOR
    _add(figure, [line.place(current)], [height], theme.LIGHT.link, 0, marker="o", markersize=4.2)


def _draw_pieces(figure: Figure, line: MonthLine, last: int, colour: str, width: float) -> None:
    known = line.rates.notna().to_numpy()[: last + 1]
    for is_known, group in itertools.groupby(range(last + 1), key=lambda at: bool(known[at])):
        at = list(group)
        if is_known and len(at) > 1:
            heights = [line.lift(float(line.rates.iloc[one])) for one in at]
            _add(figure, [line.place(one) for one in at], heights, colour, width)


def _add(figure: Figure, x: list[float], y: list[float], colour: str, width: float, **settings: object) -> None:
    full_width, full_height = figure.get_size_inches()
    across, up = [one / full_width for one in x], [one / full_height for one in y]
    figure.add_artist(Line2D(across, up, color=colour, linewidth=width, solid_capstyle="round", **settings))  # type: ignore[arg-type] # any of matplotlib's
