"""A year that is less noisy than one year's counts, to learn from; scores are always against the year as it was."""

from __future__ import annotations

import pandas as pd

# Months before the year that are used at most, and the number of months after which one counts half as much.
MONTHS_BEFORE = 24
HALF_LIFE = 18


def steady_year(year: pd.Series, months: pd.DataFrame, first_month: pd.Timestamp) -> pd.Series:
    """The year's crimes per area, averaged with the months before it.

    The counts of one year are noisy where crime is rare, while what an area usually has changes slowly. Each earlier
    month is brought to the year's level over the whole city first, so that neither a trend nor the season is learnt.

    Args:
        year: Crimes of twelve months per area, NaN where not reported.
        months: Crimes per area (rows) and month (columns, first days), as `tabulate_months` gives them; only the
            months before `first_month` are used, and areas may be missing.
        first_month: First day of the year's first month.

    Returns:
        Crimes of a year on the index of `year`; NaN where that is, and its own figure where no earlier month is known.
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
