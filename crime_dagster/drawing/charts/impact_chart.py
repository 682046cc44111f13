"""The what-if chart: the range of the change, then every area as a dot, then the highest areas by name."""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from crime_dagster.core.dictionary import Column
from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.layout import MARGIN, Chart, Head, add_axes, calm_axes
from crime_dagster.drawing.kit.lettering import LABEL, SMALL, Style, write_at
from crime_dagster.drawing.kit.year import Year

# `kind` of a what-if whose change is a share of the feature.
RELATIVE = "relative"
ASSOCIATION_NOTE = "The model’s association, not an effect of policy."
Numbers = npt.NDArray[np.float64]
# Inches: the rows of the range and of all areas, a heading above the highest, and the foot with the axis.
_RANGE, _STRIP, _HEADING, _FOOT = 0.62, 0.62, 0.3, 0.42
# Inches beyond the marks, for the labels at their ends.
_LABEL = 0.5
# This many dots would make a large SVG; they are embedded as an image.
_MANY = 1_000
_GOLDEN = 0.618034


def chart_impact(year: Year, column: Column, summary: pd.Series, areas: pd.DataFrame) -> Chart:
    """Chart a row of `impact_summary` with its rows of `impact_areas`; `column` is the feature that changes."""
    label, noun = words.lower_first(column.label), year.crime.noun_phrase
    title = words.impact_title(
        *(summary[name] for name in ("change", "sum_change_pct", "lower_90", "upper_90")),
        feature_phrase=label,
        noun_phrase=noun,
        is_share=summary["kind"] == RELATIVE,
    )
    subtitle = f"{say_question(year, column, summary)}. {describe_sum(summary)}".rstrip()
    alt = describe_impact(title, areas, summary)
    return Chart(title, subtitle, alt, areas, partial(draw_impact, areas, summary))


def chart_officers(year: Year, row: pd.Series) -> Chart:
    """Chart a study's estimate for more officers, a row of `impact_officers`."""
    summary = {"sum_change_pct": row["sum_change_pct"], "lower_90": row["lower_pct"], "upper_90": row["upper_pct"]}
    title = words.impact_title(
        row["change"],
        *summary.values(),
        feature_phrase="police officers",
        noun_phrase=year.crime.noun_phrase,
        who="a study suggests",
    )
    subtitle = (
        f"Change in recorded {year.crime.noun_phrase} in {year.place} if officers rose by "
        f"{words.percent(100 * row['change'], decimals=0)}; {year.period_label}. {row['note']}"
    )
    nothing = pd.DataFrame({"rank": [], "area_name": [], "change_pct": []})
    draw = partial(draw_impact, nothing, summary, whole=f"All of {year.place}")
    return Chart(title, subtitle, f"{title}. {subtitle}", row.to_frame().T, draw)


def say_question(year: Year, column: Column, summary: Mapping[str, Any] | pd.Series) -> str:
    """Say what changes by how much, and which areas are chosen: at or above a percentile of predicted crime."""
    change, percentile, place = (summary[name] for name in ("change", "percentile", "place"))
    amount = words.percent(100 * abs(change), decimals=0)
    if summary["kind"] != RELATIVE:
        amount = f"{words.plain_number(abs(change))} {column.unit}".strip()
    share = words.fraction_words(1 - percentile / 100)
    of = f" of {place}" if pd.notna(place) and place else ""
    chosen = f"in the {share.removeprefix('a ')} of areas" if share else f"in the {100 - percentile:g}% of areas"
    where = f"{chosen}{of} with the most" if percentile > 0 else f"in every area{of}"
    return (
        f"Change in predicted {year.crime.noun_phrase} if {words.lower_first(column.label)} "
        f"{'fell' if change < 0 else 'rose'} by {amount}, {where}; {year.period_label}"
    )


