"""A year that is less noisy than one year's counts, to fit models to; scores are always against the year as it was."""

import pandas as pd

# Months before the year that are used at most, and the number of months after which one counts half as much.
MONTHS_BEFORE = 24
HALF_LIFE = 18


def steady_year(year: pd.Series, months: pd.DataFrame, first_month: pd.Timestamp) -> pd.Series:
    """The year's crimes per area, averaged with the months before it.

    The counts of one year are noisy for rare crimes, while an area's usual level changes slowly. Each earlier month is
    first brought to the year's level over the whole city, so that neither a trend nor the season is learned.

    Args:
        year: Crimes of twelve months per area, NaN if not reported.
        months: Crimes per area (rows) and month (columns, first days), as from `tabulate_months`; areas may be missing.
        first_month: First day of the year's first month; only months before it are used.

    Returns:
        Crimes of a year on the index of `year`; an area without an earlier month keeps its own figure.
    """
    earlier = [
        month for month in map(pd.Timestamp, months.columns) if 0 < _count_months(month, first_month) <= MONTHS_BEFORE
    ]
    counts = months[earlier].reindex(year.index)
    counts = counts.where(year.notna(), axis=0)
    # The level over the areas that are known in both.
    level = counts.notna().mul(year.fillna(0) / 12, axis=0).sum() / counts.sum().where(lambda total: total > 0)
    scaled = counts.mul(level, axis=1)
    weights = pd.Series([0.5 ** (_count_months(month, first_month) / HALF_LIFE) for month in earlier], counts.columns)
    known = scaled.notna().mul(weights, axis=1).sum(axis=1)
    steady = 12 * (year + scaled.mul(weights, axis=1).sum(axis=1)) / (12 + known)
    steady.name = year.name
    return steady


def _count_months(month: pd.Timestamp, later: pd.Timestamp) -> int:
    return 12 * (later.year - month.year) + later.month - month.month
