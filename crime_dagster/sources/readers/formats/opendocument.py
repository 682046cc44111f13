"""OpenDocument workbooks (.ods): the cells of their sheets as text.

The workbook library does not report per cent, merged cells and formulas without values in these files.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree import ElementTree

from crime_dagster.core.errors import list_some
from crime_dagster.sources.readers.formats.limits import MOST_CELLS, MOST_COLUMNS, bound_unpacked, refuse_size
from crime_dagster.sources.readers.formats.reading import SourceFile, show_cell

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
GAPS = (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break")


@dataclass
class Page:
    """A sheet while it is read."""

    name: str
    file: SourceFile
    is_shown: bool
    records: list[list[str]] = field(default_factory=list)  # cells as text
    formulas: list[int] = field(default_factory=list)  # rows, from 1, with a formula that no program has calculated
    is_done: bool = False  # whether all its rows were read
    _merged: dict[int, tuple[int, str]] = field(default_factory=dict)
    _blank: int = 0
    _cells: int = 0

    @property
    def unknown(self) -> str:
        """Rows with formulas without values, for messages."""
        return list_some([f"row {number}" for number in self.formulas], separator=", ")

    def add(self, row: ElementTree.Element) -> None:
        """Add a row, as often as it is repeated."""
        times = int(row.get(f"{TABLE}number-rows-repeated", "1"))
        record = self._read_record(row)
        if not record:
            # A sheet ends in a million blank rows, written as one: they count only if something follows.
            self._blank += times
            return
        self._cells += self._blank + times * len(record)
        if self._cells > MOST_CELLS:
            found = f"more than {MOST_CELLS:,} cells in sheet {self.name}"
            raise refuse_size(self.file, found, f"at most {MOST_CELLS:,} cells")
        self.records += [[] for _ in range(self._blank)]
        self.records += [list(record) for _ in range(times)]
        self._blank = 0

    def _read_record(self, row: ElementTree.Element) -> list[str]:
        """Return the cells of a row up to the last filled one; cells merged downwards have their value in every row."""
        record: list[str] = []
        blank = 0
        for cell in row:
            if cell.tag not in CELLS:
                continue
            times = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            place = len(record) + blank
            text = _show(cell)
            if not text and cell.get(f"{TABLE}formula") and cell.get(f"{OFFICE}value-type") != "string":
                self.formulas.append(len(self.records) + self._blank + 1)
            left, value = self._merged.pop(place, (0, ""))
            text = text or value
            if cell.get(f"{TABLE}number-columns-spanned", "1") == "1":
                left = max(left, int(cell.get(f"{TABLE}number-rows-spanned", "1")))
            if left > 1:
                self._merged[place] = (left - 1, text)
            if text and place + times > MOST_COLUMNS:
                found = f"more than {MOST_COLUMNS:,} cells in one row"
                raise refuse_size(self.file, found, f"at most {MOST_COLUMNS:,} columns")
            record += [""] * blank + [text] * times if text else []
            blank = 0 if text else blank + times
        return record


def read_opendocument(file: SourceFile) -> dict[str, Page]:
    """Return every sheet by name, in the workbook's order."""
    pages: dict[str, Page] = {}
    hidden: set[str | None] = set()
    with zipfile.ZipFile(file.path) as packed:
        content = packed.getinfo("content.xml")
        bound = 4 * bound_unpacked(content.compress_size)
        if content.file_size > bound:
            raise refuse_size(file, f"{content.file_size} bytes of cells", f"at most {bound}")
        with packed.open(content) as stream:
            page: Page | None = None
            # expat bounds entities itself since 2.4.1
            for event, part in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314 see the line above
                if event == "start" and part.tag == f"{TABLE}table" and (page is None or page.is_done):
                    name = part.get(f"{TABLE}name", "")
                    page = pages[name] = Page(name, file, is_shown=part.get(f"{TABLE}style-name") not in hidden)
                elif event == "end" and part.tag == f"{STYLE}style":
                    looks = part.iter(f"{STYLE}table-properties")
                    hidden |= {part.get(f"{STYLE}name") for look in looks if look.get(f"{TABLE}display") == "false"}
                elif event == "end" and part.tag == f"{TABLE}table-row" and page is not None:
                    page.add(part)
                    # Rows are dropped once read: a sheet as elements takes ten times its size.
                    part.clear()
                elif event == "end" and part.tag == f"{TABLE}table" and page is not None:
                    page.is_done = True
    return pages


def _show(cell: ElementTree.Element) -> str:
    kind, value = cell.get(f"{OFFICE}value-type"), cell.get(f"{OFFICE}value")
    if kind == "percentage" and value:
        return f"{Decimal(value).scaleb(2).normalize():f}%"
    if kind in ("float", "currency") and value:
        return show_cell(float(value))
    if kind == "date":
        return cell.get(f"{OFFICE}date-value", "").removesuffix("T00:00:00")
    # Only direct paragraphs: those of a comment on the cell are one level down.
    return "\n".join("".join(_list_texts(part)) for part in cell.iterfind(f"{TEXT}p"))


def _list_texts(part: ElementTree.Element) -> Iterator[str]:
    """Yield the texts of a paragraph in order, without recursion because spans may nest without limit."""
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
