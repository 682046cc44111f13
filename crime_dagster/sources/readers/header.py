"""Finding the header of a file and the columns in it, by what must stand there and not by a line number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from crime_dagster.core.errors import InputError
from crime_dagster.sources.calendar_months import find_month
from crime_dagster.sources.entry import Source, SourceColumn

SEARCHED_RECORDS = 100
SHOWN_HEADERS = 40
BLANKS = re.compile(r"[\s\u00a0\u200b\ufeff]+")
# Nomis ends the headers of some tables so, and of others not: "Tenure: Owned; measures: Value".
MEASURE = "measures:value"
# What parts the levels of a header where these were put into one cell; copies of a file differ in it.
LEVELS = str.maketrans("", "", ";|")


@dataclass(frozen=True)
class Field:
    """A column of a file that is landed.

    Args:
        column: What it is landed as.
        header: Its header in the file.
        position: Its place in a record, from 0.
        label: What a repeated header holds, such as `202401`; None for others.
    """

    column: SourceColumn
    header: str
    position: int
    label: str | None = None


@dataclass(frozen=True)
class Header:
    """A record taken as the header.

    Args:
        index: Place of the record in the file, from 0.
        cells: Its cells.
        fields: The columns that are landed.
        missing: Required columns that it lacks.
    """

    index: int
    cells: list[str]
    fields: list[Field]
    missing: list[SourceColumn] = field(default_factory=list)

    def holds_columns_of(self, other: Header) -> bool:
        """Whether another header names the same columns in the same places."""
        return [(item.column, item.position, item.label) for item in self.fields] == [
            (item.column, item.position, item.label) for item in other.fields
        ]

    def is_again(self, record: Sequence[str]) -> bool:
        """Whether a record below the header is the same header once more."""
        first = self.fields[0].position if self.fields else 0
        if len(record) <= first or record[first].strip() != self.cells[first]:
            return False
        return [tidy_header(cell) for cell in record[: len(self.cells)]] == self.cells


@lru_cache(maxsize=100_000)
def tidy_header(cell: str) -> str:
    """A header with blanks at its ends cut off and others made single."""
    return BLANKS.sub(" ", cell).strip()


@lru_cache(maxsize=100_000)
def fold_header(cell: str) -> str:
    """A header in the form in which two are compared: no blanks, no case, no marks between levels."""
    return BLANKS.sub("", cell).translate(LEVELS).casefold().removesuffix(MEASURE)


def find_header(records: Sequence[Sequence[str]], columns: Sequence[SourceColumn], rows: int = 1) -> Header | None:
    """The first record that holds every required column, or the one that comes nearest.

    Args:
        records: Records of the file, from its first line.
        columns: What is looked for.
        rows: Number of records that the header takes.

    Returns:
        The header; its `missing` is empty when it is a whole one. None when there is no record with anything in it.
    """
    nearest: Header | None = None
    for index, record in enumerate(records[:SEARCHED_RECORDS]):
        if not any(cell.strip() for cell in record):
            continue
        cells = record if rows == 1 else stack_cells(records[index : index + rows])
        header = match_header(index + rows - 1, cells, columns)
        if not header.missing:
            return header
        if nearest is None or len(header.missing) < len(nearest.missing):
            nearest = header
    return nearest


def stack_cells(records: Sequence[Sequence[str]]) -> list[str]:
    """The cells of a header of several records, each named from above to below: `2023|Pay`.

    A merged cell is stored in its first column only: it holds for the columns to its right that have a cell below.
    """
    width = max(len(record) for record in records)
    padded = [[tidy_header(cell) for cell in record] + [""] * (width - len(record)) for record in records]
    above = [""] * len(padded)
    stacked: list[str] = []
    for position in range(width):
        names = [record[position] for record in padded]
        for level, name in enumerate(names):
            if name:
                above[level:] = [name] + [""] * (len(above) - level - 1)
            elif any(names[level + 1 :]):
                names[level] = above[level]
        stacked.append("|".join(name for name in names if name))
    return stacked


def match_header(index: int, record: Sequence[str], columns: Sequence[SourceColumn]) -> Header:
    """Find columns among the cells of a record.

    Args:
        index: Place of the record in the file, from 0.
        record: Its cells.
        columns: What is looked for.

    Returns:
        The columns found and the required ones missing.
    """
    cells = [tidy_header(cell) for cell in record]
    while cells and not cells[-1]:
        cells.pop()
    places: dict[str, int] = {}
    for position, cell in enumerate(cells):
        places.setdefault(fold_header(cell), position)
    fields: list[Field] = []
    missing: list[SourceColumn] = []
    for column in columns:
        found = _find_spread(column, cells) or _find_plain(column, cells, places)
        fields.extend(found)
        if column.required and not found:
            missing.append(column)
    return Header(index=index, cells=cells, fields=fields, missing=missing)


def require_columns(header: Header | None, source: Source, file: str) -> Header:
    """Refuse a file without its required columns, or with one of them twice.

    Args:
        header: What was found; None for a file with nothing in it.
        source: What was looked for.
        file: The file's name, for messages.

    Returns:
        The header, whole.

    Raises:
        InputError: A required column is missing, or a header that is used stands twice, in whatever spelling.
    """
    remedy = (
        f"put the file as {source.publisher} publishes it in its place ({source.landing_page}); if the publisher has "
        f"renamed the column, add the new header to {source.key} in the catalogue of sources"
    )
    if header is None or header.missing:
        missing = [column for column in source.columns if column.required] if header is None else header.missing
        raise InputError(
            file=file,
            column=", ".join(column.name for column in missing),
            found=_describe(header.cells if header is not None else []),
            expected="; ".join(f"{column.name} as {column.spellings}" for column in missing),
            remedy=remedy,
        )
    counts = Counter(fold_header(cell) for cell in header.cells)
    # Two spellings of one month or year are one column twice.
    repeated = Counter(_name_repeated(item) for item in header.fields if item.label is not None)
    twice = [
        item.header
        for item in header.fields
        if counts[fold_header(item.header)] > 1 or repeated[_name_repeated(item)] > 1
    ]
    if twice:
        raise InputError(
            file=file,
            column=", ".join(dict.fromkeys(twice)),
            found="this header more than once",
            expected="each header once",
            remedy=remedy,
        )
    return header


def _name_repeated(item: Field) -> tuple[str, str]:
    label = item.label or ""
    return item.column.name, find_month(label) or fold_header(label)


def _find_plain(column: SourceColumn, cells: Sequence[str], places: dict[str, int]) -> list[Field]:
    for spelling in column.headers:
        position = places.get(fold_header(spelling))
        if position is not None:
            return [Field(column=column, header=cells[position], position=position)]
    return []


def _find_spread(column: SourceColumn, cells: Sequence[str]) -> list[Field]:
    if column.spread is None:
        return []
    pattern = re.compile(column.spread, re.IGNORECASE)
    fields: list[Field] = []
    for position, cell in enumerate(cells):
        match = pattern.match(cell)
        if match is None:
            continue
        ((name, label),) = match.groupdict().items()
        # What has the form of a month and cannot be one stays a column that nobody knows, and is named as such.
        if name != "month" or find_month(label) is not None:
            fields.append(Field(column=column, header=cell, position=position, label=label))
    return fields


def _describe(cells: Sequence[str]) -> str:
    if not cells:
        return "no header"
    shown = ", ".join(f"'{cell}'" for cell in cells[:SHOWN_HEADERS])
    return f"headers {shown}" + (f" and {len(cells) - SHOWN_HEADERS} more" if len(cells) > SHOWN_HEADERS else "")
