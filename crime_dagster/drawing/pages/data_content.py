"""What the page about the data is made from, and the values that it prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

Row = Mapping[str, Any]


def list_rows(table: pd.DataFrame) -> list[Row]:
    """Rows as the template reads them."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


@dataclass(frozen=True)
class DataTables:
    """Rows of the marts of the same names."""

    data_sets: pd.DataFrame
    sources: pd.DataFrame
    source_files: pd.DataFrame
    excluded_reasons: pd.DataFrame
    left_out_files: pd.DataFrame
    forces: pd.DataFrame
    coverage: pd.DataFrame
    recording_breaks: pd.DataFrame
    provisional_months: pd.DataFrame
    reconciliation_sums: pd.DataFrame


@dataclass(frozen=True)
class SourceRow:
    """One source with its files, each a row of `source_files` with its `months` in words.

    Args:
        period: First and last month, or the time the values are about.
        vintage: Code years of its areas; empty where it has none.
        landing_page: Empty where it is not an address of the web.
    """

    facts: Row
    period: str
    vintage: str
    landing_page: str
    files: tuple[Row, ...]


@dataclass(frozen=True)
class Publisher:
    """A publisher, the words that its licences ask for, and its sources."""

    name: str
    attributions: tuple[str, ...]
    sources: tuple[SourceRow, ...]


@dataclass(frozen=True)
class ExcludedSource:
    """A source whose files could not be used."""

    title: str
    files: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class MonthCell:
    """One month of one force: `reported`, `partial`, `missing`, or `outside` where the data has no such month.

    Without `crimes` some types of crime are reported, and not all crime.
    """

    month: str
    state: str
    crimes: str = ""
    located: str = ""
    counted_from: str = ""
    is_provisional: bool = False
    change: str = ""


@dataclass(frozen=True)
class ForceMonths:
    """What one force delivered: a sentence, and a year of twelve cells after the other."""

    force: str
    sentence: str
    years: tuple[tuple[int, tuple[MonthCell, ...]], ...]


@dataclass(frozen=True)
class ReasonRow:
    """Rows of one source that were excluded for one reason."""

    source: str
    reason: str
    sentence: str
    rows: int


@dataclass(frozen=True)
class LeftOutRow:
    """A file that adds nothing: its reason, what was found, and the source that it is nearest to; may be empty."""

    file: str
    reason: str
    sentence: str
    source: str


@dataclass(frozen=True)
class Reconciliation:
    """Small areas compared with borough totals: rows of `reconciliation_sums`, each with its `name`."""

    period: str
    whole: Row
    categories: tuple[Row, ...]
    boroughs: tuple[Row, ...]


@dataclass(frozen=True)
class Caution:
    """A break, or months that are still revised: two or three words, and a sentence or two."""

    title: str
    text: str
