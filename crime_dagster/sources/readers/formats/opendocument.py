"""OpenDocument workbooks (.ods): the cells of their sheets as text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree import ElementTree

from crime_dagster.sources.readers.formats.limits import MOST_CELLS, MOST_COLUMNS, bound_unpacked, refuse_size
from crime_dagster.sources.readers.formats.reading import SourceFile, show_cell

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
NUMBERS = ("float", "currency")
GAPS = (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break")
SHOWN_CELLS = 5


@dataclass
class Page:
    """A sheet.

    Args:
        is_shown: Whether it is not hidden.
        records: Its cells, as text.
        formulas: Rows, from 1, with a formula that no program has worked out.
    """

    is_shown: bool
    records: list[list[str]] = field(default_factory=list)
    formulas: list[int] = field(default_factory=list)

    @property
    def unknown(self) -> str:
        """Where formulas have no value; nothing where all have one."""
        more = len(self.formulas) - SHOWN_CELLS
        rows = [f"row {number}" for number in self.formulas[:SHOWN_CELLS]]
        return ", ".join([*rows, *([f"and {more} more"] if more > 0 else [])])


def read_opendocument(file: SourceFile) -> dict[str, Page]:
    """Read every sheet of an OpenDocument workbook.

    Args:
        file: The workbook.

    Returns:
        Sheet name to sheet, in the workbook's order.

    Raises:
        OSError, zipfile.BadZipFile, KeyError, SyntaxError, ValueError: It is no such workbook, or is damaged.
        InputError: It holds more cells than any published table.
    """
    pages: dict[str, Page] = {}
    hidden: set[str | None] = set()
    with zipfile.ZipFile(file.path) as packed:
        content = packed.getinfo("content.xml")
        bound = 4 * bound_unpacked(content.compress_size)
        if content.file_size > bound:
            raise refuse_size(file.name, f"{content.file_size} bytes of cells", f"at most {bound}")
        with packed.open(content) as stream:
            reader: _PageReader | None = None
            # expat bounds entities itself since 2.4.1
            for event, part in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314 see the line above
                if event == "start" and part.tag == f"{TABLE}table" and (reader is None or reader.is_done):
                    name = part.get(f"{TABLE}name", "")
                    pages[name] = Page(is_shown=part.get(f"{TABLE}style-name") not in hidden)
                    reader = _PageReader(pages[name], name, file)
                elif event == "end" and part.tag == f"{STYLE}style":
                    hidden |= _find_hidden(part)
                elif event == "end" and part.tag == f"{TABLE}table-row" and reader is not None:
                    reader.add(part)
                    # A row that was read is let go: a sheet as elements takes ten times its room.
                    part.clear()
                elif event == "end" and part.tag == f"{TABLE}table" and reader is not None:
                    reader.is_done = True
    return pages


def _find_hidden(style: ElementTree.Element) -> set[str | None]:
    looks = style.iter(f"{STYLE}table-properties")
    return {style.get(f"{STYLE}name") for look in looks if look.get(f"{TABLE}display") == "false"}


class _PageReader:
    """The rows of one sheet as they are read."""

    def __init__(self, page: Page, name: str, file: SourceFile) -> None:
        self.is_done = False
        self._page, self._name, self._file = page, name, file
        self._merged: dict[int, tuple[int, str]] = {}
        self._blank = self._cells = 0

    def add(self, row: ElementTree.Element) -> None:
        times = int(row.get(f"{TABLE}number-rows-repeated", "1"))
        record = self._read_record(row)
        if not record:
            # A sheet ends in a million blank rows, written as one: they count only where something follows.
            self._blank += times
            return
        self._cells += self._blank + times * len(record)
        if self._cells > MOST_CELLS:
            self._refuse(f"more than {MOST_CELLS:,} cells in sheet {self._name}", f"at most {MOST_CELLS:,} cells")
        self._page.records += [[] for _ in range(self._blank)]
        self._page.records += [list(record) for _ in range(times)]
        self._blank = 0

    def _read_record(self, row: ElementTree.Element) -> list[str]:
        """The cells of a row up to the last one filled; cells merged downwards have their value in every row."""
        record: list[str] = []
        blank = 0
        for cell, times in _list_cells(row):
            place = len(record) + blank
            text = _show(cell)
            if not text and cell.get(f"{TABLE}formula") and cell.get(f"{OFFICE}value-type") != "string":
                self._page.formulas.append(len(self._page.records) + self._blank + 1)
            left, value = self._merged.pop(place, (0, ""))
            text = text or value
            rows = int(cell.get(f"{TABLE}number-rows-spanned", "1"))
            if rows > 1 and cell.get(f"{TABLE}number-columns-spanned", "1") == "1":
                left = rows
            if left > 1:
                self._merged[place] = (left - 1, text)
            if not text:
                blank += times
                continue
            if len(record) + blank + times > MOST_COLUMNS:
                self._refuse(f"more than {MOST_COLUMNS:,} cells in one row", f"at most {MOST_COLUMNS:,} columns")
            record += [""] * blank + [text] * times
            blank = 0
        return record

    def _refuse(self, found: str, expected: str) -> None:
        raise refuse_size(self._file.name, found, expected)


def _list_cells(row: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, int]]:
    for cell in row:
        if cell.tag in CELLS:
            yield cell, int(cell.get(f"{TABLE}number-columns-repeated", "1"))


def _show(cell: ElementTree.Element) -> str:
    kind, value = cell.get(f"{OFFICE}value-type"), cell.get(f"{OFFICE}value")
    if kind == "percentage" and value:
        return f"{Decimal(value).scaleb(2).normalize():f}%"
    if kind in NUMBERS and value:
        return show_cell(float(value))
    if kind == "date":
        return cell.get(f"{OFFICE}date-value", "").removesuffix("T00:00:00")
    # A note on a cell holds paragraphs as well, one level down: they are not what the cell says.
    return "\n".join("".join(_list_texts(part)) for part in cell.iterfind(f"{TEXT}p"))


def _list_texts(part: ElementTree.Element) -> Iterator[str]:
    """Texts of a paragraph and what it holds, in their order; spans may stand in spans without end."""
    waiting: list[ElementTree.Element | str] = [part]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
            continue
        yield item.text or (" " if item.tag in GAPS else "")
        for inner in reversed(item):
            waiting.append(inner.tail or "")
            if not inner.tag.startswith(OFFICE):
                waiting.append(inner)
