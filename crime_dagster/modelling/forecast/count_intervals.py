"""Prediction intervals for counts: negative binomial, with the nominal level set by an earlier forecast's errors."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from crime_dagster.modelling.kit.borough_effects import find_dispersion, move_ends
from crime_dagster.modelling.kit.intervals import AREAS_PER_BIN, BINS, LEVELS

# A bin with few errors may need a level near 1, at which an interval's bounds mean nothing.
MOST_NOMINAL = 0.9995
# A count is inside only if the nominal level is above, not equal to, the one that it needs.
NUDGE = 1e-9


@dataclass(frozen=True)
class Calibration:
    """What the errors of one forecast say about those of the next."""

    drift: float  # how far areas move between two periods: dispersion beyond the uncertainty of their rate
    # Level -> nominal level of the negative binomial per bin of the prediction, smallest bin first.
    nominal: dict[float, np.ndarray]
    borough_sd: float = 0.0  # standard deviation of the logs of boroughs' levels, see `move_ends`


def calibrate(actual: np.ndarray, predicted: np.ndarray, variance: np.ndarray) -> Calibration:
    """Calibrate intervals on a forecast whose outcome is known.

    `predicted` is above 0 and scaled to the level of the counts, as a citywide shift is not an error of an area;
    `variance` is that of each area's rate, as a share of its square. In each of up to ten bins of the prediction, the
    nominal levels are those at which the share of counts inside is the level or just above.

    Source: Chernozhukov, Wüthrich and Zhu (2021), Distributional conformal prediction, PNAS 118 (48).
    """
    drift = find_dispersion(actual, predicted, variance)
    size = 1 / (variance + drift)
    share = size / (size + predicted)
    below = scipy.stats.nbinom.cdf(np.ceil(actual) - 1, size, share)
    upto = scipy.stats.nbinom.cdf(np.floor(actual), size, share)
    # The smallest nominal level whose interval, after rounding to whole crimes, covers the count.
    needed = np.maximum(np.maximum(1 - 2 * upto, 2 * below - 1), 0)
    bins = int(np.clip(len(actual) // AREAS_PER_BIN, 1, BINS))
    place = _place_in_bins(predicted, bins)
    nominal = {
        level: np.array([_find_quantile(needed[place == number], level) for number in range(bins)]) for level in LEVELS
    }
    return Calibration(drift, nominal)


def find_count_intervals(
    calibration: Calibration, predicted: pd.Series, variance: pd.Series, level_sd: float = 0.0
) -> pd.DataFrame:
    """Return the prediction intervals of a forecast: `lower_80, upper_80, lower_90, upper_90`, whole crimes.

    The bounds include the prediction itself (0.2 crimes, with 0 as the only likely count). `variance` is that of each
    area's rate, as a share of its square; `level_sd` the standard deviation of the log of the level that all areas
    share, see `move_ends`.
    """
    mean = predicted.to_numpy(float)
    size = 1 / (variance.to_numpy(float) + calibration.drift)
    share = size / (size + mean)
    ends = {}
    for level, nominal in calibration.nominal.items():
        tail = (1 - nominal[_place_in_bins(mean, len(nominal))]) / 2
        name = f"{100 * level:.0f}"
        lower, upper = scipy.stats.nbinom.ppf(tail, size, share), scipy.stats.nbinom.ppf(1 - tail, size, share)
        lower, upper = move_ends(lower, upper, calibration.borough_sd, level_sd)
        ends[f"lower_{name}"] = np.minimum(np.ceil(lower - NUDGE), mean)
        ends[f"upper_{name}"] = np.maximum(np.round(upper), mean)
    return pd.DataFrame(ends, predicted.index)


def _place_in_bins(predicted: np.ndarray, bins: int) -> np.ndarray:
    """Return bins with equal numbers of areas; equal predictions share one."""
    edges = np.quantile(predicted, np.linspace(0, 1, bins + 1)[1:-1])
    return np.searchsorted(edges, predicted, side="right")


def _find_quantile(needed: np.ndarray, level: float) -> float:
    if len(needed) == 0:
        return level
    rank = int(np.ceil((len(needed) + 1) * level))
    return min(float(np.sort(needed)[min(rank, len(needed)) - 1]) + NUDGE, MOST_NOMINAL)
