"""Features after a what-if: what is derived from the changed one changes with it, and shares still sum to 100 %."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from crime_dagster.modelling.what_if.scenarios import ABSOLUTE, RELATIVE

RATIO = re.compile(r"(?P<numerator>.+)_per_(?P<unit>km2|1000|household)")
# Column of the denominator, and how many of it the ratio is per.
DENOMINATORS = {"km2": ("area_km2", 1.0), "1000": ("residents", 1000.0), "household": ("households", 1.0)}
# Counts that have another name in their ratios.
COUNTS = {"people": "residents"}
SURROUNDINGS = re.compile(r"(?P<stem>.+)_(msoa|within_\d+m)")
WHOLE = 100.0
# Published shares are rounded: a dozen of them can miss 100 by this much.
ROUNDING = 0.7
# In a few areas counts were changed to protect individuals, so not every area's shares sum to 100.
SOUND_AREAS = 0.99


def change_features(
    features: pd.DataFrame, feature: str, change: float, areas: pd.Index, kind: str = RELATIVE
) -> pd.DataFrame:
    """Features as they would be after the change, in a copy.

    What is derived from the changed feature follows: a count and its ratios (`pubs`, `pubs_per_km2`, `pubs_per_1000`)
    move together, counts of the surroundings (`pubs_msoa`, `pubs_within_250m`) by the area's own difference, and if
    shares make up a whole, the others change in proportion, so that they still sum to 100. Shares stay within 0 and
    100, and what is never below 0 does not fall below it.

    Args:
        features: One row per area.
        feature: The column that changes.
        change: Share of itself, or an amount in the feature's own unit.
        areas: Codes of the areas where it changes.
        kind: `relative` or `absolute`.
    """
    changed = features.astype(float)
    rows = features.index.get_indexer(areas)
    before = changed.iloc[rows].copy()
    after = before.copy()
    wanted = before[feature] + change if kind == ABSOLUTE else before[feature] * (1 + change)
    if _is_share(changed[feature]):
        _change_share(after, feature, wanted, find_parts(changed, feature))
    else:
        wanted = wanted.clip(lower=0) if (changed[feature].dropna() >= 0).all() else wanted
        if kind == RELATIVE:
            _scale_amount(after, feature, 1 + change)
        else:
            _set_amount(after, feature, wanted)
    for column in map(str, after.columns):
        around = SURROUNDINGS.fullmatch(column)
        if around and around["stem"] in after and column != feature:
            after[column] += after[around["stem"]] - before[around["stem"]]
    # Assigned as one block: pandas assigns columns one by one, and grids ask hundreds of times.
    values = changed.to_numpy(copy=True)
    values[rows] = after.to_numpy()
    return pd.DataFrame(values, features.index, features.columns)


def find_parts(features: pd.DataFrame, feature: str) -> list[str]:
    """The other shares in per cent that sum to 100 with this one; none if there is no such set.

    The set is found by its figures: in a fit without negative weights the parts have the weight 1 and the rest 0.
    """
    others = [column for column in map(str, features.columns) if column != feature and _is_share(features[column])]
    known = features[[feature, *others]].dropna(axis=1, how="all").dropna()
    others = [column for column in others if column in known]
    if not others or known.empty:
        return []
    rest = WHOLE - known[feature].to_numpy()
    weights, _ = nnls(known[others].to_numpy(), rest)
    parts = [column for column, weight in zip(others, weights, strict=True) if weight > 0.5]
    misses = np.abs(known[parts].sum(axis=1).to_numpy() - rest)
    return parts if np.quantile(misses, SOUND_AREAS) <= ROUNDING else []


def _is_share(values: pd.Series) -> bool:
    return str(values.name).endswith("_pct") and bool(values.dropna().between(0, WHOLE).all())


def _change_share(after: pd.DataFrame, feature: str, wanted: pd.Series, parts: list[str]) -> None:
    before = after[feature].copy()
    whole = after[[feature, *parts]].sum(axis=1) if parts else WHOLE
    after[feature] = np.minimum(np.clip(wanted, 0, WHOLE), whole)
    if parts:
        others = whole - before
        # If one part is 100 %, no other can change in proportion and nothing changes.
        after[feature] = after[feature].where(others > 0, before)
        ratio = ((whole - after[feature]) / others).where(others > 0, 1.0)
        after[parts] = after[parts].mul(ratio, axis=0)


def _scale_amount(after: pd.DataFrame, feature: str, factor: float) -> None:
    """Change a count or a ratio, and with it the count it is derived from and that count's other ratios."""
    numerator, _ = _read_ratio(feature, after)
    count = numerator or feature
    for column in map(str, after.columns):
        above, below = _read_ratio(column, after)
        if column in (feature, count) or above == count:
            after[column] *= factor
        elif below == count and factor > 0:
            after[column] /= factor


def _set_amount(after: pd.DataFrame, feature: str, wanted: pd.Series) -> None:
    """Set a count or a ratio, and what depends on it: an area without any cannot be multiplied by a factor."""
    difference = wanted - after[feature]
    numerator, denominator = _read_ratio(feature, after)
    count = numerator or feature
    if numerator and denominator:
        difference = difference * after[denominator] / _find_unit(feature)
    elif numerator:
        # Without the denominator only the ratio itself is known.
        count = feature
    old = after[count].copy()
    after[count] = old + difference
    for column in map(str, after.columns):
        above, below = _read_ratio(column, after)
        if column == feature and column != count:
            after[column] = wanted
        elif above == count and below:
            after[column] += _find_unit(column) * difference / after[below]
        elif below == count:
            after[column] = (after[column] * old / after[count]).where(after[count] > 0, after[column])


def _find_unit(column: str) -> float:
    ratio = RATIO.fullmatch(column)
    return DENOMINATORS[ratio["unit"]][1] if ratio else 1.0


def _read_ratio(column: str, features: pd.DataFrame) -> tuple[str | None, str | None]:
    """Columns of the numerator and the denominator of a ratio, if the table has them."""
    ratio = RATIO.fullmatch(column)
    if not ratio:
        return None, None
    above = COUNTS.get(ratio["numerator"], ratio["numerator"])
    below = DENOMINATORS[ratio["unit"]][0]
    return (above if above in features else None), (below if below in features else None)
