"""Records judged by where they are and by what they repeat: unlocated, outside, duplicate.

Landing keeps such records, for the tables count them; a person who asks about a file is told of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from crime_dagster.sources.areas import Areas
from crime_dagster.sources.entry import Source
from crime_dagster.sources.readers.reading import Reading, SetAside, SourceFile

SHOWN_AREAS = 8


def judge(reading: Reading, source: Source, file: SourceFile, areas: Areas) -> Reading:
    """Set aside the records of a file that are nowhere, elsewhere or there already.

    What is judged stands in the source's options: `judged_area` names the column of area codes, `record_id` that of
    identifiers, which a blank never repeats; of records with one identifier the one counts whose `best` column says
    most: a final outcome before an open one (`open_outcomes`), that before a blank, and the first of equals.

    Args:
        reading: The file, read; one row per record.
        source: What the file is.
        file: Its name, for warnings.
        areas: The areas of the place.

    Returns:
        The reading with fewer rows and more records set aside.
    """
    reasons = np.full(reading.rows.num_rows, None, dtype=object)
    notes: list[str] = []
    if "judged_area" in source.options:
        codes = reading.rows[source.options["judged_area"]].to_pandas()
        notes += _judge_places(reasons, codes, file, areas)
    if "record_id" in source.options:
        notes += _judge_repeats(reasons, reading.rows, source.options, file)
    if not notes:
        return reading
    kept = np.array([reason is None for reason in reasons], dtype=bool)
    dropped = reading.rows.filter(pa.array(~kept))
    new = [
        SetAside(number, str(reason), "")
        for number, reason in zip(dropped["row_number"].to_pylist(), reasons[~kept], strict=True)
    ]
    return replace(
        reading,
        rows=reading.rows.filter(pa.array(kept)),
        set_aside=sorted([*reading.set_aside, *new]),
        warnings=[*reading.warnings, *notes],
    )


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


def _judge_places(reasons: np.ndarray, codes: pd.Series, file: SourceFile, areas: Areas) -> list[str]:
    nowhere = codes.isna().to_numpy()
    elsewhere = ~nowhere & ~codes.isin(areas.every_code).to_numpy()
    reasons[nowhere] = "unlocated"
    reasons[elsewhere] = "outside"
    notes = []
    if nowhere.any():
        share = 100 * (1 - nowhere.mean())
        notes.append(
            f"{file.name}: {int(nowhere.sum())} records have no area, set aside as unlocated; {share:.1f} % are located"
        )
    if elsewhere.any():
        counts = Counter(codes[elsewhere])
        listed = [f"{code} {count}" for code, count in counts.most_common()]
        notes.append(
            f"{file.name}: {int(elsewhere.sum())} records lie in areas that are not in {areas.origin}, set aside as "
            f"outside: {_list_some(listed)}"
        )
    return notes


def _judge_repeats(reasons: np.ndarray, rows: pa.Table, options: Mapping[str, Any], file: SourceFile) -> list[str]:
    frame = pd.DataFrame({"id": rows[options["record_id"]].to_pandas(), "kept": [reason is None for reason in reasons]})
    outcome = rows[options["best"]].to_pandas()
    is_open = outcome.str.casefold().isin([words.casefold() for words in options.get("open_outcomes", ())])
    frame["said"] = np.where(outcome.isna(), 0, np.where(is_open, 1, 2))
    named = frame[frame["kept"] & frame["id"].notna()]
    ranked = named.sort_values("said", ascending=False, kind="stable")
    repeats = ranked.index[ranked.duplicated("id")]
    if repeats.empty:
        return []
    reasons[repeats.to_numpy()] = "duplicate"
    return [
        f"{file.name}: {len(repeats)} records repeat a {options['record_id']} and are set aside; the record with an "
        "outcome counts, else the first"
    ]


def _list_some(items: list[str]) -> str:
    more = len(items) - SHOWN_AREAS
    return ", ".join(items[:SHOWN_AREAS]) + (f" and {more} more" if more > 0 else "")
