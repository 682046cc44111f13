"""Cautions about a period: provisional months, and days on which recording changed."""

import calendar
import datetime as dt

import pandas as pd

from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.page_content import Break, Note

ALL_TYPES = "total"


def list_words(names: list[str]) -> str:
    """Join names as in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def months_words(months: list[dt.date]) -> str:
    """Name ordered months, each year once: "December 2025, January and February 2026"."""
    names = [
        f"{month:%B}" if after is not None and after.year == month.year else words.month_words(month)
        for month, after in zip(months, [*months[1:], None], strict=True)
    ]
    return list_words(names)


def provisional_words(coverage: pd.DataFrame, force: str, first: dt.date, last: dt.date) -> str:
    """Say which months of a period are still revised: "January and February 2026 are provisional.", or nothing.

    `coverage` has a row per force and month; if the force has none, every force counts.
    """
    rows = coverage[coverage["force"] == force] if (coverage["force"] == force).any() else coverage
    months = sorted(set(pd.to_datetime(rows.loc[rows["is_provisional"].astype(bool), "month"]).dt.date))
    shown = [month for month in months if first.replace(day=1) <= month <= last]
    return f"{months_words(shown)} {'is' if len(shown) == 1 else 'are'} provisional." if shown else ""


def find_breaks(breaks: pd.DataFrame, crime_types: str | list[str], first: dt.date, last: dt.date) -> pd.DataFrame:
    """Return breaks in recording within a period, in order; one on its first day divides nothing."""
    shown = {ALL_TYPES, *([crime_types] if isinstance(crime_types, str) else crime_types)}
    starts = pd.to_datetime(breaks["starts_on"]).dt.date
    end = (pd.Timestamp(last) + pd.offsets.MonthEnd(0)).date()
    inside = (starts > first) & (starts <= end) & breaks["crime_type"].isin(shown)
    return breaks.assign(starts_on=starts)[inside].sort_values("starts_on").reset_index(drop=True)


def place_breaks(breaks: pd.DataFrame, crime_type: str, months: pd.Series) -> tuple[Break, ...]:
    """Return breaks in the recording of a series of months, in months from its first."""
    first = pd.to_datetime(months).min()
    crossed = _cross(breaks, crime_type, months)[["starts_on", "title"]].itertuples(index=False)
    return tuple(Break(place_day(day, first.date()), day, title) for day, title in crossed)


def list_notes(breaks: pd.DataFrame, crime_types: list[str], months: pd.Series) -> tuple[Note, ...]:
    """Return what changed in the recording of some crime types during some months."""
    crossed = _cross(breaks, crime_types, months)
    return tuple(Note(title, text) for title, text in crossed[["title", "words"]].to_numpy())


def _cross(breaks: pd.DataFrame, crime_types: str | list[str], months: pd.Series) -> pd.DataFrame:
    days = pd.to_datetime(months)
    return breaks.head(0) if days.empty else find_breaks(breaks, crime_types, days.min().date(), days.max().date())


def place_day(day: dt.date, first_month: dt.date) -> float:
    """Return the position of a day in a monthly series: 0 is the middle of the first month, 1 of the next."""
    months = 12 * (day.year - first_month.year) + day.month - first_month.month
    return months + (day.day - 1) / calendar.monthrange(day.year, day.month)[1] - 0.5
