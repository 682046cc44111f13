"""The importance chart: how much worse a model gets when one feature is shuffled among the areas."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from crime_dagster.drawing.charts.named_bars import NARROW_ROWS, ROWS, lay_bars, write_values
from crime_dagster.drawing.kit import theme, words
from crime_dagster.drawing.kit.layout import MARGIN, Chart, Head
from crime_dagster.drawing.kit.lettering import Style, write_small
from crime_dagster.drawing.kit.year import Year

_LEGEND, _NARROW_NAMES = 0.26, 1.6


def chart_importance(year: Year, rows: pd.DataFrame, names: Sequence[str], period_label: str) -> Chart:
    """Chart rows of `feature_importances`, most important first, with the features' labels."""
    title = f"The model of {year.crime.noun_phrase} leans most on {words.lower_first(names[0])}"
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
    """Draw a bar per feature, and a line over its folds."""
    figures = rows[["importance", "lowest_fold", "highest_fold"]].astype(float)
    top = 100 * figures.head(NARROW_ROWS if head.is_narrow else ROWS)
    figure, axes = lay_bars(names[: len(top)], head, legend=_LEGEND, narrow_names=_NARROW_NAMES)
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
