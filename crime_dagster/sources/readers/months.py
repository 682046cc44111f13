"""Months in the spellings of publishers, landed as YYYY-MM."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from crime_dagster.sources.readers.reading import SourceFile
from crime_dagster.sources.readers.rows import Rows

NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FORMS = (
    re.compile(r"^(?P<year>(19|20)\d\d)(?P<month>\d\d)$"),
    re.compile(r"^(?P<year>(19|20)\d\d)-(?P<month>\d\d?)(-\d\d?([T ].*)?)?$"),
    re.compile(r"^\d\d?/(?P<month>\d\d?)/(?P<year>(19|20)\d\d)$"),
    re.compile(r"^(?P<name>[a-z]{3,9})[ -](?P<year>((19|20)\d\d)|\d\d)$", re.IGNORECASE),
)
SHOWN = 5


def find_month(text: str) -> str | None:
    """A month as YYYY-MM; None for what is none.

    Args:
        text: `202401`, `2024-01`, `2024-1`, a day or a time in it (`2024-01-31`, `31/01/2024`), `January 2024`,
            `Jan-24`.
    """
    for form in FORMS:
        match = form.match(text.strip())
        if match is None:
            continue
        found = match.groupdict()
        year = found["year"] if len(found["year"]) == 4 else f"20{found['year']}"
        if "name" in found:
            short = found["name"][:3].casefold()
            number = NAMES.index(short) + 1 if short in NAMES else 0
        else:
            number = int(found["month"])
        return f"{year}-{number:02d}" if 1 <= number <= 12 else None
    return None


def check_months(rows: Rows, options: Mapping[str, object], file: SourceFile) -> None:
    """Put columns of months into the form YYYY-MM; rows without a month are set aside: `bad_month`.

    Args:
        rows: The rows; changed in place.
        options: `month_of_year` names the column of the years where months are numbers from 1 to 12.
        file: Whose rows they are, for warnings.
    """
    years = _find_values(rows, str(options.get("month_of_year")))
    for place, item in enumerate(rows.fields):
        if item.column.kind != "month":
            continue
        texts = rows.values[place].to_pylist()
        if years is not None:
            texts = [None if None in pair else f"{pair[0]}-{pair[1]}" for pair in zip(years, texts, strict=True)]
        known = {text: find_month(text) for text in set(texts) if text is not None}
        months = [known.get(text) for text in texts]
        rows.values[place] = pa.array(months, type=pa.string())
        bad = np.flatnonzero(rows.drop(np.array([month is None for month in months], dtype=bool), "bad_month"))
        if bad.size:
            named = "; ".join(f"row {rows.numbers[index]} {texts[index]!r}" for index in bad[:SHOWN])
            rows.warnings.append(
                f"{file.name}: column '{item.header}': {bad.size} cells that are no months: {named}; set aside"
            )


def _find_values(rows: Rows, name: str) -> list[str | None] | None:
    for item, values in zip(rows.fields, rows.values, strict=True):
        if item.column.name == name:
            found: list[str | None] = values.to_pylist()
            return found
    return None
