"""The two panels of a what-if: diverging bars of the highest areas, and a histogram of changes."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.lettering import SMALL, Style, write_at

_BAR_HEIGHT = 0.7
# Per cent; a smaller change is printed as 0.0.
NO_CHANGE = 0.05


@dataclass(frozen=True)
class Mean:
    """The mean change of all chosen areas, in per cent, with its 90% interval; NaN if not known."""

    value: float
    lower: float
    upper: float
    areas: int

    def lines(self) -> list[str]:
        """Return two lines: the number of areas, and the mean with its interval."""
        first = f"mean of {self.areas:,} {'area' if self.areas == 1 else 'areas'}"
        known = math.isfinite(self.value)
        return [first, interval_words(self.value, self.lower, self.upper) if known else "not known"]


def interval_words(value: float, lower: float, upper: float) -> str:
    """Format a change in per cent with its 90 % interval, if any: "+17.0% (90% interval +3.1 to +35.2)"."""
    said = words.percent(value, signed=True)
    if not math.isfinite(lower + upper):
        return said
    low, high = (words.percent(limit, signed=True).removesuffix("%") for limit in (lower, upper))
    return f"{said} (90% interval {low} to {high})"


def _colour_of(change: float) -> str:
    """Return blue for fewer, brown for more, grey for what rounds to no change."""
    if not math.isfinite(change) or abs(change) < NO_CHANGE:
        return theme.LIGHT.context
    return theme.DIVERGING[1] if change < 0 else theme.DIVERGING[5]


def _format_percent(value: float, _: object = None) -> str:
    return f"{words.plain_number(round(value, 6))}%"


def draw_bars(axes: Axes, top: pd.DataFrame, mean: Mean, names: list[str]) -> None:
    """Draw a bar per area, first on top, from zero to its change_pct, with its value and a dashed line at the mean.

    NaN is no prediction. `names` are the areas', in the same order, with up to two lines.
    """
    changes = top["change_pct"].to_numpy(dtype=float)
    places = np.arange(len(changes))[::-1]
    known = np.isfinite(changes)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    if not known.any():
        style: Style = {"fontsize": theme.SUBTITLE_SIZE, "xycoords": "axes fraction", "ha": "center", "zorder": 7}
        write_at(axes, "no prediction", (0.5, 0.5), (0, 0), theme.LIGHT.ink2, **style)
    colours = [_colour_of(change) for change in changes]
    axes.barh(places, np.where(known, changes, 0.0), height=_BAR_HEIGHT, color=colours, zorder=3)
    reach = [0.0, *changes[known], *(value for value in (mean.value, mean.lower, mean.upper) if math.isfinite(value))]
    _set_reach(axes, min(reach), max(reach))
    axes.set_ylim(-0.7, len(changes) - 0.3)
    axes.set_yticks(places, names, fontsize=SMALL, color=theme.LIGHT.ink2, linespacing=1.0)
    axes.tick_params(axis="y", pad=4)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.xaxis.set_major_formatter(FuncFormatter(_format_percent))
    axes.spines[:].set_visible(False)
    axes.axvline(0, color=theme.LIGHT.ink, linewidth=1.0, zorder=4)
    _draw_mean_line(axes, mean, with_interval=True)
    for place, change in zip(places, changes, strict=True):
        _draw_value(axes, place, change)


def _set_reach(axes: Axes, low: float, high: float) -> None:
    """Leave room for the values at the ends of the bars; bars start at zero."""
    if low == high == 0:
        low, high = -1.0, 1.0
    width = axes.bbox.width / axes.figure.dpi
    room = 0.42 / width * (high - low) / (1 - 0.84 / width)
    axes.set_xlim(low - room if low < 0 else -0.02 * high, high + room if high > 0 else -0.02 * low)


def _draw_value(axes: Axes, place: float, change: float) -> None:
    is_known = math.isfinite(change)
    text = words.percent(change, signed=True).removesuffix("%") if is_known else "no prediction"
    low, high = axes.get_xlim()
    # If all bars point to the left there is no room to the right of zero.
    is_left = (is_known and change <= -NO_CHANGE) or high <= 0.1 * abs(low)
    # A box, not a halo: the dashed line through a minus would look like a plus.
    box: Style = {"bbox": {"facecolor": theme.LIGHT.ground, "edgecolor": "none", "pad": 0.7}, "path_effects": None}
    side, shift = ("right", -3) if is_left else ("left", 3)
    at = (change if is_known else 0.0, place)
    write_at(axes, text, at, (shift, 0), theme.LIGHT.ink, ha=side, va="center_baseline", zorder=6, **box)


def _draw_mean_line(axes: Axes, mean: Mean, *, with_interval: bool) -> None:
    if with_interval and math.isfinite(mean.lower + mean.upper):
        axes.axvspan(mean.lower, mean.upper, color=theme.LIGHT.no_data, linewidth=0, zorder=0.5)
    if math.isfinite(mean.value):
        axes.axvline(mean.value, color=theme.LIGHT.ink, linewidth=1.1, linestyle=(0, (4, 2)), zorder=5)


def draw_mean_label(figure: Figure, axes: Axes, mean: Mean, top: float) -> None:
    """Label the mean above its line, within the bars' panel."""
    full_width = figure.get_size_inches()[0]
    box = axes.get_position()
    low, high = axes.get_xlim()
    lines = mean.lines()
    share = (mean.value - low) / (high - low) if math.isfinite(mean.value) else 0.5
    half = max(lettering.measure_text(line, SMALL) for line in lines) / 2
    middle = (box.x0 + share * box.width) * full_width
    middle = min(max(middle, box.x0 * full_width + half - 0.1), box.x1 * full_width - half + 0.1)
    lettering.put_lines(figure, middle, top, lines, size=SMALL, colour=theme.LIGHT.ink, ha="center")


