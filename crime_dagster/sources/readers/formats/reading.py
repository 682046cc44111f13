"""Inputs and results of readers, and the error for a file that cannot be used."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import InputError
from crime_dagster.sources.vocabulary.calendar_months import tidy_month

TEXTS = (".csv", ".txt", ".tsv")
WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls", ".xlsb")
PARQUET, JSON = ".parquet", ".json"
SHAPEFILE, PACKAGE = ".shp", ".gpkg"
MAPS = (SHAPEFILE, ".geojson", JSON, ".topojson", PACKAGE)
AGAIN = "download the file again from its publisher"
LONGEST_CONTENT = 1_000
MONTH = re.compile(r"^(19|20)\d\d-?(0[1-9]|1[0-2])$")


class Doubt(str):
    """A warning that a landed figure may be wrong; a plain text is a routine note, such as of blank cells."""

    __slots__ = ()


@dataclass(frozen=True)
class SourceFile:
    """A published file."""

    # For a file in an archive, the archive's path with the file's name, as if it were a folder.
    path: Path
    name: str  # path below the data folder, with `/`, as messages give it
    archive: SourceFile | None = None  # archive that holds it; None for a file that can be opened directly
    member: str = ""  # name in the archive
    packed_bytes: int = 0  # size in the archive that it was unpacked from; 0 for others

    @property
    def suffix(self) -> str:
        """Suffix of its name: `.csv` for `Crime.CSV.gz`."""
        return Path(self.name.casefold().removesuffix(".gz")).suffix

    @property
    def is_packed(self) -> bool:
        return self.name.casefold().endswith(".gz")


class SetAside(NamedTuple):
    """A record that is not landed, and why."""

    row_number: int  # number of the record after the header, from 1
    reason: str  # in one word
    content: str  # the record as text


@dataclass(frozen=True)
class Reading:
    """The content of one file."""

    rows: pa.Table  # landed columns as text, and `row_number`; one record may give several rows
    set_aside: list[SetAside]  # records that are not in `rows`
    rows_in: int  # records after the header
    warnings: list[str] = field(default_factory=list)
    rows_outside: int = 0  # records of other places than the chosen one, in neither of the two

    @property
    def doubts(self) -> list[str]:
        """The warnings that a figure may be wrong."""
        return [str(warning) for warning in self.warnings if isinstance(warning, Doubt)]

    @property
    def is_blank(self) -> bool:
        """Whether there are only blank lines below the header, which is how a month without records is delivered."""
        is_empty = self.rows.num_rows == self.rows_outside == 0
        return is_empty and all(record.reason == "blank_line" for record in self.set_aside)

    @property
    def months(self) -> list[str]:
        """Months (`YYYY-MM`) with rows, sorted."""
        found = pc.unique(self.rows["month"]).to_pylist() if "month" in self.rows.column_names else []
        return sorted(tidy_month(month) for month in found if month and MONTH.match(month))


def refuse(
    file: SourceFile,
    found: str,
    expected: str,
    remedy: str = AGAIN,
    *,
    row: int | None = None,
    column: str | None = None,
) -> InputError:
    """Return the error for a file that cannot be used."""
    return InputError(file=file.name, row=row, column=column, found=found, expected=expected, remedy=remedy)


def describe_record(cells: Sequence[str]) -> str:
    """Return a record as one line of comma-separated text, truncated if very long."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    text = line.getvalue()
    return text if len(text) <= LONGEST_CONTENT else text[: LONGEST_CONTENT - 3] + "..."


def show_cell(cell: Any) -> str:
    """Return a typed cell as text: whole numbers without decimal point, dates as YYYY-MM-DD, None and NaN empty."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        # Spreadsheets store every number as a float: 18.0 was typed as 18.
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, Decimal):
        # A database's 2.000 is 2; as text it could be read as 2,000.
        return f"{cell:f}".rstrip("0").rstrip(".") if "." in f"{cell:f}" else f"{cell:f}"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    return str(cell)


def to_mask(array: pa.Array) -> np.ndarray:
    """Return a boolean array as a mask; null is False."""
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False)).astype(bool)
