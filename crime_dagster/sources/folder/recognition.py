"""Recognises which published source a file belongs to, by its columns; its name decides between equals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import has_values, is_named_like, list_possible, rank_name, weigh_name
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.archives import open_files
from crime_dagster.sources.folder.candidates import (
    Candidate,
    choose_nearest,
    list_candidates,
    list_nearest,
    match_first_line,
    refuse_choice,
    refuse_columns,
    refuse_name,
    refuse_unknown,
)
from crime_dagster.sources.readers.formats.delimited import DELIMITERS, decode_text, read_bytes, split_heads
from crime_dagster.sources.readers.formats.documents import read_records
from crime_dagster.sources.readers.formats.limits import guard, require_size
from crime_dagster.sources.readers.formats.maps import list_layers
from crime_dagster.sources.readers.formats.parquet import read_parquet
from crime_dagster.sources.readers.formats.reading import JSON, MAPS, PARQUET, TEXTS, WORKBOOKS, SourceFile, refuse
from crime_dagster.sources.readers.formats.workbook import Records, read_sheets
from crime_dagster.sources.readers.tables.grid import join_sheets
from crime_dagster.sources.readers.tables.header import SEARCHED_RECORDS, choose_header, match_header

# Members of each kind of JSON map, which lists of records lack.
MAP_MARKS = (b'"FeatureCollection"', b'"Topology"', b'"geometryType"', b'"exceededTransferLimit"')
# Enough of a large file to find the header near its top.
HEAD_BYTES = 1_000_000
# A file that lacks a smaller share of a source's columns counts as a faulty file of it, and the message says what is
# missing.
NEAR = 0.5


@dataclass(frozen=True)
class Recognition:
    """The source of a file."""

    source: Source | None = None  # None if no entry of the catalogue fits
    why: str = ""  # evidence
    # What is wrong with the file; a file with a source and an error was recognised only by its name.
    error: InputError | None = None
    reason: str = ""  # why it has no source, in one word
    nearest: Source | None = None  # the nearest source, if it has none


def recognise(file: SourceFile, sources: Sequence[Source], head: bytes | None = None) -> Recognition:
    """Find which of some sources a file belongs to.

    It is the one whose required columns it has; of several the one with most columns, then the one with a fitting name.
    A file with no source's columns is a broken file of the source that its name fits. A file in an archive is unpacked
    only if its first bytes, `head`, are not enough.
    """
    if file.suffix not in (*MAPS, *TEXTS, *WORKBOOKS, PARQUET, JSON):
        expected = "a text table, a workbook (.xlsx, .ods), Parquet, a map (.shp, .geojson, .gpkg) or a zip archive"
        remedy = "download the file from its publisher in one of these kinds"
        error = refuse(file, f"a file of the kind '{file.path.suffix}'", expected, remedy)
        return _take_by_name(file, sources, error, "unreadable_kind")
    if file.suffix in TEXTS and head is not None:
        # Thousands of files share a few first lines.
        found = _decide(file, match_first_line(head, tuple(sources)))
        if found is not None and found.source is not None:
            return found
    try:
        with open_files([file]) as (opened,):
            return _recognise_opened(opened, sources)
    except InputError as error:
        return _take_by_name(file, sources, error, "unreadable")


@guard
def _recognise_opened(file: SourceFile, sources: Sequence[Source]) -> Recognition:
    require_size(file)
    refused: Recognition | None = None
    if _is_map(file):
        near = _match_layers(list(list_layers(file).values()) or [[]], sources)
        refused = _decide(file, [one for one in near if one.is_whole])
    else:
        grids = _read_heads(file, sources)
        for candidates in list_candidates(grids, tuple(sources)):
            found = _decide(file, candidates)
            if found is not None and found.source is not None:
                return found
            refused = refused or found
        near = list_nearest(grids, tuple(sources))
    # Columns so common that the name must fit too are weaker evidence than the name of another source.
    if refused is None or (refused.reason == "unknown_name" and _list_named_exactly(sources, file)):
        return _take_nearest(file, sources, near)
    close = [one for one in near if one.header.missing and one.lacking < NEAR]
    if not close or refused.error is None:
        return refused
    nearest, error = choose_nearest(close), refused.error
    lacks = "; ".join(f"{column.name} as {column.spellings}" for column in nearest.header.missing)
    expected = f"{error.expected}; as a file of {nearest.source.key} it lacks {lacks}"
    return replace(refused, error=refuse(file, error.found or "", expected, error.remedy))


def _match_layers(layers: list[list[str]], sources: Sequence[Source]) -> list[Candidate]:
    maps = [source for source in sources if source.reader == "boundaries"]
    best = [choose_header(match_header(0, names, source.columns) for names in layers) for source in maps]
    return [Candidate(source, header) for source, header in zip(maps, best, strict=True) if header is not None]


@guard
def find_last_label(file: SourceFile, source: Source) -> str:
    """Return the last label that a source spreads over columns in a file, such as its last month; empty if none."""
    for candidates in list_candidates(_read_heads(file, [source]), (source,)):
        return max((item.label or "" for item in candidates[0].header.fields), default="")
    return ""


def _decide(file: SourceFile, whole: Sequence[Candidate]) -> Recognition | None:
    """Choose between the sources whose columns a file has; None if there are none."""
    if not whole:
        return None
    # Some columns are so common that the name must fit too.
    fitting = [
        one
        for one in whole
        if has_values(one.source, file.name)
        and (not one.source.options.get("name_must_fit") or is_named_like(one.source, *_names(file)))
    ]
    if not fitting:
        source = max(whole, key=lambda one: one.found).source
        return Recognition(error=refuse_name(file, source), reason="unknown_name", nearest=source)
    most = max(one.found for one in fitting)
    best = list(dict.fromkeys(one.source for one in fitting if one.found == most))
    # Of fitting patterns, the one that spells out most counts: one may be another plus a word.
    weights = {source: weigh_name(source, *_names(file)) for source in best if is_named_like(source, *_names(file))}
    named = [source for source, weight in weights.items() if weight == max(weights.values())]
    if len(named or best) > 1:
        return Recognition(error=refuse_choice(file, named or best), reason="ambiguous", nearest=best[0])
    (chosen,) = named or best
    why = f"it has {most} of the {len(chosen.columns)} columns known of {chosen.title}"
    others = [source.key for source in best if source is not chosen]
    if others:
        why += f"; {', '.join(others)} would also fit, its name decides"
    elif not named:
        why += "; its name does not say so"
    return Recognition(source=chosen, why=why)


def _take_nearest(file: SourceFile, sources: Sequence[Source], near: Sequence[Candidate]) -> Recognition:
    """Treat a file without any source's required columns as a faulty one of the nearest source, or as unknown."""
    lacking = [one for one in near if one.header.missing]
    exactly = _list_named_exactly(sources, file)
    named = [one for one in lacking if one.source in exactly]
    # A name that fits except for its suffix needs some columns as well.
    named += [one for one in lacking if one.lacking < NEAR and is_named_like(one.source, *_names(file))]
    close = named or [one for one in lacking if one.lacking < NEAR]
    if not close:
        return _take_by_name(file, sources, refuse_unknown(file, near), "unknown_columns")
    nearest = choose_nearest(close)
    error = refuse_columns(file, nearest)
    if named:
        return Recognition(source=nearest.source, why="its name says so", error=error)
    return Recognition(error=error, reason="unknown_columns", nearest=nearest.source)


