"""Messages about files that belong to no source, or whose name is all that is known of them."""

from __future__ import annotations

from collections.abc import Sequence

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.header_index import Candidate
from crime_dagster.sources.readers.formats.reading import SourceFile, refuse
from crime_dagster.sources.readers.tables.header import require_columns

SHOWN_CELLS = 12
LONGEST_CELL = 60


def choose_nearest(near: Sequence[Candidate]) -> Candidate:
    """The source that lacks least; of equal ones the one with more columns in the file."""
    return min(near, key=lambda one: (one.lacking, -one.found))


def add_nearest(error: InputError, nearest: Candidate) -> InputError:
    """The same message with what the file lacks to belong to another source."""
    lacks = "; ".join(f"{column.name} as {column.spellings}" for column in nearest.header.missing)
    expected = f"{error.expected}; as a file of {nearest.source.key} it lacks {lacks}"
    return InputError(file=error.file, found=error.found, expected=expected, remedy=error.remedy)


def refuse_kind(file: SourceFile) -> InputError:
    """A file of a kind that no reader reads."""
    return refuse(
        file,
        f"a file of the kind '{file.path.suffix}'",
        "a text table, a workbook (.xlsx, .ods), Parquet, a map (.shp, .geojson, .gpkg) or a zip archive",
        "download the file from its publisher in one of these kinds",
    )


def refuse_name(file: SourceFile, source: Source) -> InputError:
    """A file with the columns of a source, whose name lacks what the source needs from it."""
    lacks = [name for name, value in source.values_in_name(file.name).items() if value is None]
    needed = f"one that gives the {' and the '.join(lacks)}" if lacks else f"one like {source.named_like}"
    found = f"the columns of {source.key} ({source.title}) under a name that does not fit"
    return refuse(file, found, f"a name that fits: {needed}", "give the file the name that its publisher gave it")


def refuse_choice(file: SourceFile, sources: Sequence[Source]) -> InputError:
    """A file with the columns of several sources, whose name does not decide."""
    keys = " or ".join(source.key for source in sources)
    remedy = f"name the file like '{sources[0].patterns[0]}' or like '{sources[1].patterns[0]}'"
    return refuse(file, f"columns that could be {keys}", "a name that says which", remedy)


def refuse_columns(file: SourceFile, nearest: Candidate) -> InputError:
    """A file that is nearest to a source and lacks columns of it, or has one twice."""
    try:
        require_columns(nearest.header, nearest.source, file.name)
    except InputError as error:
        found = f"{error.found}; nearest to {nearest.source.key} ({nearest.source.title})"
        return refuse(file, found, error.expected, error.remedy, column=error.column)
    return refuse_unknown(file, [nearest])


def refuse_unknown(file: SourceFile, near: Sequence[Candidate]) -> InputError:
    """A file whose columns are not those of any source."""
    shown = [repr(cell[:LONGEST_CELL]) for cell in near[0].header.cells[:SHOWN_CELLS]] if near else []
    return refuse(
        file,
        f"headers {', '.join(shown)}" if shown else "nothing that could be a header",
        "the columns of one of the sources of the catalogue",
        "see the list of sources in the documentation; a new kind of file needs an entry in the catalogue",
    )
