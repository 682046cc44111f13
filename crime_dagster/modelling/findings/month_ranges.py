"""The trend of months without their season, and each month compared with its expectation from earlier months."""

import numpy as np
import pandas as pd
import scipy

YEAR = 12
# Fewer months than two years do not distinguish a season from a trend.
LEAST_FOR_TREND = 2 * YEAR
# Months that the trend is smoothed over; as many as the Henderson filter of the ONS's seasonal adjustment has.
TREND_SPAN = 13
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

    Trend and season are those of all months (robust STL, on logs). An expectation uses only earlier months: logs follow
    a level and twelve calendar month factors, both updated by each month's error. The first year sets the factors; a
    range is that of the earlier errors, on Student's distribution. Months are without a gap, by their first days.

    Returns:
        One row per month: `month`, `trend_per_day` and `adjusted_per_day` (without its season), NaN with fewer than two
        years; `expected_per_day`, `lower_95_per_day`, `upper_95_per_day` and `p_value`, two-sided, NaN if too few
        months came before. No rows if there is less than a year or a month without crime.

    Source: Cleveland et al. (1990), STL: A seasonal-trend decomposition procedure based on loess, Journal of Official
    Statistics 6: 3-73; Winters (1960), Forecasting sales by exponentially weighted moving averages, Management Science
    6: 324-342.
    """
    if len(per_day) < YEAR or not (per_day > 0).all():
        return pd.DataFrame(columns=COLUMNS)
    logs = np.log(per_day.to_numpy(float))
    level = logs[:YEAR].mean()
    season = logs[:YEAR] - level
    expected, errors = ([np.nan] * len(logs) for _ in range(2))
    for at in range(YEAR, len(logs)):
        factor = season[at % YEAR]
        expected[at], errors[at] = level + factor, logs[at] - level - factor
        level += LEVEL_WEIGHT * errors[at]
        season[at % YEAR] += (1 - LEVEL_WEIGHT) * SEASON_WEIGHT * errors[at]
    ends = [_find_end(np.array(errors[YEAR:at])) for at in range(len(logs))]
    table = pd.DataFrame({"month": per_day.index, "expected": expected, "error": errors}).join(
        pd.DataFrame(ends, columns=["spread", "freedom"])
    )
    half = scipy.stats.t.ppf((1 + COVERED) / 2, table["freedom"]) * table["spread"]
    known = table["spread"].notna()
    trend, seasonal = _find_trend(logs)
    found = pd.DataFrame(
        {
            "month": pd.to_datetime(table["month"]).dt.date,
            "trend_per_day": np.exp(trend),
            "adjusted_per_day": np.exp(logs - seasonal),
            "expected_per_day": np.exp(table["expected"]).where(known),
            "lower_95_per_day": np.exp(table["expected"] - half),
            "upper_95_per_day": np.exp(table["expected"] + half),
            "p_value": 2 * scipy.stats.t.sf((table["error"] / table["spread"]).abs(), table["freedom"]),
        }
    )
    return found[COLUMNS]


def _find_trend(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return trend and season of each month; NaN with too few months."""
    if len(logs) < LEAST_FOR_TREND:
        unknown = np.full(len(logs), np.nan)
        return unknown, unknown
    # Takes a second to import, which loading the definitions does not need.
    from statsmodels.tsa.seasonal import STL

    # Degree 0: a line through the two or three Januaries of a short record would take every one of them for the season.
    found = STL(logs, period=YEAR, trend=TREND_SPAN, seasonal_deg=0, robust=True).fit()
    return found.trend, found.seasonal


def _find_end(errors: np.ndarray) -> tuple[float, float]:
    """Return the root mean square of the earlier errors, and their number; NaN with too few."""
    if len(errors) < LEAST_ERRORS:
        return np.nan, np.nan
    return float(np.sqrt(np.mean(errors**2))), float(len(errors))
