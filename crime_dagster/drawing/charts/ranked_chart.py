"""The chart of ranked areas: the ones with most crime, with the range that a model expects of such places."""

from __future__ import annotations

import math

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
_ROW, _FOOT, _LEGEND = 0.215, 0.4, 0.34
_WIDEST_NAMES, _NARROW_NAMES = 2.75, 1.5


def write_ranked_title(areas_frame: pd.DataFrame, middle: float, noun: str) -> str:
    """Say how far the first is above the middle: "Soho 013G recorded 11,924 crimes, 105 times the median".

    Args:
        areas_frame: As for `draw_ranked`, at least one row.
        middle: Median of all areas.
        noun: What is counted.
    """
    first = areas_frame.sort_values("recorded", ascending=False, kind="stable").iloc[0]
    count = f"{first['area_name']} recorded {words.whole_number(first['recorded'])} {noun}"
    times = first["recorded"] / middle if middle > 0 else math.nan
    return f"{count}, {words.whole_number(times)} times the median" if times >= 2 else count


def draw_ranked(areas_frame: pd.DataFrame, middle: float, *, title: str, subtitle: str, narrow: bool = False) -> Figure:
    """Draw the chart of ranked areas.

    Args:
        areas_frame: A row per area: area_name, borough_name, recorded (crimes); optional lower_90, upper_90 (the range
            that a model expects nine in ten such areas in). NaN is not reported and left out.
        middle: Median of all areas, drawn as a dashed line.
        title: What is seen.
        subtitle: Measure, place, period.
        narrow: For phones: 4 inches wide, ten areas.

    Returns:
        A figure without source line; `finish.save_figure` adds it.
    """
    width, most = (NARROW_WIDTH, NARROW_ROWS) if narrow else (WIDTH, ROWS)
    top = list_ranked(areas_frame).head(most)
    heads = head_lines(title, subtitle, width)
    head = head_height(*heads)
    with theme.use_picture_style():
        names = [
            lettering.wrap_text(
                f"{name}, {borough}", _NARROW_NAMES if narrow else _WIDEST_NAMES, theme.SMALL_LABEL_SIZE
            )
            for name, borough in top[["area_name", "borough_name"]].to_numpy()
        ]
        lines = max((len(one) for one in names), default=1)
        row = max(_ROW, lines * lettering.line_height(theme.SMALL_LABEL_SIZE) + 0.05)
        body = row * max(len(top), 1)
        figure = Figure(figsize=(width, head + _LEGEND + body + _FOOT), dpi=theme.DPI)
        draw_head(figure, *heads)
        left = MARGIN + max(
            (lettering.measure_text(line, theme.SMALL_LABEL_SIZE) for one in names for line in one), default=1
        )
        axes = add_axes(figure, left + 0.1, head + _LEGEND, width - left - 0.1 - 0.62, body)
        _draw_bars(axes, top, ["\n".join(one) for one in names])
        _draw_legend(figure, head, middle, has_range=_has_range(top))
        if math.isfinite(middle):
            axes.axvline(middle, color=theme.LIGHT.ink, linewidth=1.0, linestyle=(0, (3, 2)), zorder=4)
    return figure


def list_ranked(areas_frame: pd.DataFrame) -> pd.DataFrame:
    """The areas that were reported, most crime first."""
    known = areas_frame[np.isfinite(areas_frame["recorded"].to_numpy(dtype=float))]
    return known.sort_values("recorded", ascending=False, kind="stable", ignore_index=True)


def describe_ranked(title: str, areas_frame: pd.DataFrame, middle: float, noun: str) -> str:
    """Say in words what the chart shows: its text alternative."""
    told = [
        f"{name} ({borough}) {words.whole_number(recorded)}"
        for name, borough, recorded in list_ranked(areas_frame)
        .head(5)[["area_name", "borough_name", "recorded"]]
        .to_numpy()
    ]
    half = (
        f" Half of all areas have {words.whole_number(math.floor(middle))} or fewer." if math.isfinite(middle) else ""
    )
    return f"{title}. Bars of {noun}: {', '.join(told)}.{half}"


def _has_range(top: pd.DataFrame) -> bool:
    return {"lower_90", "upper_90"} <= set(top.columns) and bool(top["upper_90"].notna().any())


def _draw_bars(axes: Axes, top: pd.DataFrame, names: list[str]) -> None:
    heights = np.arange(len(top))
    axes.barh(heights, top["recorded"], height=0.66, color=theme.LIGHT.link, zorder=2)
    if _has_range(top):
        axes.hlines(heights, top["lower_90"], top["upper_90"], color=theme.LIGHT.accent_fill, linewidth=2.2, zorder=3)
    highest = float(np.nanmax([*top["recorded"], *(top["upper_90"] if _has_range(top) else [])])) if len(top) else 1.0
    end = 1.02 * highest if highest > 0 else 1.0
    axes.set_xlim(0, end)
    axes.set_ylim(len(top) - 0.5, -0.5)
    axes.set_yticks(heights, names)
    axes.tick_params(axis="y", labelcolor=theme.LIGHT.ink)
    axes.set_xticks([tick for tick in MaxNLocator(4).tick_values(0, end) if tick <= end])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    calm_axes(axes, "x")
    for height, (recorded, upper) in enumerate(zip(top["recorded"], _read_upper(top), strict=True)):
        axes.annotate(
            words.whole_number(recorded),
            (max(recorded, upper), height),
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


def _read_upper(top: pd.DataFrame) -> list[float]:
    return top["upper_90"].fillna(0.0).tolist() if _has_range(top) else [0.0] * len(top)


def _draw_legend(figure: Figure, top: float, middle: float, *, has_range: bool) -> None:
    parts = [("bars: recorded", theme.LIGHT.link)]
    if has_range:
        parts.append(("lines: model’s 90% range", theme.LIGHT.accent_text))
    if math.isfinite(middle):
        parts.append((f"dashed: median {words.whole_number(math.floor(middle))}", theme.LIGHT.ink))
    left, line = MARGIN, 0
    room = float(figure.get_size_inches()[0]) - MARGIN
    for text, colour in parts:
        width = lettering.measure_text(text, theme.SMALL_LABEL_SIZE, bold=True)
        if left > MARGIN and left + width > room:
            left, line = MARGIN, line + 1
        lettering.put_text(
            figure,
            left,
            top + 0.02 + line * lettering.line_height(theme.SMALL_LABEL_SIZE),
            text,
            size=theme.SMALL_LABEL_SIZE,
            colour=colour,
            fontweight="bold",
        )
        left += width + 0.2
