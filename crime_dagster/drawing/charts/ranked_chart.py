"""The chart of areas with most crime, with the model's range for such areas."""

import math
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from crime_dagster.drawing.charts.named_bars import NARROW_ROWS, ROWS, lay_bars, write_values
from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.layout import MARGIN, Chart, Head
from crime_dagster.drawing.kit.lettering import SMALL, Style, write_small
from crime_dagster.drawing.kit.year import NAMES, Year

_LEGEND, _NARROW_NAMES = 0.34, 1.5


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
    names = [f"{name}, {borough}" for name, borough in top[["area_name", "borough_name"]].to_numpy()]
    figure, axes = lay_bars(names, head, legend=_LEGEND, narrow_names=_NARROW_NAMES)
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
