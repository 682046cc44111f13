"""Checks of the rows of a file: codes, numbers, repeats. What fails is excluded with a reason, never corrected."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.steering import ARROW_PATTERN
from crime_dagster.sources.boroughs import find_borough
from crime_dagster.sources.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.header import Field
from crime_dagster.sources.readers.months import check_months
from crime_dagster.sources.readers.numbers import check_numbers
from crime_dagster.sources.readers.reading import SourceFile
from crime_dagster.sources.readers.rows import BLANKS, Rows, find_reason, list_some, to_mask
from crime_dagster.sources.readers.totals import check_totals

SMALL_CODE = r"^[ew]01\d{6}$"
# What publishers write in the place of the area of a crime that has none.
NO_PLACE = ("unknown", "not known", "no location", "none", "null", "n/a", "-")


def check_rows(rows: Rows, source: Source, file: SourceFile) -> None:
    """Check codes, texts, boroughs, months, numbers, totals and repeats, in this order.

    Rows that fail are excluded with a reason and a warning.

    Args:
        rows: The rows; changed in place.
        source: What they should be.
        file: Whose rows they are, for warnings.
    """
    check_codes(rows, source, file)
    check_texts(rows, file)
    check_boroughs(rows, file)
    check_months(rows, source, file)
    check_numbers(rows, source, file)
    check_totals(rows, source, file)
    check_repeats(rows, source, file)
    describe_blanks(rows, source, file)


def check_codes(rows: Rows, source: Source, file: SourceFile) -> None:
    """Exclude rows without a good code in a column of codes: `bad_code`, `unlocated`, `total_row` or `footnote`.

    Crimes without a place are unlocated, of which publishers have some; of anything else a code is asked for.
    """
    for place, item in enumerate(rows.fields):
        # Codes are the same in small letters: nothing else is meant by e01000001.
        if item.column.name == source.options.get("judged_area"):
            rows.values[place] = _write_large(rows.values[place])
        if item.column.kind not in CODE_PATTERNS:
            continue
        values = rows.values[place]
        rows.values[place] = pc.utf8_upper(values)
        good = to_mask(pc.match_substring_regex(rows.values[place], CODE_PATTERNS[item.column.kind]))
        found: dict[str, list[str]] = {"bad_code": [], "unlocated": []}
        for index in np.flatnonzero(~good & rows.is_kept):
            record, code = rows.records[index], values[index].as_py()
            is_nowhere = source.recorded_crime and (code is None or code.casefold() in NO_PLACE)
            reason = find_reason(record, len(record), item) or ("unlocated" if is_nowhere else "bad_code")
            rows.reasons[index] = reason
            found.setdefault(reason, []).append(f"row {rows.numbers[index]} {code!r}")
        if found["bad_code"]:
            rows.warnings.append(
                f"{file.name}: column '{item.header}': no code of the form {CODE_PATTERNS[item.column.kind]} in "
                f"{list_some(found['bad_code'])}; excluded"
            )
        if found["unlocated"]:
            rows.warnings.append(
                f"{file.name}: column '{item.header}': {len(found['unlocated'])} rows of crimes without an area, "
                f"excluded as unlocated: {list_some(found['unlocated'])}"
            )


def _write_large(values: pa.Array) -> pa.Array:
    """Codes of areas in capitals; the rest of a column that holds other words too stays as it is."""
    small = pc.fill_null(pc.match_substring_regex(values, SMALL_CODE), False)
    return pc.if_else(small, pc.utf8_upper(values), values) if pc.any(small).as_py() else values


def check_texts(rows: Rows, file: SourceFile) -> None:
    """Exclude rows with a name that holds control characters or marks of direction: `bad_text`.

    No publisher has such names, and in a page or a sheet they make one name look like another.
    """
    for place, item in enumerate(rows.fields):
        if item.column.kind != "text":
            continue
        steered = to_mask(pc.match_substring_regex(rows.values[place], ARROW_PATTERN))
        new = np.flatnonzero(rows.drop(steered, "bad_text")) if steered.any() else np.empty(0, dtype=np.int64)
        if new.size:
            listed = [f"row {rows.numbers[index]} {rows.values[place][index].as_py()!a}" for index in new]
            rows.warnings.append(
                f"{file.name}: column '{item.header}': characters that steer how text is shown in {list_some(listed)}; "
                "excluded"
            )


def check_boroughs(rows: Rows, file: SourceFile) -> None:
    """Put the code in place of each name of a borough; rows of other places are excluded: `outside`."""
    for place, item in enumerate(rows.fields):
        if item.column.kind not in ("borough", "borough_if_any"):
            continue
        names = rows.values[place].to_pylist()
        codes = [None if name is None else find_borough(name) for name in names]
        rows.values[place] = pa.array(codes, type=pa.string())
        if item.column.kind == "borough_if_any":
            _describe_places(rows, item, names, codes, file)
            continue
        new = np.flatnonzero(rows.drop(np.array([code is None for code in codes]), "outside"))
        if new.size:
            listed = [f"row {rows.numbers[index]} {names[index]!r}" for index in new]
            rows.warnings.append(
                f"{file.name}: column '{item.header}': no borough of London in {list_some(listed)}; excluded"
            )


def _describe_places(
    rows: Rows, item: Field, names: list[str | None], codes: list[str | None], file: SourceFile
) -> None:
    """A warning about places that are no borough; their rows stay, without a code."""
    others = Counter(names[index] for index in np.flatnonzero(rows.is_kept) if codes[index] is None)
    if others:
        listed = [f"{name!r} ({count})" for name, count in others.most_common()]
        rows.warnings.append(
            f"{file.name}: column '{item.header}': no borough of London, kept without a code: {list_some(listed)}"
        )


def check_repeats(rows: Rows, source: Source, file: SourceFile) -> None:
    """Exclude rows that name what an earlier row has named, in whatever case: `duplicate`."""
    if not source.unique:
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


def _tidy(record: list[str]) -> list[str]:
    return [cell.strip(BLANKS) for cell in record]


def _name_key(source: Source) -> str:
    return "every cell" if len(source.unique) == len(source.columns) else ", ".join(source.unique)


def describe_blanks(rows: Rows, source: Source, file: SourceFile) -> None:
    """A warning about blank cells of the columns that the option `watched_blanks` names; their rows stay."""
    watched = source.options.get("watched_blanks", ())
    found = [
        f"'{item.header}' ({blanks})"
        for item, values in zip(rows.fields, rows.values, strict=True)
        if item.column.name in watched and (blanks := int(np.count_nonzero(to_mask(pc.is_null(values)) & rows.is_kept)))
    ]
    if found:
        rows.warnings.append(f"{file.name}: blank cells in {list_some(found)}; their rows are kept")
    if source.options.get("watched_repeats"):
        _describe_repeats(rows, file)


def _describe_repeats(rows: Rows, file: SourceFile) -> None:
    """A warning about identical records where nothing names a record, so that copies cannot be recognised."""
    counts = Counter(tuple(rows.records[index]) for index in np.flatnonzero(rows.is_kept))
    repeats = sum(counts.values()) - len(counts)
    if repeats:
        rows.warnings.append(
            f"{file.name}: {repeats} records are identical to another one; nothing names a record, so they are kept"
        )


def _key_columns(rows: Rows, unique: tuple[str, ...]) -> dict[str, pa.Array]:
    found: dict[str, pa.Array] = {}
    for item, values in zip(rows.fields, rows.values, strict=True):
        if item.column.name in unique and _is_plain(item):
            found[item.column.name] = pc.utf8_lower(values)
    return found


def _is_plain(item: Field) -> bool:
    return item.label is None