def _take_by_name(file: SourceFile, sources: Sequence[Source], error: InputError, reason: str) -> Recognition:
    named = _list_named_exactly(sources, file)
    if named:
        chosen = min(named, key=lambda source: rank_name(source, *_names(file)) or 0)
        return Recognition(source=chosen, why="its name says so", error=error)
    # The name fits except, say, for the kind of venue, which is not used.
    possible = list_possible(sources, file.name)
    like = next((source for source in possible if rank_name(source, file.name) is not None), None)
    return Recognition(error=error, reason=reason, nearest=like)


def _names(file: SourceFile) -> tuple[str, str]:
    # A file checked alone has its folder only in its path.
    return file.name, file.path.as_posix()


def _list_named_exactly(sources: Sequence[Source], file: SourceFile) -> list[Source]:
    named = [source for source in list_possible(sources, file.name) if is_named_like(source, *_names(file))]
    # A name that fits except for its suffix ranks after all patterns.
    return [one for one in named if (rank_name(one, *_names(file)) or 0) < len(one.patterns)]


def _is_map(file: SourceFile) -> bool:
    if file.suffix != JSON:
        return file.suffix in MAPS
    head = read_bytes(file, HEAD_BYTES)
    return any(mark in head for mark in MAP_MARKS)


def _read_heads(file: SourceFile, sources: Sequence[Source]) -> list[Records]:
    """Return the first records of each sheet, and of sheets that a source puts side by side; of a text by delimiter."""
    if file.suffix in WORKBOOKS:
        sheets = read_sheets(file, None, limit=SEARCHED_RECORDS).sheets
        joined = [join_sheets(sheets, source) for source in sources if "joined_sheets" in source.options]
        return [*sheets.values(), *(grid for grid in joined if grid[0])]
    if file.suffix == PARQUET:
        return [read_parquet(file, limit=SEARCHED_RECORDS)]
    if file.suffix == JSON:
        return [read_records(file)[:SEARCHED_RECORDS]]
    head = read_bytes(file, HEAD_BYTES)
    text, _ = decode_text(head, file, is_part=len(head) == HEAD_BYTES)
    # A delimiter that separates nothing needs no search; a file of one column is found with the first.
    return [
        records
        for mark, records in split_heads(text, file, SEARCHED_RECORDS)
        if mark == DELIMITERS[0] or any(len(record) > 1 for record in records)
    ]
