"""Answers of services that give no more records at once than a page holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.header import Header, fold_header
from crime_dagster.sources.readers.reading import SourceFile

# How Nomis says in each record how many there are.
COUNT = fold_header("RECORD_COUNT")
# How services say beside a list how many there are, in small letters and without marks between words.
COUNTS = {
    *("itemcount", "numbermatched", "recordcount", "total", "totalcount", "totalfeatures", "totalitems"),
    *("totalrecords", "totalresults"),
}


def require_all_records(header: Header, records: Sequence[Sequence[str]], file: SourceFile) -> None:
    """Refuse a page of a table whose records say that there are more.

    Args:
        header: The header.
        records: The records below it.
        file: Whose they are, for the message.

    Raises:
        InputError: There are fewer records than they say.
    """
    place = next((place for place, cell in enumerate(header.cells) if fold_header(cell) == COUNT), None)
    if place is None:
        return
    cells = [record[place].strip() for record in records if len(record) > place]
    stated = [int(cell) for cell in cells if cell.isascii() and cell.isdigit() and len(cell) < 19]
    if not stated or max(stated) <= len(stated):
        return
    raise InputError(
        file=file.name,
        column=header.cells[place],
        found=f"{len(stated)} records, and the service had {max(stated)}",
        expected="all records of the table in one file",
        remedy="fetch the other pages too (recordoffset of the Nomis API) and put them below each other in one file",
    )


def require_all_items(document: Any, items: Sequence[Any], file: SourceFile) -> None:
    """Refuse a page of a list where the document around it says that there are more.

    Args:
        document: The whole document.
        items: Its list of records or features.
        file: Whose they are, for the message.

    Raises:
        InputError: There are fewer records than it says.
    """
    for name, count in _find_counts(document):
        if count > len(items):
            raise InputError(
                file=file.name,
                column=name,
                found=f"{len(items)} records, and {name} says {count}",
                expected="all records in one file",
                remedy="fetch the other pages too and put their records in one list, or download the whole file again",
            )


def _find_counts(value: Any) -> Iterator[tuple[str, int]]:
    """What is said of the number of records outside of any list."""
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        is_count = isinstance(inner, int) and not isinstance(inner, bool)
        if is_count and name.casefold().replace("_", "").replace("-", "") in COUNTS:
            yield name, inner
        yield from _find_counts(inner)
