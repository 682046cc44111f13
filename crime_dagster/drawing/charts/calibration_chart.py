"""The calibration chart: recorded against predicted crime, in ten groups of areas."""

import math
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.layout import MARGIN, Chart, Head, add_axes
from crime_dagster.drawing.kit.lettering import SMALL, Style, write_label, write_small
from crime_dagster.drawing.kit.year import Year

_SQUARE, _NARROW_SQUARE = 3.7, 3.0
_LEFT, _FOOT = 0.5, 0.55
_UNIT = "Recorded per area: dot, mean of the group; line, middle half of its areas. Grey: as predicted"
# The title says how far groups are off, up to a fifth: more is no finding to head a chart with.
_FURTHEST_TOLD = 0.2
# For the logarithmic axes: lower means are drawn at the edge.
_LEAST = 0.05
_TICKS = tuple(step * 10.0**power for power in range(-1, 6) for step in (1, 2, 5))
_TENTHS = ("lowest", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "highest")


def chart_calibration(year: Year, groups: pd.DataFrame) -> Chart:
    """Chart rows of `model_calibration`, in order."""
    title = write_calibration_title(groups, year.crime.noun_phrase)
    subtitle = (
        f"{words.whole_number(groups['areas_in_all'].iloc[0])} small areas (LSOAs) in ten groups by predicted "
        f"{year.crime.noun_phrase}, each borough by a model that has not seen it; {year.place}, {year.period_label}"
    )
    return Chart(title, subtitle, describe_calibration(title, groups), groups, partial(draw_calibration, groups))


def write_calibration_title(groups: pd.DataFrame, noun_phrase: str) -> str:
    """Say how far groups are from their prediction: "Recorded crime is within 7% of predicted in every tenth"."""
    if groups[["predicted", "recorded"]].to_numpy().min() < words.FEWEST_FOR_PERCENT:
        return f"Recorded and predicted {noun_phrase} in ten groups of areas"
    furthest = float((groups["recorded"] / groups["predicted"] - 1).abs().max())
    if furthest > _FURTHEST_TOLD:
        return f"Recorded and predicted {noun_phrase} in ten groups of areas"
    share = words.percent(math.ceil(round(100 * furthest, 6)), decimals=0)
    verb = "are" if words.is_plural(noun_phrase) else "is"
    return f"Recorded {noun_phrase} {verb} within {share} of predicted in every tenth"


def describe_calibration(title: str, groups: pd.DataFrame) -> str:
    ends = [
        f"{words.three_figures(recorded)} recorded where {words.three_figures(predicted)} were predicted"
        for recorded, predicted in groups[["recorded", "predicted"]].iloc[[0, -1]].to_numpy()
    ]
    return (
        f"{title}. Ten groups of areas in order of prediction, mean crimes per area: in the lowest {ends[0]}, in the "
        f"highest {ends[1]}."
    )


def draw_calibration(groups: pd.DataFrame, head: Head) -> Figure:
    square = _NARROW_SQUARE if head.is_narrow else _SQUARE
    lines = lettering.wrap_evenly(_UNIT, head.width - 2 * MARGIN, SMALL)
    top = head.height + 0.1 + len(lines) * lettering.line_height(SMALL)
    figure = head.begin(top + square + _FOOT)
    lettering.put_lines(figure, MARGIN, head.height, lines, size=SMALL, colour=theme.LIGHT.ink2)
    left = MARGIN + _LEFT
    axes = add_axes(figure, left, top, square, square)
    _draw_axes(axes, *_find_limits(groups))
    _draw_groups(axes, groups)
    if not head.is_narrow:
        _draw_list(figure, groups, left + square + 0.35, top)
    write_small(figure, left, top + square + 0.28, "Predicted per area, mean of the group (log scales)")
    return figure


def _find_limits(groups: pd.DataFrame) -> tuple[float, float]:
    lower = groups["recorded_25"]
    sizes = np.concatenate([groups[["predicted", "recorded", "recorded_75"]].to_numpy().ravel(), lower[lower > 0]])
    sizes = np.maximum(sizes, _LEAST)
    return float(sizes.min()) / 1.25, float(sizes.max()) * 1.25


def _draw_axes(axes: Axes, low: float, high: float) -> None:
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(lambda value, _: words.plain_number(value))
    axes.grid(visible=False)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
    axes.plot([low, high], [low, high], color=theme.LIGHT.context, linewidth=1.0, zorder=1)


def _draw_groups(axes: Axes, groups: pd.DataFrame) -> None:
    shown = groups[["predicted", "recorded", "recorded_25", "recorded_75"]].clip(lower=_LEAST)
    axes.vlines(shown["predicted"], shown["recorded_25"], shown["recorded_75"], color=theme.LIGHT.link, linewidth=1.1)
    style: Style = {"linestyle": "none", "marker": "o", "markersize": 5, "color": theme.LIGHT.link, "zorder": 4}
    axes.plot(shown["predicted"], shown["recorded"], **style)


def _draw_list(figure: Figure, groups: pd.DataFrame, left: float, top: float) -> None:
    figures = groups[["predicted", "recorded"]].to_numpy()
    rows = [
        (name, *(words.three_figures(value, keep_zeros=True) for value in pair))
        for name, pair in zip(_TENTHS, figures, strict=True)
    ]
    for number, cells in enumerate([("tenth", "predicted", "recorded"), *reversed(rows)]):
        colour, weight = (theme.LIGHT.ink2, "bold") if number == 0 else (theme.LIGHT.ink, "normal")
        for shift, side, cell in zip((0.0, 1.35, 2.3), ("left", "right", "right"), cells, strict=True):
            write_label(figure, left + shift, top + 0.05 + number * 0.24, cell, colour, fontweight=weight, ha=side)
