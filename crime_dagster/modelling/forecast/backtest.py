"""Back-tests: forecasts of past periods, their scores, and the prediction intervals derived from their errors."""

from dataclasses import replace

import numpy as np
import pandas as pd

from crime_dagster.modelling.forecast.count_intervals import Calibration, calibrate, find_count_intervals
from crime_dagster.modelling.forecast.origins import MODEL_METHOD, Outlook, Plan
from crime_dagster.modelling.forecast.places import calibrate_places, score_places, tabulate_places
from crime_dagster.modelling.kit.borough_effects import find_borough_sd
from crime_dagster.modelling.kit.intervals import AREAS_PER_BOROUGH, ENDS
from crime_dagster.modelling.kit.scores import score_d2, score_mae, score_predictions

SPLIT = "rolling_origin"
SCORE_COLUMNS = ["model", "split", "metric", "value", "baseline", "baseline_value"]


def pair_reported(outlook: Outlook, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Return actual and predicted of reported areas, predicted scaled to the actual sum."""
    known = outlook.actual.notna()
    actual = outlook.actual[known].to_numpy(float)
    predicted = outlook.predicted.loc[known, method].to_numpy(float)
    return actual, predicted * actual.sum() / predicted.sum()


def _find_variance(outlook: Outlook, method: str) -> pd.Series:
    """A baseline has no variance of its own: all its errors count as drift."""
    return outlook.variance if method == MODEL_METHOD else 0 * outlook.variance


def calibrate_outlooks(outlooks: list[Outlook], method: str, boroughs: pd.Series) -> Calibration | None:
    """Calibrate on past periods, corrected for the city's level in each; None without any."""
    if not outlooks:
        return None
    known = [one.actual.dropna().index for one in outlooks]
    pairs = zip(*(pair_reported(one, method) for one in outlooks), strict=True)
    actual, predicted = (np.concatenate(side) for side in pairs)
    variance = np.concatenate([_find_variance(one, method)[areas] for one, areas in zip(outlooks, known, strict=True)])
    # A borough changes by something else in each period.
    places = np.concatenate([f"{at} " + boroughs.reindex(areas).astype(str) for at, areas in enumerate(known)])
    return replace(calibrate(actual, predicted, variance), borough_sd=find_borough_sd(actual, predicted, places))


def tabulate_outlook(outlook: Outlook, method: str, learned: Calibration | None, plan: Plan) -> pd.DataFrame:
    """Return one method's rows for publication; interval bounds are NaN without a calibration."""
    predicted = outlook.predicted[method]
    table = pd.DataFrame(
        {
            "lsoa_code": predicted.index.to_numpy(str),
            "period_start": outlook.first_month.date(),
            "period_end": (outlook.first_month + pd.offsets.MonthEnd(plan.horizon)).date(),
            "actual": outlook.actual.to_numpy(float),
            "predicted": predicted.to_numpy(float),
            "published_as": method,
        }
    )
    if learned is None:
        return table.assign(**dict.fromkeys(ENDS, np.nan))
    ends = find_count_intervals(learned, predicted, _find_variance(outlook, method), outlook.level.sd)
    return table.assign(**{name: ends[name].to_numpy(float) for name in ENDS})


def score_outlooks(
    tests: list[Outlook], calibrating: list[Outlook], plan: Plan, boroughs: pd.Series, land: pd.Series | None
) -> tuple[pd.DataFrame, list[pd.DataFrame], list[pd.DataFrame]]:
    """Return one row per metric and baseline, the mean over the tests; and the model's rows of areas and of places."""
    if not tests:
        return pd.DataFrame(columns=SCORE_COLUMNS), [], []
    means, tables = {}, {}
    for method in tests[0].predicted.columns:
        learned = calibrate_outlooks(calibrating, method, boroughs)
        of_places = calibrate_places(calibrating, method, boroughs)
        areas = [tabulate_outlook(one, method, learned, plan) for one in tests]
        places = [tabulate_places(one, method, of_places, boroughs, plan.horizon) for one in tests]
        single = [
            _score_one(one, method, table, boroughs, land) | score_places(sums)
            for one, table, sums in zip(tests, areas, places, strict=True)
        ]
        means[method], tables[method] = average_scores(pd.DataFrame(single), boroughs), (areas, places)
    rows = [
        (plan.model, SPLIT, metric, value, baseline, means[baseline].get(metric, np.nan))
        for baseline in [*means][1:]
        for metric, value in means[MODEL_METHOD].items()
    ]
    return pd.DataFrame(rows, columns=SCORE_COLUMNS), *tables[MODEL_METHOD]


def average_scores(single: pd.DataFrame, boroughs: pd.Series) -> pd.Series:
    """Return the mean of the tests; the lowest borough is that over all of them, not the mean of each one's lowest."""
    means, sizes = single.mean(), boroughs.value_counts()
    large = [f"coverage_90_{code}" for code in sizes.index[sizes >= AREAS_PER_BOROUGH]]
    if "coverage_90_worst_borough" in means:
        means["coverage_90_worst_borough"] = means.reindex(large).min()
    return means


def _score_one(
    outlook: Outlook, method: str, table: pd.DataFrame, boroughs: pd.Series, land: pd.Series | None
) -> dict[str, float]:
    # The mean of the period itself is the hardest to beat: no part of the score comes from the city's level.
    mean = pd.Series(outlook.actual.mean(), outlook.actual.index)
    actual, levelled = pair_reported(outlook, method)
    return score_predictions(table, mean, land=land, boroughs=boroughs) | {
        "d2_level_corrected": score_d2(actual, levelled, np.full_like(actual, actual.mean())),
        "mae_level_corrected": score_mae(actual, levelled),
    }
