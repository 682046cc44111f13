"""Checks of the rows of a file: codes, numbers, repeats. What fails is excluded with a reason, never corrected."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.header import Field
from crime_dagster.sources.readers.tables.numbers import check_numbers
from crime_dagster.sources.readers.tables.rows import BLANKS, Rows, find_reason, list_some, to_mask
from crime_dagster.sources.readers.tables.totals import check_totals
from crime_dagster.sources.vocabulary.boroughs import find_borough
from crime_dagster.sources.vocabulary.calendar_months import FIRST_YEAR, find_last_month, find_months, find_serial_month

# Control characters, but for tabs and ends of lines, and the marks that turn the direction of writing.
STEERING = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{061c}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"
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
    places: dict[tuple[str, ...], list[int]] = {}
    for index in np.flatnonzero(is_nameless):
        places.setdefault(tuple(rows.records[index]), []).append(index)
    times = math.gcd(*map(len, places.values()))
    if times < 2 or len(places) < FEWEST_DOUBLED:
        return
    again = [index for found in places.values() for index in found[len(found) // times :]]
    rows.reasons[again] = "duplicate"
    rows.warnings.append(
        f"{file.name}: every record without an identifier is there {times} times, as in a file that was put behind "
        f"itself: {len(again)} repeat an earlier one and are excluded"
    )


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


SHOWN_MONTHS = 5


def check_months(rows: Rows, source: Source, file: SourceFile) -> None:
    """Put columns of months into the form YYYY-MM; rows without a month are excluded: `bad_month`.

    Args:
        rows: The rows; changed in place.
        source: What they should be. Its option `month_of_year` names the column of the years where months are numbers
            from 1 to 12.
        file: Whose rows they are, for warnings.
    """
    years = _find_values(rows, str(source.options.get("month_of_year")))
    for place, item in enumerate(rows.fields):
        if item.column.kind != "month":
            continue
        texts = rows.values[place].to_pylist()
        if years is not None:
            texts = [None if None in pair else f"{pair[0]}-{pair[1]}" for pair in zip(years, texts, strict=True)]
        known, doubtful = find_months({text for text in texts if text is not None})
        serials = {text: find_serial_month(text) for text, month in known.items() if month is None}
        known |= serials
        months = [known.get(text) for text in texts]
        rows.values[place] = pa.array(months, type=pa.string())
        bad = np.flatnonzero(rows.drop(np.array([month is None for month in months], dtype=bool), "bad_month"))
        for words, found in (
            (
                f"are no months from {FIRST_YEAR}-01 to {find_last_month()}",
                [i for i in bad if texts[i] not in doubtful],
            ),
            ("may be financial years, or dates with the month first", [i for i in bad if texts[i] in doubtful]),
        ):
            if found:
                named = "; ".join(f"row {rows.numbers[index]} {texts[index]!r}" for index in found[:SHOWN_MONTHS])
                rows.warnings.append(
                    f"{file.name}: column '{item.header}': {len(found)} cells that {words}: {named}; excluded"
                )
        _describe_serials(rows, texts, {text: month for text, month in serials.items() if month}, item.header, file)
        _describe_other_months(rows, months, source, file)


def _describe_serials(
    rows: Rows, texts: list[str | None], serials: dict[str, str], header: str, file: SourceFile
) -> None:
    """A warning about days that are written as a spreadsheet counts them, with the months that they are read as."""
    found = [index for index in np.flatnonzero(rows.is_kept) if texts[index] in serials] if serials else []
    if found:
        named = "; ".join(f"row {rows.numbers[i]} {texts[i]} is {serials[str(texts[i])]}" for i in found[:SHOWN_MONTHS])
        rows.warnings.append(
            f"{file.name}: column '{header}': {len(found)} days written as a spreadsheet counts them: {named}"
        )


def _describe_other_months(rows: Rows, months: list[str | None], source: Source, file: SourceFile) -> None:
    """A warning about rows, kept, of another month than the name of their file says."""
    named = source.month_in_name(file.name)
    if named is None:
        return
    others = Counter(str(months[index]) for index in np.flatnonzero(rows.is_kept) if months[index] != named)
    if others:
        listed = ", ".join(f"{month} ({count})" for month, count in others.most_common(SHOWN_MONTHS))
        rows.warnings.append(
            f"{file.name}: {others.total()} records are of other months than {named}, which the file's name says, "
            f"and are kept: {listed}"
        )


def _find_values(rows: Rows, name: str) -> list[str | None] | None:
    for item, values in zip(rows.fields, rows.values, strict=True):
        if item.column.name == name:
            found: list[str | None] = values.to_pylist()
            return found
    return None
