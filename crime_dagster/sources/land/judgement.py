"""Records judged by where they are and by what they repeat: unlocated, outside, duplicate.

Repeats are excluded by one function in landing and in a check. Places are judged here for a check; landing does
not know the areas and keeps such records, and the tables count them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import Reading, SetAside, SourceFile, describe_record
from crime_dagster.sources.readers.tables.rows import to_mask
from crime_dagster.sources.vocabulary.areas import Areas

SHOWN_AREAS = 8


def judge(reading: Reading, source: Source, file: SourceFile, areas: Areas) -> Reading:
    """Exclude the records of a file that are there already, nowhere or elsewhere, in this order.

    Repeats come first, as in landing, which does not know the areas.

    Args:
        reading: The file, read.
        source: What the file is.
        file: Its name, for warnings.
        areas: The areas of the place.

    Returns:
        The reading with fewer rows and more records excluded.
    """
    return judge_places(judge_repeats(reading, source, file), source, file, areas)


def judge_repeats(reading: Reading, source: Source, file: SourceFile) -> Reading:
    """Exclude the records of a file that repeat another: `duplicate`.

    The source's option `record_id` names the column of identifiers, which a blank never repeats; of records with one
    identifier the one counts whose `best` column says most: a final outcome before an open one (`open_outcomes`), that
    before a blank, and the first of equals. A source without `record_id` is left as it is.

    Args:
        reading: The file, read; one row per record.
        source: What the file is.
        file: Its name, for warnings.

    Returns:
        The reading with fewer rows and more records excluded.
    """
    if "record_id" not in source.options:
        return reading
    repeats = _find_repeats(reading.rows, source.options)
    count = int(np.count_nonzero(repeats))
    note = (
        f"{file.name}: {count} records repeat a {source.options['record_id']} and are excluded; the record with an "
        "outcome counts, else the first"
    )
    return _set_aside(reading, source, repeats, "duplicate", note)


def judge_places(reading: Reading, source: Source, file: SourceFile, areas: Areas) -> Reading:
    """Exclude the records of a file without an area, `unlocated`, or in an area of another place, `outside`.

    The source's option `judged_area` names the column of area codes; a source without it is left as it is, and so is
    one with `judged_by: folder` unless the areas come from files beside it: its publisher has no other areas, and a
    code that the shipped list lacks is no reason to lose figures.

    Args:
        reading: The file, read; a record may be several rows.
        source: What the file is.
        file: Its name, for warnings.
        areas: The areas of the place.

    Returns:
        The reading with fewer rows and more records excluded.
    """
    if "judged_area" not in source.options or (source.options.get("judged_by") == "folder" and areas.is_shipped):
        return reading
    codes = reading.rows[source.options["judged_area"]]
    nowhere = to_mask(pc.is_null(codes))
    share = 100 * (1 - nowhere.mean()) if len(nowhere) else 100
    count = _count_records(reading.rows, nowhere)
    note = f"{file.name}: {count} records have no area, excluded as unlocated; {share:.1f} % are located"
    reading = _set_aside(reading, source, nowhere, "unlocated", note)
    codes = reading.rows[source.options["judged_area"]]
    elsewhere = ~to_mask(pc.is_in(codes, value_set=pa.array(sorted(areas.every_code), type=pa.string())))
    if not elsewhere.any():
        return reading
    lost = reading.rows.filter(pa.array(elsewhere)).select([source.options["judged_area"], "row_number"]).to_pandas()
    counts = Counter(lost.drop_duplicates("row_number")[source.options["judged_area"]])
    listed = [f"{code} {count}" for code, count in counts.most_common()]
    note = (
        f"{file.name}: {counts.total()} records are in areas that are not in {areas.origin}, excluded as outside: "
        f"{_list_some(listed)}"
    )
    return _set_aside(reading, source, elsewhere, "outside", note)


def describe_strangers(codes: pd.Series, areas: Areas, file: SourceFile) -> list[str]:
    """A warning about areas that nobody knows, in a file whose records are kept all the same."""
    strange = sorted(set(codes.dropna().unique()) - areas.every_code)
    if not strange:
        return []
    return [f"{file.name}: {len(strange)} area codes are not in {areas.origin}: {_list_some(strange)}"]


def describe_missing(codes: pd.Series, areas: Areas, vintage: str | None, file: SourceFile) -> list[str]:
    """A warning about areas of the place that a file of shapes lacks."""
    wanted = areas.codes.get(vintage or "2021", frozenset())
    lacking = sorted(wanted - set(codes))
    if not lacking:
        return []
    return [
        f"{file.name}: {len(lacking)} of the {len(wanted)} areas of {areas.origin} are missing: {_list_some(lacking)}"
    ]


def _find_repeats(rows: pa.Table, options: Mapping[str, Any]) -> np.ndarray:
    frame = pd.DataFrame({"id": rows[options["record_id"]].to_pandas()})
    outcome = rows[options["best"]].to_pandas()
    is_open = outcome.str.casefold().isin([words.casefold() for words in options.get("open_outcomes", ())])
    frame["said"] = np.where(outcome.isna(), 0, np.where(is_open, 1, 2))
    ranked = frame[frame["id"].notna()].sort_values("said", ascending=False, kind="stable")
    repeats = np.zeros(len(frame), dtype=bool)
    repeats[ranked.index[ranked.duplicated("id")].to_numpy()] = True
    return repeats


def _set_aside(reading: Reading, source: Source, mask: np.ndarray, reason: str, note: str) -> Reading:
    """Take the rows of a mask out of a reading, each record of them excluded once."""
    if not mask.any():
        return reading
    names = [column.name for column in source.columns if column.spread is None]
    dropped = reading.rows.filter(pa.array(mask))
    first = ~dropped["row_number"].to_pandas().duplicated().to_numpy()
    records = dropped.filter(pa.array(first))
    cells = zip(*(records[name].to_pylist() for name in names), strict=True)
    new = [
        SetAside(number, reason, describe_record([cell or "" for cell in record]))
        for number, record in zip(records["row_number"].to_pylist(), cells, strict=True)
    ]
    return replace(
        reading,
        rows=reading.rows.filter(pa.array(~mask)),
        set_aside=sorted([*reading.set_aside, *new]),
        warnings=[*reading.warnings, note],
    )


def _count_records(rows: pa.Table, mask: np.ndarray) -> int:
    return len(pc.unique(rows["row_number"].filter(pa.array(mask))))


def _list_some(items: list[str]) -> str:
    more = len(items) - SHOWN_AREAS
    return ", ".join(items[:SHOWN_AREAS]) + (f" and {more} more" if more > 0 else "")
