"""The account of a checked file: records in, kept and excluded, sums per month and per column."""

import math
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile
from crime_dagster.sources.vocabulary.calendar_months import tidy_month

Figure = int | float
# Numbers whose sum has no meaning.
PLACES = {"easting", "northing", "longitude", "latitude"}


@dataclass
class Account:
    """The account of one file, or of several together."""

    source: str | None = None  # key of the catalogue; None if no entry fits
    lsoa_vintage: str | None = None  # `2011`, `2021`, `mixed`, or None for a file without small areas
    rows_in: int = 0  # records after the header
    rows_kept: int = 0  # records that count
    rows_set_aside: dict[str, int] = field(default_factory=dict)  # excluded records by reason
    months: dict[str, Figure] = field(default_factory=dict)  # sum of the figure by month (`YYYY-MM`)
    totals: dict[str, Figure] = field(default_factory=dict)  # sum by column
    warnings: list[str] = field(default_factory=list)
    error: str | None = None  # why it would not be used; None if it would
    file: str = ""
    why: str = ""  # evidence for the source

    def as_record(self) -> dict[str, Any]:
        """Return the account for machines, under stable names."""
        record = {name: value for name, value in asdict(self).items() if name not in ("file", "why")}
        return record | {name: dict(sorted(record[name].items())) for name in ("rows_set_aside", "months")}

    def count_records(self, reading: Reading) -> None:
        """Take over the record counts of a reading."""
        self.rows_in = reading.rows_in
        self.rows_kept = pc.count_distinct(reading.rows["row_number"]).as_py()
        outside = {"outside": reading.rows_outside} if reading.rows_outside else {}
        self.rows_set_aside = dict(Counter(record.reason for record in reading.set_aside) + Counter(outside))

    def move(self, count: int, reason: str) -> None:
        """Count kept records as excluded."""
        if count:
            self.rows_kept -= count
            self.rows_set_aside[reason] = self.rows_set_aside.get(reason, 0) + count


@dataclass
class Evidence:
    """What is kept of the landed rows of a file, to judge it alone and beside others."""

    file: str
    source: Source
    vintage: str | None = None  # as in the account
    doubts: list[str] = field(default_factory=list)  # what is unusual in this file alone
    figures: pd.DataFrame | None = None  # sum per area and month (area, month, figure) of a file with months per area
    # Records per force, month and area (force, month, area, figure) of a file of single records.
    parts: pd.DataFrame | None = None
    kinds: pd.DataFrame | None = None  # the same per force, month and category
    measures: pd.DataFrame | None = None  # sum of each numeric column per small area
    wards: pd.DataFrame | None = None  # the same per ward
    links: pd.Series | None = None  # ward of each small area, of a lookup
    boroughs: pd.DataFrame | None = None  # size and centre of each borough of a map


@dataclass
class Claimed:
    """A file that belongs to a source, and what is kept of it to compare it with others."""

    file: SourceFile
    source: Source
    account: Account
    evidence: Evidence
    forces: frozenset[str] = frozenset()  # police forces of a file of single records, of the place or not
    content: str = ""  # hash of its content
    keys: pd.DataFrame | None = None  # what names its rows, if another file may have them too
    shapes: np.ndarray | None = None  # shapes of areas, or points to lay over them


def sum_months(rows: pa.Table, source: Source) -> dict[str, Figure]:
    """Return the source's figure per month (`YYYY-MM`); empty for a source without months.

    The figure is the first numeric column. Rows without one are crimes and are counted.
    """
    if "month" not in source.landed_names or not rows.num_rows:
        return {}
    figures = _name_figures(source)
    frame = pd.DataFrame({"month": rows["month"].to_pandas()})
    frame["figure"] = _as_numbers(rows[figures[0]]) if figures else 1
    # A blank cell is left out, not counted as 0.
    sums = frame.dropna().groupby("month")["figure"].agg(math.fsum)
    return {tidy_month(str(month)): plain(value) for month, value in sums.items()}


def sum_columns(rows: pa.Table, source: Source) -> dict[str, Figure]:
    """Return the sum of each numeric column by landed name, per year if columns repeat per year; crimes are counted."""
    if source.options.get("record_id"):
        return {"crimes": rows.num_rows}
    spread = {column.name for column in source.columns if column.spread is not None}
    yearly = spread if source.spread_name != "month" else set()
    # A record of a wide file is a row per month or year: its plain columns count once.
    first = ~rows["row_number"].to_pandas().duplicated()
    found: dict[str, Figure] = {}
    for name in _name_figures(source):
        values = _as_numbers(rows[name])
        if name in yearly:
            parts = {f"{name} {year}": part for year, part in values.groupby(rows[source.spread_name].to_pandas())}
        else:
            parts = {name: values if name in spread else values[first]}
        found.update({label: plain(math.fsum(part.dropna())) for label, part in parts.items() if part.notna().any()})
    return found


def plain(value: float) -> Figure:
    """Return a whole number as an integer, others rounded to hide floating-point error."""
    return int(value) if float(value).is_integer() else round(float(value), 6)


def _name_figures(source: Source) -> list[str]:
    return [column.name for column in source.columns if column.is_number and column.name not in PLACES]


def _as_numbers(values: pa.ChunkedArray) -> pd.Series:
    return pd.to_numeric(values.to_pandas(), errors="coerce")
