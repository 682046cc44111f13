"""The trend chart: crimes per day by month and the trend without the season, with breaks in recording."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from crime_dagster.core.facts import read_flag
from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.cautions import place_day
from crime_dagster.drawing.kit.layout import MARGIN, Chart, Head, add_axes, calm_axes
from crime_dagster.drawing.kit.lettering import SMALL, Style, write_at, write_label
from crime_dagster.drawing.kit.year import USUAL, Year

_BODY, _FOOT, _UNIT = 2.75, 0.42, 0.36
_END, _NARROW_END = 1.25, 0.95


@dataclass(frozen=True)
class Trend:
    """Crimes per day in a place by month (first days), in order and without gaps; NaN is not reported."""

    rates: pd.Series
    adjusted: pd.Series  # the seasonally adjusted trend, NaN where not known
    breaks: Sequence[tuple[dt.date, str]] = ()  # day and description of each break in recording
    provisional: frozenset[dt.date] = frozenset()  # first days of months that are still revised: hollow
    noun: str = "crimes"  # what is counted

    @property
    def latest(self) -> float | None:
        """The trend's value in the latest month, if known."""
        return float(self.adjusted.iloc[-1]) if len(self.adjusted) and pd.notna(self.adjusted.iloc[-1]) else None


def chart_trend(year: Year, trend: Trend) -> Chart:
    crime, after, before = year.crime, year.city["crimes"], year.crimes_before
    is_clear = read_flag(year.city, "is_clear_change")
    title = write_trend_title(before, after, noun_phrase=crime.noun_phrase, place=year.place, is_clear=is_clear)
    sums = f"Latest 12 months {words.whole_number(after)}"
    if before is not None:
        sums = f"{sums}; previous 12 months {words.whole_number(before)}"
    return Chart(
        title,
        f"{words.capitalise(crime.count_noun)} recorded a day in {year.place}. {sums}",
        describe_trend(title, trend),
        pd.DataFrame({"crimes_per_day": trend.rates, "trend_per_day": trend.adjusted})
        .rename_axis("month")
        .reset_index(),
        partial(draw_trend, trend),
    )


def write_trend_title(
    before: float | None, after: float, *, noun_phrase: str, place: str, is_clear: bool | None = None
) -> str:
    """Say how the latest year compares: "Recorded drug offences rose 29% in a year".

    The title has no number if a year is not known or too small; `is_clear` is None if no test was made.
    """
    if before is None or min(before, after) < words.FEWEST_FOR_PERCENT:
        return f"Recorded {noun_phrase} in {place}, a day"
    change = 100 * (after - before) / before
    if abs(change) < 0.5:
        return f"Recorded {noun_phrase}: little changed in a year"
    size = words.percent(abs(change), decimals=0)
    if is_clear is False:
        return f"Recorded {noun_phrase}: {'up' if change > 0 else 'down'} {size} in a year, {USUAL}"
    return f"Recorded {noun_phrase} {'rose' if change > 0 else 'fell'} {size} in a year"


def draw_trend(trend: Trend, head: Head) -> Figure:
    end = _NARROW_END if head.is_narrow else _END
    legend = _set_breaks(trend.breaks, head.width - 2 * MARGIN)
    above = head.height + _UNIT + len(legend) * lettering.line_height(SMALL) + 0.06
    figure = head.begin(above + _BODY + _FOOT)
    below = lettering.put_lines(figure, MARGIN, head.height, legend, size=SMALL, colour=theme.LIGHT.accent_text)
    write_label(figure, MARGIN, below + 0.03, f"{trend.noun} a day")
    axes = add_axes(figure, MARGIN + 0.36, above, head.width - MARGIN - 0.36 - end, _BODY)
    _draw_axes(axes, trend.rates, narrow=head.is_narrow)
    _draw_months(axes, trend)
    _draw_adjusted(axes, trend)
    first = trend.rates.index[0].date()
    for number, (day, _) in enumerate(trend.breaks, start=1):
        _draw_break(axes, place_day(day, first), str(number) if len(trend.breaks) > 1 else "")
    return figure


def describe_trend(title: str, trend: Trend) -> str:
    known, adjusted = trend.rates.dropna(), trend.adjusted.dropna()
    if known.empty:
        return f"{title}. No month was reported."
    ends = [
        f"{words.rate_words(known[month])} in {words.month_words(month.date())}"
        for month in (known.index[0], known.index[-1])
    ]
    level = (
        f" The seasonally adjusted trend ends at {words.rate_words(adjusted.iloc[-1])} a day." if len(adjusted) else ""
    )
    told = " ".join(f"{words.capitalise(text.rstrip('.'))}." for _, text in trend.breaks)
    return f"{title}. Line of {trend.noun} a day: {ends[0]}, {ends[1]}.{level} {told}".strip()


