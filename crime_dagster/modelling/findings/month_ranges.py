"""Months compared with their expectation from earlier months: level, season, range, and p-value."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t as student

YEAR = 12
# Weights of the newest month in the level and in its calendar month's factor.
LEVEL_WEIGHT, SEASON_WEIGHT = 0.4, 0.3
# A range needs this many earlier errors.
LEAST_ERRORS = 6
COVERED = 0.95
COLUMNS = [
    *("month", "trend_per_day", "adjusted_per_day", "expected_per_day", "lower_95_per_day", "upper_95_per_day"),
    "p_value",
]


def find_month_ranges(per_day: pd.Series) -> pd.DataFrame:
    """Return trend, seasonal adjustment and the expected range of each month, given the past.

    Logs of crimes per day follow a level and twelve calendar month factors, both updated by each month's error: a
    month's expectation uses only earlier months. The first year sets the factors; a range is that of the earlier
    errors, on Student's distribution.

    Args:
        per_day: Crimes per day, indexed by the first days of months without a gap.

    Returns:
        One row per month: `month`, `trend_per_day` (the level after it, NaN in the first year), `adjusted_per_day`
        (without its season), `expected_per_day`, `lower_95_per_day`, `upper_95_per_day` and `p_value`, two-sided. The
        last four are NaN if too few months came before. No rows if there is less than a year or a month without crime.

    Source: Winters (1960), Forecasting sales by exponentially weighted moving averages, Management Science 6: 324-342.
    """
    if len(per_day) < YEAR or not (per_day > 0).all():
        return pd.DataFrame(columns=COLUMNS)
    logs = np.log(per_day.to_numpy(float))
    level = logs[:YEAR].mean()
    season = logs[:YEAR] - level
    trend, adjusted, expected, errors = ([np.nan] * len(logs) for _ in range(4))
    for at in range(YEAR, len(logs)):
        factor = season[at % YEAR]
        expected[at], errors[at] = level + factor, logs[at] - level - factor
        level += LEVEL_WEIGHT * errors[at]
        season[at % YEAR] += (1 - LEVEL_WEIGHT) * SEASON_WEIGHT * errors[at]
        trend[at], adjusted[at] = level, logs[at] - factor
    # The first year has no year before it: it is adjusted by the factors learned since.
    adjusted[:YEAR] = list(logs[:YEAR] - season)
    ends = [_find_end(np.array(errors[YEAR:at])) for at in range(len(logs))]
    table = pd.DataFrame({"month": per_day.index, "expected": expected, "error": errors}).join(
        pd.DataFrame(ends, columns=["spread", "freedom"])
    )
    half = student.ppf((1 + COVERED) / 2, table["freedom"]) * table["spread"]
    known = table["spread"].notna()
    found = pd.DataFrame(
        {
            "month": pd.to_datetime(table["month"]).dt.date,
            "trend_per_day": np.exp(trend),
            "adjusted_per_day": np.exp(adjusted),
            "expected_per_day": np.exp(table["expected"]).where(known),
            "lower_95_per_day": np.exp(table["expected"] - half),
            "upper_95_per_day": np.exp(table["expected"] + half),
            "p_value": 2 * student.sf((table["error"] / table["spread"]).abs(), table["freedom"]),
        }
    )
    return found[COLUMNS]


def _find_end(errors: np.ndarray) -> tuple[float, float]:
    """Return the root mean square of the earlier errors, and their number; NaN with too few."""
    if len(errors) < LEAST_ERRORS:
        return np.nan, np.nan
    return float(np.sqrt(np.mean(errors**2))), float(len(errors))