def describe_sum(summary: Mapping[str, Any] | pd.Series) -> str:
    """Say how the chosen areas change together: the range, and its centre."""
    value, lower, upper = _read_range(summary)
    if not math.isfinite(value):
        return ""
    said = words.percent(value, signed=True)
    if not math.isfinite(lower + upper):
        return f"All of them together: {said}."
    low, high = (words.percent(limit, signed=True) for limit in (lower, upper))
    return f"All of them together: {low} to {high} (90% range), centre {said}."


def draw_impact(areas: pd.DataFrame, summary: Mapping[str, Any] | pd.Series, head: Head, *, whole: str = "") -> Figure:
    """Draw a what-if with the highest areas by name.

    `areas` are its rows of `impact_areas`; empty if only the total is known. `summary` has the columns sum_change_pct,
    lower_90 and upper_90. `whole` is what the range covers, where it is that of a study.
    """
    ordered = areas.replace([np.inf, -np.inf], np.nan).sort_values("rank", ignore_index=True)
    changes, shown = ordered["change_pct"].to_numpy(dtype=float), _read_range(summary)
    top = ordered.head(8 if head.is_narrow else 12)
    room = 1.45 if head.is_narrow else 2.75
    names = [lettering.wrap_text(str(name), room, SMALL) for name in top["area_name"]]
    row = max((len(lines) for lines in names), default=1) * lettering.line_height(SMALL) + 0.07
    strip = _STRIP if changes.size else 0.0
    body = _RANGE + strip + (_HEADING + row * len(top) if len(top) else 0.0)
    figure = head.begin(head.height + body + _FOOT)
    axes = add_axes(figure, MARGIN + room + 0.1, head.height, head.width - room - 0.1 - 2 * MARGIN, body)
    # The y axis is in inches, so that rows of text and marks keep their distance.
    axes.set_ylim(body, 0)
    axes.set_yticks([])
    calm_axes(axes, "x")
    axes.spines["left"].set_visible(False)
    counted = f"{changes.size:,} {'area' if changes.size == 1 else 'areas'}"
    together = f"All {counted}" if head.is_narrow else f"All {counted} together"
    _put_heading(figure, head.height + 0.2, [whole or together, "bar: plausible range" if whole else "bar: 90% range"])
    known = changes[np.isfinite(changes)]
    _set_reach(axes, [0.0, *known, *(one for one in shown if math.isfinite(one))])
    _draw_range(axes, *shown)
    if changes.size:
        _put_heading(figure, head.height + _RANGE + 0.2, [f"Each of the {counted}", "one dot each"])
        _draw_strip(axes, known)
    if len(top):
        count = f"All {len(top)}, most" if len(top) == changes.size else f"The {len(top)} with most"
        below = head.height + _RANGE + strip + 0.12
        _put_heading(figure, below, [f"{count} predicted crime"])
        _draw_named(axes, top, names, _RANGE + strip + _HEADING, row)
    return figure


def describe_impact(title: str, areas: pd.DataFrame, summary: Mapping[str, Any] | pd.Series) -> str:
    sentences = [f"{title}.", describe_sum(summary)]
    known = areas.replace([np.inf, -np.inf], np.nan).dropna(subset="change_pct").sort_values("rank")
    if len(known):
        first = known.iloc[0]
        change = words.percent(float(first["change_pct"]), signed=True)
        sentences.append(f"In the area with the most predicted crime, {first['area_name']}, the change is {change}.")
    return " ".join(filter(None, [*sentences, ASSOCIATION_NOTE]))


def _read_range(summary: Mapping[str, Any] | pd.Series) -> tuple[float, float, float]:
    found = [summary.get(name) for name in ("sum_change_pct", "lower_90", "upper_90")]
    value, lower, upper = (float(one) if one is not None and pd.notna(one) else math.nan for one in found)
    return value, lower, upper


def _put_heading(figure: Figure, top: float, lines: list[str]) -> None:
    lettering.put_text(figure, MARGIN, top, lines[0], size=LABEL, colour=theme.LIGHT.ink, fontweight="bold")
    for number, line in enumerate(lines[1:], start=1):
        lettering.put_text(figure, MARGIN, top + 0.16 * number, line, size=theme.SOURCE_SIZE, colour=theme.LIGHT.ink3)


