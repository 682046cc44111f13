"""Counts by area and month, and the city's crime in each month."""

import numpy as np
import pandas as pd

from crime_dagster.core.errors import InputError

# A month below this share of the usual one was truncated by its publisher and is not used.
LEAST_OF_USUAL = 0.5


def tabulate_months(crimes: pd.DataFrame, last_month: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return one row per area and one column per month, sorted and without gaps between months.

    `crimes` has `lsoa_code`, `month` (its first day) and `crimes`, which may be fractions (split areas) and NaN (not
    reported); months after `last_month` are left out. A count is NaN if the area was not reported, no file covers the
    month, or the month was truncated; areas that were never reported are left out.
    """
    rows = crimes.assign(month=pd.to_datetime(crimes["month"]), crimes=crimes["crimes"].astype(float))
    if last_month is not None:
        rows = rows[rows["month"] <= last_month]
    rows = rows.dropna(subset=["crimes"])
    if rows.empty:
        raise InputError(
            column="crimes",
            found="no count by month",
            expected="counts by area and month",
            remedy="add monthly files; figures by year are enough to explain, not to forecast",
        )
    counts = rows.pivot(index="lsoa_code", columns="month", values="crimes").sort_index()
    grid = pd.date_range(counts.columns.min(), counts.columns.max(), freq="MS", name="month")
    counts = counts.reindex(columns=grid)
    levels = find_levels(counts)
    counts.loc[:, levels < LEAST_OF_USUAL * levels.median()] = np.nan
    return counts.dropna(how="all")


def find_levels(counts: pd.DataFrame) -> pd.Series:
    """Return the city's crimes per month as if every area had reported; NaN for months without any count.

    Missing areas are assumed to have changed like the others.
    """
    usual = counts.mean(axis=1)
    expected = counts.notna().mul(usual, axis=0).sum()
    return counts.sum(min_count=1) / expected.where(expected > 0) * usual.sum()


def sum_period(counts: pd.DataFrame) -> pd.Series:
    """Return the crimes of all given months; NaN for an area that was not reported in one of them."""
    return counts.sum(axis=1, min_count=counts.shape[1])
