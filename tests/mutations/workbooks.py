"""Damage to tables saved as workbooks."""

from pathlib import Path

import openpyxl
import xlsxwriter

from crime_dagster.sources.catalogue.entry import SourceColumn
from tests.mutations.tables import NUMBER, Table

# A published share of 1 may come as 1.0000000058.
LARGEST_SHARE = 1.001


def per_cent_cells(table: Table, folder: Path) -> Path | None:
    """Shares as a workbook shows them: stored as 0.032, formatted as 3.2 %."""
    shares = {field.position: _count_in_per_cent(field.column) for field in table.numbers if _is_share(field.column)}
    if not shares:
        return None
    path = _workbook_path(table, folder)
    with xlsxwriter.Workbook(path) as book:
        sheet, shown = book.add_worksheet("data"), book.add_format({"num_format": "0.0000%"})
        for row, cells in enumerate(table.as_rows()):
            for column, cell in enumerate(cells):
                if row > len(table.above) and column in shares and NUMBER.match(cell):
                    sheet.write_number(row, column, float(cell) / (100 if shares[column] else 1), shown)
                else:
                    _write_plain(sheet, row, column, cell)
    return path


def _is_share(column: SourceColumn) -> bool:
    return column.kind == "share" or _count_in_per_cent(column) or (column.range or (0, 2))[1] <= LARGEST_SHARE


def _count_in_per_cent(column: SourceColumn) -> bool:
    return "per cent" in (column.unit or "")


def formulas_without_values(table: Table, folder: Path) -> Path | None:
    """Figures written as formulas by a program, never calculated."""
    if not table.numbers:
        return None
    places = {field.position for field in table.numbers}
    book = openpyxl.Workbook()
    for row, cells in enumerate(table.as_rows()):
        below = row > len(table.above)
        book.active.append(
            [
                f"={cell}+0" if below and place in places and NUMBER.match(cell) else _plain(cell)
                for place, cell in enumerate(cells)
            ]
        )
    path = _workbook_path(table, folder)
    book.save(path)
    return path


def two_sheets(table: Table, folder: Path) -> Path | None:
    """A workbook whose first sheet is a selection of the second."""
    path = _workbook_path(table, folder)
    rows, start = table.as_rows(), len(table.above) + 1
    if len(table.records) < 2 or {"sheet", "joined_sheets"} & table.source.options.keys():
        return None
    with xlsxwriter.Workbook(path) as book:
        for name, part in (("selection", rows[: start + len(table.records) // 2]), ("all", rows)):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(part):
                for column, cell in enumerate(cells):
                    _write_plain(sheet, row, column, cell)
    return path


def _workbook_path(table: Table, folder: Path) -> Path:
    path = (folder / table.csv_name).with_suffix(".xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _plain(cell: str) -> str | float:
    return (
        float(cell) if NUMBER.match(cell) and not (len(cell) > 1 and cell.startswith("0") and "." not in cell) else cell
    )


def _write_plain(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: str) -> None:
    value = _plain(cell)
    if isinstance(value, float):
        sheet.write_number(row, column, value)
    elif cell:
        sheet.write_string(row, column, cell)
