"""Checks of the rows of a file: codes, numbers, repeats. What fails is excluded with a reason, never corrected."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import InputError
from crime_dagster.sources.boroughs import find_borough
from crime_dagster.sources.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.header import Field
from crime_dagster.sources.readers.months import check_months
from crime_dagster.sources.readers.numbers import check_numbers
from crime_dagster.sources.readers.reading import SourceFile
from crime_dagster.sources.readers.repeats import check_repeats, describe_repeats
from crime_dagster.sources.readers.rows import Rows, find_reason, list_some, to_mask
from crime_dagster.sources.readers.totals import check_totals

# Control characters, but for tabs and ends of lines, and the marks that turn the direction of writing.
STEERING = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{061c}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"
SMALL_CODE = r"^[ew]01\d{6}$"
# No publisher has so many rows without an area.
MOST_BLANK = 0.5
FEWEST_BLANK = 5
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

    Raises:
        InputError: Most rows have no code at all.
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
        _require_codes(rows, item, values, file)
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


def _require_codes(rows: Rows, item: Field, codes: pa.Array, file: SourceFile) -> None:
    """Refuse a table most of whose rows have a blank in the place of a code: it stands once for several rows."""
    blank = np.flatnonzero(to_mask(pc.is_null(codes)) & np.isin(rows.reasons, ("bad_code", "unlocated")))
    if blank.size <= len(codes) * MOST_BLANK or blank.size < FEWEST_BLANK:
        return
    raise InputError(
        file=file.name,
        row=int(rows.numbers[blank[0]]),
        column=item.header,
        found=f"no code in {blank.size} of {len(codes)} rows",
        expected="the code of the area in each row",
        remedy="where a code stands in the first row of its area alone, copy it into the rows below",
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
        steered = to_mask(pc.match_substring_regex(rows.values[place], STEERING))
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
        describe_repeats(rows, file)
