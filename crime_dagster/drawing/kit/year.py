"""One crime type in the latest year: the data of all its pictures and pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.facts import Row, read_flag, read_number
from crime_dagster.drawing.kit.classes import QUANTILE, Bands, class_breaks
from crime_dagster.drawing.kit.words import change_words, concentration_title, whole_number, year_to

# For a change that was tested and is not significant: it could be chance.
USUAL = "within usual variation"
NOT_TESTED = "not tested for chance"
NOT_KNOWN = "not known"
# Place code of the whole city in the marts of places.
CITY = "city"
# Columns that identify a row of figures by area.
NAMES = ["lsoa_code", "area_name", "borough_name"]
# What a borough that is late has of its own latest year.
OWN_FIGURES = (
    *("crimes", "crimes_before", "residents", "crimes_per_1000"),
    *("workers", "workers_source", "crimes_per_1000_people"),
)


@dataclass(frozen=True)
class Change:
    """How a count changed, in words."""

    figure: str  # "up 8.2%", "from 4 to 9"
    tone: str = ""  # "up", "down", "usual" if it is not significant, or empty
    aside: str = ""  # "within usual variation", or that it was not tested

    @property
    def words(self) -> str:
        """The full text: "up 6.5%, within usual variation"."""
        return f"{self.figure}, {self.aside}" if self.aside else self.figure


def describe_change(before: float | None, after: float | None, *, is_clear: bool | None = None) -> Change:
    """Say how a count changed, adding that it could be chance if the change is not significant.

    `is_clear` is None if no test was made: then it says so, for a number alone reads as a significant change.
    """
    if before is None or after is None:
        return Change(NOT_KNOWN)
    text = change_words(before, after)
    if text == "no change" or before == after:
        return Change(text)
    if not is_clear:
        return Change(text, "usual", NOT_TESTED if is_clear is None else USUAL)
    return Change(text, "up" if after > before else "down")


def read_change(row: Row, before: str = "crimes_before", after: str = "crimes") -> Change:
    """Describe the change between two columns of a row of a mart, by its test."""
    return describe_change(
        read_number(row, before), read_number(row, after), is_clear=read_flag(row, "is_clear_change")
    )


@dataclass(frozen=True)
class Year:
    """One crime type in the latest year."""

    crime: CrimeType
    last_month: dt.date  # first day of the last of the twelve months
    values: pd.DataFrame  # `marts.area_findings`, crimes as `recorded` and `recorded_before`
    is_reported: bool  # whether enough areas have a figure for a picture
    provisional: str = ""  # a sentence on which of its months are still revised
    changes: str = ""  # changes in recording in this year and the one before
    force_changes: Mapping[str, str] = field(default_factory=dict)  # the same of each police force that had any
    place: str = ""  # what its figures cover, for titles
    places: Mapping[str, Row] = field(default_factory=dict)  # rows of `marts.borough_changes`: boroughs, and `CITY`
    forces: Mapping[str, Row] = field(default_factory=dict)  # the same of police forces, by name
    accuracy: Mapping[str, Row] = field(default_factory=dict)  # rows of `marts.borough_accuracy`
    bands: Bands = QUANTILE  # banding of its crimes

    @property
    def period_label(self) -> str:
        """Such as "12 months to February 2026"."""
        return year_to(self.last_month)

    @property
    def where_and_when(self) -> str:
        """Place and period, for the end of a subtitle."""
        return f"{self.place}, {self.period_label}"

    @property
    def outlook_label(self) -> str:
        """The forecast period, such as "12 months to February 2027"; empty without a forecast."""
        return str(self.city.get("forecast_period_label") or "")

    @property
    def outside_pct(self) -> float | None:
        """Per cent of the areas with a range that are outside it."""
        inside = read_number(self.accuracy.get(CITY, {}), "in_range_pct")
        return None if inside is None else 100 - inside

    @property
    def city(self) -> Row:
        """The figures of all areas together."""
        return self.places.get(CITY, {})

    @property
    def concentration_title(self) -> str:
        """How unevenly its crimes are spread, as a title."""
        return concentration_title(
            read_number(self.city, "crimes") or 0.0,
            read_number(self.city, "top_tenth_pct"),
            noun_phrase=self.crime.noun_phrase,
            place=self.place,
            period_label=self.period_label,
        )

    @property
    def recorded(self) -> pd.Series:
        """Recorded crimes, indexed by LSOA code."""
        return self.values.set_index("lsoa_code")["recorded"]

    @property
    def crimes_before(self) -> float | None:
        """Crimes of the year before in the areas that report this year; None if one of these has no figure."""
        return read_number(self.city, "crimes_before")

    @property
    def predicted(self) -> pd.Series | None:
        """Predicted crimes, indexed by LSOA code; None if there is no prediction."""
        series = self.values.set_index("lsoa_code")["predicted"]
        return series if series.notna().any() else None

    @property
    def breaks(self) -> list[float]:
        """Class limits shared by recorded and predicted."""
        return class_breaks(self.values["recorded"], self.values["predicted"], bands=self.bands)

    def total(self, code: str) -> float | None:
        """Return the crimes of a borough; None if one of its areas has no figure."""
        row = self.places.get(code, {})
        return read_number(row, "crimes") if row.get("is_complete") else None

    def rate(self, code: str) -> float | None:
        """Return the crimes of a borough per 1,000 residents; None if one of its areas has no figure."""
        return None if self.total(code) is None else read_number(self.places[code], "crimes_per_1000")

    def say_residents(self, code: str = CITY) -> str:
        """The base of its rate: "per 1,000 residents (mid-2022)"."""
        counted = read_number(self.places.get(code, {}), "residents_year")
        return f"per 1,000 residents{'' if counted is None else f' (mid-{counted:.0f})'}"

    def say_people(self, code: str = CITY) -> str:
        """The rate per residents and workers, where it is known: "57 per 1,000 residents and workers (Census 2021)"."""
        row = self.places.get(code, {})
        rate = read_number(row, "crimes_per_1000_people")
        if rate is None:
            return ""
        return f"{whole_number(rate)} per 1,000 residents and workers ({row['workers_source']})"

    def change(self, code: str = CITY) -> Change:
        """Return a place's change: the city's over areas known in both years, a borough's only if all are known."""
        row = self.places.get(code, {})
        compared = read_number(row, "areas_compared")
        if compared is None:  # nothing was tested, or not yet
            after = read_number(row, "crimes") if code == CITY else self.total(code)
            return describe_change(read_number(row, "crimes_before"), after)
        if not compared or (code != CITY and compared != read_number(row, "areas")):
            return describe_change(None, None)
        before, after = read_number(row, "crimes_compared_before"), read_number(row, "crimes_compared")
        return describe_change(before, after, is_clear=read_flag(row, "is_clear_change"))

    def at_own_year(self, row: Row, areas: pd.DataFrame) -> Year:
        """Return the same for a late borough, in its own latest year.

        `row` is from `marts.borough_own_years`, `areas` are the rows of its areas in `marts.lsoa_own_years`.
        """
        own = areas.set_index("lsoa_code")
        values = self.values.set_index("lsoa_code")
        values.loc[own.index, ["recorded", "recorded_before"]] = own[["crimes", "crimes_before"]].to_numpy()
        # Findings and predictions are of the year that is shown.
        values.loc[own.index, ["lower_90", "upper_90", "rank_lower_90", "rank_upper_90"]] = float("nan")
        code = str(row["borough_code"])
        figures = {name: row[name] for name in OWN_FIGURES if name in row}
        place = {**self.places[code], **figures, "is_complete": True, "areas_compared": None}
        return replace(
            self,
            last_month=pd.Timestamp(row["year_ending"]).date(),
            values=values.reset_index(),
            places={**self.places, code: place},
        )

    def found_pct(self, place_code: str = CITY) -> float | None:
        """Return the per cent of the tenth of a place's areas with most crime that the model identifies."""
        return read_number(self.accuracy.get(place_code, {}), "found_pct")
