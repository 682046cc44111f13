"""The chart of accumulated local effects: how predictions change along the most important features."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from crime_dagster.drawing.kit import lettering, theme, words
from crime_dagster.drawing.kit.layout import MARGIN, Chart, Head, add_axes, calm_axes
from crime_dagster.drawing.kit.lettering import LABEL, Style
from crime_dagster.drawing.kit.year import Year

_PANEL, _ABOVE, _BELOW, _LEFT, _GAP = 1.25, 0.48, 0.3, 0.48, 0.26
# Share of areas at either end that is drawn grey, because few areas have such values.
_ENDS = 0.05
# Ticks closer than this share of a panel's width would overlap.
_APART = 0.22


@dataclass(frozen=True)
class Effect:
    """The effect of one feature: "Pubs per 1,000 residents" in "pubs per 1,000"."""

    label: str
    unit: str
    share: npt.NDArray[np.float64]  # of the areas with a smaller value, 0 to 1, increasing
    values: npt.NDArray[np.float64]  # the feature's values
    change: npt.NDArray[np.float64]  # of the prediction from the average, per cent

    @property
    def inner(self) -> npt.NDArray[np.bool_]:
        """Where at least a twentieth of the areas is on either side."""
        inside = (self.share >= _ENDS - 0.005) & (self.share <= 1 - _ENDS + 0.005)
        return inside if inside.sum() > 1 else np.ones(len(inside), bool)

    @property
    def step(self) -> float:
        """From the first to the last value of the middle, per cent of the average prediction."""
        inner = self.change[self.inner]
        return float(inner[-1] - inner[0])


def chart_effects(year: Year, effects: Sequence[Effect], rows: pd.DataFrame, period_label: str) -> Chart:
    """Chart effects, read from rows of `feature_effects`; the models' period may be older than the newest year."""
    title = write_effects_title(effects, year.crime.noun_phrase)
    subtitle = (
        f"Change of predicted {year.crime.noun_phrase} against the average, areas side by side in order of the "
        f"feature, grey where few have such a value; one scale; {year.place}, {period_label}"
    )
    return Chart(title, subtitle, describe_effects(title, effects), rows, partial(draw_effects, effects))


def read_effect(label: str, unit: str, rows: pd.DataFrame) -> Effect | None:
    """Return an effect from rows of `feature_effects` in order of x; None for fewer than two."""
    if len(rows) < 2:
        return None
    share, values, change = (rows[name].to_numpy(float) for name in ("areas_pct", "x", "effect"))
    return Effect(label, unit, share / 100, values, change)


def write_effects_title(effects: Sequence[Effect], noun_phrase: str) -> str:
    """Say along which feature the prediction changes most: "Predicted theft rises most along food places"."""
    most = max(effects, key=lambda effect: abs(effect.step))
    plural = words.is_plural(noun_phrase)
    verb = ("rise" if plural else "rises") if most.step > 0 else ("fall" if plural else "falls")
    return f"Predicted {noun_phrase} {verb} most along {words.lower_first(most.label)}"


def describe_effects(title: str, effects: Sequence[Effect]) -> str:
    told = []
    for effect in effects:
        ends = [
            f"{words.percent(effect.change[one], decimals=0, signed=True)} at {words.three_figures(effect.values[one])}"
            for one in np.flatnonzero(effect.inner)[[0, -1]]
        ]
        told.append(f"{effect.label}: {' and '.join(ends)}")
    return f"{title}. Lines of the prediction against the average. {'; '.join(told)}."


def draw_effects(effects: Sequence[Effect], head: Head) -> Figure:
    columns = min(1 if head.is_narrow else 3, len(effects))
    cell = (head.width - 2 * MARGIN - _LEFT + _GAP) / columns
    limits = _find_limits(effects)
    names = [lettering.wrap_text(effect.label, cell - _GAP, LABEL, bold=True) for effect in effects]
    above = _ABOVE + (max(map(len, names)) - 1) * lettering.line_height(LABEL)
    height = above + _PANEL + _BELOW
    figure = head.begin(head.height + -(-len(effects) // columns) * height + 0.1)
    for number, (effect, lines) in enumerate(zip(effects, names, strict=True)):
        left, top = MARGIN + _LEFT + number % columns * cell, head.height + number // columns * height
        style: Style = {"size": LABEL, "colour": theme.LIGHT.ink, "fontweight": "bold"}
        below = lettering.put_lines(figure, left, top, lines, **style)
        lettering.put_text(figure, left, below + 0.02, effect.unit, size=theme.SOURCE_SIZE, colour=theme.LIGHT.ink3)
        axes = add_axes(figure, left, top + above, cell - _GAP, _PANEL)
        _draw_panel(axes, effect, limits, is_first=number % columns == 0)
    return figure


def _find_limits(effects: Sequence[Effect]) -> tuple[float, float]:
    inner = np.concatenate([effect.change[effect.inner] for effect in effects])
    low, high = min(-5.0, float(inner.min())), max(5.0, float(inner.max()))
    return low - 0.06 * (high - low), high + 0.06 * (high - low)


def choose_ticks(share: npt.NDArray[np.float64], inner: npt.NDArray[np.bool_]) -> list[int]:
    """Return the first, last and middle of the inner limits, except those too close to print."""
    known = np.flatnonzero(inner)
    kept: list[int] = []
    for at in (int(known[0]), int(known[-1]), int(known[len(known) // 2])):
        if all(abs(share[at] - share[other]) >= _APART for other in kept):
            kept.append(at)
    return sorted(kept)


def _draw_panel(axes: Axes, effect: Effect, limits: tuple[float, float], *, is_first: bool) -> None:
    axes.set(xlim=(0, 1), ylim=limits)
    axes.axhline(0, color=theme.LIGHT.ink2, linewidth=0.8, zorder=1)
    axes.plot(effect.share, effect.change, color=theme.LIGHT.context, linewidth=1.6, zorder=2)
    inner = effect.inner
    axes.plot(effect.share[inner], effect.change[inner], color=theme.LIGHT.link, linewidth=2.4, zorder=3)
    # A rug: each tick is a limit between groups of about equal numbers of areas.
    axes.vlines(effect.share, 0, 0.035, color=theme.LIGHT.ink3, linewidth=0.6, transform=axes.get_xaxis_transform())
    at = choose_ticks(effect.share, inner)
    axes.set_xticks(effect.share[at], [words.three_figures(value) for value in effect.values[at]])
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, decimals=0, signed=True))
    axes.tick_params(labelleft=is_first)
    calm_axes(axes, "y")
