"""Workbooks (.xlsx, .xlsm, .ods): the cells of a named sheet as text, as a person sees them."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.guard import guard
from crime_dagster.sources.readers.formats.limits import MOST_CELLS, refuse_size
from crime_dagster.sources.readers.formats.opendocument import read_opendocument
from crime_dagster.sources.readers.formats.reading import SourceFile, show_cell
from crime_dagster.sources.readers.formats.worksheets import Notes, OpenXml

Records = list[list[str]]
DAMAGE = (CalamineError, ExpatError, OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError, SyntaxError)
# What the reader knows by its name; another it knows by its content, with fewer words about what is wrong with it.
NAMED = (".xlsx", ".xlsm")
# Values repeat a lot: their text is made and stored once.
MOST_TEXTS = 100_000


class Workbook(NamedTuple):
    """The sheets of a workbook that were asked for.

    Args:
        sheets: Sheet name to records of cells as text, in the workbook's order.
        unknown: Sheet name to the formulas in it that have no value.
    """

    sheets: dict[str, Records]
    unknown: dict[str, str]

    def require_values(self, names: Sequence[str], file: SourceFile) -> None:
        """Refuse sheets in which a program has written formulas and none has worked them out.

        Raises:
            InputError: A sheet of these names has a formula without a value.
        """
        found = [f"sheet {name}: {self.unknown[name]}" for name in names if self.unknown.get(name)]
        if not found:
            return
        raise InputError(
            file=file.name,
            found=f"formulas without values in {'; '.join(found)}",
            expected="a value in each cell that has a formula",
            remedy="open the workbook in Excel or LibreOffice and save it: that calculates the formulas",
        )


@guard
def read_sheets(file: SourceFile, sheet: str | None, limit: int | None = None) -> Workbook:
    """The cells of a workbook's sheets.

    Args:
        file: The workbook.
        sheet: Name of the one sheet to read, case and blanks at its ends apart; None for all that are not hidden.
        limit: Number of records of each sheet to stop after; None for all.

    Returns:
        The sheets; a cell that is shown as per cent is text such as `3.2%`.

    Raises:
        InputError: The file is no workbook or is damaged, holds more than is read, or has no such sheet.
    """
    kind = require_workbook(file)
    read = _read_opendocument if kind == OPEN_DOCUMENT else _read_open_xml
    try:
        found, workbook = read(file, sheet, limit)
        if not workbook.sheets and len(found) == 1:
            # A copy of the one sheet that counts may have any name for it.
            found, workbook = read(file, None, limit)
    except DAMAGE as error:
        raise InputError(
            file=file.name,
            found=f"it cannot be opened as a workbook ({error})",
            expected="a complete workbook (.xlsx or .ods)",
            remedy="download the file again from its publisher",
        ) from error
    if not workbook.sheets:
        raise InputError(
            file=file.name,
            found=f"sheets {', '.join(found)}" if found else "no sheet",
            expected=f"a sheet named {sheet}" if sheet is not None else "a sheet that is not hidden",
            remedy="put the publisher's workbook in its place, or name the right sheet in the catalogue of sources",
        )
    return workbook


def _read_open_xml(file: SourceFile, sheet: str | None, limit: int | None) -> tuple[list[str], Workbook]:
    sheets: dict[str, Records] = {}
    unknown: dict[str, str] = {}
    with zipfile.ZipFile(file.path) as packed, file.path.open("rb") as stream:
        # What is too large is refused here, before the reader makes room for it.
        parts = OpenXml(packed, file.name)
        # By its content: its name may be that of another kind.
        has_own_name = file.path.suffix.casefold() in NAMED
        with closing(CalamineWorkbook.from_object(file.path if has_own_name else stream)) as book:
            pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
            for page in pages:
                if not _is_wanted(page.name, page.visible == SheetVisibleEnum.Visible, sheet):
                    continue
                notes = parts.scan(page.name)
                unknown[page.name] = notes.describe_formulas(is_new=parts.is_new)
                found = book.get_sheet_by_name(page.name)
                _require_bearable_merges(found, file)
                sheets[page.name] = _show_page(found, notes, limit)
    return [page.name for page in pages], Workbook(sheets, unknown)


def _read_opendocument(file: SourceFile, sheet: str | None, limit: int | None) -> tuple[list[str], Workbook]:
    pages = read_opendocument(file)
    wanted = {name: page for name, page in pages.items() if _is_wanted(name, page.is_shown, sheet)}
    sheets = {name: page.records[:limit] for name, page in wanted.items()}
    return list(pages), Workbook(sheets, {name: page.unknown for name, page in wanted.items()})


def _is_wanted(name: str, is_shown: bool, sheet: str | None) -> bool:
    # A hidden sheet is a draft or an older edition: it is read where it is asked for by name.
    return is_shown if sheet is None else _fold(name) == _fold(sheet)


def _show_page(page: CalamineSheet, notes: Notes, limit: int | None) -> Records:
    left = page.start[1] if page.start else 0
    texts: dict[Any, str] = {}
    records: Records = []
    for cells in islice(page.iter_rows(), limit):
        record = [""] * left
        for cell in cells:
            # True and 1 are one key of a dictionary.
            key = (type(cell), cell)
            text = texts.get(key)
            if text is None:
                text = show_cell(cell)
                if len(texts) < MOST_TEXTS:
                    texts[key] = text
            record.append(text)
        records.append(record)
    for place, column in notes.per_cent:
        if place < len(records):
            records[place][column] = _show_per_cent(records[place][column])
    for (place, column), text in notes.errors.items():
        if limit is None or place < limit:
            _put(records, place, column, text)
    _fill_merged(page, records)
    # Formatted but empty rows below the last one are no records.
    while records and not any(records[-1]):
        records.pop()
    return records


def _show_per_cent(text: str) -> str:
    """`0.032` as a person sees it: `3.2%`."""
    return f"{Decimal(text).scaleb(2).normalize():f}%"


def _put(records: Records, row: int, column: int, text: str) -> None:
    records.extend([] for _ in range(row + 1 - len(records)))
    records[row].extend([""] * (column + 1 - len(records[row])))
    records[row][column] = text


def _require_bearable_merges(page: CalamineSheet, file: SourceFile) -> None:
    """Refuse merges that reach over more cells than a table may have: no publisher's workbook has them."""
    corners = [corner for _, corner in page.merged_cell_ranges or []]
    rows, columns = (max((corner[side] + 1 for corner in corners), default=0) for side in (0, 1))
    if rows * columns > MOST_CELLS:
        found = f"merges over {rows:,} rows and {columns:,} columns in {page.name}"
        raise refuse_size(file.name, found, f"at most {MOST_CELLS:,} cells")


