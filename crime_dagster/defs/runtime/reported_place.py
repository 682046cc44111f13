"""What the figures speak of: the whole city, or the boroughs that have figures, as `marts.reported_places` says."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart

PLACES = "reported_places"
MAIN_TYPE = "total"


@dataclass(frozen=True)
class ReportedPlace:
    """The place of every title.

    Args:
        name: "London", "City of London", "12 of 33 London boroughs".
        force: The force whose figures most of its areas have.
        borough_codes: The boroughs that have figures.
        note: A sentence where its figures are not from the usual files; may be empty.
        late: A sentence about its boroughs that lack months of the year; may be empty.
    """

    name: str
    force: str
    borough_codes: frozenset[str]
    note: str
    late: str

    def join_note(self, *notes: str) -> str:
        """Notes of a picture or page in one text, its own last."""
        return " ".join(note for note in (*notes, self.note) if note)


def read_place(settings: Settings, crime_type: str = "") -> ReportedPlace:
    """The place that figures of a crime type speak of.

    Args:
        settings: The data set.
        crime_type: Empty for what is about several: the place of the type that most areas report, all crime first.
    """
    rows = read_mart(settings.database, PLACES, {"crime_type": crime_type} if crime_type else None)
    rows = rows.assign(is_main=rows["crime_type"] == MAIN_TYPE)
    row = rows.sort_values(["areas_reported", "is_main", "crime_type"], ascending=[False, False, True]).iloc[0]
    return ReportedPlace(
        name=str(row["place"]),
        force=settings.data_set.force if pd.isna(row["force"]) else str(row["force"]),
        borough_codes=frozenset(code for code in str(row["borough_codes"]).split("; ") if code),
        note=str(row["source_note"]),
        late=str(row["late_note"]),
    )
