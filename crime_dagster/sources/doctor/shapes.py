"""The columns of a file on a server, mostly by its first bytes, compared with those that its source needs."""

import io
import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.archives import BROKEN, WHOLE_ZIP, Archive, Archives, open_zip
from crime_dagster.sources.download.policy import describe_no_file, refuse
from crime_dagster.sources.download.transfer import Validators
from crime_dagster.sources.download.web import Web
from crime_dagster.sources.readers.formats.delimited import decode_text, split_heads
from crime_dagster.sources.readers.formats.documents import flatten
from crime_dagster.sources.readers.formats.reading import TEXTS, SourceFile
from crime_dagster.sources.readers.formats.workbook import read_sheets
from crime_dagster.sources.readers.tables.header import (
    SEARCHED_RECORDS,
    Header,
    choose_header,
    find_header,
    match_header,
    require_columns,
)

HEAD = 64 * 1024
# A longer workbook is not examined, nor a longer zip if its server does not support range requests.
LONGEST_WHOLE = 5_000_000
DOCUMENTS = (".json", ".geojson")
# Magic numbers of formats that cannot be read in parts.
SIGNATURES = {".gpkg": b"SQLite format 3\0", ".parquet": b"PAR1", ".xlsx": b"PK\x03\x04", ".ods": b"PK\x03\x04"}
RECORD = re.compile(r"\[\s*(?=\{)")
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
    try:
        archive.prefetch(member, HEAD)
        with archive.opened.open(member) as stream:
            return stream.read(HEAD // 2)
    except BROKEN as error:
        raise refuse(archive.url, f"{member.filename} cannot be unpacked ({error})", WHOLE_ZIP) from error


def _open_short(web: Web, url: str) -> Archive | None:
    content = read_head(web, url, most=LONGEST_WHOLE)
    return Archive(url, Validators(), open_zip(io.BytesIO(content), url)) if len(content) < LONGEST_WHOLE else None


def read_head(web: Web, url: str, query: Mapping[str, str] | None = None, most: int = HEAD) -> bytes:
    """Request the beginning of a file; if the server sends more, close the connection."""
    part = {"Range": f"bytes=0-{most - 1}"}
    content = web.repeat(url, lambda: web.read_start(url, part, query, most))[:most]
    if (no_file := describe_no_file(content, "the published file")) is not None:
        raise refuse(url, *no_file)
    return content


def describe_columns(source: Source, name: str, content: bytes) -> str:
    """Check that a file, given its name and first bytes, has the columns that its source needs."""
    suffixes = [suffix.casefold() for suffix in PurePosixPath(name).suffixes]
    if suffixes[-1:] == [".gz"]:
        content, suffixes = _unpack(content, name), suffixes[:-1]
    suffix = suffixes[-1] if suffixes else ""
    if suffix in SIGNATURES:
        if not content.startswith(SIGNATURES[suffix]):
            raise refuse(name, f"it begins {content[:16]!r}", f"a file of the kind that ends in {suffix}")
        return f"{name} is of its kind; its columns were not read"
    if suffix in DOCUMENTS:
        return judge(source, name, _list_names(content))
    if suffix in TEXTS:
        return _judge_text(source, name, content)
    return f"{name} answers; its columns were not read"


def judge(source: Source, name: str, names: list[str]) -> str:
    """Check that some names of columns are those that a source needs."""
    return _require(source, name, match_header(0, names, source.columns) if names else None)


def _judge_grids(source: Source, name: str, grids: list[list[list[str]]]) -> str:
    headers = (find_header(grid, source.columns, source.header_rows) for grid in grids)
    return _require(source, name, choose_header(header for header in headers if header is not None))


def _require(source: Source, name: str, header: Header | None) -> str:
    count = len({item.column.name for item in require_columns(header, source, name).fields})
    return f"{name} has the columns that are needed, {count} of the {len(source.columns)} that are known"


def _judge_text(source: Source, name: str, content: bytes) -> str:
    file = SourceFile(Path(name), name)
    # The last line may be cut off.
    whole = content[: content.rfind(b"\n") + 1] or content
    heads = split_heads(decode_text(whole, file)[0], file, SEARCHED_RECORDS)
    return _judge_grids(source, name, [records for _, records in heads])


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
        raise refuse(name, f"it cannot be unpacked ({error})", "a file packed by gzip") from error


def describe_workbook(web: Web, source: Source, name: str, url: str) -> str:
    """Fetch a workbook, and check that it has the sheet and the columns that its source needs."""
    content = read_head(web, url, most=LONGEST_WHOLE)
    if len(content) >= LONGEST_WHOLE:
        return f"{name} is long; its columns were not read"
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / f"workbook{PurePosixPath(name).suffix}"
        path.write_bytes(content)
        sheets = read_sheets(SourceFile(path, name), source.options.get("sheet"), SEARCHED_RECORDS).sheets
    if any(option in source.options for option in SEVERAL):
        return f"{name} has the sheets {', '.join(sheets)}; its columns were not read"
    return _judge_grids(source, name, list(sheets.values()))
