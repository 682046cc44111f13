"""Features after a what-if: derived features follow the changed one, and shares still sum to 100 %."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crime_dagster.core.dictionary import Column
from crime_dagster.modelling.what_if.scenarios import ABSOLUTE, RELATIVE

WHOLE = 100.0


@dataclass(frozen=True)
class Relations:
    """How features depend on each other, as declared by their columns."""

    counts: Mapping[str, str] = field(default_factory=dict)  # ratio -> the count that it is made from
    # Ratio -> its denominator, and how many of that.
    bases: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    # Count of an area and its surroundings -> the count of the area alone.
    surroundings: Mapping[str, str] = field(default_factory=dict)
    # Share in per cent -> the whole of which it is a part; the parts of a whole sum to 100.
    wholes: Mapping[str, str] = field(default_factory=dict)
    shares: frozenset[str] = frozenset()  # features between 0 and 100 %
    # The MSOA of each area; without it a count of an MSOA follows the area's own count alone.
    msoas: pd.Series | None = None
    # Row numbers of each area's nearest areas, for counts within a distance in the same way.
    nearest: np.ndarray | None = None

    def list_parts(self, feature: str) -> list[str]:
        """Return the other parts of a share's whole, if it has one."""
        if feature not in self.wholes:
            return []
        return [name for name, whole in self.wholes.items() if whole == self.wholes[feature] and name != feature]


def read_relations(columns: Iterable[Column]) -> Relations:
    """Read the relations that columns declare; unknown columns are ignored."""
    known = {column.name: column for column in columns}
    bases, made_of = {}, {name: column.of for name, column in known.items() if column.of in known}
    for name, column in known.items():
        size, _, base = column.per.rpartition(" ")
        if base in known:
            bases[name] = (base, float(size or 1))
    return Relations(
        counts={name: count for name, count in made_of.items() if name in bases},
        bases=bases,
        surroundings={name: count for name, count in made_of.items() if name not in bases},
        wholes={name: column.part_of for name, column in known.items() if column.part_of},
        shares=frozenset(name for name, column in known.items() if column.is_share),
    )


def change_features(
    features: pd.DataFrame,
    feature: str,
    change: float,
    areas: pd.Index,
    kind: str = RELATIVE,
    relations: Relations | None = None,
) -> pd.DataFrame:
    """Return a copy of the features after the change.

    Derived features follow: a count and its ratios (`pubs`, `pubs_per_km2`, `pubs_per_1000`) move together, and the
    other shares of a whole change in proportion, so that they still sum to 100. Shares stay within 0 and 100, and
    features that are never below 0 stay so. Counts of the surroundings move by the area's own difference and by those
    around it: of its whole MSOA (`pubs_msoa`), or of the nearest areas the part that is usually within the distance
    (`pubs_within_250m`). The distance to the nearest stays, as a new place has no location.

    In the `areas` of these codes the feature changes by a share of itself, or by an amount in its own unit; without
    `relations` nothing follows.
    """
    relations = relations or Relations()
    changed = features.astype(float)
    rows = features.index.get_indexer(areas)
    before = changed.iloc[rows].copy()
    after = before.copy()
    wanted = before[feature] + change if kind == ABSOLUTE else before[feature] * (1 + change)
    if feature in relations.shares:
        _change_share(after, feature, wanted, relations.list_parts(feature))
    else:
        wanted = wanted.clip(lower=0) if (changed[feature].dropna() >= 0).all() else wanted
        if kind == RELATIVE:
            _scale_amount(after, feature, 1 + change, relations)
        else:
            _set_amount(after, feature, wanted, relations)
    # Assigned as one block: assigning column by column is slow, and grids ask hundreds of times.
    values = changed.to_numpy(copy=True)
    values[rows] = after.to_numpy()
    table = pd.DataFrame(values, features.index, features.columns)
    for column, count in relations.surroundings.items():
        if column != feature:
            table[column] += _move_around(features, column, count, table[count] - features[count], relations)
    return table


def _move_around(
    features: pd.DataFrame, column: str, count: str, moved: pd.Series, relations: Relations
) -> pd.Series | float:
    """By how much a count of the surroundings of each area moves, where the counts of areas moved."""
    if not moved.any():
        return 0.0
    if column.endswith("_msoa") and relations.msoas is not None:
        return moved.groupby(relations.msoas.reindex(moved.index)).transform("sum").fillna(moved)
    if "_within_" in column and relations.nearest is not None:
        beyond = (features[column] - features[count]).sum()
        around = np.nansum(features[count].to_numpy(float)[relations.nearest])
        part = float(np.clip(beyond / around, 0, 1)) if around > 0 else 0.0
        return moved + part * np.nansum(moved.to_numpy(float)[relations.nearest], axis=1)
    return moved


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


def _scale_amount(after: pd.DataFrame, feature: str, factor: float, relations: Relations) -> None:
    """Scale a count or a ratio, and with it the count it is derived from and that count's other ratios."""
    count = relations.counts.get(feature, feature)
    moving = {feature, count, *(name for name, above in relations.counts.items() if above == count)}
    after[list(moving)] *= factor
    for column, (base, _) in relations.bases.items():
        if base == count and column not in moving and factor > 0:
            after[column] /= factor


def _set_amount(after: pd.DataFrame, feature: str, wanted: pd.Series, relations: Relations) -> None:
    """Set a count or a ratio, and what depends on it: a zero cannot be multiplied by a factor."""
    count, difference = relations.counts.get(feature, feature), wanted - after[feature]
    if count != feature:
        base, size = relations.bases[feature]
        difference = difference * after[base] / size
    old = after[count].copy()
    after[count] = old + difference
    for column, (base, size) in relations.bases.items():
        if column == feature:
            after[column] = wanted
        elif relations.counts.get(column) == count:
            after[column] += size * difference / after[base]
        elif base == count:
            after[column] = (after[column] * old / after[count]).where(after[count] > 0, after[column])
