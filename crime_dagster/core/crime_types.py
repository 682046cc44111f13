"""The crime types that are analysed, read from the dbt seed: one row there is one type here."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

# A type that a few areas report stands beside one that all of them report: a map of it would be nearly blank.
LEAST_REPORTED = 0.5


@dataclass(frozen=True)
class CrimeType:
    """One category of crime that is analysed as one.

    Args:
        crime_type: Its code, as in `marts.lsoa_crimes`.
        label: How a menu or a heading names it.
        noun_phrase: How a sentence names it after "recorded": "violence".
        count_noun: How a sentence names it after a number: "violent offences".
        sort_order: Its place in menus and tables.
    """

    crime_type: str
    label: str
    noun_phrase: str
    count_noun: str
    sort_order: int


def read_crime_types(dbt_dir: Path) -> list[CrimeType]:
    """The rows of `seeds/crime_types.csv`, in their sort order."""
    with (dbt_dir / "seeds" / "crime_types.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            CrimeType(row["crime_type"], row["label"], row["noun_phrase"], row["count_noun"], int(row["sort_order"]))
            for row in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: row.sort_order)


def list_analysed(table: pd.DataFrame, crimes: Sequence[CrimeType]) -> list[CrimeType]:
    """The crime types that there is enough of to be modelled and drawn.

    Args:
        table: `marts.lsoa_features`: one row per area, `crimes_<type>` NaN where the type is not reported.
        crimes: Crime types to choose from.

    Returns:
        Those that at least half as many areas report as the type that most areas report; in the given order.
    """
    counts = {name: int(table[name].notna().sum()) for name in table.columns if name.startswith("crimes_")}
    least = LEAST_REPORTED * max(counts.values(), default=0)
    return [crime for crime in crimes if 0 < counts.get(f"crimes_{crime.crime_type}", 0) >= least]