def _nice_step(span: float, steps: int) -> float:
    raw = max(span, 1e-9) / steps
    exponent = math.floor(math.log10(raw))
    return next(step * 10.0**exponent for step in (1, 2, 5, 10) if step * 10.0**exponent >= raw)


def draw_histogram(axes: Axes, changes: npt.NDArray[np.float64], mean: Mean) -> None:
    """Draw a histogram of changes: blue below zero, brown above, grey for what rounds to no change."""
    known = changes[np.isfinite(changes)]
    axes.grid(visible=True, axis="y")
    axes.grid(visible=False, axis="x")
    axes.spines[:].set_visible(False)
    axes.spines["bottom"].set_visible(True)
    if known.size == 0:
        axes.set_xticks([])
        axes.set_yticks([])
        return
    low, high = min(float(known.min()), 0.0), max(float(known.max()), 0.0)
    step = _nice_step(max(high - low, 0.5), 18)
    edges = np.arange(math.floor(low / step), math.ceil(high / step) + 1) * step
    if len(edges) < 2:
        edges = np.array([-step, 0.0, step])
    groups = [known[np.abs(known) < NO_CHANGE], known[known <= -NO_CHANGE], known[known >= NO_CHANGE]]
    colours = [theme.LIGHT.context, theme.DIVERGING[1], theme.DIVERGING[5]]
    axes.hist(groups, bins=list(edges), stacked=True, color=colours, rwidth=0.92, zorder=3)
    axes.axvline(0, color=theme.LIGHT.ink, linewidth=0.8, zorder=4)
    _draw_mean_line(axes, mean, with_interval=False)
    margin = max(step, 0.06 * (edges[-1] - edges[0]))
    axes.set_xlim(edges[0] - margin, edges[-1] + margin)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=3))
    axes.xaxis.set_major_formatter(FuncFormatter(_format_percent))
    axes.tick_params(axis="x", pad=5)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.whole_number(value)))
