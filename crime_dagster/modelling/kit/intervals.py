"""Prediction intervals: split-conformal, for counts."""

import numpy as np
import pandas as pd

# Shares of areas that the published intervals should cover.
LEVELS = (0.8, 0.9)
ENDS = [f"{end}_{100 * level:.0f}" for level in LEVELS for end in ("lower", "upper")]
BINS = 10
# Fewer residuals in a bin are too few for a tail of 5 % on each side.
AREAS_PER_BIN = 40


def find_intervals(
    actual: pd.Series, predicted: pd.Series, folds: pd.Series, *, level: float = 0.9
) -> tuple[pd.Series, pd.Series]:
    """Return the interval of each area from the errors made in the other folds, in crimes.

    Errors are (actual - predicted) / sqrt(predicted + 1), so that areas of different size share them, separately for up
    to
    ten bins of the prediction, as errors are larger in busy areas. The errors of an area's own fold are never used for
    its
    interval.

    Args:
        actual: Counts, NaN if not known.
        predicted: Out-of-fold predictions, same index.
        folds: Number of each area's fold, same index.
        level: Share of areas that the intervals should cover.

    Source: Lei et al. (2018), Distribution-free predictive inference for regression, JASA 113: 1094-1111; Vovk (2015),
    Cross-conformal predictors, Annals of Mathematics and Artificial Intelligence 74: 9-28.
    """
    error = (actual - predicted) / np.sqrt(predicted + 1)
    lower = pd.Series(np.nan, index=predicted.index)
    upper = lower.copy()
    for fold in folds.unique():
        held_out = folds == fold
        known = actual.notna() & ~held_out
        ends = _calibrate(predicted[known].to_numpy(), error[known].to_numpy(), predicted[held_out].to_numpy(), level)
        spread = np.sqrt(predicted[held_out].to_numpy() + 1)
        lower[held_out] = np.maximum(predicted[held_out] + ends[0] * spread, 0)
        upper[held_out] = predicted[held_out] + ends[1] * spread
    return lower, upper


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
