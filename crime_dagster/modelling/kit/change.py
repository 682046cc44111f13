"""Changes on the year before: how large, and whether significant."""

import numpy as np
import pandas as pd
import scipy

from crime_dagster.modelling.kit.significance import compare_counts, is_discovery

# A percentage of fewer crimes would mislead: 1 to 3 is "+200 %".
LEAST_BEFORE = 5
# Areas with fewer crimes do not show how months vary.
LEAST_A_MONTH = 1.0


def find_change_pct(
    before: float | np.ndarray | pd.Series, after: float | np.ndarray | pd.Series, least_before: float = 0
) -> np.ndarray:
    """Return the change in per cent; NaN, never infinite, if there was nothing before or less than `least_before`."""
    old, new = np.asarray(before, float), np.asarray(after, float)
    usable = (old > 0) & (old >= least_before)
    return np.divide(100 * (new - old), old, out=np.full(old.shape, np.nan), where=usable)


def find_changes(before: pd.Series, after: pd.Series, dispersion: float = 1.0) -> pd.DataFrame:
    """Return the change of each area, and whether it is significant.

    Counts are NaN if not known; see `measure_dispersion`.

    Returns:
        On the same index: `crimes_before`, `crimes`, `change_pct` (NaN with fewer than 5 before), `change_p_value`,
        `is_clear_change` (false discovery rate 5 %) and `change_direction`: `up`, `down`, `same`, or `new` if there was
        none before. The last two are missing if a year is not known.
    """
    old, new = before.to_numpy(float), after.to_numpy(float)
    known = np.isfinite(old) & np.isfinite(new)
    p_values = compare_counts(old, new, dispersion)
    direction = np.select([new == old, old == 0, new > old], ["same", "new", "up"], default="down")
    return pd.DataFrame(
        {
            "crimes_before": old,
            "crimes": new,
            "change_pct": find_change_pct(old, new, LEAST_BEFORE),
            "change_p_value": p_values,
            "is_clear_change": pd.Series(is_discovery(p_values), before.index, dtype="boolean").where(known),
            "change_direction": pd.Series(direction, before.index).where(known),
        },
        index=before.index,
    )


def measure_dispersion(months: pd.DataFrame) -> float:
    """Return how much more an area's months vary than Poisson counts would: variance over mean, at least 1.

    Measured within each year of twelve months, around the area's own mean and the citywide seasonal course, so that a
    change between years does not count as noise. It is the median over areas, because one carnival a year would decide
    a mean. Something that lasts for months and then ends is not included. `months` has one row per area, one column per
    month in order, of which the latest whole years count; with fewer than twelve the result is 1.

    Source: Pearson's statistic over its degrees of freedom, McCullagh and Nelder (1989), Generalized linear models,
    4.5.
    """
    counts = months.to_numpy(float)
    starts = range(counts.shape[1] - 12, -1, -12)
    found = np.concatenate([np.empty(0), *(_find_year_dispersion(counts[:, start : start + 12]) for start in starts)])
    # The median of chi-square is a little below its mean, with which variance over mean is compared.
    typical = np.median(found) / (scipy.stats.chi2.ppf(0.5, 11) / 11) if len(found) else 1.0
    return float(max(1.0, typical))


def _find_year_dispersion(year: np.ndarray) -> np.ndarray:
    """Return Pearson's statistic over its degrees of freedom, of the areas with enough crimes in these months."""
    year = year[np.isfinite(year).all(axis=1)]
    course = year.sum(axis=0) / max(year.sum(), 1e-9)
    busy = year[year.sum(axis=1) >= 12 * LEAST_A_MONTH]
    expected = np.outer(busy.sum(axis=1), course)
    gaps = np.divide((busy - expected) ** 2, expected, out=np.zeros_like(expected), where=expected > 0)
    return gaps.sum(axis=1) / 11
