"""The records of any table file, with the header found above them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.formats.delimited import (
    DELIMITERS,
    decode_text,
    double_quotes,
    read_bytes,
    split_heads,
    split_records,
)
from crime_dagster.sources.readers.formats.documents import read_records
from crime_dagster.sources.readers.formats.editions import choose_part
from crime_dagster.sources.readers.formats.parquet import read_parquet
from crime_dagster.sources.readers.formats.reading import JSON, PARQUET, WORKBOOKS, Doubt, SourceFile, refuse
from crime_dagster.sources.readers.formats.workbook import Records, read_sheets
from crime_dagster.sources.readers.tables.header import (
    SEARCHED_RECORDS,
    Header,
    choose_header,
    find_header,
    fold_header,
    require_columns,
    tidy_header,
)

# Formats of a single table and nothing else.
WHOLE_TABLES: dict[str, Callable[[SourceFile], Records]] = {PARQUET: read_parquet, JSON: read_records}
# Found in a line below a table, but not in a code or name of a place.
PUNCTUATION = re.compile(r"[.:;©*=]")
# What a server writes into a file when it fails in the middle.
ERROR = re.compile(
    r"</?[a-z]+[ >/]|\b(fatal|server) error\b|\btraceback\b|exception\b|\btimed? ?out\b|\bmemory (size|limit)\b",
    re.IGNORECASE,
)
SHOWN_LETTERS = 80
CODE_LENGTH = len("E01000001")
# The most records that services (ArcGIS, Nomis, Excel for the web) and spreadsheets give.
PAGES = {1_000, 2_000, 4_000, 5_000, 10_000, 16_000, 25_000, 32_000, 50_000, 100_000, 1_000_000}
SHEETS = {65_536, 1_048_576}
# Nomis states in each record how many there are.
RECORD_COUNT = fold_header("RECORD_COUNT")


@dataclass(frozen=True)
class Grid:
    """A table file as cells."""

    header: Header  # with all required columns
    records: Records
    warnings: list[str] = field(default_factory=list)
    above: Records = field(default_factory=list)  # records above the header
    first_number: int = 1  # number of the first of these records in the file
    # Positions of records already known not to be rows, and why.
    reasons: dict[int, str] = field(default_factory=dict)
    delimiter: str | None = None  # cell delimiter; None for a file with typed cells


def read_grid(file: SourceFile, source: Source) -> Grid:
    """Read a table file and find its header, below any title block."""
    if file.suffix in WORKBOOKS:
        grid = _read_workbook(file, source)
    elif file.suffix in WHOLE_TABLES:
        records = WHOLE_TABLES[file.suffix](file)
        header = require_columns(find_header(records, source.columns), source, file.name)
        grid = Grid(header, records[header.index + 1 :])
    else:
        grid = _read_text(file, source)
    _require_all_records(grid, file)
    size = len(grid.records)
    if size in PAGES or size + grid.header.index + 1 in SHEETS:
        words = f"{size:,} rows below the header: as many as a service or a spreadsheet gives at most"
        grid.warnings.append(Doubt(f"{file.name}: {words}; the rest may be missing"))
    if others := grid.header.list_other_years(source.columns):
        words = f"columns of another year than those of {source.key}: {list_some(others)}"
        grid.warnings.append(Doubt(f"{file.name}: {words}; the file may be another edition, with other figures"))
    return grid


def _read_text(file: SourceFile, source: Source) -> Grid:
    text, warnings = decode_text(read_bytes(file), file)
    starts = split_heads(text, file, SEARCHED_RECORDS)
    header, mark = _choose((mark, find_header(start, source.columns, source.header_rows)) for mark, start in starts)
    whole = require_columns(header, source, file.name)
    delimiter = mark or DELIMITERS[0]
    quoted = double_quotes(text, delimiter)
    if quoted != text:
        warnings.append(f"{file.name}: backslashes before quotation marks inside cells are removed")
    every = split_records(quoted, delimiter, file)
    records, width = every[whole.index + 1 :], len(whole.cells)
    _require_no_error(records, width, file)
    # A truncated file otherwise looks complete.
    if not text.endswith(("\n", "\r")) and records and len(records[-1]) < width and not _is_footnote(records):
        found = f"the file ends after {len(records[-1])} of {width} cells, without an end of line"
        remedy = "the file was cut off: copy or download it again"
        raise refuse(file, found, "a complete last record", remedy, row=len(records))
    return Grid(whole, records, warnings, every[: whole.index], delimiter=delimiter)


def _require_no_error(records: list[list[str]], width: int, file: SourceFile) -> None:
    """Refuse a table that ends with the message of the program that was writing it: it broke off there."""
    last = next((place for place in range(len(records) - 1, -1, -1) if "".join(records[place]).strip()), None)
    if last is not None and len(records[last]) < width and ERROR.search(text := ",".join(records[last])):
        found = f"an error message at the end of the table: {text.strip()[:SHOWN_LETTERS]!r}"
        raise refuse(file, found, "a complete table", row=last + 1)


def _is_footnote(records: list[list[str]]) -> bool:
    """Whether the last record is a line below the table, not a truncated row.

    Such a line is one cell, longer than any cell that begins a row, or below a blank line, or punctuated.
    """
    *rows, last = records
    text = last[0].strip() if last else ""
    if len(last) > 1 or not text:
        return len(last) <= 1
    longest = max((len(row[0]) for row in rows if len(row) > 1), default=CODE_LENGTH)
    is_below_a_blank = bool(rows) and not "".join(rows[-1]).strip()
    return len(text) > longest or is_below_a_blank or bool(PUNCTUATION.search(text))


def _read_workbook(file: SourceFile, source: Source) -> Grid:
    workbook = read_sheets(file, source.options.get("sheet"))
    sheets = workbook.sheets
    # A copy may have all of them in one sheet already.
    if "joined_sheets" in source.options and len(sheets) > 1:
        joined = set(map(fold_header, source.options["joined_sheets"]))
        workbook.require_values([name for name in sheets if fold_header(name) in joined], file)
        sheets = {"": join_sheets(sheets, source)}
    found = {name: find_header(records, source.columns, source.header_rows) for name, records in sheets.items()}
    whole_ones = {name: header for name, header in found.items() if header is not None and not header.missing}
    fitting = [name for name, header in whole_ones.items() if len(sheets[name]) > header.index + 1]
    name, warnings = choose_part(fitting, "sheets", file) if fitting else (_choose(found.items())[1] or "", [])
    whole = require_columns(found.get(name), source, file.name)
    workbook.require_values([name], file)
    # A workbook does not store blank cells at the end of a row: its rows are never short.
    width, every = len(whole.cells), sheets[name]
    records = [record + [""] * (width - len(record)) for record in every[whole.index + 1 :]]
    return Grid(whole, records, warnings, every[: whole.index])


def _choose(candidates: Iterable[tuple[str, Header | None]]) -> tuple[Header | None, str | None]:
    found = [(header, name) for name, header in candidates if header is not None]
    best = choose_header(header for header, _ in found)
    return next(((header, name) for header, name in found if header is best), (None, None))


def _require_all_records(grid: Grid, file: SourceFile) -> None:
    """Refuse one page of a table whose records state that there are more."""
    folded = [*map(fold_header, grid.header.cells)]
    if RECORD_COUNT not in folded:
        return
    place = folded.index(RECORD_COUNT)
    cells = [record[place].strip() for record in grid.records if len(record) > place]
    stated = [int(cell) for cell in cells if cell.isascii() and cell.isdigit() and len(cell) < 19]
    if stated and max(stated) > len(stated):
        found = f"{len(stated)} records, and the service had {max(stated)}"
        remedy = "fetch the other pages too (recordoffset of the Nomis API) and append them to this file"
        raise refuse(file, found, "all records of the table in one file", remedy, column=grid.header.cells[place])


def join_sheets(sheets: Mapping[str, Records], source: Source) -> Records:
    """Put the sheets of the source's option `joined_sheets` side by side, by area code.

    Returns one header and one record per area: cells are blank where a sheet lacks the area, and a record without a
    code (a total, a footnote) is kept separately. Without a column of codes there is only an empty header.
    """
    named = {fold_header(name): records for name, records in sheets.items()}
    codes = [column for column in source.columns if column.kind in CODE_PATTERNS][:1]
    cells: list[str] = []
    rows: dict[str, list[str]] = {}
    for name in source.options["joined_sheets"]:
        records = named.get(fold_header(name), [])
        header = find_header(records, codes)
        if header is None or header.missing:
            continue
        # Area names are in every sheet: a column is taken from the first that has it.
        known = set(map(fold_header, cells))
        new = [place for place, cell in enumerate(header.cells) if cell and fold_header(cell) not in known]
        _add_sheet(rows, records[header.index + 1 :], header, new, cells, name)
        cells += [header.cells[place] for place in new]
    return [cells, *(row + [""] * (len(cells) - len(row)) for row in rows.values())]


def _add_sheet(
    rows: dict[str, list[str]], records: Records, header: Header, new: Sequence[int], cells: Sequence[str], name: str
) -> None:
    key = header.fields[0]
    place = next((i for i, cell in enumerate(cells) if fold_header(cell) == fold_header(key.header)), None)
    seen: set[str] = set()
    for number, record in enumerate(records):
        padded = record + [""] * (len(header.cells) - len(record))
        code = tidy_header(padded[key.position])
        # Records without a code, or with one that this sheet has already, are kept apart and checked later.
        label = code if code and code not in seen else f"{name}\0{number}"
        seen.add(code)
        row = rows.setdefault(label, [])
        row += [""] * (len(cells) - len(row))
        if place is not None:
            row[place] = row[place] or code
        row += [padded[position] for position in new]
