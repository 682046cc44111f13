"""The chart of concentration: the share of crime in the areas with most of it, and in those a model ranks first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

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

MARKS = (0.01, 0.05, 0.10, 0.20, 0.50)
_BODY, _NARROW_BODY, _FOOT = 3.5, 2.9, 0.55


@dataclass(frozen=True)
class Concentration:
    """How crime piles up over areas.

    Args:
        areas: Share of the areas, 0 to 1, rising.
        recorded: Share of the crime in so many areas with most of it.
        ranked: The same with the areas in the model's order; None without predictions.
    """

    areas: npt.NDArray[np.float64]
    recorded: npt.NDArray[np.float64]
    ranked: npt.NDArray[np.float64] | None

    def at(self, share: float) -> float:
        """Share of the crime in a share of the areas, those with most first; of whole areas, as titles count them."""
        return float(self.recorded[round(share * (len(self.areas) - 1))])


def pile_up(recorded: pd.Series, predicted: pd.Series | None) -> Concentration | None:
    """Pile crime up over areas.

    Args:
        recorded: Crimes per area, indexed by LSOA code; NaN is not reported and left out.
        predicted: Predicted crimes, likewise; areas without a prediction come last.

    Returns:
        None where nothing was recorded or there are fewer than ten areas. Equal values are taken in order of codes.
    """
    known = recorded.replace([np.inf, -np.inf], np.nan).dropna().sort_index()
    if len(known) < 10 or known.sum() <= 0:
        return None
    total = float(known.sum())

    def curve(order: pd.Series) -> npt.NDArray[np.float64]:
        chosen = order.sort_values(ascending=False, kind="stable", na_position="last").index
        return np.concatenate([[0.0], known[chosen].cumsum().to_numpy(dtype=float) / total])

    ranked = None if predicted is None else curve(predicted.reindex(known.index))
    return Concentration(np.linspace(0, 1, len(known) + 1), curve(known), ranked)


def draw_cumulative(found: Concentration, *, title: str, subtitle: str, narrow: bool = False) -> Figure:
    """Draw the chart of concentration.

    Args:
        found: From `pile_up`.
        title: What is seen.
        subtitle: Measure, place, period.
        narrow: For phones: 4 inches wide.

    Returns:
        A figure without source line; `finish.save_figure` adds it.
    """
    width = NARROW_WIDTH if narrow else WIDTH
    heads = head_lines(title, subtitle, width)
    head = head_height(*heads) + 0.12
    body = _NARROW_BODY if narrow else _BODY
    with theme.use_picture_style():
        figure = Figure(figsize=(width, head + body + _FOOT), dpi=theme.DPI)
        draw_head(figure, *heads)
        axes = add_axes(figure, MARGIN + 0.42, head, width - 2 * MARGIN - 0.42 - (0 if narrow else 1.35), body)
        _draw_axes(axes)
        axes.plot([0, 1], [0, 1], color=theme.LIGHT.context, linewidth=1.0, zorder=1)
        if found.ranked is not None:
            # Everything of a model is dashed.
            axes.plot(found.areas, found.ranked, color=theme.LIGHT.accent_fill, linewidth=1.8, linestyle=(0, (4, 2)))
        axes.plot(found.areas, found.recorded, color=theme.LIGHT.link, linewidth=2.6, zorder=4)
        _draw_marks(axes, found)
        _draw_names(axes, has_model=found.ranked is not None, narrow=narrow)
        lettering.put_text(
            figure,
            MARGIN + 0.42,
            head + body + 0.27,
            "of the small areas, most crime first",
            size=theme.LABEL_SIZE,
            colour=theme.LIGHT.ink2,
        )
    return figure


def describe_cumulative(title: str, found: Concentration) -> str:
    """Say in words what the chart shows: its text alternative."""
    told = [
        f"{words.percent(100 * share, decimals=0)} have {words.percent(100 * found.at(share), decimals=0)}"
        for share in MARKS
    ]
    text = f"{title}. Of the areas, most crime first, {', '.join(told)} of the crime."
    if found.ranked is not None:
        share = float(np.interp(0.1, found.areas, found.ranked))
        text += f" The tenth that the model ranks highest has {words.percent(100 * share, decimals=0)}."
    return text


def _draw_axes(axes: Axes) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    shares = FuncFormatter(lambda value, _: words.percent(100 * value, decimals=0))
    axes.xaxis.set_major_formatter(shares)
    axes.yaxis.set_major_formatter(shares)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    calm_axes(axes, "y")


def _draw_marks(axes: Axes, found: Concentration) -> None:
    for share in MARKS:
        height = found.at(share)
        axes.plot([share], [height], marker="o", markersize=4.5, color=theme.LIGHT.link, zorder=5)
        areas, crime = (words.percent(100 * one, decimals=0) for one in (share, height))
        axes.annotate(
            f"{areas} have {crime}",
            (share, height),
            xytext=(7, -4),
            textcoords="offset points",
            fontsize=theme.SMALL_LABEL_SIZE,
            color=theme.LIGHT.link,
            fontweight="bold",
            va="top",
            path_effects=lettering.halo(),
            zorder=6,
        )


def _draw_names(axes: Axes, *, has_model: bool, narrow: bool) -> None:
    """Name the lines where there is room beside them."""
    names = [("if crime were evenly spread", theme.LIGHT.ink3, 0.30)]
    if has_model:
        names.insert(0, ("in the model’s order (dashed)", theme.LIGHT.accent_text, 0.38))
    for text, colour, height in names:
        axes.annotate(
            text,
            (1.0, height - (0.24 if narrow else 0.16)),
            ha="right",
            fontsize=theme.SMALL_LABEL_SIZE,
            color=colour,
            path_effects=lettering.halo(),
            zorder=6,
        )
