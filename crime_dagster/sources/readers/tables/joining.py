"""Sheets of one workbook that each hold a part of the columns of the same areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.tables.header import Header, find_header, fold_header, tidy_header

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
