"""How far places are from what is expected of them, with limits that grow as places get smaller."""

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
    """Places compared with what is expected of them.

    Args:
        places: Indexed as given: recorded, expected (crimes), ratio, z; z counts standard deviations with
            over-dispersion, on the scale of logs.
        dispersion: Variance over that of Poisson counts, at least 1.
    """

    places: pd.DataFrame
    dispersion: float

    def limit(self, expected: npt.NDArray[np.float64], quantile: float) -> npt.NDArray[np.float64]:
        """See `find_limit`."""
        return find_limit(expected, self.dispersion, quantile)


def find_limit(expected: npt.NDArray[np.float64], dispersion: float, quantile: float) -> npt.NDArray[np.float64]:
    """Upper limit of recorded over expected; the lower one is its reciprocal."""
    return np.exp(quantile * np.sqrt(dispersion / expected))


def find_funnel(recorded: pd.Series, expected: pd.Series) -> Funnel | None:
    """Compare places with what is expected of them.

    Args:
        recorded: Crimes per place.
        expected: Expected crimes per place, likewise.

    Returns:
        None where fewer than five places have both, each above 0.

    Source:
        Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24:
        multiplicative over-dispersion from z-scores of which the outer tenths are drawn in.
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
