"""Which published source a file is, by what it holds; its name only decides between equals."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue import is_named_like
from crime_dagster.sources.entry import Source
from crime_dagster.sources.readers.delimited import DELIMITERS, decode_text, split_heads
from crime_dagster.sources.readers.grid import WORKBOOKS
from crime_dagster.sources.readers.header import SEARCHED_RECORDS, Header, find_header, match_header, require_columns
from crime_dagster.sources.readers.joining import join_sheets
from crime_dagster.sources.readers.parquet import SUFFIX as PARQUET
from crime_dagster.sources.readers.parquet import read_parquet
from crime_dagster.sources.readers.reading import SourceFile
from crime_dagster.sources.readers.records import SUFFIX as JSON
from crime_dagster.sources.readers.records import read_records
from crime_dagster.sources.readers.workbook import read_sheets

MAPS = (".shp", ".geojson", ".gpkg")
MAP_IN_JSON = b'"FeatureCollection"'
TEXTS = (".csv", ".txt", ".tsv")
# The header stands near the top: this much of a large file is enough to find it.
HEAD_BYTES = 1_000_000
# A file that lacks less than this share of what a source needs is taken for a poor one of it, and told what is missing.
NEAR = 0.5
SHOWN_CELLS = 12
LONGEST_CELL = 60


@dataclass(frozen=True)
class Recognition:
    """What a file was taken for.

    Args:
        source: The entry of the catalogue.
        why: What spoke for it, for people.
    """

    source: Source
    why: str


@dataclass(frozen=True)
class _Candidate:
    source: Source
    header: Header

    @property
    def is_whole(self) -> bool:
        """Whether every column is there that the source needs, and none that it must not have."""
        if self.header.missing:
            return False
        figures = any(item.column.is_number for item in self.header.fields)
        if not figures and any(column.is_number for column in self.source.columns):
            return False
        used = {item.position for item in self.header.fields}
        # Some files are known by having nothing else: a ward file has every column of a borough file.
        strange = [cell for place, cell in enumerate(self.header.cells) if cell and place not in used]
        return not (self.source.options.get("no_other_columns") and strange)

    @property
    def found(self) -> int:
        """How many of the source's columns the file has."""
        return len({item.column.name for item in self.header.fields})

    @property
    def lacking(self) -> float:
        """Share of the needed columns that the file has not."""
        needed = [column for column in self.source.columns if column.required]
        return len(self.header.missing) / max(1, len(needed))


def is_readable_kind(file: SourceFile) -> bool:
    """Whether the file's ending is one that some reader reads."""
    return _suffix(file) in (*MAPS, *TEXTS, *WORKBOOKS, PARQUET, JSON)


def recognise(file: SourceFile, catalogue: Mapping[str, Source]) -> Recognition:
    """Find the source that a file belongs to.

    Args:
        file: The file.
        catalogue: Sources by key.

    Returns:
        The source whose needed columns it has; of several the one with most columns, then the one whose files are
        named so.

    Raises:
        InputError: It cannot be opened, or no source fits: the message names the nearest and what is missing.
    """
    candidates = _list_candidates(file, catalogue)
    whole = [one for one in candidates if one.is_whole and _may_be_called(one.source, file)]
    if not whole:
        raise _refuse(file, candidates)
    most = max(one.found for one in whole)
    best = [one for one in whole if one.found == most]
    named = [one for one in best if _is_named(one.source, file)]
    chosen = (named or best)[0]
    why = f"it has {most} of the {len(chosen.source.columns)} columns known of {chosen.source.title}"
    others = [one.source.key for one in best if one is not chosen]
    if others:
        how = "its name decides" if named else "the first of the catalogue counts"
        why += f"; {', '.join(others)} would fit as well, {how}"
    elif not _is_named(chosen.source, file):
        why += "; its name says nothing of it"
    return Recognition(source=chosen.source, why=why)


def _may_be_called(source: Source, file: SourceFile) -> bool:
    """Whether a file's name is no obstacle: some columns are so common that the name must speak too."""
    if source.options.get("name_must_fit") and not _is_named(source, file):
        return False
    return None not in source.values_in_name(file.name).values()


def _is_named(source: Source, file: SourceFile) -> bool:
    # A file given alone has its folder in its path only.
    return is_named_like(source, file.name) or is_named_like(source, file.path.as_posix())


