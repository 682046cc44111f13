"""Records sorted into rows and what is not a row, and rows turned into columns of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.formats.reading import SetAside, SourceFile, describe_record
from crime_dagster.sources.readers.tables.further import Headers
from crime_dagster.sources.readers.tables.grid import Grid
from crime_dagster.sources.readers.tables.header import Field

NAMED_CELLS = 5
BLANKS = " \t\r\n\u00a0\u200b\ufeff"
TOTAL = re.compile(
    r"^(grand\s+|column\s+)?totals?\b|\btotals?$|^sum$|^all\s+(areas|boroughs|districts|lsoas?)\b", re.IGNORECASE
)
# Codes of places larger than a small area: rows that repeat the small areas below them as a sum.
# A code and its name in one cell, as Nomis writes them.
CODE_AND_NAME = re.compile(r"^([A-Z]\d{8})\s*:\s*(.+)$")
LARGER_AREA = re.compile(r"^(K0[2-4]|[EW](0[2-9]|1\d|92))\d{6}$")


@dataclass
class Rows:
    """The rows of a file while they are checked.

    Args:
        fields: The columns that are landed.
        records: The records as they stand in the file, one per row.
        numbers: Number of each record after the header, from 1.
        values: One array of text per field.
        set_aside: Records that are not rows.
        rows_in: Records after the header.
        warnings: What a person should know about the file.
        labels: Names that stood in one cell with a code, by the landed name they would have.
        delimiter: What separates the cells in the file; None for one that knows numbers.
        reasons: Why a row is not landed; None for a row that is.
        figures: The numbers of numeric columns, by their place among the fields, once they are checked.
    """

    fields: list[Field]
    records: list[list[str]]
    numbers: np.ndarray
    values: list[pa.Array]
    set_aside: list[SetAside]
    rows_in: int
    warnings: list[str]
    labels: dict[str, pa.Array] = field(default_factory=dict)
    delimiter: str | None = None
    figures: dict[int, np.ndarray] = field(default_factory=dict)
    reasons: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.reasons = np.full(len(self.records), None, dtype=object)

    @property
    def is_kept(self) -> np.ndarray:
        """Mask of the rows that nothing was found against."""
        return np.asarray(~self.reasons.astype(bool))

    def drop(self, mask: np.ndarray, reason: str) -> np.ndarray:
        """Set rows aside; what was found first counts. Returns the mask of those that are new."""
        new = mask & self.is_kept
        self.reasons[new] = reason
        return new

    def all_set_aside(self) -> list[SetAside]:
        """Every record that is not landed, in the order of the file."""
        dropped = [
            SetAside(int(self.numbers[index]), str(self.reasons[index]), describe_record(self.records[index]))
            for index in np.flatnonzero(~self.is_kept)
        ]
        return sorted([*self.set_aside, *dropped])


def sort_records(grid: Grid, source: Source, file: SourceFile) -> Rows:
    """Part the records that are rows from blank lines, footnotes, totals and broken rows.

    Args:
        grid: Header and records of a file.
        source: What they should be.
        file: Whose records they are, for messages.

    Returns:
        The rows, nothing checked yet, and the records excluded.

    Raises:
        InputError: A header with other columns, or with another order of them, stands among the records.
    """
    width = len(grid.header.cells)
    keys = [item for item in grid.header.fields if item.column.kind in CODE_PATTERNS]
    key = keys[0] if keys else None
    headers = Headers(grid.header, source, file)
    records: list[list[str]] = []
    numbers: list[int] = []
    set_aside: list[SetAside] = []
    for number, record in enumerate(grid.records, start=grid.first_number):
        reason = grid.reasons.get(number - grid.first_number)
        # Nearly every record is as wide as the header and well filled: the others are looked at twice. A total in a
        # table without codes is filled as well, but for its first cell.
        odd = len(record) != width or width - record.count("") < 2 or (key is None and not record[0])
        if reason is None and odd:
            reason = find_reason(record, width, key)
            if reason in ("short_row", "long_row") and headers.may_be_one(record):
                headers.judge(grid.records, number - grid.first_number, number)
        if reason is None:
            records.append(record)
            numbers.append(number)
        else:
            set_aside.append(SetAside(number, reason, describe_record(record)))
    values = [tidy_text([record[item.position] for record in records]) for item in grid.header.fields]
    labels: dict[str, pa.Array] = {}
    for place, item in enumerate(grid.header.fields):
        if item.column.kind in CODE_PATTERNS:
            values[place], names = _part_names(values[place])
            if names is not None:
                labels[item.column.name.removesuffix("_code") + "_name"] = names
    rows = Rows(
        fields=grid.header.fields,
        records=records,
        numbers=np.array(numbers, dtype=np.int64),
        values=values,
        set_aside=set_aside,
        rows_in=len(grid.records),
        warnings=[*grid.warnings, *_describe_broken(set_aside, width, file)],
        labels=labels,
        delimiter=grid.delimiter,
    )
    # Files that were put behind each other have the header of each.
    for index in headers.find(rows.fields, rows.values):
        number = int(rows.numbers[index])
        if headers.judge(grid.records, number - grid.first_number, number):
            rows.reasons[index] = "repeated_header"
    return rows


def _part_names(values: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Codes without the names that stand behind them, and these names; None where no cell has one."""
    both = to_mask(pc.match_substring_regex(values, CODE_AND_NAME.pattern))
    if not both.any():
        return values, None
    cells = values.to_pylist()
    matches = [CODE_AND_NAME.match(cell) if found else None for cell, found in zip(cells, both, strict=True)]
    codes = [match[1] if match else cell for match, cell in zip(matches, cells, strict=True)]
    names = [match[2] if match else None for match in matches]
    return pa.array(codes, type=pa.string()), pa.array(names, type=pa.string())


