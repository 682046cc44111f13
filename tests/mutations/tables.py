"""A published table as cells that a test can damage, and the result of landing it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.compute as pc

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import Figure, sum_columns, sum_months
from crime_dagster.sources.folder.archives import open_files
from crime_dagster.sources.folder.inventory import find_files
from crime_dagster.sources.readers.tables.grid import read_grid
from crime_dagster.sources.readers.tables.header import Field, Header
from tests.unit.sources.landing import land

NUMBER = re.compile(r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$")
# Numbers that do not add up, and of which -1 is an ordinary one.
COORDINATES = ("longitude", "latitude", "easting", "northing")
THOUSANDS = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$")
MOST_RECORDS = 1_000
MOST_FILES = 2


@dataclass(frozen=True)
class Table:
    """A table of one source, cut to its first records.

    Args:
        source: Its entry of the catalogue.
        name: Its path below the data folder.
        above: Records above the header.
        header: The header.
        records: Records below the header, as long as the header.
    """

    source: Source
    name: str
    above: list[list[str]]
    header: Header
    records: list[list[str]]

    @property
    def numbers(self) -> list[Field]:
        """The columns of numbers."""
        return [field for field in self.header.fields if field.column.is_number]

    @property
    def csv_name(self) -> str:
        """Name under which a copy as text is still recognised."""
        return str(Path(self.name.removesuffix(".gz")).with_suffix(".csv"))

    def cells(self, position: int) -> list[str]:
        """The cells of one column."""
        return [record[position] for record in self.records]

    def with_records(self, records: list[list[str]]) -> Table:
        """The same table with other records."""
        return replace(self, records=records)

    def as_rows(self) -> list[list[str]]:
        """Return the whole table, as in a file."""
        return [*self.above, self.header.cells, *self.records]


@dataclass(frozen=True)
class Outcome:
    """The result of landing a folder: a message, a traceback, or figures and warnings."""

    error: str = ""
    crash: str = ""
    kept: int = 0
    set_aside: int = 0
    totals: tuple[tuple[str, Figure], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[int, tuple[tuple[str, Figure], ...]]:
        """What readers of the published tables would see."""
        return self.kept, self.totals


def list_tables(catalogue: dict[str, Source], data_dir: Path) -> Iterator[Table]:
    """Yield the tables of a data folder, at most a few files of each source.

    Headers of two rows and sheets of several tables are skipped: this damage is made for one header.
    """
    for source in catalogue.values():
        if source.reader == "boundaries" or source.header_rows > 1 or "tables" in source.options:
            continue
        with open_files(find_files(source, data_dir)[:MOST_FILES]) as files:
            for file in files:
                grid = read_grid(file, source)
                width = len(grid.header.cells)
                # Blocks of the same areas below each other are recognised when all are there.
                most = None if "blocks" in source.options else MOST_RECORDS
                records = [(record + [""] * width)[:width] for record in grid.records[:most]]
                for record in records:
                    for field in grid.header.fields:
                        if field.column.is_number and THOUSANDS.match(record[field.position]):
                            record[field.position] = record[field.position].replace(",", "")
                yield Table(source, file.name, grid.above, grid.header, records)


def write_csv(rows: Sequence[Sequence[str]], path: Path, delimiter: str = ",") -> Path:
    """Write rows as text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def land_folder(source: Source, folder: Path) -> Outcome:
    """Land one source of a folder, as a run does."""
    try:
        landed = land(source, folder)
    except InputError as error:
        return Outcome(error=str(error))
    except Exception as error:  # a traceback is a finding here
        return Outcome(crash=repr(error))
    totals = {**sum_columns(landed.rows, source), **sum_months(landed.rows, source)}
    return Outcome(
        kept=pc.sum(landed.files["rows_kept"]).as_py(),
        set_aside=landed.set_aside.num_rows,
        totals=tuple(sorted((name, round(value, 4)) for name, value in totals.items())),
        warnings=tuple(landed.warnings),
    )
