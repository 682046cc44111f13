"""The concentration chart: the share of crime in the areas with most crime, and in those a model ranks first."""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crime_dagster.drawing.kit import theme, words
from crime_dagster.drawing.kit.layout import MARGIN, Chart, Head, add_axes, calm_axes
from crime_dagster.drawing.kit.lettering import Style, write_at, write_label
from crime_dagster.drawing.kit.year import Year

MARKS = (0.01, 0.05, 0.10, 0.20, 0.50)
_LEFT = MARGIN + 0.42
_BODY, _NARROW_BODY, _FOOT = 3.5, 2.9, 0.55
# Per cent of crime below which a label would be on the axis.
_LOW = 10


def chart_cumulative(year: Year, curve: pd.DataFrame) -> Chart:
    """Chart rows of `crime_concentration`, in order."""
    subtitle = (
        f"Share of recorded {year.crime.noun_phrase} by share of {words.whole_number(len(curve))} small areas "
        f"(LSOAs), {year.place}, {year.period_label}"
    )
    alt = describe_cumulative(year.concentration_title, curve)
    return Chart(year.concentration_title, subtitle, alt, curve, partial(draw_cumulative, curve))


def draw_cumulative(curve: pd.DataFrame, head: Head) -> Figure:
    body, top = _NARROW_BODY if head.is_narrow else _BODY, head.height + 0.12
    figure = head.begin(top + body + _FOOT)
    axes = add_axes(figure, _LEFT, top, head.width - MARGIN - _LEFT - (0 if head.is_narrow else 1.35), body)
    _draw_axes(axes)
    axes.plot([0, 1], [0, 1], color=theme.LIGHT.context, linewidth=1.0, zorder=1)
    areas = _share(curve["areas_pct"])
    if _has_model(curve):
        # Model lines are dashed.
        style: Style = {"color": theme.LIGHT.accent_fill, "linewidth": 1.8, "linestyle": (0, (4, 2))}
        axes.plot(areas, _share(curve["model_crimes_pct"]), **style)
    axes.plot(areas, _share(curve["crimes_pct"]), color=theme.LIGHT.link, linewidth=2.6, zorder=4)
    _draw_marks(axes, curve)
    _draw_names(axes, has_model=_has_model(curve), narrow=head.is_narrow)
    write_label(figure, _LEFT, top + body + 0.27, "of the small areas, most crime first")
    return figure


def describe_cumulative(title: str, curve: pd.DataFrame) -> str:
    told = [
        f"{words.percent(100 * share, decimals=0)} have {words.percent(read_curve(curve, share), decimals=0)}"
        for share in MARKS
    ]
    text = f"{title}. Of the areas, most crime first, {', '.join(told)} of the crime."
    if _has_model(curve):
        share = 100 * float(np.interp(0.1, _share(curve["areas_pct"]), _share(curve["model_crimes_pct"])))
        text += f" The tenth that the model ranks highest has {words.percent(share, decimals=0)}."
    return text


def read_curve(curve: pd.DataFrame, share: float) -> float:
    """Return the per cent of crime in a share of areas, those with most first; of whole areas, as in titles."""
    areas = round(share * len(curve))
    return float(curve["crimes_pct"].iloc[areas - 1]) if areas else 0.0


def _has_model(curve: pd.DataFrame) -> bool:
    return bool(curve["model_crimes_pct"].notna().any())


def _share(per_cent: pd.Series) -> np.ndarray:
    return np.concatenate([[0.0], per_cent.to_numpy(dtype=float) / 100])


def _draw_axes(axes: Axes) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xticks=[0, 0.2, 0.4, 0.6, 0.8, 1], yticks=[0, 0.25, 0.5, 0.75, 1])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: words.percent(100 * value, decimals=0))
    calm_axes(axes, "y")


def _draw_marks(axes: Axes, curve: pd.DataFrame) -> None:
    for share in MARKS:
        height = read_curve(curve, share)
        axes.plot([share], [height / 100], marker="o", markersize=4.5, color=theme.LIGHT.link, zorder=5)
        text = f"{words.percent(100 * share, decimals=0)} have {words.percent(height, decimals=0)}"
        # Beside a low mark, not below it: there the axis is.
        shift, side = (0, "center") if height < _LOW else (-4, "top")
        style: Style = {"fontweight": "bold", "va": side, "zorder": 6}
        write_at(axes, text, (share, height / 100), (7, shift), theme.LIGHT.link, **style)


def _draw_names(axes: Axes, *, has_model: bool, narrow: bool) -> None:
    names = [("if crime were evenly spread", theme.LIGHT.ink3, 0.30)]
    if has_model:
        names.insert(0, ("in the model’s order (dashed)", theme.LIGHT.accent_text, 0.38))
    for text, colour, height in names:
        write_at(axes, text, (1.0, height - (0.24 if narrow else 0.16)), (0, 0), colour, ha="right", zorder=6)
