"""Spatial relations: which areas are neighbours, and how similar they are."""

import math

import numpy as np
import pandas as pd
import scipy

NEIGHBOURS = 8


def find_nearest(coordinates: pd.DataFrame, areas: pd.Index, count: int = NEIGHBOURS) -> np.ndarray | None:
    """Return row numbers of each area's nearest areas, by centre, shape (areas, k); None for a single area.

    Nearest centres rather than shared borders: every area has the same number of neighbours, a river or a park
    separates nobody, and there are no islands. `areas` are codes in the order of the row numbers, sorted, so that ties
    are broken consistently; `coordinates` have `easting` and `northing` in metres.
    """
    places = coordinates.reindex(areas)[["easting", "northing"]]
    nearest = min(count, len(places) - 1)
    if nearest < 1:
        return None
    _, found = scipy.spatial.cKDTree(places.to_numpy(float)).query(places.to_numpy(float), k=nearest + 1)
    # An area is its own nearest, but not always the first if two centres coincide.
    rows = np.arange(len(places))[:, None]
    order = np.argsort(found == rows, axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)[:, :nearest]


def find_within(coordinates: pd.DataFrame, areas: pd.Index, chosen: np.ndarray, distance: float) -> np.ndarray:
    """Return which areas have their centre within a distance, in metres, of a chosen one's, shape (areas,)."""
    places = coordinates.reindex(areas)[["easting", "northing"]].to_numpy(float)
    apart, _ = scipy.spatial.cKDTree(places[chosen]).query(places, distance_upper_bound=np.nextafter(distance, np.inf))
    return np.isfinite(apart)


def morans_i(values: np.ndarray, neighbours: np.ndarray) -> float:
    """Return how similar neighbours are: 1 is identical, about 0 is chance, below 0 is opposite; NaN if all are equal.

    `neighbours` has the row numbers of each area's k neighbours, each of which weighs 1 / k.

    Source: Moran (1950), Notes on continuous stochastic phenomena, Biometrika 37: 17-23.
    """
    apart = np.asarray(values, float) - np.mean(values)
    whole = float(apart @ apart)
    # Rounding errors of equal values would look like a pattern.
    if np.ptp(values) == 0 or whole == 0:
        return math.nan
    return float(apart @ apart[neighbours].mean(axis=1)) / whole


def score_morans_i(actual: np.ndarray, predicted: np.ndarray, neighbours: np.ndarray) -> dict[str, float]:
    """Return Moran's I of the counts and of a model's residuals, both on the square-root scale.

    On sqrt(y + 3/8) a Poisson count has the same variance whatever its size, so that a few busy areas do not dominate.

    Source: Anscombe (1948), Biometrika 35: 246-254, for the scale.
    """
    target = np.sqrt(np.asarray(actual, float) + 3 / 8)
    expected = np.sqrt(np.maximum(np.asarray(predicted, float), 0) + 3 / 8)
    return {"target_moran": morans_i(target, neighbours), "residual_moran": morans_i(target - expected, neighbours)}
