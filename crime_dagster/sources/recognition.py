"""Which published source a file is, by what it holds; its name decides between equals.

The header is the first record that holds every column that some source needs.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.archives import open_files
from crime_dagster.sources.catalogue import has_values, list_possible, rank_name
from crime_dagster.sources.entry import Source
from crime_dagster.sources.header_index import Candidate, list_candidates, list_nearest, match_first_line
from crime_dagster.sources.names_of_files import is_named, keep_best_named, list_named_exactly, rank_file
from crime_dagster.sources.readers.containers import WORKBOOKS
from crime_dagster.sources.readers.delimited import DELIMITERS, decode_text, split_heads
from crime_dagster.sources.readers.guard import guard
from crime_dagster.sources.readers.header import SEARCHED_RECORDS, Header, match_header
from crime_dagster.sources.readers.joining import join_sheets
from crime_dagster.sources.readers.limits import require_size
from crime_dagster.sources.readers.maps import MAPS, list_layers
from crime_dagster.sources.readers.parquet import SUFFIX as PARQUET
from crime_dagster.sources.readers.parquet import read_parquet
from crime_dagster.sources.readers.reading import SourceFile
from crime_dagster.sources.readers.records import SUFFIX as JSON
from crime_dagster.sources.readers.records import read_records
from crime_dagster.sources.readers.workbook import read_sheets
from crime_dagster.sources.unknown_files import (
    add_nearest,
    choose_nearest,
    refuse_choice,
    refuse_columns,
    refuse_kind,
    refuse_name,
    refuse_unknown,
)

# What maps in JSON of each kind hold and records do not.
MAP_MARKS = (b'"FeatureCollection"', b'"Topology"', b'"geometryType"', b'"exceededTransferLimit"')
TEXTS = (".csv", ".txt", ".tsv")
# The header stands near the top: this much of a large file is enough to find it.
HEAD_BYTES = 1_000_000
# A file that lacks less than this share of what a source needs is taken for a poor one of it, and told what is missing.
NEAR = 0.5


@dataclass(frozen=True)
class Recognition:
    """What a file was taken for.

    Args:
        source: The entry of the catalogue; None where none fits.
        why: What spoke for it, for people.
        error: What is wrong with the file; a file with a source and an error is known by its name alone.
        reason: One word for why it has no source.
        nearest: Where it has no source, the one that it is nearest to.
    """

    source: Source | None = None
    why: str = ""
    error: InputError | None = None
    reason: str = ""
    nearest: Source | None = None


def is_readable_kind(file: SourceFile) -> bool:
    """Whether the file's ending is one that some reader reads."""
    return _suffix(file) in (*MAPS, *TEXTS, *WORKBOOKS, PARQUET, JSON)


def is_text(file: SourceFile) -> bool:
    """Whether the file's ending is that of a text table."""
    return _suffix(file) in TEXTS


def recognise(file: SourceFile, sources: Sequence[Source], head: bytes | None = None) -> Recognition:
    """Find the source that a file belongs to.

    Args:
        file: The file; one in an archive is unpacked where its first bytes do not suffice.
        sources: Those that it may belong to.
        head: Its first bytes, where they were read already.

    Returns:
        The source whose needed columns it has; of several the one with most columns, then the one whose files are
        named so. Where it has those of none and its name is that of a source, it is taken for a broken file of that.
    """
    if not is_readable_kind(file):
        return _take_by_name(file, sources, refuse_kind(file), "unreadable_kind")
    if is_text(file) and head is not None:
        # Thousands of files have one of a few first lines.
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
    grids: list[list[list[str]]] = []
    if _is_map(file):
        layers = list(list_layers(file).values()) or [[]]
        maps = [source for source in sources if source.reader == "boundaries"]
        every = [Candidate(source, _match_nearest(layers, source)) for source in maps]
        refused = _decide(file, [one for one in every if one.is_whole])
    else:
        grids = _join_heads(_read_heads(file), sources)
        for candidates in list_candidates(grids, tuple(sources)):
            found = _decide(file, candidates)
            if found is not None and found.source is not None:
                return found
            refused = refused or found
        every = list_nearest(grids, tuple(sources))
    if refused is None:
        return _take_nearest(file, sources, every)
    if refused.reason == "unknown_name" and list_named_exactly(sources, file):
        # Columns so common that a name must speak for them say less of a file than the name of another source.
        return _take_nearest(file, sources, every)
    return _widen(refused, every)


@guard
def find_last_label(file: SourceFile, source: Source) -> str:
    """The greatest of what a file of a source spreads over its columns, such as its last month; nothing where none is.

    Raises:
        InputError: The file cannot be opened.
    """
    for candidates in list_candidates(_join_heads(_read_heads(file), [source]), (source,)):
        return max((item.label or "" for item in candidates[0].header.fields), default="")
    return ""


