"""A less noisy estimate of a year's counts, for fitting; scores always use the year as recorded."""

import pandas as pd

# Number of months before the year that are used, and the half-life of a month's weight.
MONTHS_BEFORE = 24
HALF_LIFE = 18
# A kind with a smaller share of the crimes is too rare to be learned.
LEAST_KIND = 0.1


def steady_year(year: pd.Series, months: pd.DataFrame, first_month: pd.Timestamp) -> pd.Series:
    """Return the year's crimes per area, averaged with the months before it.

    Counts of one year are noisy for rare crimes, while an area's usual level changes slowly. Each earlier month is
    first scaled to the year's citywide level, so that neither trend nor season is learned. An area without an earlier
    month keeps its own figure. `months` are as from `tabulate_months`; only those before the year's first are used.
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


def split_kinds(learned: pd.Series, kinds: pd.DataFrame) -> pd.DataFrame:
    """Return what a model learns of each area: all crimes of a type, and a column per kind that add up to them.

    An area's kinds are shared as in all its months; where it has none, as in the whole city. `kinds` has `lsoa_code`,
    `kind` and `crimes`, of months up to the year's last; those with less than a tenth of the crimes are left out.
    """
    counts = kinds.pivot(index="lsoa_code", columns="kind", values="crimes").reindex(learned.index).fillna(0)
    city = counts.sum()
    city = city[city >= LEAST_KIND * city.sum()]
    if len(city) < 2:
        return learned.to_frame()
    counts = counts[city.index]
    counts[counts.sum(axis=1) == 0] = city.to_numpy()
    return pd.concat([learned, counts.div(counts.sum(axis=1), axis=0).mul(learned, axis=0)], axis=1)


def _count_months(month: pd.Timestamp, later: pd.Timestamp) -> int:
    return 12 * (later.year - month.year) + later.month - month.month
