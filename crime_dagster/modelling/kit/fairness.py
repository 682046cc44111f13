"""Groups of areas that a model predicts too high or too low: their mean residual, with its interval."""

import math

import numpy as np
import pandas as pd
import scipy

QUINTILES = 5
# Of the intervals.
LEVEL = 0.9


def compare_groups(residuals: pd.Series, groups: pd.Series, clusters: pd.Series) -> pd.DataFrame:
    """Return the mean residual (recorded minus predicted) per group of areas.

    Errors of neighbouring areas are correlated, so the interval counts clusters of areas (such as MSOAs) and not areas.

    Returns:
        `group, areas, mean_residual, lower_90, upper_90`, sorted by group; the bounds are NaN for a group with one
        cluster.

    Source: Liang and Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73: 13-22,
    for the variance of a mean over clusters.
    """
    frame = pd.DataFrame({"residual": residuals, "group": groups, "cluster": clusters}).dropna()
    rows = [
        (str(group), len(part), *_average(part["residual"], part["cluster"]))
        for group, part in frame.groupby("group", sort=True)
    ]
    return pd.DataFrame(rows, columns=["group", "areas", "mean_residual", "lower_90", "upper_90"])


def cut_quintiles(values: pd.Series) -> pd.Series:
    """Return five groups of areas of equal size, 1 has the lowest values; ties are broken by area code."""
    known = values.dropna().sort_index().sort_values(kind="stable")
    numbers = np.arange(len(known)) * QUINTILES // max(len(known), 1) + 1
    return pd.Series(numbers, known.index, dtype=float).reindex(values.index)


def _average(residuals: pd.Series, clusters: pd.Series) -> tuple[float, float, float]:
    mean = float(residuals.mean())
    sums = (residuals - mean).groupby(clusters).sum()
    count = len(sums)
    if count < 2:
        return mean, math.nan, math.nan
    error = math.sqrt(float((sums**2).sum()) * count / (count - 1)) / len(residuals)
    room = float(scipy.stats.t.ppf((1 + LEVEL) / 2, count - 1)) * error
    return mean, mean - room, mean + room
