"""The distribution of crime over areas: each area's own months, shrunk towards the usual level of similar areas."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.borough_effects import find_dispersion


@dataclass(frozen=True)
class Pattern:
    """Crimes per area in a month of usual level, and the variance of that rate as a share of its square."""

    rate: pd.Series
    variance: pd.Series


@dataclass(frozen=True)
class Evidence:
    """What months say about areas, before recent months get more weight."""

    counts: np.ndarray  # areas x months, 0 if not reported
    reported: np.ndarray  # which of them were reported
    season: np.ndarray  # citywide level per month; 1 is a usual month, 0 a month without any count
    expected: np.ndarray  # crimes per area in a usual month by the prior alone
    dispersion: float  # variance of the areas' rates around the prior, as a share of its square
    areas: pd.Index

    def shrink(self, half_life: float) -> Pattern:
        """Shrink rates by gamma-Poisson empirical Bayes, `(sum w y + 1 / phi) / (sum w s + 1 / (phi mu))`.

        The weight w of a month halves with each half-life (in months), s is its city level, mu the prior, phi the
        dispersion; months in which an area was not reported do not count.

        Source: Clayton and Kaldor (1987), Empirical Bayes estimates of age-standardized relative risks, Biometrics 43:
        671-681; discounted counts as in West and Harrison (1997), Bayesian forecasting and dynamic models, 10.8.
        """
        weights = 0.5 ** (np.arange(self.counts.shape[1])[::-1] / half_life)
        shape = self.counts @ weights + 1 / self.dispersion
        rate = shape / (self.reported @ (weights * self.season) + 1 / (self.dispersion * self.expected))
        return Pattern(pd.Series(rate, self.areas), pd.Series(1 / shape, self.areas))


def gather_evidence(counts: pd.DataFrame, levels: pd.Series, prior: pd.Series) -> Evidence:
    """Put months, city and prior on one scale.

    `counts` are areas x months, as from `tabulate_months`; `levels` the city's crimes per month, as from `find_levels`;
    `prior` is the usual level of a similar area, in any unit, above 0.
    """
    season = (levels / levels.mean()).fillna(0).to_numpy(float)
    reported = counts.notna().to_numpy(float)
    values = counts.fillna(0).to_numpy(float)
    seen, months = values.sum(axis=1), reported @ season
    expected = prior.reindex(counts.index).to_numpy(float)
    expected = expected * seen.sum() / (expected * months).sum()
    return Evidence(values, reported, season, expected, find_dispersion(seen, expected * months), counts.index)
