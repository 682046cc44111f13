"""Prediction intervals: split-conformal, for counts."""

import numpy as np
import pandas as pd

# Shares of areas that the published intervals should cover.
LEVELS = (0.8, 0.9)
ENDS = [f"{end}_{100 * level:.0f}" for level in LEVELS for end in ("lower", "upper")]
BINS = 10
# Fewer residuals in a bin are too few for a tail of 5 % on each side.
AREAS_PER_BIN = 40
# A model is wrong about whole boroughs, which calibration over all of them cannot see for an unseen one. Ranges are
# widened, by a fifth at most, until this share of areas of each borough of the other folds would be inside.
LEAST_IN_BOROUGH = 0.87
MOST_WIDENED = 1.2
# In a borough with fewer areas the share inside varies too much by chance.
AREAS_PER_BOROUGH = 50


def find_intervals(
    actual: pd.Series, predicted: pd.Series, folds: pd.Series, *, level: float = 0.9
) -> tuple[pd.Series, pd.Series]:
    """Return the interval of each area from the errors made in the other folds, in crimes.

    Errors are (actual - predicted) / sqrt(predicted + 1), so that areas of different size share them, separately for up
    to ten bins of the prediction, as errors are larger in busy areas. The errors of an area's own fold are never used
    for its interval. `predicted` is out of fold; `level` is the share of areas that the intervals should cover.

    Source: Lei et al. (2018), Distribution-free predictive inference for regression, JASA 113: 1094-1111; Vovk (2015),
    Cross-conformal predictors, Annals of Mathematics and Artificial Intelligence 74: 9-28.
    """
    error = (actual - predicted) / np.sqrt(predicted + 1)
    lower = pd.Series(np.nan, index=predicted.index)
    upper = lower.copy()
    for fold in folds.unique():
        held_out = (folds == fold).to_numpy()
        known, middle = actual.notna().to_numpy() & ~held_out, predicted.to_numpy()[held_out]
        ends = _calibrate(predicted.to_numpy()[known], error.to_numpy()[known], middle, level)
        spread = np.sqrt(middle + 1)
        lower.loc[held_out] = np.maximum(middle + ends[0] * spread, 0)
        upper.loc[held_out] = middle + ends[1] * spread
    return lower, upper


def widen_for_boroughs(
    actual: pd.Series, predicted: pd.Series, lower: pd.Series, upper: pd.Series, folds: pd.Series, boroughs: pd.Series
) -> pd.Series:
    """Return the factor by which each area's interval is widened, so that intervals also hold within boroughs.

    It is from 1 to 1.2, the same within a fold, as needed by the boroughs of the other folds.
    """
    wanted = find_widening(actual, predicted, lower, upper, boroughs)
    own = folds[actual.notna()].groupby(boroughs).first()
    factors = {fold: wanted[own[wanted.index] != fold].max() for fold in folds.unique()}
    return folds.map(factors).astype(float).fillna(1.0).clip(1.0, MOST_WIDENED)


def find_widening(
    actual: pd.Series, predicted: pd.Series, lower: pd.Series, upper: pd.Series, boroughs: pd.Series
) -> pd.Series:
    """Return the factor by which each borough's intervals would have to be widened; small boroughs are left out."""
    error = actual - predicted
    room = (upper - predicted).where(error > 0, predicted - lower)
    needed = (error.abs() / room.where(room > 0, np.where(error == 0, 1, np.nan))).fillna(MOST_WIDENED)[actual.notna()]
    groups = needed.groupby(boroughs)
    return groups.quantile(LEAST_IN_BOROUGH, interpolation="higher")[groups.size() >= AREAS_PER_BOROUGH]


def _calibrate(predicted: np.ndarray, error: np.ndarray, wanted: np.ndarray, level: float) -> tuple:
    """Return the lower and upper quantile of the errors in the bin of each wanted prediction."""
    bins = int(np.clip(len(error) // AREAS_PER_BIN, 1, BINS))
    edges = np.quantile(predicted, np.linspace(0, 1, bins + 1)[1:-1])
    found = np.searchsorted(edges, predicted, side="right")
    parts = [error[found == number] for number in range(bins)]
    # With few distinct predictions some bins have no errors: all errors are used for those.
    parts = [part if len(part) else error for part in parts]
    ends = [(_find_tail(-part, level), _find_tail(part, level)) for part in parts]
    place = np.searchsorted(edges, wanted, side="right")
    low, high = np.array(ends).T
    return -low[place], high[place]


def _find_tail(error: np.ndarray, level: float) -> float:
    """Return the upper bound exceeded by half of the rest of the level, corrected for few errors; at least 0."""
    if len(error) == 0:
        return 0.0
    rank = int(np.ceil((len(error) + 1) * (1 + level) / 2))
    return max(0.0, float(np.sort(error)[min(rank, len(error)) - 1]))
