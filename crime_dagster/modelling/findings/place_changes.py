"""Significant changes of places, judged by how unevenly their parts have changed."""

import math

import numpy as np
import pandas as pd
import scipy

from crime_dagster.modelling.kit.significance import LEVEL, find_q_values

# Fewer parts do not show how unevenly they change.
LEAST_PARTS = 4
TESTED = ["areas_known", "crimes_before", "crimes", "dispersion", "p_value", "lower_95_pct", "upper_95_pct"]


def find_place_changes(before: pd.Series, after: pd.Series, places: pd.Series, parts: pd.Series) -> pd.DataFrame:
    """Test the change of each place against the variation between its parts.

    Crimes come in series, and police work and recording affect whole neighbourhoods: a plain Poisson test finds almost
    every change of a borough significant. Here the variance is Poisson's times a dispersion estimated within the place,
    from how its parts deviate from its overall change. By area: crimes of the year before and of the newest year, NaN
    where unknown, the place (such as its borough), and the part of it (such as its MSOA; for a city its borough).

    Returns:
        A row per place, sorted: `areas` (all its areas), `areas_known` (in both years), `crimes_before` and `crimes`
        (over those), `dispersion` (variance over Poisson's, at least 1), `p_value`, `lower_95_pct` and `upper_95_pct`
        (the change in per cent, without zero where the p-value is below 0.05), `q_value` (the lowest false discovery
        rate at which it is significant) and `is_clear` (at 5 %); from `dispersion` on they are missing where there are
        too few parts or no crime.

    Source: quasi-likelihood with Pearson's dispersion, McCullagh and Nelder (1989), Generalized linear models, 4.5 and
        9.2; given its total, a part's crimes of the newer year are binomial. The interval is the one that inverts the
        test, Wilson (1927), Journal of the American Statistical Association 22: 209-212.
    """
    frame = pd.DataFrame({"before": before, "after": after, "place": places, "part": parts})
    known = frame.dropna(subset=["before", "after"])
    found = {place: _test_place(rows) for place, rows in known.groupby("place", sort=True)}
    table = pd.DataFrame.from_dict(found, orient="index", columns=TESTED)
    areas = frame.groupby("place", sort=True).size().rename("areas")
    table = areas.to_frame().join(table)
    table["areas_known"] = table["areas_known"].fillna(0).astype(int)
    p_values = table["p_value"].to_numpy(float)
    q_values = find_q_values(p_values)
    clear = pd.Series(q_values <= LEVEL, table.index, dtype="boolean").where(np.isfinite(p_values))
    return table.assign(q_value=q_values, is_clear=clear).rename_axis("place")


def find_city_changes(before: pd.DataFrame, after: pd.DataFrame, boroughs: pd.Series) -> pd.DataFrame:
    """Test the change of the whole city per crime type against the variation between its boroughs.

    `before` and `after` have one row per area, one column per crime type. The result has a row per crime type in their
    order, as `find_place_changes`, but each type is a separate question: `is_clear` is not corrected for multiple
    tests.
    """
    whole = pd.Series("city", index=boroughs.index)
    rows = [find_place_changes(before[name], after[name], whole, boroughs) for name in after.columns]
    table = pd.concat(rows, keys=list(after.columns)).droplevel("place") if rows else pd.DataFrame()
    return table.rename_axis("crime_type")


def _test_place(rows: pd.DataFrame) -> tuple[float, ...]:
    old, new = float(rows["before"].sum()), float(rows["after"].sum())
    sums = rows.groupby("part")[["before", "after"]].sum()
    totals = sums.sum(axis=1)
    sums, totals = sums[totals > 0], totals[totals > 0]
    if len(sums) < LEAST_PARTS or old <= 0 or new <= 0:
        return (len(rows), old, new, *[math.nan] * 4)
    share = new / (old + new)
    gaps = (sums["after"] - share * totals) ** 2 / (share * (1 - share) * totals)
    freedom = len(sums) - 1
    dispersion = max(1.0, float(gaps.sum()) / freedom)
    statistic = abs(new - old) / math.sqrt(dispersion * (old + new))
    p_value = float(2 * scipy.stats.t.sf(statistic, freedom))
    return (len(rows), old, new, dispersion, p_value, *_find_interval(share, (old + new) / dispersion, freedom))


def _find_interval(share: float, crimes: float, freedom: int) -> list[float]:
    """Return the interval of the change in per cent, from that of the newer year's share of independent crimes."""
    spread = scipy.stats.t.ppf(1 - LEVEL / 2, freedom) ** 2 / crimes
    half = math.sqrt(spread * (share * (1 - share) + spread / 4))
    ends = [(share + spread / 2 + side * half) / (1 + spread) for side in (-1, 1)]
    return [100 * (end / (1 - end) - 1) for end in ends]