def _list_candidates(file: SourceFile, catalogue: Mapping[str, Source]) -> list[_Candidate]:
    if _is_map(file):
        names = _read_attributes(file)
        maps = [source for source in catalogue.values() if source.reader == "boundaries"]
        return [_Candidate(source, match_header(0, names, source.columns)) for source in maps]
    tables = [source for source in catalogue.values() if source.reader != "boundaries"]
    sheets = _read_heads(file)
    found: list[_Candidate] = []
    for source in tables:
        grids = [join_sheets(sheets, source)] if "joined_sheets" in source.options else list(sheets.values())
        headers = [header for grid in grids if (header := find_header(grid, source.columns, source.header_rows))]
        if headers:
            found.append(_Candidate(source, min(headers, key=lambda header: len(header.missing))))
    return found


def _is_map(file: SourceFile) -> bool:
    return _suffix(file) in MAPS or (_suffix(file) == JSON and MAP_IN_JSON in _read_head(file))


def _read_heads(file: SourceFile) -> dict[str, list[list[str]]]:
    """The first records of a file, by the sheet they stand in or the mark that parts them."""
    if _suffix(file) in WORKBOOKS:
        return {name: sheet[:SEARCHED_RECORDS] for name, sheet in read_sheets(file, None).items()}
    if _suffix(file) == PARQUET:
        return {"": read_parquet(file, limit=SEARCHED_RECORDS)}
    if _suffix(file) == JSON:
        return {"": read_records(file)[:SEARCHED_RECORDS]}
    text, _ = decode_text(_read_head(file), file)
    # A mark that parts nothing needs no search; a file of one column is found by the first.
    return {
        mark: records
        for mark, records in split_heads(text, file, SEARCHED_RECORDS)
        if mark == DELIMITERS[0] or any(len(record) > 1 for record in records)
    }


def _read_head(file: SourceFile) -> bytes:
    try:
        if file.path.suffix.casefold() == ".gz":
            with gzip.open(file.path) as packed:
                head = packed.read(HEAD_BYTES)
        else:
            with file.path.open("rb") as stream:
                head = stream.read(HEAD_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            file=file.name,
            found=f"it cannot be opened ({error})",
            expected="a whole, readable file",
            remedy="download the file again from its publisher",
        ) from error
    if not head.strip():
        raise InputError(
            file=file.name,
            found="an empty file",
            expected="a file with a header and rows",
            remedy="download the file again from its publisher",
        )
    # A character or a quoted cell may be cut in two at the end: the last line of a part does not count.
    return head if len(head) < HEAD_BYTES else head[: head.rfind(b"\n") + 1] or head


def _read_attributes(file: SourceFile) -> list[str]:
    try:
        # Of several layers each may be the one: a source is known by the columns that it needs.
        layers = [pyogrio.read_info(file.path, layer=name)["fields"] for name, _ in pyogrio.list_layers(file.path)]
        return list(dict.fromkeys(str(name) for layer in layers for name in layer))
    except (DataSourceError, DataLayerError, OSError, ValueError) as error:
        raise InputError(
            file=file.name,
            found=f"it cannot be opened as a map ({error})",
            expected="a shapefile, GeoJSON or GeoPackage with polygons",
            remedy="download the file again from its publisher",
        ) from error


def _refuse(file: SourceFile, candidates: list[_Candidate]) -> InputError:
    named = [one for one in candidates if _is_named(one.source, file) and one.header.missing]
    near = named or [one for one in candidates if one.header.missing and one.lacking < NEAR]
    if near:
        # Of equally near ones the one that recognises more of the file.
        nearest = min(near, key=lambda one: (one.lacking, -one.found))
        try:
            require_columns(nearest.header, nearest.source, file.name)
        except InputError as error:
            return InputError(
                file=file.name,
                column=error.column,
                found=f"{error.found}; nearest to {nearest.source.key} ({nearest.source.title})",
                expected=error.expected,
                remedy=error.remedy,
            )
    shown = [cell[:LONGEST_CELL] for cell in candidates[0].header.cells[:SHOWN_CELLS]] if candidates else []
    return InputError(
        file=file.name,
        found=f"headers {', '.join(map(repr, shown))}" if shown else "nothing that could be a header",
        expected="the columns of one of the sources of the catalogue",
        remedy="see the list of sources in the documentation; a new kind of file needs an entry in the catalogue",
    )


def _suffix(file: SourceFile) -> str:
    path = Path(file.name.casefold())
    return path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
