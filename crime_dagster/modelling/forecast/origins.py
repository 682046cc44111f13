"""Rolling origins, and the forecast from each by the model and by its baselines."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.modelling.forecast.months import (
    CityLevel,
    find_levels,
    forecast_month_level,
    forecast_year_level,
    sum_period,
)
from crime_dagster.modelling.forecast.pattern import gather_evidence
from crime_dagster.modelling.kit.scores import find_deviance

# Half a year shows where crime is; less is mostly noise.
FEWEST_MONTHS = 6
YEAR = 12
MONTH_ORIGINS = 6
MODEL_METHOD = "empirical_bayes"
BASELINE_FLOOR = 0.5
EWMA_WEIGHT = 0.15
LEAST = 1e-3
# Number of months -> the usual level of each area, fitted to no later month.
Priors = dict[int, pd.Series]


@dataclass(frozen=True)
class Plan:
    """Which forecasts are made of one series of months; an origin is the number of months before it."""

    model: str
    horizon: int  # number of months that are forecast as one sum
    half_lives: tuple[int, ...]  # half-lives of a month's weight; the best in the calibration is used
    calibration: tuple[int, ...]  # origins whose errors set the intervals of the tests
    tests: tuple[int, ...]  # origins that are scored
    future: int  # the origin after the latest month
    prior_stops: dict[int, int]  # origin -> months that its prior may use


def plan_year(months: int) -> Plan:
    """The next twelve months as one sum; tested on the latest twelve, calibrated on the twelve before."""
    tests, calibration = ((origin,) if origin >= FEWEST_MONTHS else () for origin in (months - YEAR, months - 2 * YEAR))
    stops = {origin: origin for origin in (*calibration, *tests, months)}
    return Plan("forecast_year", YEAR, (12,), calibration, tests, months, stops)


def plan_month(months: int) -> Plan:
    """The next month; tested on the latest six, calibrated on the six before, with a prior from a year ago."""
    first = months - 2 * MONTH_ORIGINS
    past = tuple(range(first, months)) if first >= FEWEST_MONTHS else ()
    stops = {**dict.fromkeys(past, first), months: months}
    return Plan("forecast_month", 1, (3, 6, 9, 12, 18), past[:MONTH_ORIGINS], past[MONTH_ORIGINS:], months, stops)


def list_prior_stops(months: int) -> list[int]:
    """Return every number of months for which a plan needs a prior."""
    stops = {*plan_year(months).prior_stops.values(), *plan_month(months).prior_stops.values()}
    return sorted(stops)


@dataclass(frozen=True)
class Outlook:
    """Forecasts of one period by several methods, one row per area."""

    predicted: pd.DataFrame  # crimes of the period, a column per method: the model first, then its baselines
    variance: pd.Series  # the model's uncertainty of each area's rate, as a share of its square
    level: CityLevel
    actual: pd.Series  # crimes of the period; NaN if not (yet) reported
    first_month: pd.Timestamp  # first day of the period's first month


def look_ahead(counts: pd.DataFrame, origin: int, horizon: int, prior: pd.Series, half_life: float) -> Outlook:
    """Forecast the `horizon` (12 months or 1) after an origin (the number of known months) from the months before it.

    `counts` are areas x months, as from `tabulate_months`, of which those after the origin only become `actual`;
    `prior` is the usual level of each area, fitted to months before the origin; `half_life` that of a month's weight,
    in months.
    """
    past = counts.iloc[:, :origin].dropna(how="all")
    levels = find_levels(past)
    level = forecast_year_level(levels) if horizon > 1 else forecast_month_level(levels)
    pattern = gather_evidence(past, levels, prior).shrink(half_life)
    model = (pattern.rate * level.crimes / pattern.rate.sum()).clip(lower=LEAST)
    actual = find_actual(counts, origin, horizon)
    predicted = pd.concat({MODEL_METHOD: model, **list_baselines(past, horizon)}, axis=1)
    return Outlook(
        predicted,
        pattern.variance,
        level,
        actual.reindex(past.index),
        pd.Timestamp(counts.columns[origin - 1]) + pd.offsets.MonthBegin(1),
    )


def find_actual(counts: pd.DataFrame, origin: int, horizon: int) -> pd.Series:
    """Return the crimes of the months after an origin; NaN where they are not (yet) reported."""
    after = counts.iloc[:, origin : origin + horizon]
    return sum_period(after) if after.shape[1] == horizon else pd.Series(np.nan, counts.index)


def list_losses(
    counts: pd.DataFrame, origin: int, horizon: int, prior: pd.Series, half_lives: tuple[int, ...]
) -> np.ndarray:
    """Return the Poisson deviance by half-life, corrected for the city's level; arguments as for `look_ahead`."""
    past = counts.iloc[:, :origin].dropna(how="all")
    actual = find_actual(counts, origin, horizon).reindex(past.index).dropna()
    evidence = gather_evidence(past, find_levels(past), prior)
    rates = [evidence.shrink(half_life).rate[actual.index] for half_life in half_lives]
    return np.array([find_deviance(actual.to_numpy(), (rate * actual.sum() / rate.sum()).to_numpy()) for rate in rates])


def list_baselines(past: pd.DataFrame, horizon: int) -> dict[str, pd.Series]:
    """Return baselines per area, at least 0.5 crimes: `last_year` (mean of twelve months), `all_months_mean`.

    For a month also `ewma`, the exponentially weighted mean with weight 0.15.
    """
    overall = past.mean(axis=1)
    recent = past.iloc[:, -12:].mean(axis=1).fillna(overall)
    baselines = {
        "last_year": (horizon * recent).clip(lower=BASELINE_FLOOR),
        "all_months_mean": (horizon * overall).clip(lower=BASELINE_FLOOR),
    }
    if horizon == 1:
        baselines["ewma"] = _average_exponentially(past).clip(lower=LEAST)
    return baselines


def _average_exponentially(past: pd.DataFrame) -> pd.Series:
    """Average from the first reported month; skip months that were not reported."""
    values = past.to_numpy(float)
    mean = values[:, 0].copy()
    for month in values.T[1:]:
        moved = np.where(np.isnan(mean), month, EWMA_WEIGHT * month + (1 - EWMA_WEIGHT) * mean)
        mean = np.where(np.isnan(month), mean, moved)
    return pd.Series(mean, past.index)
