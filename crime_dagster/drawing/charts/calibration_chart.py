"""The chart of calibration: what was recorded against what was predicted, in ten groups of areas."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.layout import MARGIN, NARROW_WIDTH, WIDTH, add_axes, draw_head, head_height, head_lines

GROUPS = 10
_SQUARE, _NARROW_SQUARE = 3.7, 3.0
_LEFT, _FOOT = 0.5, 0.55
# A logarithm has no zero; below this a mean is drawn at the edge.
_LEAST = 0.05
# A share of fewer crimes than this says little.
_FEWEST = 20
_TICKS = tuple(step * 10.0**power for power in range(-1, 6) for step in (1, 2, 5))


@dataclass(frozen=True)
class Groups:
    """Ten groups of areas in order of prediction; crimes per area, one number per group.

    Args:
        predicted: Mean prediction.
        recorded: Mean of what was recorded.
        lower: A quarter of the group's areas recorded less.
        upper: A quarter recorded more.
        areas: All areas.
    """

    predicted: npt.NDArray[np.float64]
    recorded: npt.NDArray[np.float64]
    lower: npt.NDArray[np.float64]
    upper: npt.NDArray[np.float64]
    areas: int


def group_areas(actual: pd.Series, predicted: pd.Series) -> Groups | None:
    """Part areas into ten groups by what was predicted.

    Args:
        actual: Recorded crimes per area; NaN is not reported and left out.
        predicted: Predicted crimes, same index.

    Returns:
        None for fewer known areas than groups.
    """
    known = np.isfinite(actual.to_numpy(float)) & np.isfinite(predicted.to_numpy(float))
    if known.sum() < GROUPS:
        return None
    x, y = predicted.to_numpy(float)[known], actual.to_numpy(float)[known]
    parts = np.array_split(np.argsort(x, kind="stable"), GROUPS)
    lower, upper = (np.array([np.quantile(y[part], share) for part in parts]) for share in (0.25, 0.75))
    means = [np.array([values[part].mean() for part in parts]) for values in (x, y)]
    return Groups(means[0], means[1], lower, upper, int(known.sum()))


def write_calibration_title(found: Groups, noun_phrase: str) -> str:
    """Say how far the groups lie from what was predicted: "Recorded crime is within 7% of predicted in every tenth"."""
    if min(found.predicted.min(), found.recorded.min()) < _FEWEST:
        return f"Recorded and predicted {noun_phrase} in ten groups of areas"
    furthest = float(np.max(np.abs(found.recorded / found.predicted - 1)))
    share = words.percent(math.ceil(round(100 * furthest, 6)), decimals=0)
    verb = "are" if words.is_plural(noun_phrase) else "is"
    return f"Recorded {noun_phrase} {verb} within {share} of predicted in every tenth"


def describe_calibration(title: str, found: Groups) -> str:
    """Say in words what the chart shows: its text alternative."""
    ends = [
        f"{words.three_figures(found.recorded[at])} recorded where {words.three_figures(found.predicted[at])} were "
        "predicted"
        for at in (0, -1)
    ]
    return (
        f"{title}. Ten groups of areas in order of prediction, mean crimes per area: in the lowest {ends[0]}, in the "
        f"highest {ends[1]}."
    )


def draw_calibration(found: Groups, *, title: str, subtitle: str, narrow: bool = False) -> Figure:
    """Draw recorded against predicted on equal, square, logarithmic axes.

    Args:
        found: From `group_areas`.
        title: What is seen.
        subtitle: Measure, place, period.
        narrow: For phones: 4 inches wide.

    Returns:
        A figure without source line; `finish.save_figure` adds it.
    """
    width, square = (NARROW_WIDTH, _NARROW_SQUARE) if narrow else (WIDTH, _SQUARE)
    heads = head_lines(title, subtitle, width)
    head = head_height(*heads)
    with theme.use_picture_style():
        unit = "Recorded per area: dot, mean of the group; line, middle half of its areas. Grey: as predicted"
        lines = lettering.wrap_evenly(unit, width - 2 * MARGIN, theme.SMALL_LABEL_SIZE)
        top = head + 0.1 + len(lines) * lettering.line_height(theme.SMALL_LABEL_SIZE)
        figure = Figure(figsize=(width, top + square + _FOOT), dpi=theme.DPI)
        draw_head(figure, *heads)
        lettering.put_lines(figure, MARGIN, head, lines, size=theme.SMALL_LABEL_SIZE, colour=theme.LIGHT.ink2)
        left = MARGIN + _LEFT
        axes = add_axes(figure, left, top, square, square)
        _draw_axes(axes, *_find_limits(found))
        _draw_groups(axes, found)
        if not narrow:
            _draw_list(figure, found, left + square + 0.35, top)
        lettering.put_text(
            figure,
            left,
            top + square + 0.28,
            "Predicted per area, mean of the group",
            size=theme.SMALL_LABEL_SIZE,
            colour=theme.LIGHT.ink2,
        )
    return figure


def _find_limits(found: Groups) -> tuple[float, float]:
    values = np.concatenate([found.predicted, found.recorded, found.upper, found.lower[found.lower > 0]])
    sizes = np.maximum(values, _LEAST)
    return float(sizes.min()) / 1.25, float(sizes.max()) * 1.25


def _draw_axes(axes: Axes, low: float, high: float) -> None:
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    for axis, set_scale, set_limits in (
        (axes.xaxis, axes.set_xscale, axes.set_xlim),
        (axes.yaxis, axes.set_yscale, axes.set_ylim),
    ):
        set_scale("log")
        set_limits(low, high)
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: words.plain_number(value)))
    axes.grid(visible=False)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
    axes.plot([low, high], [low, high], color=theme.LIGHT.context, linewidth=1.0, zorder=1)


def _draw_groups(axes: Axes, found: Groups) -> None:
    x, y = (np.maximum(values, _LEAST) for values in (found.predicted, found.recorded))
    axes.vlines(
        x, np.maximum(found.lower, _LEAST), np.maximum(found.upper, _LEAST), color=theme.LIGHT.link, linewidth=1.1
    )
    axes.plot(x, y, linestyle="none", marker="o", markersize=5, color=theme.LIGHT.link, zorder=4)


def _draw_list(figure: Figure, found: Groups, left: float, top: float) -> None:
    """The figures of the groups beside the chart, highest first."""
    columns = ((0.0, "tenth", "left"), (1.35, "predicted", "right"), (2.3, "recorded", "right"))
    rows = [("highest", found.predicted[-1], found.recorded[-1])]
    rows += [(f"{10 - at}th" if at < 7 else ("3rd", "2nd")[at - 7], found.predicted[-1 - at], found.recorded[-1 - at])
             for at in range(1, 9)]  # fmt: skip
    rows += [("lowest", found.predicted[0], found.recorded[0])]
    table = [("tenth", "predicted", "recorded")]
    table += [
        (name, words.three_figures(x, keep_zeros=True), words.three_figures(y, keep_zeros=True)) for name, x, y in rows
    ]
    for number, cells in enumerate(table):
        for (shift, _, side), cell in zip(columns, cells, strict=True):
            lettering.put_text(
                figure,
                left + shift,
                top + 0.05 + number * 0.24,
                cell,
                size=theme.LABEL_SIZE,
                colour=theme.LIGHT.ink2 if number == 0 else theme.LIGHT.ink,
                fontweight="bold" if number == 0 else "normal",
                ha=side,
            )
