"""Prediction intervals: split-conformal, for counts."""

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.borough_effects import find_borough_sd, move_ends

# Shares of areas that the published intervals should cover.
LEVELS = (0.8, 0.9)
ENDS = [f"{end}_{100 * level:.0f}" for level in LEVELS for end in ("lower", "upper")]
BINS = 10
# Fewer residuals in a bin are too few for a tail of 5 % on each side.
AREAS_PER_BIN = 40
# In a borough with fewer areas the share inside varies too much by chance.
AREAS_PER_BOROUGH = 50


def find_intervals(
    actual: pd.Series, predicted: pd.Series, folds: pd.Series, boroughs: pd.Series
) -> dict[str, np.ndarray]:
    """Return the ends of each area's intervals (`ENDS`) from the errors made in the other folds, in crimes.

    Errors are (actual - predicted) / sqrt(predicted + 1), so that areas of different size share them, separately for up
    to ten bins of the prediction, as errors are larger in busy areas. The errors of an area's own fold are never used
    for its interval. `predicted` is out of fold. As a model is wrong about whole boroughs, the ends are then moved, see
    `move_ends`.

    Source: Lei et al. (2018), Distribution-free predictive inference for regression, JASA 113: 1094-1111; Vovk (2015),
    Cross-conformal predictors, Annals of Mathematics and Artificial Intelligence 74: 9-28.
    """
    counts, guess, place = actual.to_numpy(float), predicted.to_numpy(float), boroughs.to_numpy()
    ends = {end: np.full(len(guess), np.nan) for end in ENDS}
    for fold in folds.unique():
        held_out = (folds == fold).to_numpy()
        known, middle = np.isfinite(counts) & ~held_out, guess[held_out]
        borough_sd = find_borough_sd(counts[known], guess[known], place[known])
        error, spread = (counts[known] - guess[known]) / np.sqrt(guess[known] + 1), np.sqrt(middle + 1)
        for level in LEVELS:
            low, high = _calibrate(guess[known], error, middle, level)
            lower, upper = move_ends(np.maximum(middle + low * spread, 0), middle + high * spread, borough_sd)
            ends[f"lower_{100 * level:.0f}"][held_out] = lower
            ends[f"upper_{100 * level:.0f}"][held_out] = upper
    return ends


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
