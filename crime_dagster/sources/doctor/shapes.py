"""The columns in the first bytes of a file on a server, compared with those that its source needs."""

import io
import json
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from xlsxwriter.utility import xl_cell_to_rowcol

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.report import AnswerError
from crime_dagster.sources.download.archives import BROKEN, WHOLE_ZIP, Archive, Archives, open_zip
from crime_dagster.sources.download.placing import describe_no_file
from crime_dagster.sources.download.policy import refuse
from crime_dagster.sources.download.transfer import Validators
from crime_dagster.sources.download.web import Web
from crime_dagster.sources.readers.formats.delimited import decode_text, split_heads
from crime_dagster.sources.readers.formats.documents import flatten
from crime_dagster.sources.readers.formats.reading import TEXTS, SourceFile
from crime_dagster.sources.readers.formats.worksheets import link_sheets
from crime_dagster.sources.readers.tables.header import (
    SEARCHED_RECORDS,
    Header,
    choose_header,
    find_header,
    match_header,
    require_columns,
)

HEAD = 64 * 1024
# A longer zip is not examined if its server does not support range requests.
LONGEST_WHOLE = 5_000_000
DOCUMENTS = (".json", ".geojson")
# Magic numbers of formats that cannot be read in parts.
SIGNATURES = {".gpkg": b"SQLite format 3\0", ".parquet": b"PAR1", ".xlsx": b"PK\x03\x04", ".ods": b"PK\x03\x04"}
RECORD = re.compile(r"\[\s*(?=\{)")
BOOK, RELATIONS, SHARED = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
MOST_SHEETS = 12
# Figures of sheets that are joined side by side, or stacked, have no common header.
SEVERAL = ("joined_sheets", "blocks")


def read_members(web: Web, archives: Archives, url: str, globs: tuple[str, ...], limit: int) -> dict[str, bytes]:
    """Return the beginning of the newest file of each glob, by name; nothing if that needs a long download."""
    archive = archives.open_in_parts(url) or _open_short(web, url)
    if archive is None:
        return {}
    # If there are several, their names begin with their month: the last is the newest.
    members = [max(archive.choose((glob,), limit), key=lambda member: member.filename) for glob in globs]
    return {member.filename: read_member(archive, member) for member in members}


def read_member(archive: Archive, member: zipfile.ZipInfo) -> bytes:
    """Return the first bytes of one file, unpacked."""
    try:
        archive.prefetch(member, HEAD)
        with archive.opened.open(member) as stream:
            return stream.read(HEAD // 2)
    except BROKEN as error:
        raise refuse(archive.url, f"{member.filename} cannot be unpacked ({error})", WHOLE_ZIP) from error


def _open_short(web: Web, url: str) -> Archive | None:
    content = web.repeat(url, lambda: web.read_start(url, {}, None, LONGEST_WHOLE))
    if len(content) > LONGEST_WHOLE:
        return None
    return Archive(url, Validators(), open_zip(io.BytesIO(content), url))


def read_head(web: Web, url: str, query: Mapping[str, str] | None = None) -> bytes:
    """Request the beginning of a file; if the server sends more, close the connection."""
    part = {"Range": f"bytes=0-{HEAD - 1}"}
    content = web.repeat(url, lambda: web.read_start(url, part, query, HEAD))[:HEAD]
    if (no_file := describe_no_file(content, "the published file")) is not None:
        raise AnswerError(*no_file)
    return content


def describe_columns(source: Source, name: str, content: bytes) -> str:
    """Check that a file, given its name and first bytes, has the columns that its source needs."""
    suffixes = [suffix.casefold() for suffix in PurePosixPath(name).suffixes]
    if suffixes[-1:] == [".gz"]:
        content, suffixes = _unpack(content, name), suffixes[:-1]
    suffix = suffixes[-1] if suffixes else ""
    if suffix in SIGNATURES:
        if not content.startswith(SIGNATURES[suffix]):
            raise AnswerError(f"{name} begins {content[:16]!r}", f"a file of the kind that ends in {suffix}")
        return f"{name} is of its kind; its columns were not read"
    if suffix in DOCUMENTS:
        return judge(source, name, [_list_names(content)])
    if suffix in TEXTS:
        return _judge_text(source, name, content)
    return f"{name} answers; its columns were not read"


def judge(source: Source, name: str, names: list[list[str]]) -> str:
    """Check that one of some lists of column names has those that a source needs."""
    return require(source, name, [match_header(0, each, source.columns) for each in names if each])


def require(source: Source, name: str, headers: list[Header]) -> str:
    """Check that the best of some headers has the columns that a source needs."""
    header = choose_header(headers)
    try:
        whole = require_columns(header, source, name)
    except InputError as error:
        missing = header.missing if header is not None else [each for each in source.columns if each.required]
        columns = tuple(column.name for column in missing) or (error.column or "",)
        raise AnswerError(f"{name}: {error.found}", error.expected, columns) from error
    count = len({item.column.name for item in whole.fields})
    return f"{name} has the columns that are needed, {count} of the {len(source.columns)} that are known"


def _judge_text(source: Source, name: str, content: bytes) -> str:
    file = SourceFile(Path(name), name)
    # The last line may be cut off.
    whole = content[: content.rfind(b"\n") + 1] or content
    try:
        heads = split_heads(decode_text(whole, file)[0], file, SEARCHED_RECORDS)
    except InputError as error:
        raise AnswerError(f"{name}: {error.found}", error.expected) from error
    return require(source, name, _find_headers(source, [records for _, records in heads]))


def _find_headers(source: Source, grids: list[list[list[str]]]) -> list[Header]:
    return [header for grid in grids if (header := find_header(grid, source.columns, source.header_rows))]


def _list_names(content: bytes) -> list[str]:
    """Return the names in the first records of a truncated JSON document: `Geocode.Latitude`."""
    text = content.decode("utf-8-sig", "ignore")
    decoder = json.JSONDecoder()
    names: dict[str, None] = {}
    for start in RECORD.finditer(text):
        try:
            record, _ = decoder.raw_decode(text, start.end())
        except (ValueError, RecursionError):
            continue
        properties = record.get("properties", record)
        names.update(dict.fromkeys(name for name, _ in flatten(properties if isinstance(properties, dict) else {})))
    return list(names)


def _unpack(content: bytes, name: str) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, len(content))
    except zlib.error as error:
        raise AnswerError(f"{name} cannot be unpacked ({error})", "a file packed by gzip") from error


