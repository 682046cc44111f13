"""A less noisy estimate of a year's counts, for fitting; scores always use the year as recorded."""

import pandas as pd

# Number of months before the year that are used, and the half-life of a month's weight.
MONTHS_BEFORE = 24
HALF_LIFE = 18


def steady_year(year: pd.Series, months: pd.DataFrame, first_month: pd.Timestamp) -> pd.Series:
    """Return the year's crimes per area, averaged with the months before it.

    Counts of one year are noisy for rare crimes, while an area's usual level changes slowly. Each earlier month is
    first scaled to the year's citywide level, so that neither trend nor season is learned.

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
    # The level over the areas known in both.
    level = counts.notna().mul(year.fillna(0) / 12, axis=0).sum() / counts.sum().where(lambda total: total > 0)
    scaled = counts.mul(level, axis=1)
    weights = pd.Series([0.5 ** (_count_months(month, first_month) / HALF_LIFE) for month in earlier], counts.columns)
    known = scaled.notna().mul(weights, axis=1).sum(axis=1)
    steady = 12 * (year + scaled.mul(weights, axis=1).sum(axis=1)) / (12 + known)
    steady.name = year.name
    return steady


def _count_months(month: pd.Timestamp, later: pd.Timestamp) -> int:
    return 12 * (later.year - month.year) + later.month - month.month
