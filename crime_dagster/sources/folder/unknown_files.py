"""What is said of a file that belongs to no source, or whose name is all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.header_index import Candidate
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.header import require_columns

SHOWN_CELLS = 12
LONGEST_CELL = 60


def choose_nearest(near: Sequence[Candidate]) -> Candidate:
    """The source of which least is lacking; of equally near ones the one that recognises more of the file."""
    return min(near, key=lambda one: (one.lacking, -one.found))


def add_nearest(error: InputError, nearest: Candidate) -> InputError:
    """The same refusal with what the file lacks to be one of another source."""
    lacks = "; ".join(f"{column.name} as {column.spellings}" for column in nearest.header.missing)
    expected = f"{error.expected}; as a file of {nearest.source.key} it lacks {lacks}"
    return InputError(file=error.file, found=error.found, expected=expected, remedy=error.remedy)


def refuse_kind(file: SourceFile) -> InputError:
    """A file of a kind that no reader reads."""
    return InputError(
        file=file.name,
        found=f"a file of the kind '{file.path.suffix}'",
        expected="a text table, a workbook (.xlsx, .ods), Parquet, a map (.shp, .geojson, .gpkg) or a zip archive",
        remedy="download the file from its publisher in one of these kinds",
    )


def refuse_name(file: SourceFile, source: Source) -> InputError:
    """A file with the columns of a source, under a name that does not say what the source needs to know."""
    lacks = [name for name, value in source.values_in_name(file.name).items() if value is None]
    needed = f"one that says the {' and the '.join(lacks)}" if lacks else f"one like {source.named_like}"
    return InputError(
        file=file.name,
        found=f"the columns of {source.key} ({source.title}) under a name that does not fit",
        expected=f"a name that fits: {needed}",
        remedy="give the file the name that its publisher gave it",
    )


def refuse_choice(file: SourceFile, sources: Sequence[Source]) -> InputError:
    """A file with the columns of several sources, whose name does not decide."""
    keys = " or ".join(source.key for source in sources)
    return InputError(
        file=file.name,
        found=f"columns that could be {keys}",
        expected="a name that says which",
        remedy=f"name the file like '{sources[0].patterns[0]}' or like '{sources[1].patterns[0]}'",
    )


def refuse_columns(file: SourceFile, nearest: Candidate) -> InputError:
    """A file that is nearest to a source and lacks columns of it, or has one twice."""
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
    return refuse_unknown(file, [nearest])


def refuse_unknown(file: SourceFile, near: Sequence[Candidate]) -> InputError:
    """A file whose columns are those of no source, nearly."""
    shown = [cell[:LONGEST_CELL] for cell in near[0].header.cells[:SHOWN_CELLS]] if near else []
    return InputError(
        file=file.name,
        found=f"headers {', '.join(map(repr, shown))}" if shown else "nothing that could be a header",
        expected="the columns of one of the sources of the catalogue",
        remedy="see the list of sources in the documentation; a new kind of file needs an entry in the catalogue",
    )
