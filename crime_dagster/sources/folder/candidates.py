"""The sources whose header a record may be, for the whole catalogue at once, and messages about unknown files."""

import csv
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.delimited import DELIMITERS
from crime_dagster.sources.readers.formats.reading import SourceFile, refuse
from crime_dagster.sources.readers.tables.header import (
    SEARCHED_RECORDS,
    Header,
    fold_header,
    match_header,
    require_columns,
    stack_cells,
)

Grid = Sequence[Sequence[str]]
SHOWN_CELLS = 12
LONGEST_CELL = 60


@dataclass(frozen=True)
class Candidate:
    """A source that a file may belong to, and its header in the file."""

    source: Source
    header: Header

    @property
    def is_whole(self) -> bool:
        """Whether the file has every required column of the source, and none that it must not have."""
        if self.header.missing:
            return False
        figures = any(item.column.is_number for item in self.header.fields)
        if not figures and any(column.is_number for column in self.source.columns):
            return False
        # Some files are recognised by having nothing else: a ward file has every column of a borough file.
        return not (self.source.options.get("no_other_columns") and self.header.unused)

    @property
    def found(self) -> int:
        """Number of the source's columns in the file."""
        return len({item.column.name for item in self.header.fields})

    @property
    def lacking(self) -> float:
        """Share of the required columns that the file lacks."""
        return len(self.header.missing) / max(1, len(self.source.required))


def list_candidates(grids: Sequence[Grid], sources: tuple[Source, ...]) -> Iterator[list[Candidate]]:
    """Yield, record by record from the top, the sources whose header it is; maps are ignored.

    A grid has the first records of a file: of each sheet, or by each possible delimiter.
    """
    longest = max((len(grid) for grid in grids), default=0)
    for place in range(min(longest, SEARCHED_RECORDS)):
        found = [one for grid in grids if place < len(grid) for one in _match(grid, place, sources)]
        if found:
            yield found


def list_nearest(grids: Sequence[Grid], sources: tuple[Source, ...]) -> list[Candidate]:
    """Return for each source the record nearest to its header, for a file that has no source's header.

    It is the first record that is not blank if no column of a source is found.
    """
    heads = [(grid, place) for grid in grids for place in range(min(len(grid), SEARCHED_RECORDS)) if any(grid[place])]
    if not heads:
        return []
    best: dict[Source, tuple[int, int]] = {}
    for number, (grid, place) in enumerate(heads):
        for source, names in _count(grid[place], sources).items():
            if len(names) > best.get(source, (0, 0))[0]:
                best[source] = (len(names), number)
    near = []
    for source in sources:
        if source.reader != "boundaries":
            grid, place = heads[best.get(source, (0, 0))[1]]
            cells = stack_cells(grid[place : place + source.header_rows])
            # Thousands of other files have no column of nearly any source: there is nothing to match.
            is_alien = source not in best and source.header_rows == 1 and source.spread_name is None
            header = match_header(place, cells, () if is_alien else source.columns)
            near.append(Candidate(source, replace(header, missing=list(source.required)) if is_alien else header))
    return near


def match_first_line(head: bytes, sources: tuple[Source, ...]) -> list[Candidate]:
    """Return the sources whose header is the first line of a text; none if that line is not conclusive."""
    line, end, _ = head.partition(b"\n")
    return _match_line(line, sources) if end else []


@functools.lru_cache(maxsize=1 << 10)
def _match_line(line: bytes, sources: tuple[Source, ...]) -> list[Candidate]:
    try:
        text = line.decode("utf-8-sig").rstrip("\r")
    except UnicodeDecodeError:
        return []
    # An unpaired quotation mark is closed in another line, and a CR alone also ends a line.
    if text.count('"') % 2 or "\r" in text:
        return []
    grids = [[next(csv.reader([text], delimiter=mark))] for mark in DELIMITERS if mark in text]
    return next(list_candidates(grids, sources), [])


def _match(grid: Grid, place: int, sources: tuple[Source, ...]) -> list[Candidate]:
    found: list[Candidate] = []
    for height in {source.header_rows for source in sources}:
        if place + height <= len(grid):
            cells = stack_cells(grid[place : place + height])
            for source, names in _count(cells, sources).items():
                # A repeated column has no header of its own.
                needed = {column.name for column in source.required if column.headers and not column.spread}
                if source.header_rows == height and needed <= names:
                    found.append(Candidate(source, match_header(place + height - 1, cells, source.columns)))
    return sorted((one for one in found if one.is_whole), key=lambda one: sources.index(one.source))


@functools.lru_cache(maxsize=32)
def _list_spellings(sources: tuple[Source, ...]) -> dict[str, list[tuple[Source, str]]]:
    """Return the sources and columns that have a header, by the folded header."""
    spellings: dict[str, list[tuple[Source, str]]] = {}
    for source in sources:
        # Maps are recognised by their attributes, one source at a time.
        for column in source.columns if source.reader != "boundaries" else ():
            for header in column.headers:
                spellings.setdefault(fold_header(header), []).append((source, column.name))
    return spellings


def _count(cells: Sequence[str], sources: tuple[Source, ...]) -> dict[Source, set[str]]:
    """Return the names of the columns that are among some cells, by source."""
    found: dict[Source, set[str]] = {}
    spellings = _list_spellings(sources)
    for cell in cells:
        for source, name in spellings.get(fold_header(cell), ()):
            found.setdefault(source, set()).add(name)
    return found


def choose_nearest(near: Sequence[Candidate]) -> Candidate:
    """Return the source that lacks least; of equal ones the one with more columns in the file."""
    return min(near, key=lambda one: (one.lacking, -one.found))


def refuse_name(file: SourceFile, source: Source) -> InputError:
    """Return the error for a file with a source's columns, whose name lacks what the source needs from it."""
    lacks = [name for name, value in source.values_in_name(file.name).items() if value is None]
    needed = f"one that gives the {' and the '.join(lacks)}" if lacks else f"one like {source.named_like}"
    found = f"the columns of {source.key} ({source.title}) under a name that does not fit"
    return refuse(file, found, f"a name that fits: {needed}", "give the file the name that its publisher gave it")


def refuse_choice(file: SourceFile, sources: Sequence[Source]) -> InputError:
    """Return the error for a file with the columns of several sources, whose name does not decide."""
    keys = " or ".join(source.key for source in sources)
    remedy = f"name the file like '{sources[0].patterns[0]}' or like '{sources[1].patterns[0]}'"
    return refuse(file, f"columns that could be {keys}", "a name that says which", remedy)


def refuse_columns(file: SourceFile, nearest: Candidate) -> InputError:
    """Return the error for a file nearest to a source, with missing or repeated columns."""
    try:
        require_columns(nearest.header, nearest.source, file.name)
    except InputError as error:
        found = f"{error.found}; nearest to {nearest.source.key} ({nearest.source.title})"
        return refuse(file, found, error.expected, error.remedy, column=error.column)
    return refuse_unknown(file, [nearest])


def refuse_unknown(file: SourceFile, near: Sequence[Candidate]) -> InputError:
    """Return the error for a file whose columns match no source."""
    shown = [repr(cell[:LONGEST_CELL]) for cell in near[0].header.cells[:SHOWN_CELLS]] if near else []
    found = f"headers {', '.join(shown)}" if shown else "nothing that could be a header"
    remedy = "see the list of sources in the documentation; a new kind of file needs an entry in the catalogue"
    return refuse(file, found, "the columns of one of the sources of the catalogue", remedy)
