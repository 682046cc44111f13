"""Forecast: crimes in each area in the next year, and in the next month.

The city's level and the pattern of areas are forecast separately: levels shift, patterns last. A period's forecast
uses only earlier months; the latest periods are forecast as if they were still to come, and scored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.core.processes import run_each
from crime_dagster.modelling.forecast.backtest import calibrate_outlooks, score_outlooks, tabulate_outlook
from crime_dagster.modelling.forecast.origins import MODEL_METHOD, YEAR, Outlook, Plan, Priors, list_losses, look_ahead
from crime_dagster.modelling.forecast.places import calibrate_places, tabulate_places

UNTRIED = "all_months_mean"
LEAST_MONTHS = {12: 12, 1: 6}


@dataclass(frozen=True)
class Forecast:
    """Forecasts of one crime type, and their back-test scores."""

    # `lsoa_code, period_start, period_end, actual, predicted, published_as`, interval bounds (NaN if no earlier
    # forecast could set them); only tests have `actual`.
    predictions: pd.DataFrame
    # The same for boroughs and the city, with `place_code, areas` and the intervals of their sums.
    places: pd.DataFrame
    scores: pd.DataFrame  # `model, split, metric, value, baseline, baseline_value`, means over the tests
    published: str  # method of the future's rows: the model, or the baseline that it does not beat
    notes: list[str] = field(default_factory=list)  # notes for readers


def forecast(
    counts: pd.DataFrame, priors: Priors, plan: Plan, *, boroughs: pd.Series, land: pd.Series | None = None
) -> Forecast:
    """Forecast the future and, as a back-test, the latest periods.

    `counts` are areas x months, as from `tabulate_months`; `priors` each area's usual level by number of months, else
    areas are shrunk to the city's mean; `plan` is of the same months; `land` is for the score `pai_10`. Refuses fewer
    than twelve months for a year, fewer than six for a month, and months without crime.
    """
    _check_months(counts, plan)
    counts = counts.sort_index()
    half_life = _choose_half_life(counts, priors, plan, plan.calibration)
    calibrating = _look(counts, priors, plan, plan.calibration, half_life)
    tests = _look(counts, priors, plan, plan.tests, half_life)
    scores, parts, places = score_outlooks(tests, calibrating, plan, boroughs, land)
    notes = [] if calibrating or scores.empty else ["too few months to set the intervals of the tests"]
    published, why = _choose_method(scores)
    later = _choose_half_life(counts, priors, plan, plan.tests)
    lately = tests if later == half_life else _look(counts, priors, plan, plan.tests, later)
    prior = _find_prior(counts, priors, plan.prior_stops[plan.future])
    future = look_ahead(counts, plan.future, plan.horizon, prior, later)
    parts.append(tabulate_outlook(future, published, calibrate_outlooks(lately, published, boroughs), plan))
    later_places = calibrate_places(lately, published, boroughs)
    # The city's forecast covers the areas of its count of the past year, so that the two can be compared.
    in_city = counts.iloc[:, -YEAR:].dropna().index
    places.append(tabulate_places(future, published, later_places, boroughs, plan.horizon, in_city))
    predictions, sums = (pd.concat(rows, ignore_index=True) for rows in (parts, places))
    return Forecast(predictions, sums, scores, published, [*why, *notes])


def forecast_many(
    counts: Mapping[str, pd.DataFrame],
    priors: Mapping[str, Priors],
    plans: Mapping[str, Plan],
    *,
    boroughs: pd.Series,
    land: pd.Series | None = None,
    jobs: int = 2,
) -> dict[str, Forecast | InputError]:
    """Forecast several crime types, see `forecast`; a type that cannot be forecast has its error."""
    tasks = {
        name: partial(_try_forecast, each, priors.get(name, {}), plans[name], boroughs, land)
        for name, each in counts.items()
    }
    return run_each(tasks, jobs)


def _try_forecast(
    counts: pd.DataFrame, priors: Priors, plan: Plan, boroughs: pd.Series, land: pd.Series | None
) -> Forecast | InputError:
    try:
        return forecast(counts, priors, plan, boroughs=boroughs, land=land)
    except InputError as error:
        return error


def _check_months(counts: pd.DataFrame, plan: Plan) -> None:
    least = LEAST_MONTHS[plan.horizon]
    reported = int(counts.notna().any().sum())
    if reported < least or not counts.sum().sum() > 0:
        raise InputError(
            column="month",
            found=f"{reported} month(s) with counts, {counts.sum().sum():g} crimes",
            expected=f"at least {least} months with crimes to forecast the next {plan.horizon}",
            remedy="add earlier releases of the monthly files",
        )


def _find_prior(counts: pd.DataFrame, priors: Priors, stop: int) -> pd.Series:
    return priors[stop] if stop in priors else pd.Series(1.0, counts.index)


def _look(
    counts: pd.DataFrame, priors: Priors, plan: Plan, origins: tuple[int, ...], half_life: float
) -> list[Outlook]:
    """Return outlooks from origins whose period was reported."""
    looks = [
        look_ahead(counts, origin, plan.horizon, _find_prior(counts, priors, plan.prior_stops[origin]), half_life)
        for origin in origins
        if counts.iloc[:, :origin].sum().sum() > 0
    ]
    return [look for look in looks if look.actual.sum() > 0]


def _choose_half_life(counts: pd.DataFrame, priors: Priors, plan: Plan, origins: tuple[int, ...]) -> float:
    """Return the half-life with the best forecasts from these origins, corrected for the city's level."""
    usable = [origin for origin in origins if counts.iloc[:, :origin].sum().sum() > 0]
    if len(plan.half_lives) == 1 or not usable:
        return plan.half_lives[len(plan.half_lives) // 2]
    losses = sum(
        list_losses(
            counts, origin, plan.horizon, _find_prior(counts, priors, plan.prior_stops[origin]), plan.half_lives
        )
        for origin in usable
    )
    return plan.half_lives[int(np.argmin(losses))]


def _choose_method(scores: pd.DataFrame) -> tuple[str, list[str]]:
    if scores.empty:
        return UNTRIED, [f"too few months to try the model on: {UNTRIED} is published, without intervals"]
    d2 = scores[scores["metric"] == "d2"].set_index("baseline")
    best = str(d2["baseline_value"].idxmax())
    ours, theirs = float(d2["value"].iloc[0]), float(d2["baseline_value"].max())
    if ours > theirs:
        return MODEL_METHOD, []
    return best, [f"the model has D² {ours:.3f}, {best} {theirs:.3f}: {best} is published"]
