"""The months of one crime type, for pictures over time."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.pictures import YEAR_MARTS
from crime_dagster.defs.runtime.reported_place import read_notes
from crime_dagster.drawing.gifs.month_line import MonthLine

MONTH_MARTS = (*YEAR_MARTS, "lsoa_crimes", "city_months")
FEWEST_MONTHS = 2


@dataclass(frozen=True)
class History:
    """All months of a crime type."""

    # Crimes, a row per LSOA code and a column per month (its first day), in order; NaN is not reported.
    months: pd.DataFrame
    line: MonthLine  # the city's crimes per day with its breaks, the same months
    provisional: frozenset[dt.date]  # first days of months that are still revised
    note: str  # a sentence on which months are provisional; may be empty

    @property
    def first(self) -> dt.date:
        return pd.Timestamp(self.months.columns[0]).date()

    @property
    def last(self) -> dt.date:
        return pd.Timestamp(self.months.columns[-1]).date()


def read_history(settings: Settings, crime: CrimeType) -> History | None:
    """Read the months of a crime type; None if fewer than two are reported by area.

    Months that no file covers are columns of NaN, so that gaps are visible.
    """
    chosen = {"crime_type": crime.crime_type}
    rows = read_mart(settings.database, "lsoa_crimes", chosen, columns=["lsoa_code", "month", "crimes"])
    rows = rows.assign(month=pd.to_datetime(rows["month"])).dropna(subset="crimes")
    if rows["month"].nunique() < FEWEST_MONTHS:
        return None
    grid = pd.date_range(rows["month"].min(), rows["month"].max(), freq="MS")
    months = rows.pivot(index="lsoa_code", columns="month", values="crimes").astype(float).reindex(columns=grid)
    city = read_mart(settings.database, "city_months", chosen)
    city = city.set_index(pd.to_datetime(city["month"])).reindex(grid)
    notes = read_notes(settings, crime.crime_type)
    first, last = grid[0].date(), grid[-1].date()
    crossed = notes.find_breaks(crime.crime_type, first, last)
    marks = tuple(zip(crossed["starts_on"], crossed["title"], strict=True))
    return History(
        months=months,
        line=MonthLine(city["crimes_per_day"].astype(float), marks),
        provisional=notes.provisional,
        note=notes.say_provisional(first, last),
    )


def read_borough_months(settings: Settings, crime: CrimeType) -> pd.DataFrame:
    """Return crimes of completely known boroughs: a row per borough code and a column per month."""
    columns = ["borough_code", "month", "crimes"]
    rows = read_mart(settings.database, "borough_months", {"crime_type": crime.crime_type}, columns=columns)
    rows = rows.assign(month=pd.to_datetime(rows["month"])).dropna(subset="crimes")
    return rows.pivot(index="borough_code", columns="month", values="crimes").astype(float)
