"""OpenDocument workbooks (.ods): the cells of their sheets as text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from crime_dagster.sources.readers.cells import show_cell

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
NUMBERS = ("float", "percentage", "currency")
GAPS = (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break")
MOST_BYTES = 500_000_000
MOST_CELLS = 20_000_000


def read_opendocument(path: Path) -> dict[str, tuple[bool, list[list[str]]]]:
    """Read every sheet of an OpenDocument workbook.

    Args:
        path: The workbook.

    Returns:
        Sheet name to whether it is shown and its records of cells, in the workbook's order.

    Raises:
        OSError, zipfile.BadZipFile, KeyError, SyntaxError, ValueError: It is no such workbook, is damaged, or holds
            more cells than any published table.
    """
    with zipfile.ZipFile(path) as packed:
        content = packed.getinfo("content.xml")
        if content.file_size > MOST_BYTES:
            raise ValueError(f"{content.file_size} bytes of cells")
        with packed.open(content) as stream:
            root = ElementTree.parse(stream).getroot()  # noqa: S314 expat bounds entities itself since 2.4.1
    hidden = {
        style.get(f"{STYLE}name")
        for style in root.iter(f"{STYLE}style")
        for look in style.iter(f"{STYLE}table-properties")
        if look.get(f"{TABLE}display") == "false"
    }
    sheets = root.iterfind(f"{OFFICE}body/{OFFICE}spreadsheet/{TABLE}table")
    return {
        sheet.get(f"{TABLE}name", ""): (sheet.get(f"{TABLE}style-name") not in hidden, _read_sheet(sheet))
        for sheet in sheets
    }


def _read_sheet(sheet: ElementTree.Element) -> list[list[str]]:
    records: list[list[str]] = []
    merged: dict[int, tuple[int, str]] = {}
    blank = cells = 0
    for row in sheet.iter(f"{TABLE}table-row"):
        times = int(row.get(f"{TABLE}number-rows-repeated", "1"))
        record = _read_record(row, merged)
        if not record:
            # A sheet ends in a million blank rows, written as one: they count only where something follows.
            blank += times
            continue
        cells += blank + times * len(record)
        if cells > MOST_CELLS:
            raise ValueError(f"more than {MOST_CELLS} cells in sheet {sheet.get(f'{TABLE}name')}")
        records += [[] for _ in range(blank)]
        records += [list(record) for _ in range(times)]
        blank = 0
    return records


def _read_record(row: ElementTree.Element, merged: dict[int, tuple[int, str]]) -> list[str]:
    """The cells of a row up to the last one filled; cells merged downwards have their value in every row."""
    record: list[str] = []
    blank = 0
    for cell, times in _list_cells(row):
        place = len(record) + blank
        text = _show(cell)
        left, value = merged.pop(place, (0, ""))
        text = text or value
        rows = int(cell.get(f"{TABLE}number-rows-spanned", "1"))
        if rows > 1 and cell.get(f"{TABLE}number-columns-spanned", "1") == "1":
            left = rows
        if left > 1:
            merged[place] = (left - 1, text)
        if not text:
            blank += times
            continue
        if len(record) + blank + times > MOST_CELLS:
            raise ValueError(f"more than {MOST_CELLS} cells in one row")
        record += [""] * blank + [text] * times
        blank = 0
    return record


def _list_cells(row: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, int]]:
    for cell in row:
        if cell.tag in CELLS:
            yield cell, int(cell.get(f"{TABLE}number-columns-repeated", "1"))


def _show(cell: ElementTree.Element) -> str:
    kind = cell.get(f"{OFFICE}value-type")
    if kind in NUMBERS:
        return show_cell(float(cell.get(f"{OFFICE}value", "")))
    if kind == "date":
        return cell.get(f"{OFFICE}date-value", "").removesuffix("T00:00:00")
    # A note on a cell holds paragraphs as well, one level down: they are not what the cell says.
    return "\n".join("".join(_list_texts(part)) for part in cell.iterfind(f"{TEXT}p"))


def _list_texts(part: ElementTree.Element) -> Iterator[str]:
    yield part.text or (" " if part.tag in GAPS else "")
    for inner in part:
        if not inner.tag.startswith(OFFICE):
            yield from _list_texts(inner)
        yield inner.tail or ""