def _set_breaks(breaks: Sequence[tuple[dt.date, str]], room: float) -> list[str]:
    """Label the dashed lines above the chart by number: words beside them would not fit a phone."""
    texts = [
        f"{f'{number} ' if len(breaks) > 1 else ''}{words.capitalise(text.rstrip('.'))}, {words.date_words(day)}"
        for number, (day, text) in enumerate(breaks, start=1)
    ]
    return [line for text in texts for line in lettering.wrap_text(f"┆ {text}", room, SMALL)]


def _draw_axes(axes: Axes, rates: pd.Series, *, narrow: bool) -> None:
    highest = float(np.nanmax(rates)) if rates.notna().any() else 0.0
    axes.set_xlim(-0.5, max(len(rates) - 0.5, 0.5))
    axes.set_ylim(0, 1.08 * highest if highest > 0 else 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(4, min_n_ticks=2))
    axes.yaxis.set_major_formatter("{x:,.10g}")
    calm_axes(axes, "y")
    steps = max(1, math.ceil((len(rates) - 1) / (2 if narrow else 5)))
    at = sorted({*range(len(rates) - 1, -1, -steps)})
    axes.set_xticks(at, [f"{rates.index[one]:%b %Y}" for one in at])


def _draw_months(axes: Axes, trend: Trend) -> None:
    rates = trend.rates
    across, heights = np.arange(len(rates)), rates.to_numpy()
    axes.plot(across, heights, color=theme.LIGHT.context, linewidth=1.1, zorder=2)
    is_open = np.array([month.date() in trend.provisional for month in rates.index])
    for chosen, fill, edge in (
        (~is_open, theme.LIGHT.context, theme.LIGHT.context),
        (is_open, theme.LIGHT.ground, theme.LIGHT.ink3),
    ):
        style: Style = {"linestyle": "none", "marker": "o", "markersize": 3.4, "zorder": 3}
        axes.plot(across[chosen], heights[chosen], markerfacecolor=fill, markeredgecolor=edge, **style)
    known = rates.dropna()
    if len(known):
        text = "each month\n(hollow:\nprovisional)" if is_open.any() else "each month"
        _label_end(axes, len(rates) - 1, float(known.iloc[-1]), text, theme.LIGHT.ink3, other=trend.latest)


def _draw_adjusted(axes: Axes, trend: Trend) -> None:
    if trend.adjusted.count() == 0:
        return
    colour, across = theme.LIGHT.link, np.arange(len(trend.rates))
    axes.plot(across, trend.adjusted.to_numpy(), color=colour, linewidth=2.6, zorder=4, solid_capstyle="round")
    if trend.latest is not None:
        axes.plot([across[-1]], [trend.latest], marker="o", markersize=5, color=colour, zorder=5)
        text, other = (
            f"{words.rate_words(trend.latest)} a day,\nseasonally\nadjusted",
            float(trend.rates.dropna().iloc[-1]),
        )
        _label_end(axes, across[-1], trend.latest, text, colour, bold=True, other=other)


def _label_end(
    axes: Axes, x: float, y: float, text: str, colour: str, *, bold: bool = False, other: float | None = None
) -> None:
    """Label a line at its end; of two lines with close ends the upper label moves up and the lower one down."""
    shift, top, room = 0.0, axes.get_ylim()[1], 0.19
    apart = room if other is None else (y - other) / top
    if abs(apart) < room:
        shift = (room - abs(apart)) / 2 * (1 if apart > 0 or (apart == 0 and bold) else -1) * top
    style: Style = {"fontweight": "bold" if bold else "normal", "va": "center", "annotation_clip": False}
    at = (x, min(max(y + shift, 0.09 * top), 0.99 * top))
    write_at(axes, text, at, (7, 0), colour, linespacing=1.15, **style)


def _draw_break(axes: Axes, at: float, number: str) -> None:
    colour = theme.LIGHT.accent_text
    axes.axvline(at, color=colour, linewidth=1.0, linestyle=(0, (3, 2)), zorder=1.5)
    style: Style = {"ha": "center", "va": "bottom", "annotation_clip": False}
    write_at(axes, number, (at, axes.get_ylim()[1]), (0, 2), colour, **style)
