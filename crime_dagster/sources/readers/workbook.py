"""Workbooks (.xlsx, .ods): the cells of a named sheet as text."""

from __future__ import annotations

import re
import warnings
import zipfile
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.cells import show_cell
from crime_dagster.sources.readers.opendocument import read_opendocument
from crime_dagster.sources.readers.reading import SourceFile

MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
OPEN = ".ods"
Sheets = dict[str, list[list[str]]]
DAMAGE = (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, EOFError, SyntaxError)


def read_sheets(file: SourceFile, sheet: str | None) -> Sheets:
    """The cells of a workbook's sheets.

    Args:
        file: The workbook.
        sheet: Name of the one sheet to read, case and blanks at its ends apart; None for all that are not hidden.

    Returns:
        Sheet name to records of cells as text, in the workbook's order.

    Raises:
        InputError: The file is no workbook or is damaged, or has no such sheet.
    """
    read = _read_opendocument if file.path.suffix.casefold() == OPEN else _read_workbook
    try:
        found, sheets = read(file, sheet)
    except DAMAGE as error:
        raise InputError(
            file=file.name,
            found=f"it cannot be opened as a workbook ({error})",
            expected="a whole workbook (.xlsx or .ods)",
            remedy="download the file again from its publisher",
        ) from error
    if not sheets:
        raise InputError(
            file=file.name,
            found=f"sheets {', '.join(found)}",
            expected=f"a sheet named {sheet}",
            remedy="put the publisher's workbook in its place, or name the right sheet in the catalogue of sources",
        )
    return sheets


def _read_workbook(file: SourceFile, sheet: str | None) -> tuple[list[str], Sheets]:
    # openpyxl warns about styles and extensions that have nothing to do with the cells.
    with warnings.catch_warnings(), file.path.open("rb") as stream:
        warnings.simplefilter("ignore", UserWarning)
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        found = [page.title for page in workbook.worksheets]
        pages = [page for page in workbook.worksheets if _is_wanted(page.title, page.sheet_state == "visible", sheet)]
        sheets = {page.title: _read_page(page) for page in pages}
        workbook.close()
    return found, sheets


def _read_opendocument(file: SourceFile, sheet: str | None) -> tuple[list[str], Sheets]:
    pages = read_opendocument(file.path)
    wanted = {name: records for name, (shown, records) in pages.items() if _is_wanted(name, shown, sheet)}
    return list(pages), wanted


def _is_wanted(name: str, is_shown: bool, sheet: str | None) -> bool:
    # A hidden sheet is a draft or an older edition: it is read where it is asked for by name.
    return is_shown if sheet is None else _fold(name) == _fold(sheet)


def _fill_merged(page: Any, records: list[list[str]]) -> None:
    """Give every row of cells that are merged downwards the value that is shown beside it."""
    # The reader of large sheets leaves the list of merged cells out, which stands behind the cells.
    with page._get_source() as source:
        content = source.read()
    for start, first, end, last in MERGED.findall(content):
        if start != end:
            continue
        column, value = column_index_from_string(start.decode()) - 1, ""
        for row in range(int(first) - 1, min(int(last), len(records))):
            record = records[row]
            value = value or (record[column] if column < len(record) else "")
            record.extend([""] * (column + 1 - len(record)))
            record[column] = record[column] or value


def _read_page(page: Any) -> list[list[str]]:
    # Some programs write a wrong size into the file, and only cells within it would be read.
    page.reset_dimensions()
    records = [[show_cell(cell) for cell in row] for row in page.iter_rows(values_only=True)]
    _fill_merged(page, records)
    # Formatted but empty rows below the last one are no records.
    while records and not any(records[-1]):
        records.pop()
    return records


def _fold(name: str) -> str:
    return name.strip().casefold()