def _set_reach(axes: Axes, shown: list[float]) -> None:
    low, high = min(shown), max(shown)
    if low == high:
        low, high = low - 1.0, high + 1.0
    width = axes.bbox.width / axes.figure.dpi
    room = _LABEL * (high - low) / (width - 2 * _LABEL)
    axes.set_xlim(low - room, high + room)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.xaxis.set_major_formatter(_format_percent)
    axes.axvline(0, color=theme.LIGHT.ink, linewidth=1.0, zorder=2)


def _format_percent(value: float, _: object = None) -> str:
    sign = "+" if value > 0 else ""
    return f"{sign}{words.plain_number(round(value, 6))}%"


def _draw_range(axes: Axes, value: float, lower: float, upper: float) -> None:
    """Draw the range as a band, blue if it is below zero, brown if above, else grey, with a mark at its centre."""
    middle, style = 0.34, {"fontweight": "bold", "va": "center_baseline", "zorder": 6}
    if not math.isfinite(value):
        write_at(axes, "no prediction", (0, middle), (6, 0), theme.LIGHT.ink2, **style)
        return
    if math.isfinite(lower + upper):
        colour = theme.DIVERGING[1] if upper < 0 else theme.DIVERGING[5] if lower > 0 else theme.LIGHT.context
        axes.barh(middle, upper - lower, left=lower, height=0.15, color=colour, zorder=3)
        for limit, side, shift in ((lower, "right", -4), (upper, "left", 4)):
            text = words.percent(limit, signed=True)
            write_at(axes, text, (limit, middle), (shift, 0), theme.LIGHT.ink, ha=side, **style)
    mark: Style = {"marker": "D", "markersize": 6.5, "markeredgewidth": 1.4, "zorder": 5, "clip_on": False}
    axes.plot(value, middle, color=theme.LIGHT.ground, markeredgecolor=theme.LIGHT.ink, **mark)
    centre = f"centre {words.percent(value, signed=True)}"
    style |= {"fontweight": "normal", "ha": "center"}
    write_at(axes, centre, (value, middle), (0, 11), theme.LIGHT.ink, **style)


def _draw_strip(axes: Axes, known: Numbers) -> None:
    """Draw a dot per area; its height has no meaning, but is the same in every drawing."""
    heights = _RANGE + 0.1 + (_STRIP - 0.24) * ((np.arange(known.size) * _GOLDEN) % 1)
    style: Style = {"marker": "o", "markersize": 2.4, "linestyle": "none", "zorder": 4}
    style["alpha"] = float(np.clip(0.35 * math.sqrt(500 / max(known.size, 1)), 0.08, 0.6))
    axes.plot(known, heights, color=theme.LIGHT.ink2, markeredgewidth=0, rasterized=bool(known.size > _MANY), **style)


def _draw_named(axes: Axes, top: pd.DataFrame, names: list[list[str]], begin: float, row: float) -> None:
    middles = begin + row * (np.arange(len(top)) + 0.5)
    axes.set_yticks(middles, ["\n".join(lines) for lines in names], fontsize=SMALL, color=theme.LIGHT.ink2)
    axes.tick_params(axis="y", pad=4, length=0)
    for middle, change in zip(middles, top["change_pct"].to_numpy(dtype=float), strict=True):
        is_known = math.isfinite(change)
        text = words.percent(change, signed=True) if is_known else "no prediction"
        at = change if is_known else 0.0
        if is_known:
            axes.plot(at, middle, marker="o", markersize=4.6, color=theme.LIGHT.ink2, zorder=4)
        is_left = is_known and change < 0
        side, shift = ("right", -5) if is_left else ("left", 5)
        write_at(axes, text, (at, middle), (shift, 0), theme.LIGHT.ink, ha=side, va="center_baseline", zorder=6)
