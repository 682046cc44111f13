"""The design table of a model: the mart's features and columns derived from them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from crime_dagster.modelling.kit.spatial import find_nearest

# Columns that already look beyond the area, or are per km² or per head: columns derived from them add only noise.
NOT_BUILT_ON = re.compile(r".*(_within_\d+m|_distance_k?m|_msoa|_per_km2|_per_1000)")
# A column whose name ends in a unit is not a count, even if all its figures are whole numbers.
UNITS = re.compile(r".*_(pct|gbp|score|ratio|index|decile|k?m|km2|ug_m3)")


@dataclass(frozen=True)
class Design:
    """Rules that turn features into a design table; they never look at crime.

    The same rules apply after a change, so that all derived columns follow a changed feature.
    """

    columns: tuple[str, ...]  # features taken as they are
    counts: tuple[str, ...]  # those also given per 1,000 residents
    residents: str | None  # column of residents
    # Row numbers of each area's nearest areas, shape (areas, k); None without coordinates.
    neighbours: np.ndarray | None

    def build(self, features: pd.DataFrame, rows: np.ndarray | None = None) -> pd.DataFrame:
        """Return features, counts per 1,000 residents, and means of the nearest areas.

        Features have one row per area, in the order the rules were made with; building some rows takes less time than
        all.
        """
        everywhere = features[list(self.columns)].astype(float)
        chosen = np.arange(len(features)) if rows is None else rows
        base = everywhere.iloc[chosen]
        parts = [base]
        if self.residents is not None:
            people = features[self.residents].iloc[chosen].astype(float).clip(lower=1)
            rates = 1000 * base[list(self.counts)].div(people, axis=0)
            parts.append(rates.add_suffix("_per_1000_residents"))
        if self.neighbours is not None:
            own = everywhere[[column for column in self.columns if not NOT_BUILT_ON.fullmatch(column)]]
            means = _average_neighbours(own, self.neighbours[chosen])
            parts.append(means.set_axis(base.index).add_suffix("_nearby"))
        return pd.concat(parts, axis=1)


def make_design(
    features: pd.DataFrame,
    columns: Sequence[str],
    *,
    coordinates: pd.DataFrame | None = None,
    residents: str = "residents",
) -> Design:
    """Find the rules for a table of features.

    `columns` are those that the leak guard accepted. Without `coordinates` (`easting` and `northing` of each area's
    centre in metres) there are no means of neighbours, without the column of residents no rates.
    """
    has_residents = residents in features
    counts = [
        column
        for column in columns
        if has_residents and column != residents and f"{column}_per_1000" not in columns and _is_count(features[column])
    ]
    neighbours = None if coordinates is None else find_nearest(coordinates, features.index)
    return Design(tuple(columns), tuple(counts), residents if has_residents else None, neighbours)


def change_feature(
    design: Design, table: pd.DataFrame, features: pd.DataFrame, feature: str, values: pd.Series, *, nearby: bool = True
) -> pd.DataFrame:
    """Rebuild only the columns of a design table that depend on one feature, given its new values.

    `table` and `features` are unchanged; without `nearby` the means of neighbours stay.
    """
    changed = features.assign(**{feature: values})
    counts = design.counts if feature == design.residents else tuple(name for name in design.counts if name == feature)
    columns = tuple(name for name in design.columns if name == feature or name in counts)
    part = replace(design, columns=columns, counts=counts, neighbours=design.neighbours if nearby else None)
    return table.assign(**{str(name): column for name, column in part.build(changed).items()})


def find_centroids(geometry_wkb: pd.Series) -> pd.DataFrame:
    """Return the centroids of shapes (well-known binary, metres): `easting` and `northing` on the same index."""
    centres = shapely.centroid(shapely.from_wkb([bytes(shape) for shape in geometry_wkb]))
    return pd.DataFrame({"easting": shapely.get_x(centres), "northing": shapely.get_y(centres)}, geometry_wkb.index)


def _is_count(values: pd.Series) -> bool:
    if NOT_BUILT_ON.fullmatch(str(values.name)) or UNITS.fullmatch(str(values.name)):
        return False
    known = values.dropna()
    return bool((known >= 0).all() and (known % 1 == 0).all())


def _average_neighbours(base: pd.DataFrame, neighbours: np.ndarray) -> pd.DataFrame:
    around = base.to_numpy()[neighbours]
    known = np.isfinite(around)
    count = known.sum(axis=1)
    total = np.where(known, around, 0).sum(axis=1)
    means = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return pd.DataFrame(means, columns=base.columns)
