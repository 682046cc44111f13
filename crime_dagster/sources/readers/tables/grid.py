"""Records of a text file, a workbook, a Parquet file or JSON, with the header that was found above them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.formats.delimited import (
    DELIMITERS,
    decode_text,
    double_quotes,
    read_bytes,
    split_heads,
    split_records,
)
from crime_dagster.sources.readers.formats.editions import choose_part
from crime_dagster.sources.readers.formats.parquet import SUFFIX as PARQUET
from crime_dagster.sources.readers.formats.parquet import read_parquet
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.formats.records import SUFFIX as JSON
from crime_dagster.sources.readers.formats.records import read_records
from crime_dagster.sources.readers.formats.workbook import WORKBOOKS, read_sheets
from crime_dagster.sources.readers.tables.header import (
    SEARCHED_RECORDS,
    Header,
    find_header,
    fold_header,
    require_columns,
    tidy_header,
)

# Kinds of file that hold one table and nothing else.
WHOLE_TABLES: dict[str, Callable[[SourceFile], list[list[str]]]] = {PARQUET: read_parquet, JSON: read_records}


@dataclass(frozen=True)
class Grid:
    """A file as cells.

    Args:
        header: The header, whole.
        records: The records below it.
        warnings: What a person should know about the file.
        above: The records above the header.
        first_number: Number of the first record below the header of the file.
        reasons: Records, by their place, that are known to be no rows, and why.
        delimiter: What separates the cells; None for a file that knows numbers.
    """

    header: Header
    records: list[list[str]]
    warnings: list[str] = field(default_factory=list)
    above: list[list[str]] = field(default_factory=list)
    first_number: int = 1
    reasons: dict[int, str] = field(default_factory=dict)
    delimiter: str | None = None


def read_grid(file: SourceFile, source: Source) -> Grid:
    """Read a file as text and find its header.

    Title blocks above the header are passed over: the header is the first record that holds the required columns.

    Args:
        file: The file.
        source: What is looked for; its option `sheet` names the sheet of a workbook.

    Returns:
        Header and records.

    Raises:
        InputError: The file cannot be opened or decoded, or lacks a required column.
    """
    suffix = Path(file.name.casefold().removesuffix(".gz")).suffix
    if suffix in WORKBOOKS:
        return _read_workbook(file, source)
    if suffix in WHOLE_TABLES:
        return _read_whole_table(file, source, WHOLE_TABLES[suffix](file))
    text, warnings = decode_text(read_bytes(file), file)
    starts = split_heads(text, file, SEARCHED_RECORDS)
    header, mark = _choose(((mark, find_header(start, source.columns, source.header_rows)) for mark, start in starts))
    whole = require_columns(header, source, file.name)
    delimiter = mark or DELIMITERS[0]
    quoted = double_quotes(text, delimiter)
    if quoted is not text:
        warnings.append(f"{file.name}: backslashes before quotation marks inside cells, read as these marks alone")
    every = split_records(quoted, delimiter, file)
    records = every[whole.index + 1 :]
    _require_whole_end(text, records, len(whole.cells), file)
    require_all_records(whole, records, file)
    return Grid(header=whole, records=records, warnings=warnings, above=every[: whole.index], delimiter=delimiter)


def _require_whole_end(text: str, records: list[list[str]], width: int, file: SourceFile) -> None:
    """Refuse a text that ends in the middle of a record: half of a file is worse than none, as it looks like all of it.

    A last line of a single cell may be a footnote.
    """
    if text.endswith(("\n", "\r")) or not records or not 1 < len(records[-1]) < width:
        return
    raise InputError(
        file=file.name,
        row=len(records),
        found=f"the file ends after {len(records[-1])} of {width} cells, without an end of line",
        expected="a complete last record",
        remedy="the file was cut off: copy or download it again",
    )


def _read_workbook(file: SourceFile, source: Source) -> Grid:
    workbook = read_sheets(file, source.options.get("sheet"))
    sheets = workbook.sheets
    # A copy may have all of them in one sheet already.
    if "joined_sheets" in source.options and len(sheets) > 1:
        workbook.require_values([name for name in sheets if is_joined(name, source)], file)
        sheets = {"": join_sheets(sheets, source)}
    found = {name: find_header(records, source.columns, source.header_rows) for name, records in sheets.items()}
    fitting = [
        name
        for name, header in found.items()
        if header is not None and not header.missing and len(sheets[name]) > header.index + 1
    ]
    name, warnings = choose_part(fitting, "sheets", file) if fitting else (_choose(found.items())[1], [])
    whole = require_columns(found[name] if name is not None else None, source, file.name)
    workbook.require_values([name or ""], file)
    width = len(whole.cells)
    # A workbook does not store blank cells at the end of a row: its rows are never short.
    every = sheets[name or ""]
    records = [record + [""] * (width - len(record)) for record in every[whole.index + 1 :]]
    require_all_records(whole, records, file)
    return Grid(header=whole, records=records, warnings=warnings, above=every[: whole.index])


def _read_whole_table(file: SourceFile, source: Source, records: list[list[str]]) -> Grid:
    whole = require_columns(find_header(records, source.columns), source, file.name)
    require_all_records(whole, records[whole.index + 1 :], file)
    return Grid(header=whole, records=records[whole.index + 1 :])


def _choose(candidates: Iterable[tuple[str, Header | None]]) -> tuple[Header | None, str | None]:
    """The first whole header, else the one that lacks least."""
    best: tuple[Header | None, str | None] = (None, None)
    for name, header in candidates:
        if header is None:
            continue
        if not header.missing:
            return header, name
        if best[0] is None or len(header.missing) < len(best[0].missing):
            best = (header, name)
    return best


Records = list[list[str]]


def join_sheets(sheets: Mapping[str, Records], source: Source) -> Records:
    """Put sheets side by side, by the code of the area.

    Args:
        sheets: Records of each sheet, by its name.
        source: Its option `joined_sheets` names those that count, first the one whose areas come first; one that the
            workbook lacks is passed over.

    Returns:
        One header and one record per area; an area that a sheet lacks has blank cells there, and a record without a
        code (a total, a footnote) stays a record of its own. Nothing when no sheet has a column of codes.
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
        new = _find_new(header, cells)
        _add_sheet(rows, records[header.index + 1 :], header, new, cells, name)
        cells += [header.cells[place] for place in new]
    return [cells, *(row + [""] * (len(cells) - len(row)) for row in rows.values())]


