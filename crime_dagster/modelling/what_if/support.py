"""Whether a what-if stays within the known range: far outside it the models extrapolate."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from crime_dagster.modelling.what_if.scenarios import CHANGES, RELATIVE, Scenario

SUPPORT = (1.0, 99.0)
# A scenario that takes a larger share of its areas out of the known range is refused, unless it has `force: true`.
MOST_OUTSIDE_PCT = 50.0
STEPS = 40
WHOLE = 100.0


class UnanswerableError(Exception):
    """A scenario has no answer in this data set; the message says why."""


def find_outside(known: pd.Series, before: pd.Series, after: pd.Series) -> np.ndarray:
    """Return which areas' feature is pushed out of the 1 to 99 % range of all areas, shape (areas,)."""
    low, high = np.nanpercentile(known.astype(float), SUPPORT)
    return (before.between(low, high) & ~after.between(low, high)).to_numpy()


def require_support(
    scenario: Scenario, known: pd.Series, before: pd.Series, outside_pct: float, *, is_share: bool = False
) -> None:
    """Refuse a scenario that takes most of its areas out of the known range, and suggest changes that can be asked.

    `known` is its feature in all areas with a count, `before` in the areas that change, `outside_pct` the share of
    these that the change pushes out of the known range; a share is between 0 and 100 %.
    """
    if scenario.force or outside_pct <= MOST_OUTSIDE_PCT:
        return
    lowest, highest = find_range(scenario, known, before, is_share=is_share)
    raise UnanswerableError(
        f"{_write(scenario, scenario.change)} would put {outside_pct:.0f} % of its {len(before)} areas outside the "
        f"values that 98 of 100 areas have; ask for a change from {_write(scenario, lowest)} to "
        f"{_write(scenario, highest)}, or add `force: true` and treat the answer as a guess"
    )


def find_range(
    scenario: Scenario, known: pd.Series, before: pd.Series, *, is_share: bool = False
) -> tuple[float, float]:
    """Return the largest change down and up that leaves half of the areas in the known range, rounded towards zero."""
    reach = float(known.max() - known.min())
    ends = CHANGES if scenario.kind == RELATIVE else (-reach, reach)

    def is_known(change: float) -> bool:
        after = before * (1 + change) if scenario.kind == RELATIVE else before + change
        after = after.clip(0, WHOLE) if is_share else after.clip(lower=0) if known.min() >= 0 else after
        return 100 * find_outside(known, before, after).mean() <= MOST_OUTSIDE_PCT

    return _round_down(_search(is_known, ends[0]), scenario), _round_down(_search(is_known, ends[1]), scenario)


def _search(is_known: Callable[[float], bool], end: float) -> float:
    if is_known(end):
        return end
    inside, outside = 0.0, end
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if is_known(middle) else (inside, middle)
    return inside


def _round_down(change: float, scenario: Scenario) -> float:
    """Return whole per cents, or two figures of an amount, never more than what was found."""
    if change == 0:
        return 0.0
    step = 0.01 if scenario.kind == RELATIVE else 10.0 ** (math.floor(math.log10(abs(change))) - 1)
    return math.trunc(change / step + math.copysign(1e-9, change)) * step


def _write(scenario: Scenario, change: float) -> str:
    return f"{100 * change:+.0f} %" if scenario.kind == RELATIVE else f"{change:+.4g}"
