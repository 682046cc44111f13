"""Checks of codes, names and months. Rows that fail are excluded with a reason and a warning, never corrected."""

import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.data_set import DataSet
from crime_dagster.core.errors import list_some
from crime_dagster.core.safe_text import ARROW_PATTERN
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS
from crime_dagster.sources.readers.formats.reading import refuse, to_mask
from crime_dagster.sources.readers.tables.header import Field
from crime_dagster.sources.readers.tables.numbers import check_numbers
from crime_dagster.sources.readers.tables.repeats import check_repeats
from crime_dagster.sources.readers.tables.rows import Rows, find_reason
from crime_dagster.sources.readers.tables.signs import describe_signs
from crime_dagster.sources.readers.tables.totals import check_totals
from crime_dagster.sources.vocabulary.areas import find_borough
from crime_dagster.sources.vocabulary.calendar_months import (
    FIRST_YEAR,
    find_last_month,
    find_months,
    find_serial_month,
    list_future,
)

SMALL_CODE = r"^[ew]01\d{6}$"
# No publisher has so many rows without a code: the code is given only once for several rows.
MOST_BLANK = 0.5
FEWEST_BLANK = 5
# What publishers write for the area of a crime that has none.
NO_PLACE = ("unknown", "not known", "no location", "none", "null", "n/a", "-")
SHOWN = 5
# One plain blank, which nearly every text has, stays as it is.
WIDE = r"\x{00a0}\x{2007}\x{2009}\x{202f}"
BLANKS = rf"(?:  | ?[{WIDE}])[ {WIDE}]*"
# How the files of police.uk are named, each for the month of its rows.
NAMED_MONTH = re.compile(r"(20\d\d-(?:0[1-9]|1[0-2]))-")


def check_rows(rows: Rows) -> None:
    """Run every check; rows that fail are excluded with a reason and a warning."""
    check_codes(rows)
    check_texts(rows)
    _check_boroughs(rows)
    _check_months(rows)
    check_numbers(rows)
    check_totals(rows)
    check_repeats(rows)
    describe_signs(rows)


def check_codes(rows: Rows) -> None:
    """Exclude rows without a valid code: `bad_code`, `unlocated`, `total_row` or `footnote`.

    Only crimes may be without a place. A table in which most rows have no code is refused.
    """
    for place, item in enumerate(rows.fields):
        # e01000001 can mean nothing else.
        if item.column.name == rows.source.options.get("judged_area"):
            small = pc.match_substring_regex(rows.values[place], SMALL_CODE)
            rows.values[place] = pc.if_else(small, pc.utf8_upper(rows.values[place]), rows.values[place])
        pattern = CODE_PATTERNS.get(item.column.kind)
        if pattern is None:
            continue
        values = rows.values[place]
        rows.values[place] = pc.utf8_upper(values)
        good = to_mask(pc.match_substring_regex(rows.values[place], pattern))
        found: dict[str, list[str]] = {}
        for index in np.flatnonzero(~good & rows.is_kept):
            record, code = rows.records[index], values[index].as_py()
            is_nowhere = rows.source.recorded_crime and (code or "-").casefold() in NO_PLACE
            reason = find_reason(record, len(record), item) or ("unlocated" if is_nowhere else "bad_code")
            rows.reasons[index] = reason
            found.setdefault(reason, []).append(f"row {rows.numbers[index]} {code!r}")
        blank = np.flatnonzero(to_mask(pc.is_null(values)) & np.isin(rows.reasons, ("bad_code", "unlocated")))
        if blank.size > len(values) * MOST_BLANK and blank.size >= FEWEST_BLANK:
            raise refuse(
                rows.file,
                f"no code in {blank.size} of {len(values)} rows",
                "the code of the area in each row",
                "if a code is only in the first row of its area, copy it into the rows below",
                row=int(rows.numbers[blank[0]]),
                column=item.header,
            )
        if bad := found.get("bad_code"):
            rows.doubt(f"no code of the form {pattern} in {list_some(bad)}; excluded", item)
        if nowhere := found.get("unlocated"):
            words = f"{len(nowhere)} rows of crimes without an area, excluded as unlocated: {list_some(nowhere)}"
            rows.warn(words, item)


