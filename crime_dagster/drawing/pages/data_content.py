"""The data of the page about the data, and the values that it prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

Row = Mapping[str, Any]


def list_rows(table: pd.DataFrame) -> list[Row]:
    """Return rows for the template."""
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
    headline_totals: pd.DataFrame
    borough_own_years: pd.DataFrame
    # Every published table and what one row is.
    tables: Mapping[str, str]


@dataclass(frozen=True)
class Publisher:
    """A publisher, the attributions required by its licences, and its sources."""

    name: str
    attributions: Sequence[str]
    sources: Sequence[Row]


@dataclass(frozen=True)
class MonthCell:
    """One month of one force: `reported`, `partial`, `missing`, or `outside` the data's period.

    Without `crimes` some types of crime are reported, but not all crime.
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
    """What one force delivered: a sentence, and twelve cells per year."""

    force: str
    sentence: str
    years: Sequence[tuple[int, Sequence[MonthCell]]]


@dataclass(frozen=True)
class Reconciliation:
    """Small areas compared with borough totals: rows of `reconciliation_sums`, each with its `name`."""

    period: str
    whole: Row
    categories: Sequence[Row]
    boroughs: Sequence[Row]
