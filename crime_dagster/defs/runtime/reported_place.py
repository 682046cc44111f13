"""The place that figures cover: the whole city, or the reporting boroughs, and notes on its months."""

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
    """The place of every title, a row of `marts.reported_places`."""

    name: str  # "London", "City of London", "12 of 33 London boroughs"
    force: str  # the force that reports most of its areas
    borough_codes: frozenset[str]  # the boroughs that have figures
    note: str  # a sentence if its figures are not from the usual files; may be empty
    late: str  # a sentence about boroughs with missing months; may be empty

    def join_note(self, *notes: str) -> str:
        """Join the notes of a picture or page with its own, which comes last."""
        return " ".join(note for note in (*notes, self.note) if note)


@dataclass(frozen=True)
class MonthNotes:
    """Notes on months: rows of `coverage` with the main force, and the breaks in recording of every force."""

    force: str
    coverage: pd.DataFrame
    breaks: pd.DataFrame

    @property
    def provisional(self) -> frozenset[dt.date]:
        """First days of the months that the force still revises."""
        rows = self.coverage[(self.coverage["force"] == self.force) & self.coverage["is_provisional"].astype(bool)]
        return frozenset(pd.to_datetime(rows["month"]).dt.date)

    def say_provisional(self, first: dt.date, last: dt.date) -> str:
        """Return a sentence on which months of a period are still revised; may be empty."""
        return cautions.provisional_words(self.coverage, self.force, first, last)

    def find_breaks(self, crime_type: str, first: dt.date, last: dt.date) -> pd.DataFrame:
        """Return the breaks in recording within a period of a crime type, in order."""
        return cautions.find_breaks(self.breaks, crime_type, first, last)


def read_forces(settings: Settings) -> dict[str, str]:
    """Return the police force by borough code, where a place has several."""
    return dict(read_mart(settings.database, "boroughs", columns=["borough_code", "force_group"]).dropna().to_numpy())


def read_street_boroughs(settings: Settings) -> frozenset[str]:
    """Return the codes of boroughs whose force is counted from street-level files."""
    forces = read_mart(settings.database, "forces", columns=["force", "counted_from"])
    boroughs = read_mart(settings.database, "boroughs", columns=["borough_code", "force"])
    street = forces.loc[forces["counted_from"] == "street files", "force"]
    return frozenset(boroughs.loc[boroughs["force"].isin(street), "borough_code"])


def read_place(settings: Settings, crime_type: str = "") -> ReportedPlace:
    """Return the place that figures of a crime type cover.

    Without a type it is that of the type reported by most areas, all crime first.
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
    """Return notes on the months of the force that figures are from, see `read_place`."""
    force = read_place(settings, crime_type).force
    coverage, breaks = (read_mart(settings.database, name) for name in ("coverage", "recording_breaks"))
    return MonthNotes(force, coverage, breaks)
