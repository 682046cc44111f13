"""Bar charts with names: the areas with most crime, and the features that matter most to a model."""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.layout import MARGIN, Chart, Head, add_axes, calm_axes
from crime_dagster.drawing.kit.lettering import SMALL, Style, write_at, write_small
from crime_dagster.drawing.kit.year import NAMES, Year

ROWS, NARROW_ROWS = 15, 10
_ROW, _FOOT, _WIDEST_NAMES, _VALUES = 0.215, 0.4, 2.75, 0.62


def lay_bars(names: Sequence[str], head: Head, *, legend: float, narrow_names: float) -> tuple[Figure, Axes]:
    """Lay out a bar per name, first on top, with a legend between them and the head."""
    room = narrow_names if head.is_narrow else _WIDEST_NAMES
    lines = [lettering.wrap_text(name, room, SMALL) for name in names]
    row = max(_ROW, max(map(len, lines), default=1) * lettering.line_height(SMALL) + 0.05)
    body = row * max(len(names), 1)
    figure = head.begin(head.height + legend + body + _FOOT)
    left = MARGIN + max((lettering.measure_text(line, SMALL) for own in lines for line in own), default=1)
    axes = add_axes(figure, left + 0.1, head.height + legend, head.width - left - 0.1 - _VALUES, body)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(np.arange(len(names)), ["\n".join(own) for own in lines])
    axes.tick_params(axis="y", labelcolor=theme.LIGHT.ink)
    calm_axes(axes, "x")
    return figure, axes


def write_values(axes: Axes, values: Sequence[str], ends: Sequence[float]) -> None:
    style: Style = {"va": "center_baseline", "fontweight": "bold", "annotation_clip": False, "zorder": 5}
    for height, (value, end) in enumerate(zip(values, ends, strict=True)):
        write_at(axes, value, (end, height), (4, 0), theme.LIGHT.ink, **style)


def chart_ranked(year: Year) -> Chart | None:
    """Chart the areas with most crime; None if there was none."""
    crime, middle, areas = year.crime, float(year.city["median_crimes"]), list_ranked(year.values)
    if areas.empty or areas["recorded"].iloc[0] <= 0:
        return None
    title = write_ranked_title(areas, middle, crime.count_noun)
    told = ", ".join(
        f"{name} ({borough}) {words.whole_number(recorded)}"
        for name, borough, recorded in areas.head(5)[["area_name", "borough_name", "recorded"]].to_numpy()
    )
    is_known = math.isfinite(middle)
    half = f" Half of all areas have {words.whole_number(math.floor(middle))} or fewer." if is_known else ""
    return Chart(
        title,
        f"Small areas (LSOAs) with most recorded {crime.noun_phrase}, {year.place}, {year.period_label}",
        f"{title}. Bars of {crime.count_noun}: {told}.{half}",
        areas[[*NAMES, "recorded", "predicted", "lower_90", "upper_90"]],
        partial(draw_ranked, areas, middle),
    )


def list_ranked(areas: pd.DataFrame) -> pd.DataFrame:
    """Return the reported areas, most crime first."""
    known = areas[np.isfinite(areas["recorded"].to_numpy(dtype=float))]
    return known.sort_values("recorded", ascending=False, kind="stable", ignore_index=True)


def write_ranked_title(ranked: pd.DataFrame, middle: float, noun: str) -> str:
    """Say how far the first is above the median: "Soho 013G recorded 11,924 crimes, 105 times the median"."""
    first = ranked.iloc[0]
    count = f"{first['area_name']} recorded {words.whole_number(first['recorded'])} {noun}"
    times = first["recorded"] / middle if middle > 0 else math.nan
    return f"{count}, {words.whole_number(times)} times the median" if times >= 2 else count


