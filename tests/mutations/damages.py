"""Damages that people's files have, each put into a table; None where a table cannot have it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter

from tests.mutations.tables import Table, write_csv

NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
# What no publisher of these tables has as a figure.
SENTINEL = "-999"
SPOILED_SHARE = 20


def decimal_comma(table: Table, folder: Path) -> Path | None:
    """Saved by a spreadsheet that writes 23,4 and separates by semicolons."""
    if not any("." in cell for field in table.numbers for cell in table.cells(field.position) if NUMBER.match(cell)):
        return None
    records = [_map_numbers(table, record, lambda cell: cell.replace(".", ",")) for record in table.records]
    return write_csv(table.with_records(records).as_rows(), folder / table.csv_name, ";")


def thousands_points(table: Table, folder: Path) -> Path | None:
    """Counts written 1.234."""
    counts = {field.position for field in table.numbers if field.column.kind == "count"}
    large = [cell for place in counts for cell in table.cells(place) if cell.isdigit() and int(cell) >= 1000]
    if not large:
        return None
    records = [
        [
            f"{int(cell):,}".replace(",", ".") if place in counts and cell.isdigit() else cell
            for place, cell in enumerate(record)
        ]
        for record in table.records
    ]
    return write_csv(table.with_records(records).as_rows(), folder / table.csv_name)


def per_cent_cells(table: Table, folder: Path) -> Path | None:
    """Shares as a workbook shows them: stored as 0.032, formatted as 3.2 %."""
    shares = {field.position: field.column.is_per_cent for field in table.numbers if field.column.kind == "share"}
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


def formulas_without_values(table: Table, folder: Path) -> Path | None:
    """Figures written as formulas by a program, computed by nobody."""
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


def second_header(table: Table, folder: Path) -> Path | None:
    """Two files put behind each other, the second with its columns in another order."""
    half = len(table.records) // 2
    if not half:
        return None
    turned = [[*reversed(row)] for row in (table.header.cells, *table.records[half:])]
    rows = [*table.above, table.header.cells, *table.records[:half], *turned]
    return write_csv(rows, folder / table.csv_name)


def second_table(table: Table, folder: Path) -> Path | None:
    """Two files put behind each other, the second with its figures one column on: another month or year."""
    spread = [field for field in table.numbers if field.label is not None]
    half = len(table.records) // 2
    if len(spread) < 3 or not half:
        return None
    first, last = spread[0].position, spread[-1].position
    other = [*table.header.cells]
    other[first : last + 1] = [*other[first + 1 : last + 1], other[first]]
    return write_csv(
        [*table.above, table.header.cells, *table.records[:half], other, *table.records[half:]], folder / table.csv_name
    )


def total_rows(table: Table, folder: Path) -> Path | None:
    """A row `Total` for each area above its categories."""
    keys = [
        field
        for field in table.header.fields
        if field.column.name in table.source.unique and not field.column.is_number
    ]
    category = next((field.position for field in reversed(keys) if field.column.kind == "text"), None)
    if category is None or len(keys) < 2 or not table.numbers:
        return None
    kept = {field.position for field in keys} - {category}
    groups: dict[tuple[str, ...], list[list[str]]] = defaultdict(list)
    for record in table.records:
        groups[tuple(record[place] for place in sorted(kept))].append(record)
    if max(map(len, groups.values())) < 2:
        return None
    records: list[list[str]] = []
    for members in groups.values():
        total = [*members[0]]
        total[category] = "Total"
        for field in table.numbers:
            cells = [member[field.position] for member in members]
            total[field.position] = f"{sum(float(cell) for cell in cells if NUMBER.match(cell)):g}"
        records += [*members, total]
    return write_csv(table.with_records(records).as_rows(), folder / table.csv_name)


def sentinels(table: Table, folder: Path) -> Path | None:
    """-999 for "no value" in a column of numbers."""
    if not table.numbers:
        return None
    place = table.numbers[0].position
    records = [[*record] for record in table.records]
    for record in records[::SPOILED_SHARE]:
        record[place] = SENTINEL
    return write_csv(table.with_records(records).as_rows(), folder / table.csv_name)


def two_sheets(table: Table, folder: Path) -> Path | None:
    """A workbook whose first sheet is a selection of the second."""
    path = _workbook_path(table, folder)
    rows, start = table.as_rows(), len(table.above) + 1
    if len(table.records) < 2 or "sheet" in table.source.options or "joined_sheets" in table.source.options:
        return None
    with xlsxwriter.Workbook(path) as book:
        for name, part in (("selection", rows[: start + len(table.records) // 2]), ("all", rows)):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(part):
                for column, cell in enumerate(cells):
                    _write_plain(sheet, row, column, cell)
    return path


def header_alone(table: Table, folder: Path) -> Path | None:
    """A file that was delivered empty."""
    return write_csv([*table.above, table.header.cells], folder / table.csv_name)


def cut_short(table: Table, folder: Path) -> Path | None:
    """A file that ends in the middle of a line."""
    path = write_csv(table.as_rows(), folder / table.csv_name)
    text = path.read_bytes().rstrip(b"\r\n")
    line = text[text.rfind(b"\n") + 1 :]
    if line.count(b",") < 2 or b'"' in line:
        return None
    path.write_bytes(text[: len(text) - len(line) + line.find(b",") + 1])
    return path


def second_download(table: Table, folder: Path) -> Path | None:
    """A browser's second download beside the first, with other figures."""
    whole = write_csv(table.as_rows(), folder / table.csv_name)
    half = table.with_records(table.records[: len(table.records) // 2])
    if not half.records:
        return None
    write_csv(half.as_rows(), whole.with_name(f"{whole.stem} (1){whole.suffix}"))
    return whole


def half_download(table: Table, folder: Path) -> Path | None:
    """A browser's unfinished download, in a folder of its own."""
    half = table.with_records(table.records[: len(table.records) // 2])
    name = Path(table.csv_name)
    return write_csv(half.as_rows(), folder / name.parent / f"{name.name}.download" / name.name)


DAMAGES: tuple[Callable[[Table, Path], Path | None], ...] = (
    *(decimal_comma, thousands_points, per_cent_cells, formulas_without_values, second_header, second_table),
    *(total_rows, sentinels, two_sheets, header_alone, cut_short, second_download, half_download),
)
# What leaves the figures as they are where it is read rightly; after any other damage they may not stay.
HARMLESS = {decimal_comma, thousands_points, per_cent_cells, second_header, total_rows, two_sheets, second_download}


def _map_numbers(table: Table, record: list[str], change: Callable[[str], str]) -> list[str]:
    places = {field.position for field in table.numbers}
    return [change(cell) if place in places and NUMBER.match(cell) else cell for place, cell in enumerate(record)]


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
