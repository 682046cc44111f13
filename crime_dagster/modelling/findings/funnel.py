"""Funnel plot: recorded over expected crime by place, with limits that widen for smaller places."""

import numpy as np
import numpy.typing as npt
import pandas as pd

FEWEST_PLACES = 5
_WINSORISED = 0.1
# Normal quantiles of the limits: one place in twenty and one in five hundred is outside by chance.
LIMITS = {"95%": 1.959964, "99.8%": 3.090232}


def find_limit(expected: npt.NDArray[np.float64], dispersion: float, quantile: float) -> npt.NDArray[np.float64]:
    """Return the upper limit of recorded over expected; the lower one is its reciprocal."""
    return np.exp(quantile * np.sqrt(dispersion / expected))


def find_funnel(recorded: pd.Series, expected: pd.Series) -> pd.DataFrame:
    """Compare recorded with expected crime per place.

    Returns:
        On the same index, missing if not both are above 0, and for all with fewer than five such places: `ratio`, `z`
        (standard deviations including over-dispersion, on the log scale), `dispersion` (variance over that of Poisson
        counts, at least 1), `limit_95` and `limit_998` (upper limits of the ratio; the lower ones are their
        reciprocals) and `is_outside` (of the wider ones).

    Source:
        Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24:
        multiplicative over-dispersion from z-scores, with the outer tenths winsorised.
    """
    both = pd.DataFrame({"recorded": recorded, "expected": expected}).replace([np.inf, -np.inf], np.nan).dropna()
    both = both[(both["recorded"] > 0) & (both["expected"] > 0)].astype(float)
    if len(both) < FEWEST_PLACES:
        nothing = dict.fromkeys(("ratio", "z", "dispersion", "limit_95", "limit_998"), np.nan)
        none = pd.array([pd.NA] * len(recorded), "boolean")
        return pd.DataFrame(nothing, recorded.index).assign(is_outside=none)
    ratio = both["recorded"] / both["expected"]
    plain = np.log(ratio) * np.sqrt(both["expected"])
    drawn_in = plain.clip(*plain.quantile([_WINSORISED, 1 - _WINSORISED]))
    dispersion = max(1.0, float((drawn_in**2).mean()))
    found = pd.DataFrame({"ratio": ratio, "z": plain / np.sqrt(dispersion), "dispersion": dispersion})
    for name, quantile in LIMITS.items():
        limit = find_limit(both["expected"].to_numpy(), dispersion, quantile)
        found[f"limit_{name.rstrip('%').replace('.', '')}"] = limit
    outside = (found["z"].abs() > LIMITS["99.8%"]).astype("boolean")
    return found.assign(is_outside=outside).reindex(recorded.index)
