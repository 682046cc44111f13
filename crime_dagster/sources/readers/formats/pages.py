"""Answers of services that give no more records at once than a page holds."""

from __future__ import annotations

from collections.abc import Sequence

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.header import Header, fold_header

# How Nomis says in each record how many there are.
COUNT = fold_header("RECORD_COUNT")


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
