"""Repeated rows: the same key twice, and files that were appended to themselves."""

import math
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.readers.formats.reading import Doubt, to_mask
from crime_dagster.sources.readers.tables.rows import BLANKS, Rows

# Fewer pairs of equal records may be chance.
FEWEST_DOUBLED = 5


def check_repeats(rows: Rows) -> None:
    """Exclude rows with the key of an earlier row, ignoring case: `duplicate`."""
    unique = rows.source.unique
    if not unique:
        _drop_second_copies(rows)
        return
    plain = [(item, values) for item, values in rows.columns if item.column.name in unique and item.label is None]
    keys = {item.column.name: pc.utf8_lower(values).to_pandas() for item, values in plain}
    frame = pd.DataFrame(keys)[rows.is_kept] if keys else pd.DataFrame()
    repeats = frame.index[frame.duplicated()]
    if repeats.empty:
        return
    first = frame.index.to_series().groupby([frame[name] for name in keys], dropna=False).transform("first")

    def tidy(index: int) -> list[str]:
        return [cell.strip(BLANKS) for cell in rows.records[index]]

    other = [index for index in repeats if tidy(index) != tidy(first[index])]
    rows.reasons[repeats.to_numpy()] = "duplicate"
    key = "every cell" if len(unique) == len(rows.source.columns) else ", ".join(unique)
    numbers = list_some([f"row {rows.numbers[index]}" for index in (other or repeats)])
    differing = f"{len(other)} of them with other values: " if other else ""
    words = f"{len(repeats)} rows repeat {key} of an earlier row and are excluded, {differing}{numbers}"
    rows.warn(words, kind=Doubt if other else str)


def describe_repeats(rows: Rows) -> None:
    """Warn about identical records that have no identifier."""
    counts = Counter(tuple(rows.records[index]) for index in np.flatnonzero(rows.is_kept))
    repeats = sum(counts.values()) - len(counts)
    if repeats:
        rows.warn(f"{repeats} records are identical to another one; they have no identifier, so they are kept")


def _drop_second_copies(rows: Rows) -> None:
    """Exclude the second copy in a file that was appended to itself: `duplicate`.

    Two equal records without an identifier may be two crimes, but not if every record is repeated equally often.
    """
    named = rows.source.options.get("record_id")
    blank = [to_mask(pc.is_null(values)) for item, values in rows.columns if item.column.name == named]
    is_nameless = np.logical_and.reduce([rows.is_kept, *blank])
    for mask, which in ((rows.is_kept, "record"), (is_nameless, "record without an identifier")):
        times, again = _find_second_copies(rows, mask)
        if again:
            rows.reasons[again] = "duplicate"
            rows.warn(
                f"every {which} is there {times} times, as in a file that was appended to itself: {len(again)} repeat "
                "an earlier one and are excluded"
            )
            return


def _find_second_copies(rows: Rows, mask: np.ndarray) -> tuple[int, list[int]]:
    """Return how often every record of a mask occurs, and the positions of all but the first of each."""
    indices = np.flatnonzero(mask)
    # The first nearly always occurs once: the others then need not be compared.
    if not indices.size or rows.records.count(rows.records[indices[0]]) < 2:
        return 1, []
    places: dict[tuple[str, ...], list[int]] = {}
    for index in indices:
        places.setdefault(tuple(rows.records[index]), []).append(int(index))
    times = math.gcd(*map(len, places.values()))
    if times < 2 or len(places) < FEWEST_DOUBLED:
        return 1, []
    return times, [index for found in places.values() for index in found[len(found) // times :]]
