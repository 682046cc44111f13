"""What a file is that is called a workbook, by its content."""

from __future__ import annotations

import zipfile

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.reading import SourceFile

WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls", ".xlsb")
OPEN_XML = "xlsx"
OPEN_DOCUMENT = "ods"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# The part of a workbook with a password that holds its bytes, as it is named in the list of parts.
LOCKED = "EncryptedPackage".encode("utf-16-le")
HEAD = 4096
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
            head = stream.read(HEAD)
            if head.startswith(OLE):
                is_locked = LOCKED in head + stream.read(LARGEST_LIST)
                raise _refuse(file, *_describe_ole(is_locked=is_locked))
        if head.startswith(ZIP):
            with zipfile.ZipFile(file.path) as packed:
                return _tell_packed(packed, file)
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _refuse(file, f"it cannot be opened as a workbook ({error})") from error
    raise _refuse(file, *_describe_text(head))


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
            raise _refuse(file, *_describe_ole(is_locked=True))
        return OPEN_DOCUMENT
    if "xl/workbook.bin" in names:
        raise _refuse(file, "a binary workbook (.xlsb)", SAVE_AS)
    raise _refuse(file, "a zip archive that holds no workbook", "unpack it, or let its name end in .zip")


def _refuse(file: SourceFile, found: str, remedy: str = "download the file again from its publisher") -> InputError:
    return InputError(file=file.name, found=found, expected="a complete workbook (.xlsx or .ods)", remedy=remedy)
