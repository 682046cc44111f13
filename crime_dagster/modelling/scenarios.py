"""A what-if: one feature changes in some areas, and everything that follows from it changes too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from crime_dagster.core.errors import InputError

CHANGES = (-1.0, 5.0)
RATIO = re.compile(r"(?P<numerator>.+)_per_(?P<unit>km2|1000|household)")
DENOMINATORS = {"km2": "area_km2", "1000": "residents", "household": "households"}
# Names that differ between a count and the ratio made of it.
COUNTS = {"people": "residents"}
SURROUNDINGS = re.compile(r"(?P<stem>.+)_(msoa|within_\d+m)")
WHOLE = 100.0
# Published shares are rounded: a dozen of them can miss 100 by this much.
ROUNDING = 0.7


@dataclass(frozen=True)
class Scenario:
    """One feature, changed by a share of itself in the areas with most predicted crime.

    Args:
        name: How files and tables call it.
        feature: The column that changes.
        change: Relative change; -0.2 is 20 % less.
        percentile: Areas at or above this percentile of predicted crime are changed; 90 is the top tenth.
    """

    name: str
    feature: str
    change: float = -0.2
    percentile: float = 90.0


def check_scenario(scenario: Scenario, allowed: Sequence[str]) -> None:
    """Stop where a scenario asks for what there is not.

    Args:
        scenario: What is asked.
        allowed: Features that may be changed.

    Raises:
        InputError: Names what was asked and lists what is allowed.
    """
    lowest, highest = CHANGES
    for column, value, is_right, expected in (
        ("feature", scenario.feature, scenario.feature in allowed, "one of " + ", ".join(sorted(allowed))),
        (
            "change",
            scenario.change,
            lowest <= scenario.change <= highest,
            f"a share from {lowest:g} to {highest:g}; -0.2 is 20 % less",
        ),
        (
            "percentile",
            scenario.percentile,
            0 <= scenario.percentile < 100,
            "a percentile from 0 (every area) to below 100; 90 is the top tenth",
        ),
    ):
        if not is_right:
            raise InputError(
                column=column,
                found=f"{value!r} in the scenario {scenario.name}",
                expected=expected,
                remedy="correct the scenario",
            )


def change_features(features: pd.DataFrame, feature: str, change: float, areas: pd.Index) -> pd.DataFrame:
    """Features as they would be after the change.

    What is made of the changed feature follows: a count and its ratios (`pubs`, `pubs_per_km2`, `pubs_per_1000`) move
    together, counts of the surroundings (`pubs_msoa`, `pubs_within_250m`) by the area's own difference, and where
    shares make up a whole, the others give way in proportion, so that they still add up. Shares stay within 0 and 100.

    Args:
        features: One row per area.
        feature: The column that changes.
        change: Relative change.
        areas: Codes of the areas where it changes.

    Returns:
        A changed copy; other areas are as they were.
    """
    changed = features.astype(float)
    before = changed.loc[areas].copy()
    after = before.copy()
    if _is_share(changed[feature]):
        _change_share(after, feature, change, _find_parts(changed, feature))
    else:
        _change_amount(after, feature, 1 + change)
    for column in map(str, after.columns):
        around = SURROUNDINGS.fullmatch(column)
        if around and around["stem"] in after and column != feature:
            after[column] += after[around["stem"]] - before[around["stem"]]
    changed.loc[areas] = after
    return changed


def _is_share(values: pd.Series) -> bool:
    return str(values.name).endswith("_pct") and bool(values.dropna().between(0, WHOLE).all())


def _change_share(after: pd.DataFrame, feature: str, change: float, parts: list[str]) -> None:
    before = after[feature].copy()
    whole = after[[feature, *parts]].sum(axis=1) if parts else WHOLE
    after[feature] = np.minimum(np.clip(before * (1 + change), 0, WHOLE), whole)
    if parts:
        others = whole - before
        # Where one part is all there is, nothing can give way and nothing changes.
        after[feature] = after[feature].where(others > 0, before)
        ratio = ((whole - after[feature]) / others).where(others > 0, 1.0)
        after[parts] = after[parts].mul(ratio, axis=0)


def _find_parts(features: pd.DataFrame, feature: str) -> list[str]:
    """The other shares that add up to 100 with this one in every area; none where there is no such set."""
    others = [column for column in map(str, features.columns) if column != feature and _is_share(features[column])]
    known = features[[feature, *others]].dropna()
    if not others or known.empty:
        return []
    rest = WHOLE - known[feature].to_numpy()
    weights, _ = nnls(known[others].to_numpy(), rest)
    parts = [column for column, weight in zip(others, weights, strict=True) if weight > 0.5]
    misses = np.abs(known[parts].sum(axis=1).to_numpy() - rest)
    return parts if misses.max() <= ROUNDING else []


def _change_amount(after: pd.DataFrame, feature: str, factor: float) -> None:
    """Change a count or a ratio, and with it the count it is made of and that count's other ratios."""
    numerator, _ = _read_ratio(feature, after)
    count = numerator or feature
    for column in map(str, after.columns):
        above, below = _read_ratio(column, after)
        if column in (feature, count) or above == count:
            after[column] *= factor
        elif below == count and factor > 0:
            after[column] /= factor


def _read_ratio(column: str, features: pd.DataFrame) -> tuple[str | None, str | None]:
    """Names of the columns above and below the line of a ratio, where the table has them."""
    ratio = RATIO.fullmatch(column)
    if not ratio:
        return None, None
    above = COUNTS.get(ratio["numerator"], ratio["numerator"])
    below = DENOMINATORS[ratio["unit"]]
    return (above if above in features else None), (below if below in features else None)
