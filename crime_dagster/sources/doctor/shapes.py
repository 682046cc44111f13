"""The columns in the first bytes of a file, compared with those that the catalogue expects of its source."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.answer import AnswerError
from crime_dagster.sources.doctor.zips import HEAD
from crime_dagster.sources.download.trial import describe_no_file
from crime_dagster.sources.download.web import Web
from crime_dagster.sources.readers.formats.delimited import decode_text, split_heads
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.header import (
    SEARCHED_RECORDS,
    Header,
    find_header,
    match_header,
    require_columns,
)

TEXTS = (".csv", ".txt", ".tsv")
DOCUMENTS = (".json", ".geojson")
# How a file begins whose kind is not read in parts.
SIGNATURES = {".gpkg": b"SQLite format 3\0", ".parquet": b"PAR1", ".xlsx": b"PK\x03\x04", ".ods": b"PK\x03\x04"}
RECORD = re.compile(r"\[\s*(?=\{)")


def read_head(web: Web, url: str, query: Mapping[str, str] | None = None) -> bytes:
    """Ask for the beginning of a file; if the server sends more, hang up."""
    part = {"Range": f"bytes=0-{HEAD - 1}"}
    content = web.repeat(url, lambda: web.read_start(url, part, query, HEAD))[:HEAD]
    if (no_file := describe_no_file(content, "the published file")) is not None:
        raise AnswerError(*no_file)
    return content


def describe_columns(source: Source, name: str, content: bytes) -> str:
    """Say that a file, given its name and first bytes, has the columns that its source needs."""
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
    """Say that one of some lists of column names has those that a source needs."""
    found = [match_header(0, each, source.columns) for each in names if each]
    return require(source, name, min(found, key=lambda header: len(header.missing), default=None))


def require(source: Source, name: str, header: Header | None) -> str:
    """Say that a header has the columns that a source needs."""
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
    found = [header for _, records in heads if (header := find_header(records, source.columns, source.header_rows))]
    return require(source, name, min(found, key=lambda header: len(header.missing), default=None))


def _list_names(content: bytes) -> list[str]:
    """Names of the values in the first records of a JSON document that was cut off: `Geocode.Latitude`."""
    text = content.decode("utf-8-sig", "ignore")
    decoder = json.JSONDecoder()
    names: dict[str, None] = {}
    for start in RECORD.finditer(text):
        try:
            record, _ = decoder.raw_decode(text, start.end())
        except (ValueError, RecursionError):
            continue
        names.update(dict.fromkeys(_flatten(record.get("properties", record))))
    return list(names)


def _flatten(record: Any, above: str = "") -> Iterator[str]:
    for name, value in record.items() if isinstance(record, dict) else ():
        if isinstance(value, dict):
            yield from _flatten(value, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def _unpack(content: bytes, name: str) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, len(content))
    except zlib.error as error:
        raise AnswerError(f"{name} cannot be unpacked ({error})", "a file packed by gzip") from error
