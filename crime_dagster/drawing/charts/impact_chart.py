"""The chart of a what-if: how much predicted crime changes in the highest areas, and in all chosen ones."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from crime_dagster.drawing.charts.impact_panels import (
    NO_CHANGE,
    Mean,
    draw_bars,
    draw_histogram,
    draw_mean_label,
    interval_words,
)
from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.layout import MARGIN, NARROW_WIDTH, WIDTH, Head, add_axes
from crime_dagster.drawing.kit.lettering import LABEL, SMALL, Style

ASSOCIATION_NOTE = "The model’s association, not an effect of policy."
_ROW, _ROW_TWO_LINES = 0.205, 0.27
_LEGEND = 0.52
_WIDEST_NAMES = 2.75
_HEADING: Style = {"size": LABEL, "colour": theme.LIGHT.ink, "fontweight": "bold"}


def impact_subtitle(
    *,
    feature_phrase: str,
    change: float,
    percentile: float,
    noun_phrase: str,
    period_label: str,
    unit: str | None = None,
    place: str = "",
) -> str:
    """Say what changes by how much, and which areas are chosen: at or above a percentile of predicted crime.

    A change without a unit is a share, -0.2 is 20% less. Without a place it is in the whole city.
    """
    verb = "fell" if change < 0 else "rose"
    amount = words.percent(100 * abs(change), decimals=0)
    if unit is not None:
        amount = f"{words.plain_number(abs(change))} {unit}".strip()
    share = words.fraction_words(1 - percentile / 100)
    of = f" of {place}" if place else ""
    chosen = f"in the {share.removeprefix('a ')} of areas" if share else f"in the {100 - percentile:g}% of areas"
    where = f"{chosen}{of} with the most" if percentile > 0 else f"in every area{of}"
    return (
        f"Change in predicted {noun_phrase} if {words.lower_first(feature_phrase)} {verb} by {amount}, "
        f"{where}; {period_label}"
    )


def describe_sum(summary: Mapping[str, Any] | pd.Series) -> str:
    """Say how the chosen areas change together, which the title rounds; the chart shows their mean."""
    value, lower, upper = (_read_number(summary, name) for name in ("sum_change_pct", "lower_90", "upper_90"))
    return f"All of them together: {interval_words(value, lower, upper)}." if math.isfinite(value) else ""


def draw_impact(
    areas: pd.DataFrame,
    summary: Mapping[str, Any] | pd.Series,
    *,
    title: str,
    subtitle: str,
    rows: int = 20,
    narrow: bool = False,
) -> Figure:
    """Draw a row of `impact_summary` and its rows of `impact_areas`, so many of them one by one.

    `finish.save_figure` adds the source line.
    """
    ordered = _order_areas(areas)
    changes = ordered["change_pct"].to_numpy(dtype=float)
    mean = _read_mean(summary, len(ordered))
    top = ordered.head(min(rows, 10) if narrow else rows)
    with theme.use_picture_style():
        draw = _draw_narrow if narrow else _draw_wide
        return draw(top, changes, mean, title, subtitle)


def describe_impact(title: str, areas: pd.DataFrame, summary: Mapping[str, Any] | pd.Series) -> str:
    """Say in words what the chart shows: its text alternative."""
    ordered = _order_areas(areas)
    mean = _read_mean(summary, len(ordered))
    sentences = [f"{title}.", describe_sum(summary), f"{words.capitalise(' '.join(mean.lines()))}."]
    known = ordered[np.isfinite(ordered["change_pct"].to_numpy(dtype=float))]
    if len(known):
        first = known.iloc[0]
        change = words.percent(float(first["change_pct"]), signed=True)
        sentences.append(f"In the area with the most predicted crime, {first['area_name']}, the change is {change}.")
    return " ".join(filter(None, [*sentences, ASSOCIATION_NOTE]))


def _order_areas(areas: pd.DataFrame) -> pd.DataFrame:
    return areas.replace([np.inf, -np.inf], np.nan).sort_values("rank", ignore_index=True)


def _read_mean(summary: Mapping[str, Any] | pd.Series, areas: int) -> Mean:
    chosen = _read_number(summary, "areas")
    return Mean(
        value=_read_number(summary, "mean_change_pct"),
        lower=_read_number(summary, "mean_lower_90"),
        upper=_read_number(summary, "mean_upper_90"),
        areas=int(chosen) if math.isfinite(chosen) else areas,
    )


def _read_number(summary: Mapping[str, Any] | pd.Series, name: str) -> float:
    value = summary.get(name)
    return float(value) if value is not None and pd.notna(value) else math.nan


def _name_grey(changes: npt.NDArray[np.float64]) -> str:
    """Name the grey bars, if there are any."""
    known = changes[np.isfinite(changes)]
    return "grey: no change" if (np.abs(known) < NO_CHANGE).any() else ""


def _draw_wide(top: pd.DataFrame, changes: npt.NDArray[np.float64], mean: Mean, title: str, subtitle: str) -> Figure:
    heading = Head(title, subtitle, WIDTH)
    head = heading.height + 0.04
    names = [lettering.wrap_text(str(name), _WIDEST_NAMES, SMALL) for name in top["area_name"]]
    row_height = _ROW_TWO_LINES if any(len(lines) > 1 for lines in names) else _ROW
    body = max(1.6, row_height * max(len(top), 1))
    figure = heading.begin(head + _LEGEND + body + 0.3)
    widest = max((lettering.measure_text(line, SMALL) for lines in names for line in lines), default=1.0)
    left = MARGIN + max(widest, 1.7) + 0.1
    order = [f"All {len(top)} chosen areas,", "most predicted crime first"]
    if len(top) < mean.areas:
        order = [f"{len(top)} areas with the most", "predicted crime, in order"]
    lettering.put_lines(figure, MARGIN, head, order, **_HEADING)
    bars = add_axes(figure, left, head + _LEGEND, 5.78 - left, body)
    draw_bars(bars, top, mean, ["\n".join(lines) for lines in names])
    draw_mean_label(figure, bars, mean, head + 0.02)
    counted = [f"All {mean.areas:,} chosen areas:", "number by change"]
    below = lettering.put_lines(figure, 6.28, head, counted, **_HEADING)
    lettering.put_text(figure, 6.28, below + 0.02, _name_grey(changes), size=theme.SOURCE_SIZE, colour=theme.LIGHT.ink3)
    draw_histogram(add_axes(figure, 6.28, head + _LEGEND, 1.5, body), changes, mean)
    return figure


def _draw_narrow(top: pd.DataFrame, changes: npt.NDArray[np.float64], mean: Mean, title: str, subtitle: str) -> Figure:
    heading = Head(title, subtitle, NARROW_WIDTH)
    head = heading.height + 0.02
    names = [lettering.wrap_text(str(name), 1.55, SMALL) for name in top["area_name"]]
    row_height = max((len(lines) for lines in names), default=1) * lettering.line_height(SMALL) + 0.05
    body = row_height * max(len(top), 1)
    figure = heading.begin(head + 0.62 + body + 0.82 + 1.2 + 0.3)
    lettering.put_text(figure, MARGIN, head, f"{len(top)} areas with the most predicted crime", **_HEADING)
    left = MARGIN + 1.55 + 0.1
    bars = add_axes(figure, left, head + 0.6, NARROW_WIDTH - 0.15 - left, body)
    draw_bars(bars, top, mean, ["\n".join(lines) for lines in names])
    draw_mean_label(figure, bars, mean, head + 0.22)
    below = head + 0.6 + body + 0.4
    lettering.put_text(figure, MARGIN, below, f"All {mean.areas:,} chosen areas: number by change", **_HEADING)
    grey: Style = {"size": theme.SOURCE_SIZE, "colour": theme.LIGHT.ink3}
    lettering.put_text(figure, MARGIN, below + 0.16, _name_grey(changes), **grey)
    draw_histogram(add_axes(figure, 0.55, below + 0.36, NARROW_WIDTH - 0.75, 1.2), changes, mean)
    return figure
