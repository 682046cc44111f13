"""A second header among the records: a sign of concatenated files."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import InputError, list_some
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.formats.reading import SourceFile, refuse, to_mask
from crime_dagster.sources.readers.tables.header import MEASURE, Field, Header, fold_header, match_header, stack_cells

# A header shows in the first few columns of text.
SEARCHED_COLUMNS = 4
SHOWN = 8
MOST_TURNED = 100


class Headers:
    """Finds headers of a source among the records of a file, and decides whether they repeat its own."""

    def __init__(self, header: Header, source: Source, file: SourceFile) -> None:
        self.header, self.source, self.file = header, source, file
        spellings = [spelling for column in source.columns for spelling in column.headers]
        # In a header of two records a column is named by a cell of each.
        self.known = {fold_header(part) for name in spellings for part in (name, *name.split("|"))}
        # With its columns in another order, a header has the name of any of its columns in any place.
        self.cells = {fold_header(cell) for cell in header.cells if cell} - self.known

    def find(self, fields: Sequence[Field], values: Sequence[pa.Array]) -> np.ndarray:
        """Return positions of rows that may be headers: one of their cells is a column name."""
        size = len(values[0]) if values else 0
        found, turned, is_area = (np.zeros(size, dtype=bool) for _ in range(3))
        named, known = (pa.array(sorted(names), type=pa.string()) for names in (self.cells, self.known))
        texts = []
        labelled: pa.Array | None = None
        for item, cells in zip(fields, values, strict=True):
            if item.column.kind in CODE_PATTERNS:
                is_area |= to_mask(pc.match_substring_regex(cells, CODE_PATTERNS[item.column.kind]))
            if item.label is not None:
                labelled = cells if labelled is None else labelled
            elif not item.column.is_number:
                texts.append(cells)
        for cells in texts[:SEARCHED_COLUMNS]:
            folded = pc.utf8_lower(cells)
            for mark in (" ", ";", "|"):
                folded = pc.replace_substring(folded, mark, "")
            folded = pc.replace_substring_regex(folded, f"{MEASURE}$", "")
            found |= to_mask(pc.is_in(folded, value_set=known))
            turned |= to_mask(pc.is_in(folded, value_set=named))
        if labelled is not None:
            # A header whose first column has no name shows in its months or years.
            folded = pc.replace_substring(pc.utf8_lower(labelled), " ", "")
            turned |= to_mask(pc.is_in(folded, value_set=named))
        # A name in many rows is a value that is also a column name, such as a year.
        if np.count_nonzero(turned) <= MOST_TURNED:
            found |= turned
        # Figures may look like years, but no header has an area code.
        return np.flatnonzero(found & ~is_area)

    def may_be_one(self, record: Sequence[str]) -> bool:
        """Whether a record of another width than the header may itself be a header."""
        return fold_header(next((cell for cell in record if cell.strip()), "")) in self.known

    def judge(self, records: Sequence[Sequence[str]], place: int, number: int) -> bool:
        """Return whether the record at a place repeats the header; `number` is for the message.

        A header with other columns or another order is refused: the figures below it belong to these.
        """
        rows = self.source.header_rows
        # Any record of a header of several records may hold the name that was found.
        for start in range(max(0, place - rows + 1), place + 1):
            cells = stack_cells(records[start : start + rows])
            again = match_header(0, cells, self.source.columns)
            if self.header.is_again(cells) or (_is_header(again) and again.holds_columns_of(self.header)):
                return True
            labels = {item.label for item in self.header.fields if item.label} & {item.label for item in again.fields}
            # Several months or years show a header whose first column has no name.
            if _is_header(again) or len(labels) > 1:
                raise self._refuse(again, number)
        return False

    def _refuse(self, again: Header, number: int) -> InputError:
        shown, own = (list_some([f"'{cell}'" for cell in one.cells], SHOWN, ", ") for one in (again, self.header))
        found = f"a second header, with other columns or another order: {shown}"
        remedy = "split the file before this row: each part with its own header is a separate file"
        return refuse(self.file, found, f"one header for all rows: {own}", remedy, row=number)


def _is_header(header: Header) -> bool:
    """Whether a record names all required columns, or more than one: a single name may be a value."""
    plain = {item.column.name for item in header.fields if item.label is None}
    return bool(plain) and (not header.missing or len(plain) > 1)
