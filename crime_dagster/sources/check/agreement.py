"""Figures of areas in one file that go with no other file's, or with those of the row above or below."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import PLACES, Evidence
from crime_dagster.sources.readers.tables.rules import COMPARE

# Fewer areas may agree by chance; a column of few values, such as a decile, has no order.
FEWEST_AREAS, FEWEST_VALUES = 200, 11
# Of 40 published files the best column has a rank correlation of 0.57 or more with one of the others: all of them tell
# how many live in an area, or how well. Moved by a row it has 0.6 at most, and the other's row has what it had.
LEAST_RELATED, FEWEST_OTHERS, USUALLY = 0.3, 5, 0.5
LEAST_MOVED, CLEARLY = 0.6, 0.05
ROWS_AWAY = (-2, -1, 1, 2)
SHOWN = 4


def measure_areas(rows: pa.Table, codes: pa.ChunkedArray | None, source: Source) -> pd.DataFrame | None:
    """Return the sum of each numeric column by small area or ward; None for a file without them."""
    names = [column.name for column in source.columns if column.is_number and column.name not in PLACES]
    if codes is None or not names or source.reader == "points":
        return None
    numbers = pa.table({"area": codes, **{name: pc.cast(rows[name], pa.float64()) for name in names}})
    sums = numbers.group_by("area").aggregate([(name, "sum") for name in names]).to_pandas().set_index("area")
    return sums.set_axis(names, axis=1)


def describe_unrelated(kept: Sequence[Evidence]) -> list[str]:
    """Return warnings about files and columns whose figures are in other areas than the other files have them.

    Wards are compared with the sums of their small areas, if a lookup is there.
    """
    areas = {one.file: one.measures for one in kept if one.measures is not None}
    words = list(_compare(areas, FEWEST_OTHERS, USUALLY).values())
    wards = {one.file: one.wards for one in kept if one.wards is not None}
    links = next((one.links for one in kept if one.links is not None), None)
    if wards and links is not None:
        # Crimes of one force in both: a single other file tells.
        crimes = [one for one in kept if one.measures is not None and one.source.recorded_crime]
        sums = {one.file: one.measures.groupby(links).sum() for one in crimes if one.measures is not None}
        words += [told for file, told in _compare(sums | wards, 1, 0).items() if file in wards]
    return words


def _compare(measures: Mapping[str, pd.DataFrame], fewest: int, usually: float) -> dict[str, str]:
    """Return a warning per file whose figures are in other areas.

    That a file goes with none is told if there are some others, which usually go with each other.
    """
    ranks = {file: _rank(frame) for file, frame in measures.items()}
    ranks = {file: frame for file, frame in ranks.items() if frame.shape[1]}
    if len(ranks) < 2:
        return {}
    every = pd.concat(ranks, axis=1).sort_index()
    owners = every.columns.get_level_values(0).to_numpy()
    here, moved = _relate(every, owners)
    words = {}
    best = pd.Series(here).groupby(owners).max()
    for file, frame in ranks.items():
        own = owners == file
        is_moved = moved[own] > np.maximum(here[own] + CLEARLY, LEAST_MOVED)
        beside = [name for name, other in ranks.items() if len(frame.index.intersection(other.index)) >= FEWEST_AREAS]
        others = best[[name for name in beside if name != file]]
        if is_moved.any():
            named = list_some(list(frame.columns[is_moved]), SHOWN, ", ")
            told = f"{named} of an area are like other files' figures of the area a row or two away"
            words[file] = f"{file}: {told}: figures may be moved against the codes; {COMPARE}"
        elif best[file] < LEAST_RELATED and len(others) >= fewest and others.median() >= usually:
            told = f"no column goes by area with any of the other files ({len(others)})"
            words[file] = f"{file}: {told}: figures may be sorted or moved against the codes; {COMPARE}"
    return words


def _rank(measures: pd.DataFrame) -> pd.DataFrame:
    if len(measures) < FEWEST_AREAS:
        return pd.DataFrame()
    varied = measures.loc[measures.index.notna(), measures.nunique() >= FEWEST_VALUES].rank()
    return (varied - varied.mean()) / varied.std()


def _relate(every: pd.DataFrame, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, per column, its best correlation with those of other files: with the same area, and with one nearby."""
    values = every.to_numpy(np.float32)
    has = np.isfinite(values).astype(np.float32)
    values = np.where(has > 0, values, 0)
    squares = (values**2).T @ has
    size = np.sqrt(squares * squares.T)
    is_usable = (has.T @ has >= FEWEST_AREAS) & (owners[:, None] != owners[None, :])

    def find_best(other: np.ndarray) -> np.ndarray:
        products = np.divide(values.T @ other, size, out=np.zeros_like(size), where=is_usable & (size > 0))
        return np.asarray(np.abs(products).max(axis=1))

    return find_best(values), np.max([find_best(np.roll(values, step, axis=0)) for step in ROWS_AWAY], axis=0)
