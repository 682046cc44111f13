"""Small charts as coordinates for SVG: bars of importance, curves of effects, recorded against predicted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.drawing.kit import words

BAR_WIDTH, BAR_HEIGHT = 240, 20
CURVE_WIDTH, CURVE_HEIGHT = 300, 150
CURVE_LEFT, CURVE_TOP, CURVE_BOTTOM = 44, 8, 124
SQUARE, SQUARE_LEFT, SQUARE_TOP = 190, 42, 8
MOST_BARS = 15
_TICKS = tuple(step * 10**power for power in range(-1, 6) for step in (1, 2, 5))
# Labels of a curve's axis closer than this run into each other.
_LEAST_APART = 46


@dataclass(frozen=True)
class BarShape:
    """A bar with a whisker: where it begins and ends, left to right, in `BAR_WIDTH`."""

    label: str
    value: str
    spread: str
    left: float
    width: float
    whisker: tuple[float, float]
    zero: float


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what is printed there."""

    place: float
    label: str


@dataclass(frozen=True)
class Curve:
    """An accumulated effect; `ends` are the pieces beyond the middle nine tenths of the areas."""

    title: str
    unit: str
    middle: str
    ends: tuple[str, ...]
    zero: float
    heights: tuple[Tick, ...]
    values: tuple[Tick, ...]
    alt: str


@dataclass(frozen=True)
class CalibrationShape:
    """Ten groups of areas: predicted to the right, recorded upwards, both by powers of ten."""

    title: str
    points: tuple[tuple[float, float], ...]
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...]
    alt: str


def lay_bars(importances: pd.DataFrame, names: Sequence[str]) -> tuple[BarShape, ...]:
    """Lay out the most important features.

    Args:
        importances: importance, lowest_fold, highest_fold, in D²; most important first.
        names: Their labels.
    """
    rows = importances.head(MOST_BARS)
    if rows.empty:
        return ()
    low = min(0.0, float(rows["lowest_fold"].min()))
    high = max(float(rows["highest_fold"].max()), float(rows["importance"].max()), low + 1e-9)

    def place(value: float) -> float:
        return round((value - low) / (high - low) * BAR_WIDTH, 1)

    figures = rows[["importance", "lowest_fold", "highest_fold"]].to_numpy(float)
    return tuple(
        BarShape(
            label=name,
            value=_signed(drop, 3),
            spread=f"{_signed(least, 3)} to {_signed(most, 3)}",
            left=min(place(0), place(drop)),
            width=round(abs(place(drop) - place(0)), 1),
            whisker=(place(least), place(most)),
            zero=place(0),
        )
        for name, (drop, least, most) in zip(names, figures, strict=False)
    )


def lay_curves(effects: Sequence[tuple[str, str, pd.DataFrame]]) -> tuple[Curve, ...]:
    """Lay out curves of one crime type on one scale.

    To the right go the areas in order of the feature, so that each has the same room; where few have a value the line
    is distinguished.

    Args:
        effects: Per feature its label, its unit and x, effect (%), areas_pct, in order of x.
    """
    known = [(label, unit, rows) for label, unit, rows in effects if len(rows) > 1]
    if not known:
        return ()
    inner = np.concatenate([rows["effect"].to_numpy()[_is_inner(rows)] for _, _, rows in known])
    low, high = min(-5.0, float(inner.min())), max(5.0, float(inner.max()))
    return tuple(_lay_curve(label, unit, rows, low, high) for label, unit, rows in known)


