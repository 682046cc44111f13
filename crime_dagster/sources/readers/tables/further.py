"""A further header below the first: files that were put behind each other, and what to do about the second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.header import Field, Header, fold_header, match_header, stack_cells

# A header names columns wherever they stand: so many columns of text show it.
SEARCHED_COLUMNS = 4
SHOWN_HEADERS = 8
MOST_TURNED = 100


class Headers:
    """The headers that may stand again among the records of a file."""

    def __init__(self, header: Header, source: Source, file: SourceFile) -> None:
        """Take the header of the file and what its source knows of others.

        Args:
            header: The header of the file.
            source: Whose columns are looked for.
            file: Its name, for messages.
        """
        self.header, self.source, self.file = header, source, file
        spellings = [spelling for column in source.columns for spelling in column.headers]
        # In a header of two records a column is named by a cell of each.
        self.known = {fold_header(part) for name in spellings for part in (name, *name.split("|"))}
        # Turned round, a header has the name of any of its columns where names are looked for.
        self.cells = {fold_header(cell) for cell in header.cells if cell} - self.known

    def find(self, fields: Sequence[Field], values: Sequence[pa.Array]) -> np.ndarray:
        """Places of the rows that may be headers: a cell of theirs is the name of a column."""
        texts = [
            cells
            for item, cells in zip(fields, values, strict=True)
            if item.label is None and not item.column.is_number
        ]
        named, known = (pa.array(sorted(names), type=pa.string()) for names in (self.cells, self.known))
        found = np.zeros(len(values[0]) if values else 0, dtype=bool)
        is_area = found.copy()
        for item, cells in zip(fields, values, strict=True):
            if item.column.kind in CODE_PATTERNS:
                is_code = pc.match_substring_regex(cells, CODE_PATTERNS[item.column.kind])
                is_area |= pc.fill_null(is_code, False).to_numpy(zero_copy_only=False)
        turned = found.copy()
        for cells in texts[:SEARCHED_COLUMNS]:
            folded = pc.utf8_lower(cells)
            for mark in (" ", ";", "|"):
                folded = pc.replace_substring(folded, mark, "")
            found |= pc.is_in(folded, value_set=known).to_numpy(zero_copy_only=False).astype(bool)
            turned |= pc.is_in(folded, value_set=named).to_numpy(zero_copy_only=False).astype(bool)
        labelled = next((cells for item, cells in zip(fields, values, strict=True) if item.label is not None), None)
        if labelled is not None:
            # A header whose first column has no name shows in those that have.
            folded = pc.replace_substring(pc.utf8_lower(labelled), " ", "")
            turned |= pc.is_in(folded, value_set=named).to_numpy(zero_copy_only=False).astype(bool)
        # What stands in many rows is a value that a column happens to be called by, such as a year.
        if np.count_nonzero(turned) <= MOST_TURNED:
            found |= turned
        # Figures may look like years; no header has the code of an area.
        return np.flatnonzero(found & ~is_area)

    def may_be_one(self, record: Sequence[str]) -> bool:
        """Whether a record of another width than the header may be a header of its own."""
        return fold_header(next((cell for cell in record if cell.strip()), "")) in self.known

    def judge(self, records: Sequence[Sequence[str]], place: int, number: int) -> bool:
        """Whether a record is the header once more.

        Args:
            records: The records of the file.
            place: Its place among them.
            number: Its number, for the message.

        Raises:
            InputError: It is a header, and its columns are others or stand in other places: by the first header the
                figures below it would be those of other columns.
        """
        rows = self.source.header_rows
        # Of a header of several records any may hold the name that was found.
        for start in range(max(0, place - rows + 1), place + 1):
            cells = records[start] if rows == 1 else stack_cells(records[start : start + rows])
            again = match_header(0, cells, self.source.columns)
            if self._is_same(cells) or (_is_header(again) and again.holds_columns_of(self.header)):
                return True
            labels = {item.label for item in self.header.fields if item.label} & {item.label for item in again.fields}
            # Of a header whose first column has no name, several of its months or years show it.
            if _is_header(again) or len(labels) > 1:
                raise self._refuse(again, number)
        return False

    def _refuse(self, again: Header, number: int) -> InputError:
        return InputError(
            file=self.file.name,
            row=number,
            found=f"a second header, with other columns or another order: {_show(again)}",
            expected=f"one header for all rows: {_show(self.header)}",
            remedy="split the file before this row: each part with its own header is a separate file",
        )

    def _is_same(self, cells: Sequence[str]) -> bool:
        return [fold_header(cell) for cell in cells[: len(self.header.cells)]] == [
            fold_header(cell) for cell in self.header.cells
        ] and not any(cell.strip() for cell in cells[len(self.header.cells) :])


def _is_header(header: Header) -> bool:
    """Whether a record names columns: all that are needed, or more than one. A single name may be a value."""
    plain = {item.column.name for item in header.fields if item.label is None}
    return bool(plain) and (not header.missing or len(plain) > 1)


def _show(header: Header) -> str:
    more = len(header.cells) - SHOWN_HEADERS
    return ", ".join(f"'{cell}'" for cell in header.cells[:SHOWN_HEADERS]) + (f" and {more} more" if more > 0 else "")
