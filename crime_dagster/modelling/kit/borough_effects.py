"""What the areas of a borough have in common that a prediction misses, and ranges that allow for it."""

import numpy as np
import pandas as pd
import scipy

SMALLEST, LARGEST = np.log(1e-4), np.log(10.0)
# Ranges become wider by this factor at most, on average.
MOST_WIDENED = 1.2


def find_borough_sd(actual: np.ndarray, predicted: np.ndarray, boroughs: np.ndarray) -> float:
    """Return how far levels of boroughs are from their predictions: the standard deviation of recorded over predicted.

    What the errors of single areas make of it is taken off. All have shape (areas,), none is missing, and predictions
    are above 0.

    Source: Searle, Casella and McCulloch (1992), Variance components, 3.6, by the likelihood of `find_dispersion`.
    """
    place = pd.factorize(boroughs, use_na_sentinel=False)[0]
    recorded, expected = np.bincount(place, actual), np.bincount(place, predicted)
    noise = np.bincount(place, (actual - predicted * (recorded / expected)[place]) ** 2) / expected**2
    # That of Poisson counts is part of the likelihood.
    return float(np.sqrt(find_dispersion(recorded, expected, np.maximum(noise - 1 / expected, 0))))


def move_ends(
    lower: np.ndarray, upper: np.ndarray, borough_sd: float, level_sd: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Move both ends of ranges outwards by a standard deviation of the log of their borough's level.

    The areas of a borough are wrong together, which their number does not average out: a range of areas alone holds in
    most boroughs and fails in a few. `level_sd` is that of the level that all boroughs share. What boroughs add makes
    ranges wider by a fifth at most, on average.
    """
    near, far = np.exp(level_sd), np.exp(np.hypot(level_sd, borough_sd))
    down, up = lower / near - lower / far, upper * far - upper * near
    width, added = np.nanmean(upper * near - lower / near), np.nanmean(down + up)
    share = min(1.0, (MOST_WIDENED - 1) * width / added) if added > 0 else 1.0
    return lower / near - share * down, upper * near + share * up


def find_dispersion(counts: np.ndarray, mean: np.ndarray, known: np.ndarray | float = 0.0) -> float:
    """Return the maximum likelihood dispersion phi: negative binomial, variance m + (phi + known) m².

    Moments are not used, because the few busiest areas decide a moment of squares. Counts may be fractions, means are
    above 0; `known` is dispersion from other causes.
    """
    found = scipy.optimize.minimize_scalar(
        lambda log: -_find_likelihood(counts, mean, np.exp(log) + known),
        bounds=(SMALLEST, LARGEST),
        method="bounded",
        options={"xatol": 1e-7},
    )
    return float(np.exp(found.x))


def _find_likelihood(counts: np.ndarray, mean: np.ndarray, dispersion: np.ndarray | float) -> float:
    size = 1 / (dispersion + np.zeros_like(mean))
    terms = scipy.special.gammaln(counts + size) - scipy.special.gammaln(size) - size * np.log1p(mean / size)
    return float(np.sum(terms + np.where(counts > 0, counts, 0) * np.log(mean / (mean + size))))
