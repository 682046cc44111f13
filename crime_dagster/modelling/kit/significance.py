"""Significance tests: the difference of two counts, and many tests at once."""

import numpy as np
import scipy

LEVEL = 0.05
# Sums further from the mean, in standard deviations, have no weight in double precision.
REACH = 9.0


def is_discovery(p_values: np.ndarray) -> np.ndarray:
    """Return which of many tests are significant at a false discovery rate; False for NaN (no test).

    Tests of neighbouring areas are positively dependent, because neighbours share data; the method is valid then too
    (Benjamini and Yekutieli 2001, Annals of Statistics 29: 1165-1188).

    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57: 289-300.
    """
    return np.nan_to_num(find_q_values(p_values), nan=np.inf) <= LEVEL


def find_q_values(p_values: np.ndarray) -> np.ndarray:
    """Return the lowest false discovery rate at which each test is significant; NaN for no test. See `is_discovery`."""
    found = np.full(len(p_values), np.nan)
    tested = np.isfinite(p_values)
    if tested.any():
        found[tested] = scipy.stats.false_discovery_control(p_values[tested])
    return found


def compare_counts(before: np.ndarray, after: np.ndarray, dispersion: float = 1.0) -> np.ndarray:
    """Return two-sided p-values of "both counts of the pair come from one Poisson rate" over equal periods (E-test).

    Counts of crime vary more than Poisson: one night or one offender makes several. Both counts are first divided by
    the dispersion (variance over mean of repeated counts), which divides the square of the statistic by it. The p-value
    is NaN if one of the two is not known, 1 if both are 0.

    Source: Krishnamoorthy and Thomson (2004), A more powerful test for comparing two Poisson means, Journal of
    Statistical Planning and Inference 119: 23-35. With equal periods the sum over pairs of counts is a sum over totals
    s, Poisson, of the two binomial tails in s.
    """
    pairs = np.column_stack([before, after]).astype(float) / max(dispersion, 1.0)
    found = np.full(len(pairs), np.nan)
    known = np.isfinite(pairs).all(axis=1)
    # The statistic is symmetric, and areas with the same two counts need only one test.
    unlike, place = np.unique(np.sort(pairs[known], axis=1), axis=0, return_inverse=True)
    found[known] = np.array([_compare_pair(low, high) for low, high in unlike])[place.ravel()] if known.any() else []
    return found


def _compare_pair(low: float, high: float) -> float:
    total = low + high
    if low == high:
        return 1.0
    statistic = (high - low) / np.sqrt(total)
    reach = REACH * np.sqrt(total) + 20
    # Both counts 0 has the statistic 0 and is never among the extreme ones, so sums start at 1.
    sums = np.arange(max(1, np.floor(total - reach)), np.ceil(total + reach) + 1)
    # The small number keeps the observed pair among those that are as extreme.
    smallest = np.floor((sums - statistic * np.sqrt(sums)) / 2 + 1e-7)
    possible = smallest >= 0
    weights = scipy.stats.poisson.pmf(sums[possible], total)
    tails = 2 * scipy.special.bdtr(smallest[possible], sums[possible].astype(int), 0.5)
    return float(min(1.0, weights @ tails))