def is_joined(name: str, source: Source) -> bool:
    """Whether a sheet of this name is one of those that are put side by side."""
    return fold_header(name) in {fold_header(known) for known in source.options["joined_sheets"]}


def _find_new(header: Header, cells: Sequence[str]) -> list[int]:
    """Places of the columns that no sheet before has; the names of areas stand in each."""
    known = {fold_header(cell) for cell in cells}
    return [place for place, cell in enumerate(header.cells) if cell and fold_header(cell) not in known]


def _add_sheet(
    rows: dict[str, list[str]], records: Records, header: Header, new: Sequence[int], cells: Sequence[str], name: str
) -> None:
    key = header.fields[0]
    place = next((i for i, cell in enumerate(cells) if fold_header(cell) == fold_header(key.header)), None)
    seen: set[str] = set()
    for number, record in enumerate(records):
        padded = record + [""] * (len(header.cells) - len(record))
        code = tidy_header(padded[key.position])
        # A second record of an area in one sheet, like one without a code, stays apart and is judged later.
        label = code if code and code not in seen else f"{name}\0{number}"
        seen.add(code)
        row = rows.setdefault(label, [])
        row += [""] * (len(cells) - len(row))
        if place is not None:
            row[place] = row[place] or code
        row += [padded[position] for position in new]


# How Nomis says in each record how many there are.
RECORD_COUNT = fold_header("RECORD_COUNT")


def require_all_records(header: Header, records: Sequence[Sequence[str]], file: SourceFile) -> None:
    """Refuse a page of a table whose records say that there are more.

    Args:
        header: The header.
        records: The records below it.
        file: Whose they are, for the message.

    Raises:
        InputError: There are fewer records than they say.
    """
    place = next((place for place, cell in enumerate(header.cells) if fold_header(cell) == RECORD_COUNT), None)
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
