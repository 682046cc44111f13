"""Counts by area and month, and the city's crime in each month and in months to come."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.core.errors import InputError

# A month below this share of the usual one was truncated by its publisher and is not used.
LEAST_OF_USUAL = 0.5
YEAR = 12
# Halves of a year differ by a few per cent because of the season; a larger difference is a lasting step.
STEP_TOLERANCE = 0.05
# For nine crime types of London, two years each, the last twelve months missed the next by 8 %.
YEAR_SD = 0.08
LEAST_MONTH_SD = 0.03
# Rules are weighted by their errors in this many months before.
JUDGED = 12
FEWEST_JUDGED = 3


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


@dataclass(frozen=True)
class CityLevel:
    """A forecast of the city: crimes of the period, and the relative standard deviation of its error."""

    crimes: float
    sd: float


def forecast_year_level(levels: pd.Series) -> CityLevel:
    """Forecast the next twelve months: the last twelve, adjusted for a recent step if there is one.

    `levels` are the city's crimes per month (first days, no gap in the index), NaN if not known.
    """
    daily = _find_daily(levels)
    step = 0.0
    if len(daily) >= YEAR and daily[-6:].sum() > 0:
        change = np.log(np.nanmean(daily[-6:]) / np.nanmean(daily[-YEAR:]))
        step = float(np.sign(change) * max(abs(change) - STEP_TOLERANCE, 0))
    crimes = float(YEAR * levels.iloc[-YEAR:].mean() * np.exp(step))
    return CityLevel(crimes, float(np.hypot(YEAR_SD, step)))


def forecast_month_level(levels: pd.Series) -> CityLevel:
    """Forecast the next month: several simple rules, weighted by how small their recent errors are.

    The rules are the last month, the mean of the last three, the same month a year earlier times the growth of the last
    three since, and the last month times the corresponding step a year earlier; all per day.
    """
    daily = _find_daily(levels)
    following = levels.index[-1] + pd.offsets.MonthBegin(1)
    stops = [stop for stop in range(max(len(daily) - JUDGED // 2, FEWEST_JUDGED), len(daily)) if daily[stop] > 0]
    ratios = np.array([_mix_rules(daily[:stop]) / daily[stop] for stop in stops])
    errors = np.log(ratios[ratios > 0])
    sd = float(np.sqrt(np.mean(np.square(errors)))) if len(errors) >= FEWEST_JUDGED else YEAR_SD
    crimes = float(_mix_rules(daily) * following.days_in_month)
    return CityLevel(crimes, max(sd, LEAST_MONTH_SD) if np.isfinite(sd) else YEAR_SD)


def _find_daily(levels: pd.Series) -> np.ndarray:
    return (levels / pd.DatetimeIndex(levels.index).days_in_month).to_numpy(float)


def _list_rules(daily: np.ndarray) -> dict[str, float]:
    recent = daily[-3:]
    rules = {"last": daily[-1], "recent": np.nanmean(recent) if np.isfinite(recent).any() else np.nan}
    if len(daily) >= YEAR + 3:
        before = daily[-YEAR - 3 : -YEAR]
        with np.errstate(divide="ignore", invalid="ignore"):
            rules["season"] = daily[-YEAR] * recent.sum() / before.sum()
            rules["step"] = daily[-1] * daily[-YEAR] / daily[-YEAR - 1]
    return {name: float(value) for name, value in rules.items() if np.isfinite(value) and value > 0}


def _mix_rules(daily: np.ndarray) -> float:
    """Return the geometric mean of the rules, weighted by the inverse of their recent squared errors."""
    now = _list_rules(daily)
    if not now:
        return float(np.nanmean(daily))
    errors: dict[str, list[float]] = {name: [] for name in now}
    for stop in range(max(len(daily) - JUDGED, FEWEST_JUDGED), len(daily)):
        if daily[stop] > 0:
            for name, value in _list_rules(daily[:stop]).items():
                if name in errors:
                    errors[name].append(np.log(value / daily[stop]) ** 2)
    judged = {name: 1 / (float(np.mean(one)) + 1e-4) for name, one in errors.items() if len(one) >= FEWEST_JUDGED}
    weights = judged or dict.fromkeys(now, 1.0)
    logs = sum(weight * np.log(now[name]) for name, weight in weights.items())
    return float(np.exp(logs / sum(weights.values())))
