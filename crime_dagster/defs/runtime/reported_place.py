"""What the figures are about: the whole city, or the boroughs that have figures, and what is known of its months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.drawing.kit import cautions

PLACES = "reported_places"
MAIN_TYPE = "total"


@dataclass(frozen=True)
class ReportedPlace:
    """The place of every title, a row of `marts.reported_places`.

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


@dataclass(frozen=True)
class MonthNotes:
    """What readers must know of the months of a force: rows of `coverage`, and the force's `recording_breaks`."""

    force: str
    coverage: pd.DataFrame
    breaks: pd.DataFrame

    @property
    def provisional(self) -> frozenset[dt.date]:
        """First days of the months that the force still revises."""
        rows = self.coverage[(self.coverage["force"] == self.force) & self.coverage["is_provisional"].astype(bool)]
        return frozenset(pd.to_datetime(rows["month"]).dt.date)

    def say_provisional(self, first: dt.date, last: dt.date) -> str:
        """Which months of a period are still revised, a sentence; may be empty."""
        return cautions.provisional_words(self.coverage, self.force, first, last)

    def find_breaks(self, crime_type: str, first: dt.date, last: dt.date) -> pd.DataFrame:
        """Breaks in recording that a period of a crime type crosses, in order."""
        return cautions.find_breaks(self.breaks, crime_type, first, last)


def read_place(settings: Settings, crime_type: str = "") -> ReportedPlace:
    """The place that figures of a crime type are about.

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


def read_notes(settings: Settings, crime_type: str = "") -> MonthNotes:
    """What readers must know of the months of the force that figures are from, see `read_place`."""
    force = read_place(settings, crime_type).force
    breaks = read_mart(settings.database, "recording_breaks", {"force": force})
    return MonthNotes(force, read_mart(settings.database, "coverage"), breaks)