def check_texts(rows: Rows) -> None:
    """Exclude rows with control characters or bidirectional marks: `bad_text`.

    No publisher has such names, and on a page they make one name look like another.
    """
    for place, item in enumerate(rows.fields):
        if item.column.is_number:
            continue
        # Editors add blanks, and blanks and hyphens that no line breaks at: OTHER  THEFT would be another category.
        values = pc.replace_substring_regex(rows.values[place], BLANKS, " ")
        values = rows.values[place] = pc.replace_substring_regex(values, r"[\x{2010}\x{2011}]", "-")
        if item.column.kind != "text":
            continue
        new = rows.drop(to_mask(pc.match_substring_regex(values, ARROW_PATTERN)), "bad_text")
        if new.size:
            listed = [f"row {rows.numbers[index]} {values[index].as_py()!a}" for index in new]
            rows.doubt(f"characters that change how text is displayed in {list_some(listed)}; excluded", item)


def _check_boroughs(rows: Rows) -> None:
    """Replace each borough name by its code; exclude rows of other places: `outside`."""
    for place, item in enumerate(rows.fields):
        if item.column.kind not in ("borough", "borough_if_any"):
            continue
        names = rows.values[place].to_pylist()
        codes = [None if name is None else find_borough(name) for name in names]
        rows.values[place] = pa.array(codes, type=pa.string())
        is_elsewhere = np.array([code is None for code in codes], dtype=bool)
        if item.column.kind == "borough_if_any":
            others = Counter(names[index] for index in np.flatnonzero(rows.is_kept & is_elsewhere))
            listed = list_some([f"{name!r} ({count})" for name, count in others.most_common()])
            words = f"no borough of {DataSet.place}, kept without a code: {listed}" if others else ""
        else:
            new = rows.drop(is_elsewhere, "outside")
            words = f"no borough of {DataSet.place} in {rows.name(new, names)}; excluded" if new.size else ""
        if words:
            rows.warn(words, item)


def _check_months(rows: Rows) -> None:
    """Write months as YYYY-MM; exclude rows without one: `bad_month`.

    Where months are numbers from 1 to 12, the source's option `month_of_year` names the column of the year.
    """
    year_column = rows.source.options.get("month_of_year")
    years = next((values.to_pylist() for item, values in rows.columns if item.column.name == year_column), None)
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
        bad = rows.drop(np.array([month is None for month in months], dtype=bool), "bad_month")
        for is_doubtful, words in (
            (False, f"are not months from {FIRST_YEAR}-01 to {find_last_month()}"),
            (True, "may be financial years, dates with the month first, or days an hour early"),
        ):
            found = [index for index in bad if (texts[index] in doubtful) == is_doubtful]
            if found:
                rows.doubt(f"{len(found)} cells {words}: {rows.name(found[:SHOWN], texts)}; excluded", item)
        _describe_serials(rows, texts, {text: month for text, month in serials.items() if month}, item)
        _describe_other_months(rows, months)
        if future := list_future(months[index] for index in np.flatnonzero(rows.is_kept)):
            count = sum(months[index] in future for index in np.flatnonzero(rows.is_kept))
            rows.doubt(f"{count} rows are of months still to come, and kept: {list_some(future)}", item)


def _describe_serials(rows: Rows, texts: list[str | None], serials: dict[str, str], item: Field) -> None:
    """Warn about days written as a spreadsheet's serial numbers, with the months that they are read as."""
    found = [index for index in np.flatnonzero(rows.is_kept) if texts[index] in serials] if serials else []
    if found:
        shown = found[:SHOWN]
        named = "; ".join(f"row {rows.numbers[i]} {texts[i]} is {serials[str(texts[i])]}" for i in shown)
        rows.warn(f"{len(found)} days are written as a spreadsheet counts them: {named}", item)


def _describe_other_months(rows: Rows, months: list[str | None]) -> None:
    """Warn about rows, kept, of another month than the file name gives."""
    match = NAMED_MONTH.match(rows.file.name.rpartition("/")[2])
    named = rows.source.month_in_name(rows.file.name) or (match[1] if match else None)
    if named is None:
        return
    others = Counter(str(months[index]) for index in np.flatnonzero(rows.is_kept) if months[index] != named)
    if others:
        listed = ", ".join(f"{month} ({count})" for month, count in others.most_common(SHOWN))
        rows.warn(f"{others.total()} records are of other months than {named} in the file's name, and kept: {listed}")
