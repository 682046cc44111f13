"""The chart of a trend: crimes a day, month by month and over twelve months, with the breaks in recording."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.cautions import place_day
from crime_dagster.drawing.kit.layout import (
    MARGIN,
    NARROW_WIDTH,
    WIDTH,
    add_axes,
    calm_axes,
    draw_head,
    head_height,
    head_lines,
)

YEAR = 12
_BODY, _FOOT, _UNIT = 2.75, 0.42, 0.36
_END, _NARROW_END = 1.25, 0.95


def sum_rates(rates: pd.Series) -> pd.Series:
    """Mean rate of the twelve months that end with each month, weighted by their days; NaN where one is not known.

    Args:
        rates: Crimes a day, indexed by first days of months, without a gap.
    """
    days = pd.Series(pd.DatetimeIndex(rates.index).days_in_month, rates.index)
    return (rates * days).rolling(YEAR).sum() / days.rolling(YEAR).sum()


def write_trend_title(
    before: float | None, after: float, *, noun_phrase: str, place: str, is_clear: bool | None = None
) -> str:
    """Say how the newest year compares: "Recorded drug offences rose 29% in a year".

    Args:
        before: Crimes of the year before in the same areas; None where not known.
        after: Crimes of the newest year.
        noun_phrase: How a sentence names them after "recorded".
        place: Name of the city.
        is_clear: Whether the change is larger than chance and uneven recording explain; None where no test was made.

    Returns:
        A title without a number where a year is not known or too small for one, or where the change is not clear.
    """
    if before is None or min(before, after) < 20:
        return f"Recorded {noun_phrase} in {place}, a day"
    if is_clear is False:
        return f"Recorded {noun_phrase}: no clear change in a year"
    change = 100 * (after - before) / before
    if abs(change) < 0.5:
        return f"Recorded {noun_phrase}: about as many as a year before"
    return (
        f"Recorded {noun_phrase} {'rose' if change > 0 else 'fell'} {words.percent(abs(change), decimals=0)} in a year"
    )


def draw_trend(
    rates: pd.Series,
    *,
    title: str,
    subtitle: str,
    noun: str,
    breaks: Sequence[tuple[dt.date, str]] = (),
    provisional: frozenset[dt.date] = frozenset(),
    narrow: bool = False,
) -> Figure:
    """Draw the chart of a trend.

    Args:
        rates: Crimes a day, indexed by first days of months, in order and without a gap; NaN is not reported.
        title: What is seen.
        subtitle: Measure, place, both years.
        noun: What is counted, for the axis.
        breaks: Day and words of what changed in recording.
        provisional: First days of months that are still revised: hollow.
        narrow: For phones: 4 inches wide.

    Returns:
        A figure without source line; `finish.save_figure` adds it.
    """
    width, end = (NARROW_WIDTH, _NARROW_END) if narrow else (WIDTH, _END)
    heads = head_lines(title, subtitle, width)
    head = head_height(*heads)
    with theme.use_picture_style():
        legend = _set_breaks(breaks, width - 2 * MARGIN)
        above = head + _UNIT + len(legend) * lettering.line_height(theme.SMALL_LABEL_SIZE) + 0.06
        figure = Figure(figsize=(width, above + _BODY + _FOOT), dpi=theme.DPI)
        draw_head(figure, *heads)
        below = lettering.put_lines(
            figure, MARGIN, head, legend, size=theme.SMALL_LABEL_SIZE, colour=theme.LIGHT.accent_text
        )
        unit = f"{noun} a day"
        lettering.put_text(figure, MARGIN, below + 0.03, unit, size=theme.LABEL_SIZE, colour=theme.LIGHT.ink2)
        axes = add_axes(figure, MARGIN + 0.36, above, width - MARGIN - 0.36 - end, _BODY)
        _draw_axes(axes, rates, narrow=narrow)
        _draw_months(axes, rates, provisional)
        _draw_years(axes, rates)
        for number, (day, _) in enumerate(breaks, start=1):
            _draw_break(axes, place_day(day, rates.index[0].date()), str(number) if len(breaks) > 1 else "")
    return figure


def describe_trend(title: str, rates: pd.Series, noun: str, breaks: Sequence[tuple[dt.date, str]] = ()) -> str:
    """Say in words what the chart shows: its text alternative."""
    known = rates.dropna()
    if known.empty:
        return f"{title}. No month was reported."
    ends = [
        f"{_rate(known[month])} in {words.month_words(month.date())}" for month in (known.index[0], known.index[-1])
    ]
    yearly = sum_rates(rates).dropna()
    year = f" Over the last twelve months {_rate(yearly.iloc[-1])} a day." if len(yearly) else ""
    told = " ".join(f"{words.capitalise(text.rstrip('.'))}." for _, text in breaks)
    return f"{title}. Line of {noun} a day: {ends[0]}, {ends[1]}.{year} {told}".strip()


def _set_breaks(breaks: Sequence[tuple[dt.date, str]], room: float) -> list[str]:
    """Name the dashed lines above the chart, numbered as they are there: words beside them would not fit a phone."""
    texts = [
        f"{f'{number} ' if len(breaks) > 1 else ''}{words.capitalise(text.rstrip('.'))}, {words.date_words(day)}"
        for number, (day, text) in enumerate(breaks, start=1)
    ]
    return [line for text in texts for line in lettering.wrap_text(f"┆ {text}", room, theme.SMALL_LABEL_SIZE)]


def _draw_axes(axes: Axes, rates: pd.Series, *, narrow: bool) -> None:
    highest = float(np.nanmax(rates)) if rates.notna().any() else 0.0
    axes.set_xlim(-0.5, max(len(rates) - 0.5, 0.5))
    axes.set_ylim(0, 1.08 * highest if highest > 0 else 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(4, min_n_ticks=2))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    calm_axes(axes, "y")
    steps = max(1, math.ceil((len(rates) - 1) / (2 if narrow else 5)))
    at = sorted({*range(len(rates) - 1, -1, -steps)})
    axes.set_xticks(at, [f"{rates.index[one]:%b %Y}" for one in at])


def _draw_months(axes: Axes, rates: pd.Series, provisional: frozenset[dt.date]) -> None:
    across = np.arange(len(rates))
    axes.plot(across, rates.to_numpy(), color=theme.LIGHT.context, linewidth=1.1, zorder=2)
    is_open = np.array([month.date() in provisional for month in rates.index])
    for chosen, fill in ((~is_open, theme.LIGHT.context), (is_open, theme.LIGHT.ground)):
        axes.plot(
            across[chosen],
            rates.to_numpy()[chosen],
            linestyle="none",
            marker="o",
            markersize=3.4,
            markerfacecolor=fill,
            markeredgecolor=theme.LIGHT.ink3 if fill == theme.LIGHT.ground else fill,
            zorder=3,
        )
    known = rates.dropna()
    if len(known):
        text = "each month\n(hollow:\nprovisional)" if is_open.any() else "each month"
        _label_end(axes, len(rates) - 1, float(known.iloc[-1]), text, theme.LIGHT.ink3, other=_last_year(rates))


def _last_year(rates: pd.Series) -> float | None:
    yearly = sum_rates(rates)
    return float(yearly.iloc[-1]) if len(yearly) and pd.notna(yearly.iloc[-1]) else None


def _draw_years(axes: Axes, rates: pd.Series) -> None:
    yearly = sum_rates(rates)
    if yearly.notna().sum() == 0:
        return
    across = np.arange(len(rates))
    axes.plot(across, yearly.to_numpy(), color=theme.LIGHT.link, linewidth=2.6, zorder=4, solid_capstyle="round")
    last = _last_year(rates)
    if last is not None:
        axes.plot([across[-1]], [last], marker="o", markersize=5, color=theme.LIGHT.link, zorder=5)
        text = f"{_rate(last)} a day,\n12-month\naverage"
        _label_end(axes, across[-1], last, text, theme.LIGHT.link, bold=True, other=float(rates.dropna().iloc[-1]))


def _label_end(
    axes: Axes, x: float, y: float, text: str, colour: str, *, bold: bool = False, other: float | None = None
) -> None:
    """Label a line at its end; of two that end near each other the upper label goes up and the lower one down."""
    shift = 0.0
    if other is not None:
        apart = (y - other) / axes.get_ylim()[1]
        room = 0.19
        if abs(apart) < room:
            shift = (room - abs(apart)) / 2 * (1 if apart > 0 or (apart == 0 and bold) else -1) * axes.get_ylim()[1]
    low, high = 0.09 * axes.get_ylim()[1], 0.93 * axes.get_ylim()[1]
    axes.annotate(
        text,
        (x, min(max(y + shift, low), high)),
        xytext=(7, 0),
        textcoords="offset points",
        color=colour,
        fontsize=theme.SMALL_LABEL_SIZE,
        fontweight="bold" if bold else "normal",
        va="center",
        linespacing=1.15,
        annotation_clip=False,
    )


def _draw_break(axes: Axes, at: float, number: str) -> None:
    axes.axvline(at, color=theme.LIGHT.accent_text, linewidth=1.0, linestyle=(0, (3, 2)), zorder=1.5)
    axes.annotate(
        number,
        (at, axes.get_ylim()[1]),
        xytext=(0, 2),
        textcoords="offset points",
        color=theme.LIGHT.accent_text,
        fontsize=theme.SMALL_LABEL_SIZE,
        ha="center",
        va="bottom",
        annotation_clip=False,
    )


def _rate(value: float) -> str:
    return words.whole_number(value) if value >= 10 else words.plain_number(round(float(value), 1))