def _decide(file: SourceFile, whole: Sequence[Candidate]) -> Recognition | None:
    """Choose between the sources whose columns a file has; None where there are none."""
    if not whole:
        return None
    fitting = [one for one in whole if _may_be_called(one.source, file)]
    if not fitting:
        source = max(whole, key=lambda one: one.found).source
        return Recognition(error=refuse_name(file, source), reason="unknown_name", nearest=source)
    most = max(one.found for one in fitting)
    best = list(dict.fromkeys(one.source for one in fitting if one.found == most))
    named = keep_best_named([source for source in best if is_named(source, file)], file)
    if len(named or best) > 1:
        return Recognition(error=refuse_choice(file, named or best), reason="ambiguous", nearest=best[0])
    (chosen,) = named or best
    why = f"it has {most} of the {len(chosen.columns)} columns known of {chosen.title}"
    others = [source.key for source in best if source is not chosen]
    if others:
        why += f"; {', '.join(others)} would fit as well, its name decides"
    elif not named:
        why += "; its name says nothing of it"
    return Recognition(source=chosen, why=why)


def _may_be_called(source: Source, file: SourceFile) -> bool:
    """Whether a file's name is no obstacle: some columns are so common that the name must speak too."""
    if source.options.get("name_must_fit") and not is_named(source, file):
        return False
    return has_values(source, file.name)


def _take_nearest(file: SourceFile, sources: Sequence[Source], near: Sequence[Candidate]) -> Recognition:
    """A file that has the needed columns of no source: a poor one of the nearest, or unknown."""
    lacking = [one for one in near if one.header.missing]
    # A name that fits but for its container is a name: it takes some of the columns to speak for it.
    exactly = list_named_exactly(sources, file)
    named = [one for one in lacking if one.source in exactly]
    named += [one for one in lacking if one.lacking < NEAR and is_named(one.source, file)]
    close = named or [one for one in lacking if one.lacking < NEAR]
    if not close:
        return _take_by_name(file, sources, refuse_unknown(file, near), "unknown_columns")
    nearest = choose_nearest(close)
    error = refuse_columns(file, nearest)
    if named:
        return Recognition(source=nearest.source, why="its name says so", error=error)
    return Recognition(error=error, reason="unknown_columns", nearest=nearest.source)


def _widen(refused: Recognition, near: Sequence[Candidate]) -> Recognition:
    """Say of a file whose name does not fit what it lacks to be one of another source."""
    close = [one for one in near if one.header.missing and one.lacking < NEAR]
    if not close or refused.error is None:
        return refused
    return replace(refused, error=add_nearest(refused.error, choose_nearest(close)))


def _take_by_name(file: SourceFile, sources: Sequence[Source], error: InputError, reason: str) -> Recognition:
    """A file of which nothing is known but its name."""
    named = list_named_exactly(sources, file)
    if named:
        chosen = min(named, key=lambda source: rank_file(source, file))
        return Recognition(source=chosen, why="its name says so", error=error)
    # What is named so but for the kind of venue, say, is one of a kind that is not used.
    possible = list_possible(sources, file.name)
    like = next((source for source in possible if rank_name(source, file.name) is not None), None)
    return Recognition(error=error, reason=reason, nearest=like)


def _match_nearest(layers: list[list[str]], source: Source) -> Header:
    return min((match_header(0, names, source.columns) for names in layers), key=lambda header: len(header.missing))


def _is_map(file: SourceFile) -> bool:
    """Whether a file is a map: JSON may be one, or a list of records."""
    if _suffix(file) != JSON:
        return _suffix(file) in MAPS
    head = _read_head(file)
    return any(mark in head for mark in MAP_MARKS)


def _read_heads(file: SourceFile) -> dict[str, list[list[str]]]:
    """The first records of a file, by the sheet they are in or the delimiter."""
    if _suffix(file) in WORKBOOKS:
        return dict(read_sheets(file, None, limit=SEARCHED_RECORDS).sheets)
    if _suffix(file) == PARQUET:
        return {"": read_parquet(file, limit=SEARCHED_RECORDS)}
    if _suffix(file) == JSON:
        return {"": read_records(file)[:SEARCHED_RECORDS]}
    head = _read_head(file)
    text, _ = decode_text(head, file, is_part=len(head) == HEAD_BYTES)
    # A delimiter that separates nothing needs no search; a file of one column is found by the first.
    return {
        mark: records
        for mark, records in split_heads(text, file, SEARCHED_RECORDS)
        if mark == DELIMITERS[0] or any(len(record) > 1 for record in records)
    }


def _join_heads(sheets: Mapping[str, list[list[str]]], sources: Sequence[Source]) -> list[list[list[str]]]:
    """The sheets of a file, and those that some source puts side by side."""
    joined = [join_sheets(sheets, source) for source in sources if "joined_sheets" in source.options]
    return [*sheets.values(), *(grid for grid in joined if grid[0])]


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
            expected="a complete, readable file",
            remedy="download the file again from its publisher",
        ) from error
    if not head.strip():
        raise InputError(
            file=file.name,
            found="an empty file",
            expected="a file with a header and rows",
            remedy="download the file again from its publisher",
        )
    return head


def _suffix(file: SourceFile) -> str:
    path = Path(file.name.casefold())
    return path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