def lay_calibration(title: str, groups: pd.DataFrame) -> CalibrationShape:
    """Compare recorded with predicted crimes in ten groups of areas: rows of `model_calibration` in order."""
    means = [(float(x), float(y)) for x, y in groups[["predicted", "recorded"]].to_numpy()]
    sizes = [max(value, 0.05) for pair in means for value in pair]
    low, high = math.log10(min(sizes)) - 0.08, math.log10(max(sizes)) + 0.08

    def place(value: float) -> float:
        return round((math.log10(max(value, 0.05)) - low) / (high - low) * SQUARE, 1)

    ticks = [value for value in _TICKS if low <= math.log10(value) <= high]
    # One, two and five are too many where there is more than one power of ten.
    ticks = [value for value in ticks if f"{value:e}".startswith("1")] if len(ticks) > 4 else ticks
    furthest = max(means, key=lambda pair: abs(math.log(max(pair[1], 0.05) / max(pair[0], 0.05))))
    return CalibrationShape(
        title=title,
        points=tuple((SQUARE_LEFT + place(x), SQUARE_TOP + SQUARE - place(y)) for x, y in means),
        across=tuple(Tick(SQUARE_LEFT + place(value), words.plain_number(value)) for value in ticks),
        upwards=tuple(Tick(SQUARE_TOP + SQUARE - place(value), words.plain_number(value)) for value in ticks),
        alt=(
            f"{title}, ten groups of areas by prediction: mean predicted from {words.three_figures(means[0][0])} to "
            f"{words.three_figures(means[-1][0])} crimes; furthest apart where {words.three_figures(furthest[0])} were "
            f"predicted and {words.three_figures(furthest[1])} recorded"
        ),
    )


def _is_inner(rows: pd.DataFrame) -> np.ndarray:
    """Points that at least a twentieth of the areas lies below and above."""
    share = rows["areas_pct"].to_numpy(float) / 100
    inside = (share >= 0.045) & (share <= 0.955)
    return inside if inside.sum() > 1 else np.ones(len(rows), bool)


def _lay_curve(label: str, unit: str, rows: pd.DataFrame, low: float, high: float) -> Curve:
    share = rows["areas_pct"].to_numpy(float) / 100
    effect = np.clip(rows["effect"].to_numpy(), low, high)
    right = CURVE_LEFT + share * (CURVE_WIDTH - CURVE_LEFT - 8)
    down = CURVE_TOP + (high - effect) / (high - low) * (CURVE_BOTTOM - CURVE_TOP)
    points = [f"{x:.1f},{y:.1f}" for x, y in zip(right, down, strict=True)]
    inner = np.flatnonzero(_is_inner(rows))
    first, last = int(inner[0]), int(inner[-1])
    values = rows["x"].to_numpy()
    middle = (first + last) // 2
    shown = [first]
    for number in (middle, last):
        if right[number] - right[shown[-1]] >= _LEAST_APART:
            shown.append(number)
    ends = [" ".join(points[: first + 1]), " ".join(points[last:])]
    steps = (values[first], rows["effect"].iloc[first], values[last], rows["effect"].iloc[last])
    return Curve(
        title=label,
        unit=unit,
        middle=" ".join(points[first : last + 1]),
        ends=tuple(end for end in ends if " " in end),
        zero=round(CURVE_TOP + high / (high - low) * (CURVE_BOTTOM - CURVE_TOP), 1),
        heights=tuple(
            Tick(round(CURVE_TOP + (high - value) / (high - low) * (CURVE_BOTTOM - CURVE_TOP), 1), text)
            for value, text in ((high, _per_cent(high)), (0.0, "0"), (low, _per_cent(low)))
        ),
        values=tuple(Tick(round(float(right[number]), 1), words.three_figures(values[number])) for number in shown),
        alt=(
            f"{label}: at {words.three_figures(steps[0])} {unit} the prediction is {_per_cent(steps[1])} against the "
            f"average, at {words.three_figures(steps[2])} it is {_per_cent(steps[3])}"
        ),
    )


def _per_cent(value: float) -> str:
    return words.percent(value, decimals=0, signed=True)


def _signed(value: float, decimals: int) -> str:
    text = f"{abs(value):.{decimals}f}"
    return f"{words.MINUS}{text}" if value < 0 and float(text) else text
