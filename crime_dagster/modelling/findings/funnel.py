"""Funnel plot: recorded over expected crime by place, with limits that widen for smaller places."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FEWEST_PLACES = 5
_WINSORISED = 0.1
# Normal quantiles of the limits: one place in twenty and one in five hundred is outside by chance.
LIMITS = {"95%": 1.959964, "99.8%": 3.090232}


@dataclass(frozen=True)
class Funnel:
    """Places compared with their expected crime."""

    # Recorded, expected (crimes), ratio, z; z is in standard deviations including over-dispersion, on the log scale.
    places: pd.DataFrame
    dispersion: float  # variance over that of Poisson counts, at least 1

    def limit(self, expected: npt.NDArray[np.float64], quantile: float) -> npt.NDArray[np.float64]:
        """See `find_limit`."""
        return find_limit(expected, self.dispersion, quantile)


def find_limit(expected: npt.NDArray[np.float64], dispersion: float, quantile: float) -> npt.NDArray[np.float64]:
    """Return the upper limit of recorded over expected; the lower one is its reciprocal."""
    return np.exp(quantile * np.sqrt(dispersion / expected))


def find_funnel(recorded: pd.Series, expected: pd.Series) -> Funnel | None:
    """Compare recorded with expected crime per place; None if fewer than five places have both above 0.

    Source:
        Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24:
        multiplicative over-dispersion from z-scores, with the outer tenths winsorised.
    """
    both = pd.DataFrame({"recorded": recorded, "expected": expected}).replace([np.inf, -np.inf], np.nan).dropna()
    both = both[(both["recorded"] > 0) & (both["expected"] > 0)].astype(float)
    if len(both) < FEWEST_PLACES:
        return None
    ratio = both["recorded"] / both["expected"]
    plain = np.log(ratio) * np.sqrt(both["expected"])
    drawn_in = plain.clip(*plain.quantile([_WINSORISED, 1 - _WINSORISED]))
    dispersion = max(1.0, float((drawn_in**2).mean()))
    return Funnel(both.assign(ratio=ratio, z=plain / np.sqrt(dispersion)), dispersion)
