"""Delimited text files: from bytes to text to records, without guessing types."""

import codecs
import csv
import gzip
import io
import re
from collections import Counter
from itertools import islice

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.limits import (
    LARGEST_TEXT,
    MOST_COLUMNS,
    bound_unpacked,
    opening,
    refuse_size,
    require_bearable,
    require_size,
)
from crime_dagster.sources.readers.formats.reading import SourceFile, refuse

DELIMITERS = (",", "\t", ";", "|")
# With fewer cells per record, the lines of a quoted field may have as many by chance.
FEWEST_CELLS = 3
# A field this long is a quotation mark that was never closed.
LONGEST_FIELD = 1_000_000
TEXT = "a text file of separated values"
NOT_TEXT = (
    (b"pk\x03\x04", "a zip archive or a workbook"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"),
    (b"%pdf", "a PDF"),
    (b"par1", "a Parquet file without .parquet at the end of its name"),
    (b"\x1f\x8b", "a gzip archive without .gz at the end of its name"),
    (b"version https://git-lfs", "a pointer to a file in git-lfs, not the file"),
    *((mark, "a web page (an error page saved under this name?)") for mark in (b"<!doctype", b"<html", b"<?xml")),
)
ESCAPED_QUOTE = re.compile(r'(?<!\\)\\"')
# UTF-32 comes first because its mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encoding, bytes of a code unit, and which of them holds an English letter.
UNITS = (("utf-32-le", 4, 0), ("utf-32-be", 4, 3), ("utf-16-le", 2, 0), ("utf-16-be", 2, 1))
MOSTLY = 0.7
SEARCHED_BYTES = 4096
# A copy that broke off, or a disk that was full, leaves blocks of zeros.
ZEROS = b"\x00" * 64
# Old programs of DOS end a text with this.
END_OF_TEXT = "\x1a"


def read_bytes(file: SourceFile, limit: int | None = None) -> bytes:
    """Return the bytes of a file, or the first of them; decompressed if its name ends in `.gz`."""
    with opening(file, "a complete, readable file"):
        if limit is None:
            require_size(file, LARGEST_TEXT)
        bound = min(LARGEST_TEXT, bound_unpacked(file.path.stat().st_size))
        with gzip.open(file.path) if file.is_packed else file.path.open("rb") as stream:
            most = bound + 1 if file.is_packed else -1
            content = stream.read(most if limit is None else limit)
    if limit is None and file.is_packed and len(content) > bound:
        raise refuse_size(file, f"over {bound:,} bytes once unpacked", f"at most {bound:,} bytes")
    if not content.strip():
        raise refuse(file, "an empty file", "a file with a header and rows")
    return content


def decode_text(content: bytes, file: SourceFile, *, is_part: bool = False) -> tuple[str, list[str]]:
    """Decode UTF-8, UTF-16 or UTF-32, with or without a byte order mark, else Windows-1252.

    Returns the text without its mark, and warnings. Of a part of a file, the incomplete last line is dropped. Binary
    content and markup, such as an error page, are refused.
    """
    start = content[:256].removeprefix(codecs.BOM_UTF8).lstrip()[:64].lower()
    for magic, what in NOT_TEXT:
        if start.startswith(magic):
            raise refuse(file, what, TEXT)
    encodings = _list_encodings(content[:SEARCHED_BYTES])
    if not encodings:
        raise refuse(file, "binary data", TEXT)
    if (start_of_zeros := content.find(ZEROS)) >= 0:
        row = content.count(b"\n", 0, start_of_zeros)
        raise refuse(file, f"zeros from byte {start_of_zeros:,} on: the copy broke off", "a complete text", row=row)
    for encoding in encodings:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(content, final=not is_part)
        except UnicodeDecodeError:
            continue
        if is_part:
            text = text[: text.rfind("\n") + 1] or text
        warnings = [f"{file.name}: not UTF-8, read as Windows-1252"] if encoding == "cp1252" else []
        return text.removeprefix("\ufeff").removesuffix(END_OF_TEXT), warnings
    raise refuse(file, "bytes that are text in no known encoding", "text in UTF-8 or Windows-1252")


def _list_encodings(start: bytes) -> list[str]:
    """Return the possible encodings, likeliest first; none for binary content."""
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return [encoding]
    if b"\x00" not in start:
        return ["utf-8-sig", "cp1252"]
    # An English letter is one byte of a unit of two or four: the position of the zero bytes identifies the encoding.
    for encoding, width, place in UNITS:
        blank = [part.count(0) > MOSTLY * len(part) for part in (start[other::width] for other in range(width))]
        if blank == [other != place for other in range(width)]:
            return [encoding]
    return []


def split_records(text: str, delimiter: str, file: SourceFile, limit: int | None = None) -> list[list[str]]:
    """Split text into records of fields; line ends may be CRLF, LF or CR, and fields may be quoted.

    Stops after `limit` records. A blank line is an empty record; a quotation mark that is never closed is refused.
    """
    csv.field_size_limit(LONGEST_FIELD)
    content = text.encode("utf-8", "surrogatepass")
    if limit is None:
        require_bearable(content, delimiter, file)
    # newline="" ends a line at CR, LF or CRLF and keeps them inside quotation marks. A StringIO would take four bytes
    # per character.
    stream = io.TextIOWrapper(io.BytesIO(content), "utf-8", "surrogatepass", newline="")
    reader = csv.reader(stream, delimiter=delimiter)
    records: list[list[str]] = []
    long: list[tuple[int, int]] = []
    before = end = 0
    try:
        for record in reader:
            records.append(record)
            if len(record) > MOST_COLUMNS:
                found = f"{len(record):,} cells in record {len(records)}"
                raise refuse_size(file, found, f"at most {MOST_COLUMNS:,} columns")
            before, end = end, reader.line_num
            if end - before > 1:
                long.append((before, end))
            if limit is not None and len(records) == limit:
                return records
    except csv.Error as error:
        found = f"a quotation mark that is never closed, or a cell of more than {LONGEST_FIELD:,} characters,"
        raise refuse(file, f"{found} near line {reader.line_num}", "quotation marks in pairs") from error
    if long:
        _require_pairs(text, delimiter, long, records, file)
    return records


def double_quotes(text: str, delimiter: str) -> str:
    """Replace backslash-escaped quotation marks inside cells by doubled ones.

    A backslash that happens to end a quoted cell stays.
    """
    if '\\"' not in text:
        return text

    def double(line: str) -> str:
        other = ESCAPED_QUOTE.sub('""', line)
        return other if not _is_strict(line, delimiter) and _is_strict(other, delimiter) else line

    return "".join(map(double, io.StringIO(text, newline="")))


def _require_pairs(
    text: str, delimiter: str, spans: list[tuple[int, int]], records: list[list[str]], file: SourceFile
) -> None:
    """Refuse quoted fields that contain whole records: a mark was left open and the next one closed it."""
    lines = io.StringIO(text, newline="").readlines()
    usual = Counter(map(len, records)).most_common(1)[0][0]
    for start, end in spans:
        part = lines[start:end]
        # If a mark is never closed, the last record holds the rest of the file.
        is_open = end == len(lines) and "".join(part).count('"') % 2 == 1
        # Each line has as many cells as a record, which the lines of a genuine field do not.
        holds_records = usual >= FEWEST_CELLS and all(line.count(delimiter) == usual - 1 for line in part)
        if is_open or holds_records or not _is_strict("".join(part), delimiter):
            found = f"a quotation mark near line {start + 1} that is never closed"
            raise refuse(file, found, "quotation marks in pairs")


def _is_strict(text: str, delimiter: str) -> bool:
    """Whether every closing quotation mark ends its cell."""
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def split_heads(text: str, file: SourceFile, limit: int) -> list[tuple[str, list[list[str]]]]:
    """Return the first records of a text by each possible delimiter.

    With a wrong delimiter, a quotation mark inside a field can seem to open one: that delimiter is left out, unless it
    separates the lines better than the others do; the text is then refused.
    """
    heads: list[tuple[str, list[list[str]]]] = []
    refused: list[tuple[int, InputError]] = []
    for mark in DELIMITERS:
        try:
            heads.append((mark, split_records(text, mark, file, limit=limit)))
        except InputError as error:
            refused.append((max(line.count(mark) for line in islice(io.StringIO(text), limit)), error))
    widest = max((len(record) - 1 for _, records in heads for record in records), default=-1)
    for count, refusal in refused:
        if count > widest:
            raise refusal
    return heads
