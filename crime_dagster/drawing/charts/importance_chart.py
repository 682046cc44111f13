"""The chart of importance: how much worse a model gets when one feature is shuffled among the areas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from crime_dagster.drawing.kit import lettering, theme, words
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

ROWS, NARROW_ROWS = 15, 10
_ROW, _LEGEND, _FOOT = 0.215, 0.26, 0.4
_WIDEST_NAMES, _NARROW_NAMES = 2.75, 1.6


def write_importance_title(names: Sequence[str], noun_phrase: str) -> str:
    """Say what counts most: "The model of burglary leans most on people per km²"."""
    return f"The model of {noun_phrase} leans most on {words.lower_first(names[0])}"


def describe_importance(title: str, rows: pd.DataFrame, names: Sequence[str]) -> str:
    """Say in words what the chart shows: its text alternative."""
    told = [f"{name} {_points(drop)}" for name, drop in zip(names[:5], rows["importance"].head(5), strict=False)]
    return f"{title}. Bars of how far D² falls, in points, when one feature is shuffled: {', '.join(told)}."


def draw_importance(
    rows: pd.DataFrame, names: Sequence[str], *, title: str, subtitle: str, narrow: bool = False
) -> Figure:
    """Draw the chart of importance.

    Args:
        rows: importance, lowest_fold, highest_fold, in D² (1 is all of it); most important first.
        names: Labels of the features, one per row.
        title: What is seen.
        subtitle: Measure, place, period.
        narrow: For phones: 4 inches wide, ten features.

    Returns:
        A figure without source line; `finish.save_figure` adds it.
    """
    width, most, widest = (NARROW_WIDTH, NARROW_ROWS, _NARROW_NAMES) if narrow else (WIDTH, ROWS, _WIDEST_NAMES)
    top = 100 * rows[["importance", "lowest_fold", "highest_fold"]].head(most).astype(float)
    heads = head_lines(title, subtitle, width)
    head = head_height(*heads)
    with theme.use_picture_style():
        labels = [lettering.wrap_text(name, widest, theme.SMALL_LABEL_SIZE) for name in names[: len(top)]]
        lines = max((len(one) for one in labels), default=1)
        row = max(_ROW, lines * lettering.line_height(theme.SMALL_LABEL_SIZE) + 0.05)
        body = row * max(len(top), 1)
        figure = Figure(figsize=(width, head + _LEGEND + body + _FOOT), dpi=theme.DPI)
        draw_head(figure, *heads)
        lettering.put_text(
            figure,
            MARGIN,
            head,
            "bar: mean of the folds; line: lowest to highest fold",
            size=theme.SMALL_LABEL_SIZE,
            colour=theme.LIGHT.ink2,
        )
        left = MARGIN + max(lettering.measure_text(line, theme.SMALL_LABEL_SIZE) for one in labels for line in one)
        axes = add_axes(figure, left + 0.1, head + _LEGEND, width - left - 0.1 - 0.62, body)
        _draw_bars(axes, top, ["\n".join(one) for one in labels])
    return figure


def _draw_bars(axes: Axes, top: pd.DataFrame, names: list[str]) -> None:
    heights = np.arange(len(top))
    axes.barh(heights, top["importance"], height=0.62, color=theme.LIGHT.link, zorder=2)
    axes.hlines(
        heights, top["lowest_fold"], top["highest_fold"], color=theme.LIGHT.accent_fill, linewidth=1.8, zorder=3
    )
    low = min(0.0, float(top[["lowest_fold", "importance"]].to_numpy().min()))
    high = max(float(top[["highest_fold", "importance"]].to_numpy().max()), low + 0.1)
    axes.set_xlim(1.02 * low, 1.02 * high)
    axes.set_ylim(len(top) - 0.5, -0.5)
    axes.set_yticks(heights, names)
    axes.tick_params(axis="y", labelcolor=theme.LIGHT.ink)
    axes.set_xticks([tick for tick in MaxNLocator(4).tick_values(low, high) if low <= tick <= high])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.plain_number(value)))
    calm_axes(axes, "x")
    axes.axvline(0, color=theme.LIGHT.ink2, linewidth=0.8, zorder=3)
    for height, (drop, highest) in enumerate(top[["importance", "highest_fold"]].to_numpy()):
        axes.annotate(
            _points(drop / 100),
            (max(drop, highest, 0.0), height),
            xytext=(4, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=theme.SMALL_LABEL_SIZE,
            fontweight="bold",
            color=theme.LIGHT.ink,
            annotation_clip=False,
            path_effects=lettering.halo(),
            zorder=5,
        )


def _points(drop: float) -> str:
    text = f"{abs(100 * drop):.1f}"
    return f"{words.MINUS}{text}" if drop < 0 and float(text) else text
