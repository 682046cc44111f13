"""Workbooks (.xlsx, .xlsm, .ods): the cells of a sheet as the text that a person sees."""

import zipfile
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.limits import MOST_CELLS, guard, opening, refuse_size
from crime_dagster.sources.readers.formats.opendocument import read_opendocument
from crime_dagster.sources.readers.formats.reading import AGAIN, SourceFile, refuse, show_cell
from crime_dagster.sources.readers.formats.worksheets import Notes, OpenXml

Records = list[list[str]]
WORKBOOK = "a complete workbook (.xlsx or .ods)"
OPENED = "opened as a workbook"
# Opened by name, for the library's better messages; others by content.
NAMED = (".xlsx", ".xlsm")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Name of the content stream of a password-protected workbook.
LOCKED = "EncryptedPackage".encode("utf-16-le")
HEAD = 4096
LARGEST_LIST = 10_000_000
SAVE_AS = "open it in Excel or LibreOffice and save it as Excel Workbook (.xlsx)"
# Values repeat a lot: their text is made and stored once.
MOST_TEXTS = 100_000


class Workbook(NamedTuple):
    """The requested sheets of a workbook."""

    sheets: dict[str, Records]  # sheet name: records of cells as text, in the workbook's order
    unknown: dict[str, str]  # sheet name: its formulas without values

    def require_values(self, names: Sequence[str], file: SourceFile) -> None:
        """Refuse sheets with formulas that no program has calculated."""
        found = [f"sheet {name}: {self.unknown[name]}" for name in names if self.unknown.get(name)]
        if found:
            remedy = "open the workbook in Excel or LibreOffice and save it: that calculates the formulas"
            found_words = f"formulas without values in {'; '.join(found)}"
            raise refuse(file, found_words, "a value in each cell that has a formula", remedy)


@guard
def read_sheets(file: SourceFile, sheet: str | None, limit: int | None = None) -> Workbook:
    """Return up to `limit` records of a workbook's sheets; a cell displayed as per cent is text such as `3.2%`.

    Without a sheet name, whose case and outer blanks are ignored, all visible sheets are read.
    """
    with opening(file, WORKBOOK, OPENED):
        read = _read_opendocument if _is_opendocument(file) else _read_open_xml
        names, workbook = read(file, sheet, limit)
        if not workbook.sheets and len(names) == 1:
            # A copy of the one sheet may have any name.
            names, workbook = read(file, None, limit)
    if not workbook.sheets:
        found = f"sheets {', '.join(names)}" if names else "no sheet"
        expected = f"a sheet named {sheet}" if sheet is not None else "a sheet that is not hidden"
        remedy = "replace the file with the publisher's workbook, or name the right sheet in the catalogue of sources"
        raise refuse(file, found, expected, remedy)
    return workbook


def _is_opendocument(file: SourceFile) -> bool:
    """Whether a workbook is .ods, by its content and not its name; anything but .ods and .xlsx is refused."""
    with file.path.open("rb") as stream:
        head = stream.read(HEAD)
        is_locked = head.startswith(OLE) and LOCKED in head + stream.read(LARGEST_LIST)
    if head.startswith(OLE) and not is_locked:
        # Its cells do not show which are per cent, or whether a formula was ever calculated.
        raise refuse(file, "an old workbook (.xls)", WORKBOOK, SAVE_AS)
    if not is_locked and not head.startswith(b"PK\x03\x04"):
        raise _refuse_text(file, head)
    names: set[str] = set()
    if not is_locked:
        with zipfile.ZipFile(file.path) as packed:
            names = {name.replace("\\", "/").casefold().lstrip("/") for name in packed.namelist()}
            if {"content.xml", "meta-inf/manifest.xml"} <= names:
                is_locked = b"encryption-data" in packed.read("META-INF/manifest.xml")
    if is_locked:
        remedy = "open it with the password and save it without one"
        raise refuse(file, "a workbook with a password", WORKBOOK, remedy)
    if {"xl/workbook.xml", "content.xml"} & names:
        return "xl/workbook.xml" not in names
    if "xl/workbook.bin" in names:
        raise refuse(file, "a binary workbook (.xlsb)", WORKBOOK, SAVE_AS)
    remedy = "unpack it, or let its name end in .zip"
    raise refuse(file, "a zip archive that holds no workbook", WORKBOOK, remedy)


