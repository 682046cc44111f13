"""Checks of the rows of a file: codes, numbers, repeats. What fails is set aside with a reason, never mended."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.sources.boroughs import find_borough
from crime_dagster.sources.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.header import Field
from crime_dagster.sources.readers.months import check_months
from crime_dagster.sources.readers.reading import SourceFile
from crime_dagster.sources.readers.rows import BLANKS, Rows, find_reason, to_mask

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
COUNT = r"^\d{1,18}$"  # what a 64-bit integer holds
FRACTION = r"^(0(\.\d+)?|1(\.0+)?)$"
PER_CENT = re.compile(r"^(\d+(?:\.\d+)?)\s*(%?)$")
THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
DECIMAL_COMMA = r"^([+-]?\d+),(\d+)$"
WHOLE_DECIMAL = r"^(\d+)\.0+$"
NAMED_CELLS = 5
# What publishers write in the place of the area of a crime that has none.
NO_PLACE = ("unknown", "not known", "no location", "none", "null", "n/a", "-")


def check_rows(rows: Rows, source: Source, file: SourceFile) -> None:
    """Check codes, boroughs, months, numbers and repeats, in this order.

    Rows that fail are set aside with a reason and a warning.

    Args:
        rows: The rows; changed in place.
        source: What they should be.
        file: Whose rows they are, for warnings.
    """
    check_codes(rows, source, file)
    check_boroughs(rows, file)
    check_months(rows, source, file)
    check_numbers(rows, source, file)
    check_repeats(rows, source, file)
    describe_blanks(rows, source, file)


def check_codes(rows: Rows, source: Source, file: SourceFile) -> None:
    """Set aside rows without a good code in a column of codes: `bad_code`, `unlocated`, `total_row` or `footnote`.

    Crimes without a place are unlocated, of which publishers have some; of anything else a code is asked for.
    """
    for place, item in enumerate(rows.fields):
        if item.column.kind not in CODE_PATTERNS:
            continue
        # Codes are the same in small letters: nothing else is meant by e01000001.
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
                f"{_list_some(found['bad_code'])}; set aside"
            )
        if found["unlocated"]:
            rows.warnings.append(
                f"{file.name}: column '{item.header}': {len(found['unlocated'])} rows of crimes without an area, set "
                f"aside as unlocated: {_list_some(found['unlocated'])}"
            )


def check_boroughs(rows: Rows, file: SourceFile) -> None:
    """Put the code in place of each name of a borough; rows of other places are set aside: `outside`."""
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
                f"{file.name}: column '{item.header}': no borough of London in {_list_some(listed)}; set aside"
            )


def _describe_places(
    rows: Rows, item: Field, names: list[str | None], codes: list[str | None], file: SourceFile
) -> None:
    """A warning about places that are no borough; their rows stay, without a code."""
    others = Counter(names[index] for index in np.flatnonzero(rows.is_kept) if codes[index] is None)
    if others:
        listed = [f"{name!r} ({count})" for name, count in others.most_common()]
        rows.warnings.append(
            f"{file.name}: column '{item.header}': no borough of London, kept without a code: {_list_some(listed)}"
        )


def check_numbers(rows: Rows, source: Source, file: SourceFile) -> None:
    """Put numbers into plain form and set aside rows with a cell that is none: `bad_number`.

    Thousands separators go, `18.0` counts as whole. A blank cell stays empty, with a warning.
    """
    bad: list[str] = []
    blank: list[str] = []
    failed = np.zeros(len(rows.records), dtype=bool)
    for place, item in enumerate(rows.fields):
        if not item.column.is_number:
            continue
        values = rows.values[place]
        if source.options.get("decimal_comma"):
            values = pc.replace_substring_regex(values, DECIMAL_COMMA, r"\1.\2")
        plain = _plain_numbers(values, source.missing, is_count=item.column.kind == "count")
        if item.column.kind == "share":
            plain = _as_fractions(plain, is_per_cent=item.column.is_per_cent)
        pattern = COUNT if item.column.kind == "count" else NUMBER
        if item.column.kind == "share":
            pattern = FRACTION
        good = to_mask(pc.fill_null(pc.match_substring_regex(plain, pattern), True))
        wrong = np.flatnonzero(~good & rows.is_kept)
        bad.extend(f"row {rows.numbers[i]}, column '{item.header}', value {plain[i].as_py()!r}" for i in wrong)
        failed[wrong] = True
        blanks = int(np.count_nonzero(to_mask(pc.is_null(plain)) & rows.is_kept))
        if blanks:
            blank.append(f"'{item.header}' ({blanks})")
        rows.values[place] = plain
    rows.drop(failed, "bad_number")
    if bad:
        rows.warnings.append(
            f"{file.name}: {len(bad)} cells are not the numbers they should be: {_list_some(bad)}; "
            "their rows are set aside"
        )
    if blank:
        rows.warnings.append(f"{file.name}: blank cells stay empty (not 0) in {_list_some(blank)}")


def check_repeats(rows: Rows, source: Source, file: SourceFile) -> None:
    """Set aside rows that name what an earlier row has named, in whatever case: `duplicate`."""
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
        f"{file.name}: {len(repeats)} rows repeat {_name_key(source)} of an earlier row and are set aside, "
        + (f"{len(other)} of them with other values: {_list_some(numbers)}" if other else _list_some(numbers))
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
        rows.warnings.append(f"{file.name}: blank cells in {_list_some(found)}; their rows are kept")
    if source.options.get("watched_repeats"):
        _describe_repeats(rows, file)


def _describe_repeats(rows: Rows, file: SourceFile) -> None:
    """A warning about records that are wholly alike where nothing names a record: nobody can tell which are copies."""
    counts = Counter(tuple(rows.records[index]) for index in np.flatnonzero(rows.is_kept))
    repeats = sum(counts.values()) - len(counts)
    if repeats:
        rows.warnings.append(
            f"{file.name}: {repeats} records are wholly like another one; nothing names a record, so they are kept"
        )


def _key_columns(rows: Rows, unique: tuple[str, ...]) -> dict[str, pa.Array]:
    found: dict[str, pa.Array] = {}
    for item, values in zip(rows.fields, rows.values, strict=True):
        if item.column.name in unique and _is_plain(item):
            found[item.column.name] = pc.utf8_lower(values)
    return found


def _is_plain(item: Field) -> bool:
    return item.label is None


def _plain_numbers(values: pa.Array, missing: tuple[str, ...], *, is_count: bool) -> pa.Array:
    nothing = pa.scalar(None, type=pa.string())
    if missing:
        lowered = pc.utf8_lower(values)
        marks = pa.array([mark.casefold() for mark in missing], type=pa.string())
        values = pc.if_else(pc.is_in(lowered, value_set=marks), nothing, values)
    grouped = pc.match_substring_regex(values, THOUSANDS)
    if pc.any(grouped).as_py():
        values = pc.if_else(grouped, pc.replace_substring(values, ",", ""), values)
    if is_count:
        values = pc.replace_substring_regex(values, WHOLE_DECIMAL, r"\1")
    return values


def _as_fractions(values: pa.Array, *, is_per_cent: bool) -> pa.Array:
    """Shares as fractions of 1. The source says in which unit they are; a `%` in a cell says so too."""
    fractions = []
    for cell in values.to_pylist():
        match = PER_CENT.match(cell) if cell is not None else None
        if match is None:
            fractions.append(cell)
            continue
        number = Decimal(match[1])
        fractions.append(f"{(number.scaleb(-2) if is_per_cent or match[2] else number).normalize():f}")
    return pa.array(fractions, type=pa.string())


def _list_some(items: list[str]) -> str:
    more = len(items) - NAMED_CELLS
    return "; ".join(items[:NAMED_CELLS]) + (f" and {more} more" if more > 0 else "")