def describe_workbook(source: Source, name: str, archive: Archive) -> str:
    """Check that a workbook has the sheet and the columns that its source needs."""
    members = archive.opened.namelist()
    if BOOK not in members:
        raise AnswerError(f"a zip of {', '.join(members[:8])}", f"{name}, a workbook")
    sheets = _choose_sheets(source, name, _list_sheets(archive))
    texts = ["".join(_read_texts(item)) for item in _parse(archive, SHARED, "si")] if SHARED in members else []
    # Texts far from the beginning cannot be read without the rest.
    is_cut = SHARED in members and archive.opened.getinfo(SHARED).file_size > HEAD // 2
    is_joined = any(option in source.options for option in SEVERAL)
    grids = [] if is_joined else [list(_read_rows(archive, path, texts)) for path in sheets.values()]
    headers = _find_headers(source, grids)
    if is_joined or (is_cut and all(header.missing for header in headers)):
        return f"{name} has the sheets {', '.join(sheets)}; its columns were not read"
    return require(source, name, headers)


def _choose_sheets(source: Source, name: str, found: dict[str, str]) -> dict[str, str]:
    wanted = source.options.get("sheet")
    if wanted is None:
        return dict(list(found.items())[:MOST_SHEETS])
    same = {title: path for title, path in found.items() if title.casefold() == wanted.strip().casefold()}
    if not same:
        raise AnswerError(f"{name} has the sheets {', '.join(found)}", f"a sheet {wanted}")
    return same


def _list_sheets(archive: Archive) -> dict[str, str]:
    linked = link_sheets(_parse(archive, BOOK, "sheet"), _parse(archive, RELATIONS, "Relationship"))
    paths = {(name or "").strip(): posixpath.join("/xl", target).lstrip("/") for name, target in linked.items()}
    members = set(archive.opened.namelist())
    return {name: path for name, path in paths.items() if path in members}


def _read_rows(archive: Archive, path: str, texts: list[str]) -> Iterator[list[str]]:
    for row in _parse(archive, path, "row")[:SEARCHED_RECORDS]:
        cells: list[str] = []
        for cell in row.iterfind("{*}c"):
            place = xl_cell_to_rowcol(cell.get("r", ""))[1]
            cells += [""] * (place - len(cells))
            value = cell.findtext("{*}v")
            if cell.get("t") == "s" and value is not None:
                value = texts[int(value)] if value.isdecimal() and int(value) < len(texts) else ""
            cells.append("".join(_read_texts(cell)) if value is None else value)
        yield cells


def _read_texts(element: Element) -> Iterator[str]:
    return (piece.text or "" for piece in element.iterfind(".//{*}t"))


def _parse(archive: Archive, name: str, tag: str) -> list[Element]:
    """Return the elements of a tag that end within the first bytes of a part."""
    parser = ElementTree.XMLPullParser(("end",))
    try:
        parser.feed(read_member(archive, archive.opened.getinfo(name)))
        ended = [event[-1] for event in parser.read_events()]
        return [item for item in ended if isinstance(item, Element) and item.tag.endswith(f"}}{tag}")]
    except ElementTree.ParseError as error:
        raise AnswerError(f"{name} cannot be read ({error})", "a complete workbook") from error
