"""Text files of separated values: bytes to text to records, without guessing what is in them."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.reading import SourceFile

DELIMITERS = (",", "\t", ";", "|")
# A field of this many characters is a quotation mark that was never closed.
LONGEST_FIELD = 1_000_000
NOT_TEXT = (
    (b"PK\x03\x04", "a zip archive or a workbook"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "a Parquet file without .parquet at the end of its name"),
    (b"\x1f\x8b", "a gzip archive without .gz at the end of its name"),
    (b"version https://git-lfs", "a pointer to a file in git-lfs, not the file"),
)
MARKUP = (b"<!doctype", b"<html", b"<?xml")


def read_bytes(file: SourceFile) -> bytes:
    """The bytes of a file, unpacked where its name ends in `.gz`.

    Args:
        file: The file.

    Returns:
        Its content.

    Raises:
        InputError: It cannot be opened, is empty, or its compressed bytes are damaged.
    """
    try:
        content = file.path.read_bytes()
        if Path(file.name).suffix.casefold() == ".gz" and content:
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise _refuse(file, f"it cannot be opened ({error})", "a whole, readable file") from error
    if not content.strip():
        raise _refuse(file, "an empty file", "a file with a header and rows")
    return content


def decode_text(content: bytes, file: SourceFile) -> tuple[str, list[str]]:
    """Decode text: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252.

    Args:
        content: The bytes.
        file: Whose bytes they are, for messages.

    Returns:
        The text without its mark, and warnings.

    Raises:
        InputError: The bytes are not text, or are markup such as an error page.
    """
    start = content.removeprefix(codecs.BOM_UTF8).lstrip()[:64].lower()
    for magic, what in NOT_TEXT:
        if start.startswith(magic.lower()):
            raise _refuse(file, what, "a text file of separated values")
    if start.startswith(MARKUP):
        raise _refuse(file, "a web page (an error page saved under this name?)", "a text file of separated values")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\x00" in content:
        raise _refuse(file, "binary data", "a text file of separated values")
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, [f"{file.name}: not UTF-8, read as Windows-1252"] if encoding == "cp1252" else []
    raise _refuse(file, "bytes that are text in no known encoding", "text in UTF-8 or Windows-1252")


def split_records(text: str, delimiter: str, file: SourceFile, limit: int | None = None) -> list[list[str]]:
    """Split text into records of fields; line ends may be CRLF, LF or CR, and fields may be quoted.

    Args:
        text: The text.
        delimiter: One character.
        file: Whose text it is, for messages.
        limit: Number of records to stop after; None for all.

    Returns:
        One list of fields per record; a blank line is an empty list.

    Raises:
        InputError: A quotation mark is opened and never closed.
    """
    csv.field_size_limit(LONGEST_FIELD)
    # newline="" ends a line at CR, LF or CRLF and keeps all three as they are inside quotation marks.
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter)
    records: list[list[str]] = []
    before = end = 0
    try:
        for record in reader:
            records.append(record)
            before, end = end, reader.line_num
            if limit is not None and len(records) == limit:
                return records
    except csv.Error as error:
        raise _refuse_quote(file, reader.line_num) from error
    # The last record holds the rest of the file when its quotation mark is never closed.
    if end - before > 1:
        last = "".join(io.StringIO(text, newline="").readlines()[before:])
        if last.count('"') % 2:
            raise _refuse_quote(file, before + 1)
    return records


def _refuse_quote(file: SourceFile, line: int) -> InputError:
    return _refuse(file, f"a quotation mark near line {line} that is never closed", "quotation marks in pairs")


def _refuse(file: SourceFile, found: str, expected: str) -> InputError:
    return InputError(
        file=file.name, found=found, expected=expected, remedy="download the file again from its publisher"
    )