def _refuse_text(file: SourceFile, head: bytes) -> InputError:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return refuse(file, "a workbook as XML of 2003 under the name of another kind", WORKBOOK, SAVE_AS)
    if start and not start.startswith(b"<") and b"\x00" not in head:
        return refuse(file, "text under the name of a workbook", WORKBOOK, "rename it so that it ends in .csv")
    page = "a web page: a table in HTML, or an error page"
    what = page if start.startswith(b"<") else "not a workbook" if start else "an empty file"
    return refuse(file, f"it cannot be {OPENED} ({what})", WORKBOOK, SAVE_AS if what == page else AGAIN)


def _read_open_xml(file: SourceFile, sheet: str | None, limit: int | None) -> tuple[list[str], Workbook]:
    workbook = Workbook({}, {})
    with zipfile.ZipFile(file.path) as packed, file.path.open("rb") as stream:
        # Too large a file is refused here, before the library allocates memory for it.
        parts = OpenXml(packed, file)
        has_own_name = file.suffix in NAMED
        with closing(CalamineWorkbook.from_object(file.path if has_own_name else stream)) as book:
            pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
            for page in pages:
                if not _is_wanted(page.name, page.visible == SheetVisibleEnum.Visible, sheet):
                    continue
                notes = parts.scan(page.name)
                workbook.unknown[page.name] = notes.describe_formulas(is_new=parts.is_new)
                found = book.get_sheet_by_name(page.name)
                _require_bearable_merges(found, file)
                workbook.sheets[page.name] = _show_page(found, notes, limit)
    return [page.name for page in pages], workbook


def _read_opendocument(file: SourceFile, sheet: str | None, limit: int | None) -> tuple[list[str], Workbook]:
    pages = read_opendocument(file)
    wanted = {name: page for name, page in pages.items() if _is_wanted(name, page.is_shown, sheet)}
    sheets = {name: page.records[:limit] for name, page in wanted.items()}
    return list(pages), Workbook(sheets, {name: page.unknown for name, page in wanted.items()})


def _is_wanted(name: str, is_shown: bool, sheet: str | None) -> bool:
    # A hidden sheet is a draft or an older edition: it is read only by name.
    return is_shown if sheet is None else name.strip().casefold() == sheet.strip().casefold()


def _show_page(page: CalamineSheet, notes: Notes, limit: int | None) -> Records:
    left = page.start[1] if page.start else 0
    texts: dict[Any, str] = {}
    records: Records = []
    for cells in islice(page.iter_rows(), limit):
        record = [""] * left
        for cell in cells:
            # With the type, because True and 1 are the same key.
            key = (type(cell), cell)
            if len(texts) > MOST_TEXTS:
                texts.clear()
            if key not in texts:
                texts[key] = show_cell(cell)
            record.append(texts[key])
        records.append(record)
    for row, column in notes.per_cent:
        if row < len(records):
            records[row][column] = f"{Decimal(records[row][column]).scaleb(2).normalize():f}%"
    for (row, column), text in notes.errors.items():
        if limit is None or row < limit:
            _put(records, row, column, text)
    _fill_merged(page, records)
    # Formatted but empty rows at the end are not records.
    while records and not any(records[-1]):
        records.pop()
    return records


def _put(records: Records, row: int, column: int, text: str) -> None:
    records.extend([] for _ in range(row + 1 - len(records)))
    records[row].extend([""] * (column + 1 - len(records[row])))
    records[row][column] = text


def _require_bearable_merges(page: CalamineSheet, file: SourceFile) -> None:
    """Refuse merged cells that span more cells than a table may have."""
    corners = [corner for _, corner in page.merged_cell_ranges or []]
    rows, columns = (max((corner[side] + 1 for corner in corners), default=0) for side in (0, 1))
    if rows * columns > MOST_CELLS:
        found = f"merges over {rows:,} rows and {columns:,} columns in {page.name}"
        raise refuse_size(file, found, f"at most {MOST_CELLS:,} cells")


def _fill_merged(page: CalamineSheet, records: Records) -> None:
    """Repeat the value of cells merged downwards in every row."""
    for (first, start), (last, end) in page.merged_cell_ranges or []:
        if start != end or first >= len(records) or start >= len(records[first]) or not records[first][start]:
            continue
        for row in range(first + 1, min(last + 1, len(records))):
            if not (start < len(records[row]) and records[row][start]):
                _put(records, row, start, records[first][start])