def _describe_broken(set_aside: list[SetAside], width: int, file: SourceFile) -> list[str]:
    broken = [record for record in set_aside if record.reason in ("short_row", "long_row")]
    if not broken:
        return []
    return [
        f"{file.name}: {len(broken)} rows do not have the {width} cells of the header and are excluded (the first is "
        f"row {broken[0].row_number}); a short row at the end means that the file was cut off"
    ]


def find_reason(record: Sequence[str], width: int, key: Field | None) -> str | None:
    """Why a record is not a row; None when it is one.

    Args:
        record: Its cells.
        width: Number of cells of the header.
        key: The column that holds the area's code; None where rows have none.

    Returns:
        `blank_line`, `total_row`, `footnote`, `short_row`, `long_row` or None.
    """
    filled = [cell.strip(BLANKS) for cell in record if cell.strip(BLANKS)]
    if not filled:
        return "blank_line"
    code = record[key.position].strip(BLANKS) if key is not None and key.position < len(record) else ""
    code = CODE_AND_NAME.sub(r"\1", code)
    if key is None or not re.match(CODE_PATTERNS[key.column.kind], code):
        if TOTAL.search(filled[0]) or LARGER_AREA.match(code):
            return "total_row"
        if len(filled) == 1:
            return "footnote"
    if len(record) < width:
        return "short_row"
    if any(cell.strip(BLANKS) for cell in record[width:]):
        return "long_row"
    return None


def tidy_text(cells: list[str]) -> pa.Array:
    """Cells without blanks at their ends; a blank one is null."""
    trimmed = pc.utf8_trim(pa.array(cells, type=pa.string()), characters=BLANKS)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, type=pa.string()), trimmed)


def to_mask(array: pa.Array) -> np.ndarray:
    """A boolean array as a mask; null is False."""
    return pc.fill_null(array, False).to_numpy(zero_copy_only=False).astype(bool)


def list_some(items: list[str]) -> str:
    """The first of some descriptions, and how many more there are."""
    more = len(items) - NAMED_CELLS
    return "; ".join(items[:NAMED_CELLS]) + (f" and {more} more" if more > 0 else "")
