"""The funnel plot: boroughs against their expected crime, with limits for chance and over-dispersion."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.layout import MARGIN, Chart, Head, add_axes, calm_axes
from crime_dagster.drawing.kit.lettering import SMALL, Style, write_at, write_label
from crime_dagster.drawing.kit.year import Year

# For each limit's name, the expected crimes and the upper limit of the ratio there.
Limits = Mapping[str, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]
_BODY, _FOOT = 3.2, 0.55
_TICKS = (0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8)


def chart_funnel(year: Year, places: pd.DataFrame, limits: Limits) -> Chart:
    """Chart a row per borough: name, expected (crimes), ratio (recorded over expected), is_outside."""
    outside = places[places["is_outside"].astype(bool)]
    above, below = (list(outside.loc[(outside["ratio"] > 1) == is_above, "name"]) for is_above in (True, False))
    title = write_funnel_title(above, below, year.crime.noun_phrase)
    subtitle = (
        f"Recorded {year.crime.noun_phrase} divided by what a model not trained on the borough expects, "
        f"{year.place}, {year.period_label}; limits widened for extra variation"
    )
    figures = places[["place_code", "name", "actual", "expected", "ratio", "z", "is_outside"]]
    return Chart(title, subtitle, describe_funnel(title, places), figures, partial(draw_funnel, places, limits))


def write_funnel_title(above: Sequence[str], below: Sequence[str], noun_phrase: str) -> str:
    """Say which boroughs are outside the wider limits, or how many if their names do not fit."""
    if not above and not below:
        return f"Recorded {noun_phrase}: no borough is outside the 99.8% limits"
    more, fewer = "more", "fewer" if words.is_plural(noun_phrase) else "less"
    parts = [_who(names, way) for names, way in ((above, more), (below, fewer)) if names]
    only = "Only " if len(above) + len(below) == 1 else ""
    return f"{only}{' and '.join(parts)} {noun_phrase} than the model expects"


def _who(names: Sequence[str], way: str) -> str:
    if len(names) == 1:
        return f"{names[0]} has {way}"
    return f"{words.whole_number(len(names))} boroughs have {way}"


def draw_funnel(places: pd.DataFrame, limits: Limits, head: Head) -> Figure:
    left, top = MARGIN + 0.42, head.height + 0.24
    figure = head.begin(top + _BODY + _FOOT)
    write_label(figure, MARGIN, top - 0.2, "times the expected number (log scale)")
    axes = add_axes(figure, left, top, head.width - MARGIN - left - (0.1 if head.is_narrow else 0.6), _BODY)
    _draw_axes(axes, places, limits)
    _draw_limits(axes, limits)
    _draw_places(axes, places)
    write_label(figure, left, top + _BODY + 0.28, "expected crimes")
    return figure


def describe_funnel(title: str, places: pd.DataFrame) -> str:
    outside = places[places["is_outside"]].sort_values("ratio", ascending=False)
    told = [
        f"{name} {words.plain_number(round(float(ratio), 2))}" for name, ratio in outside[["name", "ratio"]].to_numpy()
    ]
    named = f" Recorded for each one expected: {', '.join(told)}." if told else ""
    return f"{title}. Dots of {len(places)} boroughs between limits that narrow as boroughs grow.{named}"


def _draw_axes(axes: Axes, places: pd.DataFrame, limits: Limits) -> None:
    widest = max([*places["ratio"], *(1 / places["ratio"]), *(float(upper[0]) for _, upper in limits.values()), 1.2])
    widest = min(widest, 8.0) * 1.08
    axes.set(yscale="log", ylim=(1 / widest, widest))
    shown = [tick for tick in _TICKS if 1 / widest <= tick <= widest]
    axes.set_yticks(shown, [words.plain_number(tick) for tick in shown])
    axes.yaxis.set_minor_formatter(NullFormatter())
    end = 1.06 * float(places["expected"].max())
    axes.set_xlim(0, end)
    axes.set_xticks([tick for tick in MaxNLocator(4).tick_values(0, end) if tick <= end])
    axes.xaxis.set_major_formatter("{x:,.10g}")
    axes.minorticks_off()
    calm_axes(axes, "y")


def _draw_limits(axes: Axes, limits: Limits) -> None:
    axes.axhline(1, color=theme.LIGHT.ink2, linewidth=0.9, zorder=1.5)
    for number, (name, (expected, upper)) in enumerate(limits.items()):
        dashes = (0, (4, 2)) if number == 0 else "solid"
        for line in (upper, 1 / upper):
            axes.plot(expected, line, color=theme.LIGHT.context, linewidth=1.1, linestyle=dashes, zorder=1.6)
        write_at(axes, name, (expected[-1], upper[-1]), (3, 0), theme.LIGHT.ink3, va="center", annotation_clip=False)


def _draw_places(axes: Axes, places: pd.DataFrame) -> None:
    for is_outside, colour in ((False, theme.LIGHT.link), (True, theme.LIGHT.accent_fill)):
        chosen = places[places["is_outside"] == is_outside]
        marker: Style = {"linestyle": "none", "marker": "D" if is_outside else "o", "zorder": 4}
        marker |= {"markersize": 6, "markeredgecolor": theme.LIGHT.ground}
        axes.plot(chosen["expected"], chosen["ratio"], color=colour, markeredgewidth=0.6, **marker)
    end = axes.get_xlim()[1]
    for name, expected, ratio in places.loc[places["is_outside"], ["name", "expected", "ratio"]].to_numpy():
        is_right = expected > 0.6 * end
        text, shift = lettering.wrap_text(str(name), 1.6, SMALL)[0], (-6 if is_right else 6, 0)
        side = "right" if is_right else "left"
        write_at(axes, text, (expected, ratio), shift, theme.LIGHT.ink, ha=side, va="center", zorder=5)
