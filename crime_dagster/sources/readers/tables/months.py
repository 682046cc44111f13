"""Columns of months, landed as YYYY-MM from the spellings of publishers."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.rows import Rows
from crime_dagster.sources.vocabulary.calendar_months import FIRST_YEAR, find_last_month, find_months, find_serial_month

SHOWN = 5


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
                named = "; ".join(f"row {rows.numbers[index]} {texts[index]!r}" for index in found[:SHOWN])
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
        named = "; ".join(f"row {rows.numbers[i]} {texts[i]} is {serials[str(texts[i])]}" for i in found[:SHOWN])
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
        listed = ", ".join(f"{month} ({count})" for month, count in others.most_common(SHOWN))
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