def _fill_merged(page: CalamineSheet, records: Records) -> None:
    """Give every row of cells that are merged downwards the value that is shown beside it."""
    for (first, start), (last, end) in page.merged_cell_ranges or []:
        if start != end or first >= len(records) or start >= len(records[first]) or not records[first][start]:
            continue
        for row in range(first + 1, min(last + 1, len(records))):
            if not (start < len(records[row]) and records[row][start]):
                _put(records, row, start, records[first][start])


def _fold(name: str) -> str:
    return name.strip().casefold()


WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls", ".xlsb")
OPEN_XML = "xlsx"
OPEN_DOCUMENT = "ods"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MARK = b"PK\x03\x04"
# The part of a workbook with a password that holds its bytes, as it is named in the list of parts.
LOCKED = "EncryptedPackage".encode("utf-16-le")
HEAD_BYTES = 4096
LARGEST_LIST = 10_000_000
SAVE_AS = "open it in Excel or LibreOffice and save it as Excel Workbook (.xlsx)"


def require_workbook(file: SourceFile) -> str:
    """Which kind of workbook a file is.

    Args:
        file: A file whose name ends in one of `WORKBOOKS`.

    Returns:
        `xlsx` or `ods`.

    Raises:
        InputError: It is another one, or none; the message says what it is.
    """
    try:
        with file.path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            if head.startswith(OLE):
                is_locked = LOCKED in head + stream.read(LARGEST_LIST)
                raise _refuse_kind(file, *_describe_ole(is_locked=is_locked))
        if head.startswith(ZIP_MARK):
            with zipfile.ZipFile(file.path) as packed:
                return _tell_packed(packed, file)
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _refuse_kind(file, f"it cannot be opened as a workbook ({error})") from error
    raise _refuse_kind(file, *_describe_text(head))


def _describe_ole(*, is_locked: bool) -> tuple[str, str]:
    if is_locked:
        return "a workbook with a password", "open it with the password and save it without one"
    # Its cells do not say which are per cent, nor whether a formula was ever worked out.
    return "an old workbook (.xls)", SAVE_AS


def _describe_text(head: bytes) -> tuple[str, str]:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "a workbook as XML of 2003 under the name of another kind", SAVE_AS
    if start.startswith(b"<"):
        return "it cannot be opened as a workbook (a web page: a table in HTML, or an error page)", SAVE_AS
    if not start:
        return "it cannot be opened as a workbook (an empty file)", "download the file again from its publisher"
    if b"\x00" not in head:
        return "text under the name of a workbook", "rename it so that it ends in .csv"
    return "it cannot be opened as a workbook (it is none)", "download the file again from its publisher"


def _tell_packed(packed: zipfile.ZipFile, file: SourceFile) -> str:
    names = {name.replace("\\", "/").casefold().lstrip("/") for name in packed.namelist()}
    if "xl/workbook.xml" in names:
        return OPEN_XML
    if "content.xml" in names:
        if "meta-inf/manifest.xml" in names and b"encryption-data" in packed.read("META-INF/manifest.xml"):
            raise _refuse_kind(file, *_describe_ole(is_locked=True))
        return OPEN_DOCUMENT
    if "xl/workbook.bin" in names:
        raise _refuse_kind(file, "a binary workbook (.xlsb)", SAVE_AS)
    raise _refuse_kind(file, "a zip archive that holds no workbook", "unpack it, or let its name end in .zip")


def _refuse_kind(
    file: SourceFile, found: str, remedy: str = "download the file again from its publisher"
) -> InputError:
    return InputError(file=file.name, found=found, expected="a complete workbook (.xlsx or .ods)", remedy=remedy)
