"""Forecasts of boroughs and of the city: sums of their areas, with the interval of the sum.

The bounds of the areas' intervals do not add up: that would assume that all areas are wrong in the same direction.
"""

import numpy as np
import pandas as pd

from crime_dagster.modelling.forecast.count_intervals import Calibration, calibrate, find_count_intervals
from crime_dagster.modelling.forecast.origins import Outlook
from crime_dagster.modelling.kit.intervals import ENDS, LEVELS
from crime_dagster.modelling.kit.scores import score_coverage, score_mae

CITY = "city"
# The only error of the whole city is that of its level, whose deviation is part of the forecast.
LEVEL_ALONE = Calibration(0.0, {level: np.array([level]) for level in LEVELS})


def sum_places(outlook: Outlook, method: str, boroughs: pd.Series, in_city: pd.Index | None = None) -> pd.DataFrame:
    """Return `areas`, `actual` and `predicted` per borough and, last, for the city.

    Both sums leave out areas that the method has no figure for, and unreported areas unless none was reported, as in
    the future. The city's sum covers the areas of `in_city`, where given.
    """
    known = outlook.actual.notna().to_numpy()
    rows = pd.DataFrame({"areas": 1, "actual": outlook.actual, "predicted": outlook.predicted[method]})
    rows = rows[rows["predicted"].notna().to_numpy() & (known | ~known.any())]
    city = rows if in_city is None or in_city.empty else rows[rows.index.isin(in_city)]
    sums = [
        part.groupby(codes).sum(min_count=1)
        for part, codes in ((rows, boroughs.reindex(rows.index).to_numpy()), (city, np.full(len(city), CITY)))
    ]
    return pd.concat(sums).rename_axis("place_code")


def calibrate_places(outlooks: list[Outlook], method: str, boroughs: pd.Series) -> Calibration | None:
    """Calibrate on the boroughs of past periods, corrected for the city's level in each; None without any.

    All uncertainty of the forecast of a borough counts as drift.
    """
    if not outlooks:
        return None
    sums = [sum_places(one, method, boroughs).drop(CITY) for one in outlooks]
    levelled = [one["predicted"] * one["actual"].sum() / one["predicted"].sum() for one in sums]
    predicted = np.concatenate(levelled)
    return calibrate(np.concatenate([one["actual"] for one in sums]), predicted, np.zeros_like(predicted))


def tabulate_places(
    outlook: Outlook,
    method: str,
    learned: Calibration | None,
    boroughs: pd.Series,
    horizon: int,
    in_city: pd.Index | None = None,
) -> pd.DataFrame:
    """Return one method's rows for publication; interval bounds are NaN without a calibration."""
    sums = sum_places(outlook, method, boroughs, in_city)
    if learned is None:
        table = sums.assign(**dict.fromkeys(ENDS, np.nan))
    else:
        city = sums.index == CITY
        parts = ((learned, sums.loc[~city, "predicted"]), (LEVEL_ALONE, sums.loc[city, "predicted"]))
        ends = [find_count_intervals(calibration, part, 0 * part + outlook.level.sd**2) for calibration, part in parts]
        table = sums.join(pd.concat(ends))
    return table.reset_index().assign(
        period_start=outlook.first_month.date(),
        period_end=(outlook.first_month + pd.offsets.MonthEnd(horizon)).date(),
        published_as=method,
    )


def score_places(places: pd.DataFrame) -> dict[str, float]:
    """Return the metrics of the sums of one tested period, by name."""
    scores = {}
    for name, rows in (("borough", places[places["place_code"] != CITY]), ("city", places.tail(1))):
        actual, predicted, lower, upper = (
            rows[column].to_numpy(float) for column in ("actual", "predicted", "lower_90", "upper_90")
        )
        scores[f"{name}_sum_mae"] = score_mae(actual, predicted)
        if np.isfinite(lower).all():
            scores[f"{name}_sum_coverage_90"] = score_coverage(actual, lower, upper)
    return scores
