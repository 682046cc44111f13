"""Readers, one per kind of published file: from a file and its catalogue entry to landed rows.

For a file that cannot be used they raise `InputError` and nothing else.
"""

from collections.abc import Callable

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.limits import guard
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile
from crime_dagster.sources.readers.tables.table import read_boundaries, read_points, read_table
from crime_dagster.sources.readers.tables.wide import read_wide

READERS: dict[str, Callable[[SourceFile, Source], Reading]] = {
    "table": guard(read_table),
    "wide": guard(read_wide),
    "points": guard(read_points),
    "boundaries": guard(read_boundaries),
}
