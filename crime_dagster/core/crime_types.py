"""The crime types, one per row of the dbt seed."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from crime_dagster.core.files import cached_by_stamp
from crime_dagster.core.records import NotedFields, noted

SEED = Path("seeds") / "crime_types.csv"
# A map of a type that few areas report would be nearly blank: this share of the best-reported type is needed.
LEAST_REPORTED = 0.5
# Types for which a first look at made-up data draws the slowest pictures: animations and what-ifs.
FIRST_LOOK = ("total", "violent", "burglary")


@dataclass(frozen=True)
class CrimeType(NotedFields):
    """One crime type."""

    crime_type: str  # code, as in `marts.lsoa_crimes`
    # Types with the same code are equal: comparing labels would make each label an input of the step that compares.
    label: str = field(compare=False)  # for menus and headings
    noun_phrase: str = field(compare=False)  # after "recorded" in a sentence: "violence"
    count_noun: str = field(compare=False)  # after a number in a sentence: "violent offences"
    sort_order: int = field(compare=False)  # position in menus and tables
    dbt_dir: Path | None = field(default=None, compare=False, repr=False)

    NOTED: ClassVar[tuple[str, ...]] = ("label", "noun_phrase", "count_noun")

    def find_reader(self, name: str) -> tuple[str, tuple[Any, ...]] | None:
        return (f"{__name__}:read_wording", (self.dbt_dir, self.crime_type, name)) if self.dbt_dir else None


def read_crime_types(dbt_dir: Path, *, counted: bool = False) -> list[CrimeType]:
    """Read `seeds/crime_types.csv` in sort order: the types that are modelled and drawn.

    `counted` adds those that are only counted, so that the types add up to all crime.
    """
    rows = _read_rows(dbt_dir / SEED)
    return [
        CrimeType(code, rows[code]["label"], rows[code]["noun_phrase"], rows[code]["count_noun"], number, dbt_dir)
        for number, code in list_codes(dbt_dir, counted)
    ]


@noted()
def list_codes(dbt_dir: Path, counted: bool) -> list[tuple[int, str]]:
    """Return the sort order and code of every crime type that is modelled (or `counted`)."""
    rows = _read_rows(dbt_dir / SEED).items()
    return sorted((int(row["sort_order"]), code) for code, row in rows if counted or row["is_modelled"] == "true")


@noted()
def read_wording(dbt_dir: Path, crime_type: str, name: str) -> str:
    return _read_rows(dbt_dir / SEED)[crime_type][name]


@cached_by_stamp
def _read_rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["crime_type"]: row for row in csv.DictReader(file)}


def list_analysed(table: pd.DataFrame, crimes: Sequence[CrimeType]) -> list[CrimeType]:
    """Return the crime types that have enough reporting areas: at least half as many as the type with most.

    Others have too little data to model and draw. The table is `marts.lsoa_features`: `crimes_<type>` is NaN where the
    type is not reported.
    """
    counts = {name: int(table[name].notna().sum()) for name in table.columns if name.startswith("crimes_")}
    least = LEAST_REPORTED * max(counts.values(), default=0)
    return [crime for crime in crimes if 0 < counts.get(f"crimes_{crime.crime_type}", 0) >= least]
