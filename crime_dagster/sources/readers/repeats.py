"""Rows that repeat earlier ones: those that name the same, and files that were put behind themselves."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.sources.entry import Source
from crime_dagster.sources.readers.reading import SourceFile
from crime_dagster.sources.readers.rows import BLANKS, Rows, list_some, to_mask

# Fewer pairs of equal records may be chance.
FEWEST_DOUBLED = 5


def check_repeats(rows: Rows, source: Source, file: SourceFile) -> None:
    """Exclude rows that name what an earlier row has named, in whatever case: `duplicate`."""
    if not source.unique:
        _drop_second_copies(rows, source, file)
        return
    keys = _key_columns(rows, source.unique)
    if not keys:
        return
    frame = pd.DataFrame({name: values.to_pandas() for name, values in keys.items()})[rows.is_kept]
    repeats = frame.index[frame.duplicated()]
    if repeats.empty:
        return
    first = frame.index.to_series().groupby([frame[name] for name in keys], dropna=False).transform("first")
    other = [index for index in repeats if _tidy(rows.records[index]) != _tidy(rows.records[first[index]])]
    rows.reasons[repeats.to_numpy()] = "duplicate"
    numbers = [f"row {rows.numbers[index]}" for index in (other or repeats)]
    rows.warnings.append(
        f"{file.name}: {len(repeats)} rows repeat {_name_key(source)} of an earlier row and are excluded, "
        + (f"{len(other)} of them with other values: {list_some(numbers)}" if other else list_some(numbers))
    )


def describe_repeats(rows: Rows, file: SourceFile) -> None:
    """A warning about identical records where nothing names a record, so that copies cannot be recognised."""
    counts = Counter(tuple(rows.records[index]) for index in np.flatnonzero(rows.is_kept))
    repeats = sum(counts.values()) - len(counts)
    if repeats:
        rows.warnings.append(
            f"{file.name}: {repeats} records are identical to another one; nothing names a record, so they are kept"
        )


def _drop_second_copies(rows: Rows, source: Source, file: SourceFile) -> None:
    """Exclude what a file that was put behind itself has again: `duplicate`.

    Two equal records without an identifier may be two crimes. Where every one of them is there as often, they are not.
    """
    is_nameless = rows.is_kept
    for item, values in zip(rows.fields, rows.values, strict=True):
        if item.column.name == source.options.get("record_id"):
            is_nameless = is_nameless & to_mask(pc.is_null(values))
    for mask, which in ((rows.is_kept, "record"), (is_nameless, "record without an identifier")):
        times, again = _find_second_copies(rows, mask)
        if again:
            rows.reasons[again] = "duplicate"
            rows.warnings.append(
                f"{file.name}: every {which} is there {times} times, as in a file that was put behind itself: "
                f"{len(again)} repeat an earlier one and are excluded"
            )
            return


def _find_second_copies(rows: Rows, mask: np.ndarray) -> tuple[int, list[int]]:
    """How often all records of a mask are there, and the places of all but the first of each."""
    places: dict[tuple[str, ...], list[int]] = {}
    indices = np.flatnonzero(mask)
    # Nearly always the first one is there once: then the others need not be compared.
    if not indices.size or rows.records.count(rows.records[indices[0]]) < 2:
        return 1, []
    for index in indices:
        places.setdefault(tuple(rows.records[index]), []).append(int(index))
    times = math.gcd(*map(len, places.values()))
    if times < 2 or len(places) < FEWEST_DOUBLED:
        return 1, []
    return times, [index for found in places.values() for index in found[len(found) // times :]]


def _tidy(record: list[str]) -> list[str]:
    return [cell.strip(BLANKS) for cell in record]


def _name_key(source: Source) -> str:
    return "every cell" if len(source.unique) == len(source.columns) else ", ".join(source.unique)


def _key_columns(rows: Rows, unique: tuple[str, ...]) -> dict[str, pa.Array]:
    found: dict[str, pa.Array] = {}
    for item, values in zip(rows.fields, rows.values, strict=True):
        if item.column.name in unique and item.label is None:
            found[item.column.name] = pc.utf8_lower(values)
    return found
