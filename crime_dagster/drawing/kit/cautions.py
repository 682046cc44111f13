"""What readers must know of a period: months that are still revised, and days on which recording changed."""

from __future__ import annotations

import calendar
import datetime as dt

import pandas as pd

from crime_dagster.drawing.kit import words

ALL_TYPES = "total"


def list_words(names: list[str]) -> str:
    """Join names as a sentence does: "a", "a and b", "a, b and c"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def months_words(months: list[dt.date]) -> str:
    """Name months, a year once: "December 2025, January and February 2026".

    Args:
        months: In order; any day of each.
    """
    names = [
        f"{month:%B}" if after is not None and after.year == month.year else words.month_words(month)
        for month, after in zip(months, [*months[1:], None], strict=True)
    ]
    return list_words(names)


def provisional_words(coverage: pd.DataFrame, force: str, first: dt.date, last: dt.date) -> str:
    """Say which months of a period are still revised.

    Args:
        coverage: A row per force and month: force, month, is_provisional.
        force: The force whose figures are shown; where it has no row, every force counts.
        first: Any day of the first month that is shown.
        last: Any day of the last.

    Returns:
        "January and February 2026 are provisional.", or nothing.
    """
    rows = coverage[coverage["force"] == force] if (coverage["force"] == force).any() else coverage
    months = sorted(set(pd.to_datetime(rows.loc[rows["is_provisional"].astype(bool), "month"]).dt.date))
    shown = [month for month in months if first.replace(day=1) <= month <= last]
    if not shown:
        return ""
    return f"{months_words(shown)} {'is' if len(shown) == 1 else 'are'} provisional."


def find_breaks(breaks: pd.DataFrame, crime_type: str, first: dt.date, last: dt.date) -> pd.DataFrame:
    """Breaks in recording that a period of one crime type crosses.

    Args:
        breaks: A row per break: starts_on, crime_type (`total` where it changes all), title, words.
        crime_type: What is shown.
        first: First day of the period.
        last: Any day of its last month.

    Returns:
        Those rows in order, `starts_on` as a date. A break on the first day of the period divides nothing.
    """
    starts = pd.to_datetime(breaks["starts_on"]).dt.date
    end = (pd.Timestamp(last) + pd.offsets.MonthEnd(0)).date()
    inside = (starts > first) & (starts <= end) & breaks["crime_type"].isin({ALL_TYPES, crime_type})
    return breaks.assign(starts_on=starts)[inside].sort_values("starts_on").reset_index(drop=True)


def place_day(day: dt.date, first_month: dt.date) -> float:
    """Where a day is in a line whose points are months: 0 is the middle of the first month, 1 of the next.

    Args:
        day: The day.
        first_month: Any day of the first month of the line.
    """
    months = 12 * (day.year - first_month.year) + day.month - first_month.month
    return months + (day.day - 1) / calendar.monthrange(day.year, day.month)[1] - 0.5