def draw_ranked(ranked: pd.DataFrame, middle: float, head: Head) -> Figure:
    """Draw the areas of `list_ranked` with the model's range, and the median of all areas."""
    top = ranked.head(NARROW_ROWS if head.is_narrow else ROWS)
    has_range = bool(top["upper_90"].notna().any())
    joint = ",\n" if head.is_narrow else ", "
    names = [joint.join(pair) for pair in top[["area_name", "borough_name"]].to_numpy()]
    figure, axes = lay_bars(names, head, legend=0.34, narrow_names=1.5)
    heights = np.arange(len(top))
    axes.barh(heights, top["recorded"], height=0.66, color=theme.LIGHT.link, zorder=2)
    if has_range:
        style: Style = {"color": theme.LIGHT.accent_fill, "linewidth": 2.2, "zorder": 3}
        axes.hlines(heights, top["lower_90"], top["upper_90"], **style)
    ends = top[["recorded", "upper_90"]].max(axis=1)
    end = 1.02 * ends.max() if ends.max() > 0 else 1.0
    axes.set_xlim(0, end)
    axes.set_xticks([tick for tick in MaxNLocator(4).tick_values(0, end) if tick <= end])
    axes.xaxis.set_major_formatter("{x:,.10g}")
    write_values(axes, [words.whole_number(recorded) for recorded in top["recorded"]], ends.tolist())
    _draw_legend(figure, head.height, middle, has_range=has_range)
    if math.isfinite(middle):
        axes.axvline(middle, color=theme.LIGHT.ink, linewidth=1.0, linestyle=(0, (3, 2)), zorder=4)
    return figure


def _draw_legend(figure: Figure, top: float, middle: float, *, has_range: bool) -> None:
    parts = [("bars: recorded", theme.LIGHT.link)]
    if has_range:
        parts.append(("lines: model’s 90% range", theme.LIGHT.accent_text))
    if math.isfinite(middle):
        parts.append((f"dashed: median {words.whole_number(math.floor(middle))}", theme.LIGHT.ink))
    left, line = MARGIN, 0
    room = float(figure.get_size_inches()[0]) - MARGIN
    for text, colour in parts:
        width = lettering.measure_text(text, SMALL, bold=True)
        if left > MARGIN and left + width > room:
            left, line = MARGIN, line + 1
        write_small(figure, left, top + 0.02 + line * lettering.line_height(SMALL), text, colour, fontweight="bold")
        left += width + 0.2


def chart_importance(year: Year, rows: pd.DataFrame, names: Sequence[str], period_label: str) -> Chart:
    """Chart rows of `feature_importances`, most important first, with the features' labels."""
    title = f"Shuffling {words.lower_first(names[0])} costs the model of {year.crime.noun_phrase} most accuracy"
    subtitle = (
        "Points of D² on unseen boroughs lost when one feature is shuffled among the areas; "
        f"{year.place}, {period_label}"
    )
    told = [
        f"{name} {words.decimals(100 * drop, 1)}"
        for name, drop in zip(names[:5], rows["importance"].head(5), strict=False)
    ]
    alt = f"{title}. Bars of how far D² falls, in points, when one feature is shuffled: {', '.join(told)}."
    return Chart(title, subtitle, alt, rows, partial(draw_importance, rows, names))


def draw_importance(rows: pd.DataFrame, names: Sequence[str], head: Head) -> Figure:
    figures = rows[["importance", "lowest_fold", "highest_fold"]].astype(float)
    top = 100 * figures.head(NARROW_ROWS if head.is_narrow else ROWS)
    figure, axes = lay_bars(names[: len(top)], head, legend=0.26, narrow_names=1.6)
    write_small(figure, MARGIN, head.height, "bar: mean of the folds; line: lowest to highest fold")
    heights = np.arange(len(top))
    axes.barh(heights, top["importance"], height=0.62, color=theme.LIGHT.link, zorder=2)
    style: Style = {"color": theme.LIGHT.accent_fill, "linewidth": 1.8, "zorder": 3}
    axes.hlines(heights, top["lowest_fold"], top["highest_fold"], **style)
    low = min(0.0, float(top[["lowest_fold", "importance"]].to_numpy().min()))
    high = max(float(top[["highest_fold", "importance"]].to_numpy().max()), low + 0.1)
    axes.set_xlim(1.02 * low, 1.02 * high)
    axes.set_xticks([tick for tick in MaxNLocator(4).tick_values(low, high) if low <= tick <= high])
    axes.xaxis.set_major_formatter(lambda value, _: words.plain_number(value))
    axes.axvline(0, color=theme.LIGHT.ink2, linewidth=0.8, zorder=3)
    ends = top[["importance", "highest_fold"]].max(axis=1).clip(lower=0.0)
    write_values(axes, [words.decimals(drop, 1) for drop in top["importance"]], ends.tolist())
    return figure
