"""Finds the header of a file and its columns, by their names and not by a line number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from crime_dagster.core.errors import InputError, list_some
from crime_dagster.sources.catalogue.entry import Source, SourceColumn
from crime_dagster.sources.vocabulary.calendar_months import find_month

SEARCHED_RECORDS = 100
SHOWN_HEADERS = 40
BLANKS = re.compile(r"[\s\u00a0\u200b\ufeff]+")
# Nomis ends some headers with this and others not: "Tenure: Owned; measures: Value".
MEASURE = "measures:value"
# A year in a header: `LSOA code (2011)`, `LAD22CD`.
YEAR = re.compile(r"(19|20)\d\d|\d\d(?=(cd|nm)$)")
# Separators of header levels in one cell; copies of a file differ in them.
LEVELS = str.maketrans("", "", ";|")


@dataclass(frozen=True)
class Field:
    """A column of a file that is landed."""

    column: SourceColumn
    header: str  # as in the file
    position: int  # index in a record; -1 for a column that is not in the file
    label: str | None = None  # what a repeated header holds, such as `202401`; None for others


@dataclass(frozen=True)
class Header:
    """A record read as the header."""

    index: int  # index of the record in the file
    cells: list[str]
    fields: list[Field]  # columns that are landed
    missing: list[SourceColumn] = field(default_factory=list)  # required columns that it lacks

    @property
    def unused(self) -> list[str]:
        """Headers of columns that are not landed."""
        used = {item.position for item in self.fields}
        return [cell for position, cell in enumerate(self.cells) if cell and position not in used]

    def list_other_years(self, columns: Sequence[SourceColumn]) -> list[str]:
        """Return headers that differ from those of absent columns only in a year, as in another edition."""
        found = {item.column for item in self.fields}
        names = [spelling for column in columns if column not in found for spelling in column.headers]
        known = {YEAR.sub("", fold_header(name)): name for name in names if YEAR.search(fold_header(name))}
        folded = [(cell, fold_header(cell)) for cell in self.unused]
        return [
            f"'{cell}' for '{known[YEAR.sub('', name)]}'"
            for cell, name in folded
            if YEAR.search(name) and YEAR.sub("", name) in known
        ]

    def holds_columns_of(self, other: Header) -> bool:
        """Whether another header names the same columns in the same positions."""
        mine, others = ([(item.column, item.position, item.label) for item in one.fields] for one in (self, other))
        return mine == others

    def is_again(self, record: Sequence[str]) -> bool:
        """Whether a record below the header repeats it."""
        first, width = self.fields[0].position if self.fields else 0, len(self.cells)
        if len(record) <= first or fold_header(record[first]) != fold_header(self.cells[first]):
            return False
        is_same = [*map(fold_header, record[:width])] == [*map(fold_header, self.cells)]
        return is_same and not any(cell.strip() for cell in record[width:])


@lru_cache(maxsize=100_000)
def tidy_header(cell: str) -> str:
    """Return a header without outer blanks, and with single inner ones."""
    return BLANKS.sub(" ", cell).strip()


@lru_cache(maxsize=100_000)
def fold_header(cell: str) -> str:
    """Fold a header for comparison: without blanks, case or level separators."""
    return BLANKS.sub("", cell).translate(LEVELS).casefold().removesuffix(MEASURE)


def find_header(records: Sequence[Sequence[str]], columns: Sequence[SourceColumn], rows: int = 1) -> Header | None:
    """Return the first record with every required column, or the nearest one; None if all are blank.

    The header takes `rows` records.
    """
    return choose_header(
        match_header(index + rows - 1, stack_cells(records[index : index + rows]), columns)
        for index, record in enumerate(records[:SEARCHED_RECORDS])
        if any(cell.strip() for cell in record)
    )


def choose_header(headers: Iterable[Header]) -> Header | None:
    """Return the first header with all columns, else the first of those that lack fewest."""
    nearest: Header | None = None
    for header in headers:
        if nearest is None or len(header.missing) < len(nearest.missing):
            nearest = header
        if not nearest.missing:
            break
    return nearest


def stack_cells(records: Sequence[Sequence[str]]) -> Sequence[str]:
    """Return the cells of a header of several records, each named from top to bottom: `2023|Pay`.

    A merged cell is stored in its first column only; it applies to the columns to its right that have a cell below.
    """
    if len(records) == 1:
        return records[0]
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


def tidy_cells(record: Sequence[str]) -> list[str]:
    """Return the cells of a header, without trailing blank ones."""
    cells = [tidy_header(cell) for cell in record]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def match_header(index: int, record: Sequence[str], columns: Sequence[SourceColumn]) -> Header:
    """Find columns among the cells of the record at an index of the file."""
    cells = tidy_cells(record)
    places: dict[str, int] = {}
    for position, cell in enumerate(cells):
        places.setdefault(fold_header(cell), position)
    header = Header(index, cells, fields=[])
    for column in columns:
        found = _find_spread(column, cells) or _find_plain(column, cells, places)
        header.fields.extend(found)
        if column.required and not found:
            header.missing.append(column)
    return header


def require_columns(header: Header | None, source: Source, file: str) -> Header:
    """Refuse a file without its required columns, or with one of them twice, in any spelling."""
    remedy = (
        f"replace the file with the one that {source.publisher} publishes ({source.landing_page}); if the publisher "
        f"has renamed the column, add the new header to {source.key} in the catalogue of sources"
    )
    if header is None or header.missing:
        missing = source.required if header is None else header.missing
        cells = [f"'{cell}'" for cell in header.cells] if header is not None else []
        found = f"headers {list_some(cells, SHOWN_HEADERS, ', ')}" if cells else "no header"
        expected = "; ".join(f"{column.name} as {column.spellings}" for column in missing)
        names = ", ".join(column.name for column in missing)
        raise InputError(file=file, column=names, found=found, expected=expected, remedy=remedy)
    counts = Counter(map(fold_header, header.cells))
    # Two spellings of one month or year are a repeated column.
    keys = [(item.column.name, find_month(item.label or "") or fold_header(item.label or "")) for item in header.fields]
    repeated = Counter(key for key, item in zip(keys, header.fields, strict=True) if item.label is not None)
    named = [(item.header, key) for key, item in zip(keys, header.fields, strict=True)]
    twice = [name for name, key in named if counts[fold_header(name)] > 1 or repeated[key] > 1]
    if twice:
        names, found = ", ".join(dict.fromkeys(twice)), "this header more than once"
        raise InputError(file=file, column=names, found=found, expected="each header once", remedy=remedy)
    return header


def _find_plain(column: SourceColumn, cells: Sequence[str], places: dict[str, int]) -> list[Field]:
    found = (places.get(fold_header(spelling)) for spelling in column.headers)
    return [Field(column, cells[place], place) for place in found if place is not None][:1]


def _find_spread(column: SourceColumn, cells: Sequence[str]) -> list[Field]:
    if column.spread is None:
        return []
    pattern = re.compile(column.spread, re.IGNORECASE)
    (name,) = pattern.groupindex
    found = ((position, cell, pattern.match(cell)) for position, cell in enumerate(cells))
    # A kind in other letters would be landed as another kind, that nothing counts; a month or year has none.
    labels = [
        (position, cell, match[name])
        for position, cell, match in found
        if match and (re.match(column.spread, cell) or not re.search("[A-Za-z]", match[name]))
    ]
    # An impossible month stays an unknown column, and is reported as such.
    is_month = name == "month"
    return [
        Field(column, cell, position, label) for position, cell, label in labels if not is_month or find_month(label)
    ]
