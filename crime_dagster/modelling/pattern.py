"""Where in the city crime is: each area's own months, drawn towards what an area like it usually has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from crime_dagster.modelling.months import find_levels

SMALLEST, LARGEST = np.log(1e-4), np.log(10.0)


@dataclass(frozen=True)
class Pattern:
    """What is known of each area after its months were seen.

    Args:
        rate: Crimes in a month of the usual level, per area.
        variance: Variance of that rate as a share of its square: what is not known of it.
        dispersion: Variance of the areas' rates around the prior, as a share of its square.
    """

    rate: pd.Series
    variance: pd.Series
    dispersion: float


def shrink_pattern(counts: pd.DataFrame, prior: pd.Series, half_life: float) -> Pattern:
    """Gamma-Poisson empirical Bayes, newer months counting more.

    The rate is `(sum w y + 1 / phi) / (sum w s + 1 / (phi mu))` with the weight w of a month, its city level s (1 is
    the usual month), the prior mu and the dispersion phi; months in which an area was not reported count for nothing.

    Args:
        counts: Areas x months, as `tabulate_months` gives them.
        prior: What an area like this one usually has, in any unit, above 0; holds every area of the counts.
        half_life: After how many months a month counts half.

    Source: Clayton and Kaldor (1987), Empirical Bayes estimates of age-standardized relative risks, Biometrics 43:
        671-681; discounted counts as in West and Harrison (1997), Bayesian forecasting and dynamic models, 10.8.
    """
    levels = find_levels(counts)
    season = (levels / levels.mean()).fillna(0).to_numpy(float)
    weights = 0.5 ** (np.arange(counts.shape[1])[::-1] / half_life)
    reported = counts.notna().to_numpy()
    values = counts.fillna(0).to_numpy(float)
    seen = values.sum(axis=1)
    months = reported @ season
    expected = prior.reindex(counts.index).to_numpy(float)
    expected = expected * seen.sum() / (expected * months).sum()
    dispersion = find_dispersion(seen, expected * months)
    shape = values @ weights + 1 / dispersion
    rate = shape / (reported @ (weights * season) + 1 / (dispersion * expected))
    return Pattern(pd.Series(rate, counts.index), pd.Series(1 / shape, counts.index), dispersion)


def find_dispersion(counts: np.ndarray, mean: np.ndarray, known: np.ndarray | float = 0.0) -> float:
    """The dispersion under which the counts are likeliest: negative binomial, variance m + (phi + known) m².

    Likelihood and not moments: a moment of squares is decided by the few busiest areas.

    Args:
        counts: Counts, 0 or more; fractions are allowed.
        mean: Expected counts, above 0, same shape.
        known: Dispersion that is there anyway, one figure or one per count.
    """
    found = minimize_scalar(
        lambda log: -_find_likelihood(counts, mean, np.exp(log) + known),
        bounds=(SMALLEST, LARGEST),
        method="bounded",
        options={"xatol": 1e-7},
    )
    return float(np.exp(found.x))


def _find_likelihood(counts: np.ndarray, mean: np.ndarray, dispersion: np.ndarray | float) -> float:
    size = 1 / (dispersion + np.zeros_like(mean))
    terms = gammaln(counts + size) - gammaln(size) - size * np.log1p(mean / size)
    return float(np.sum(terms + np.where(counts > 0, counts, 0) * np.log(mean / (mean + size))))
