"""Separates rows from other records of a file, and turns rows into columns of text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.formats.reading import Doubt, SetAside, SourceFile, describe_record
from crime_dagster.sources.readers.tables.further import Headers
from crime_dagster.sources.readers.tables.grid import Grid
from crime_dagster.sources.readers.tables.header import Field

BLANKS = " \t\r\n\u00a0\u200b\ufeff"
TOTAL = re.compile(
    r"^(grand\s+|column\s+)?totals?\b|\btotals?$|^sum$|^all\s+(areas|boroughs|districts|lsoas?)\b", re.IGNORECASE
)
# A code and its name in one cell, as Nomis writes them.
CODE_AND_NAME = re.compile(r"^([A-Z]\d{8})\s*:\s*(.+)$")
NOTHING = pa.scalar(None, type=pa.string())
# Codes of places larger than a small area: their rows are sums of the small areas.
LARGER_AREA = re.compile(r"^(K0[2-4]|[EW](0[2-9]|1\d|92))\d{6}$")


@dataclass
class Rows:
    """The rows of a file while they are checked."""

    file: SourceFile
    source: Source
    fields: list[Field]  # columns that are landed
    records: list[list[str]]  # as in the file, one per row
    numbers: np.ndarray  # number of each record after the header, from 1
    values: list[pa.Array]  # an array of text per field
    set_aside: list[SetAside]  # records that are not rows
    rows_in: int  # records after the header
    warnings: list[str]
    delimiter: str | None = None  # of the cells in the file; None for typed cells
    # Names that were in one cell with a code, by their landed name.
    labels: dict[str, pa.Array] = field(default_factory=dict)
    # Values of checked numeric columns, by field index.
    figures: dict[int, np.ndarray] = field(default_factory=dict)
    reasons: np.ndarray = field(init=False)  # why a row is not landed; None if it is

    def __post_init__(self) -> None:
        self.reasons = np.full(len(self.records), None, dtype=object)

    @property
    def is_kept(self) -> np.ndarray:
        """Mask of the rows that passed the checks so far."""
        return np.asarray(~self.reasons.astype(bool))

    @property
    def columns(self) -> list[tuple[Field, pa.Array]]:
        return list(zip(self.fields, self.values, strict=True))

    def warn(self, words: str, item: Field | None = None, kind: type[str] = str) -> None:
        """Add a warning about the file, or about one of its columns."""
        column = f"column '{item.header}': " if item is not None else ""
        self.warnings.append(kind(f"{self.file.name}: {column}{words}"))

    def doubt(self, words: str, item: Field | None = None) -> None:
        """Add a warning that figures may be wrong."""
        self.warn(words, item, Doubt)

    def warn_of(self, places: np.ndarray, words: str, kind: type[str] = str) -> None:
        """Add a warning about some rows, if any: `words` with their count and first numbers."""
        if places.size:
            self.warn(words.format(places.size, ", ".join(map(str, self.numbers[places[:5]]))), kind=kind)

    def drop(self, mask: np.ndarray, reason: str) -> np.ndarray:
        """Exclude rows that are not excluded already, and return their positions."""
        new = np.flatnonzero(mask & self.is_kept)
        self.reasons[new] = reason
        return new

    def name(self, places: Sequence[int] | np.ndarray, values: Sequence[object]) -> str:
        """Return the first of some rows and their values, for messages."""
        return list_some([f"row {self.numbers[place]} {values[place]!r}" for place in places])

    def all_set_aside(self) -> list[SetAside]:
        """Every record that is not landed, in file order."""
        dropped = zip(self.numbers.tolist(), self.reasons, self.records, strict=True)
        new = [SetAside(number, reason, describe_record(cells)) for number, reason, cells in dropped if reason]
        return sorted([*self.set_aside, *new])


def sort_records(grid: Grid, source: Source, file: SourceFile) -> Rows:
    """Separate rows from blank lines, footnotes, totals and broken rows; a different second header is refused."""
    width = len(grid.header.cells)
    key = next((item for item in grid.header.fields if item.column.kind in CODE_PATTERNS), None)
    headers = Headers(grid.header, source, file)
    records: list[list[str]] = []
    numbers: list[int] = []
    set_aside: list[SetAside] = []
    for number, record in enumerate(grid.records, start=grid.first_number):
        reason = grid.reasons.get(number - grid.first_number)
        # Nearly every record is as wide as the header and well filled: only the others are examined. In a table without
        # codes a total is well filled, except for its first cell.
        is_odd = len(record) != width or width - record.count("") < 2 or (key is None and not record[0])
        if reason is None and is_odd:
            reason = find_reason(record, width, key)
            if reason in ("short_row", "long_row") and headers.may_be_one(record):
                headers.judge(grid.records, number - grid.first_number, number)
        if reason is None:
            records.append(record)
            numbers.append(number)
        else:
            set_aside.append(SetAside(number, reason, describe_record(record)))
    rows = Rows(
        file=file,
        source=source,
        fields=grid.header.fields,
        records=records,
        numbers=np.array(numbers, dtype=np.int64),
        values=[tidy_text([record[item.position] for record in records]) for item in grid.header.fields],
        set_aside=set_aside,
        rows_in=len(grid.records),
        warnings=list(grid.warnings),
        delimiter=grid.delimiter,
    )
    _separate_names(rows)
    broken = [record for record in set_aside if record.reason in ("short_row", "long_row")]
    if broken:
        rows.doubt(
            f"{len(broken)} rows do not have the {width} cells of the header and are excluded (the first is row "
            f"{broken[0].row_number}); a short row at the end means that the file was cut off"
        )
    # Concatenated files have a header each.
    for index in headers.find(rows.fields, rows.values):
        number = int(rows.numbers[index])
        if headers.judge(grid.records, number - grid.first_number, number):
            rows.reasons[index] = "repeated_header"
    return rows


def _separate_names(rows: Rows) -> None:
    for place, (item, values) in enumerate(rows.columns):
        if item.column.kind not in CODE_PATTERNS:
            continue
        both = pc.fill_null(pc.match_substring_regex(values, CODE_AND_NAME.pattern), False)
        if pc.any(both).as_py():
            code, name = (pc.replace_substring_regex(values, CODE_AND_NAME.pattern, part) for part in (r"\1", r"\2"))
            rows.values[place] = code
            rows.labels[item.column.name.removesuffix("_code") + "_name"] = pc.if_else(both, name, NOTHING)


def find_reason(record: Sequence[str], width: int, key: Field | None) -> str | None:
    """Return why a record is not a row: `blank_line`, `total_row`, `footnote`, `short_row`, `long_row`; else None.

    The header has `width` cells, and `key` is the column of area codes, if there is one.
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
    """Return cells without outer blanks; a blank one is null."""
    trimmed = pc.utf8_trim(pa.array(cells, type=pa.string()), characters=BLANKS)
    return pc.if_else(pc.equal(trimmed, ""), NOTHING, trimmed)
