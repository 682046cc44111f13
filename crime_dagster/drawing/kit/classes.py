"""Bands of counts, and of recorded minus predicted: their limits, their labels, and the band of each area.

Actual and predicted share one set of bands, so that a colour is the same number of crimes in both.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from crime_dagster.drawing.kit import words

# Over half of the areas stay pale, and centres are still visible: the top band is the highest hundredth.
QUANTILES = (0.24, 0.56, 0.79, 0.90, 0.96, 0.99)
ROUND_STEPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5)
NO_DATA = -1
MOST_BREAKS = 6
# How bands are chosen, unless by custom limits.
QUANTILE, LOG = "quantile", "log"
Bands = str | list[float]
# Of differences: three areas in five are in the middle band, one in 33 in the outermost bands.
_DIFFERENCES = (0.6, 0.85, 0.97)
Numbers = npt.NDArray[np.float64]


def gather_numbers(*values: npt.ArrayLike | Any) -> npt.NDArray[np.float64]:
    """Return all finite numbers of one or more series as one array."""
    series = [np.asarray(one, dtype=float).ravel() for one in values]
    joined = np.concatenate(series) if series else np.empty(0)
    return joined[np.isfinite(joined)]


def round_break(quantile: float, *, whole: bool = True) -> float:
    """Round a positive number to the nearest of `ROUND_STEPS` times a power of ten.

    For counts, 7.5 becomes 8 and 12.5 becomes 12, and nothing is below 1.
    """
    exponent = math.floor(math.log10(quantile))
    steps = [step * 10.0**power for power in (exponent, exponent + 1) for step in ROUND_STEPS]
    if whole:
        steps = [float(round(step)) for step in steps if round(step) >= 1] or [1.0]
    # Removes floating-point noise such as 0.30000000000000004.
    return float(f"{min(steps, key=lambda step: (abs(step - quantile), step)):.6g}")


def class_breaks(*values: npt.ArrayLike | Any, whole: bool = True, bands: Bands = QUANTILE) -> list[float]:
    """Return the lower limits of all bands but the lowest, for all series together; integers for counts.

    At most six; fewer if they coincide or a band at either end would be empty, none if all values are equal or missing.
    Custom limits are taken as they are. On a log scale the limits grow by about the same factor, from the lowest number
    above zero.
    """
    if not isinstance(bands, str):
        return list(bands)
    numbers = gather_numbers(*values)
    if numbers.size == 0:
        return []
    low, high = float(numbers.min()), float(numbers.max())
    positive = numbers[numbers > 0]
    if bands == LOG and positive.size:
        quantiles = np.geomspace(max(float(positive.min()), 1.0 if whole else 0.0), high, MOST_BREAKS + 2)[1:-1]
    else:
        quantiles = np.quantile(numbers, QUANTILES)
    rounded = {round_break(float(quantile), whole=whole) for quantile in quantiles if quantile > 0}
    return sorted(limit for limit in rounded if low < limit <= high)


def round_rates(rates: npt.ArrayLike | Any) -> tuple[npt.NDArray[np.float64], bool]:
    """Round rates if half of them are ten or more, and say whether; lower rates are not informative as integers."""
    numbers = gather_numbers(rates)
    is_whole = bool(numbers.size and np.median(numbers) >= 10)
    every = np.asarray(rates, dtype=float)
    # Halves go up, as in the script of a page.
    return (np.floor(every + 0.5) if is_whole else every), is_whole


def classify(values: npt.ArrayLike | Any, breaks: Sequence[float]) -> npt.NDArray[np.int64]:
    """Return the band of each value: 0 for the lowest and so on, -1 for NaN or infinite."""
    numbers = np.asarray(values, dtype=float)
    bands = np.searchsorted(np.asarray(breaks, dtype=float), numbers, side="right").astype(np.int64)
    bands[~np.isfinite(numbers)] = NO_DATA
    return bands


def count_bands(breaks: Sequence[float], *values: npt.ArrayLike | Any) -> int:
    """Return the number of bands in the key: one more than the limits, or none if every value is missing."""
    return 0 if values and gather_numbers(*values).size == 0 else len(breaks) + 1


def band_counts(values: npt.ArrayLike | Any, breaks: Sequence[float]) -> list[int]:
    """Count the areas in each band, lowest first, without areas that have no data."""
    bands = classify(values, breaks)
    return [int(np.sum(bands == band)) for band in range(len(breaks) + 1)]


def band_labels(breaks: Sequence[float], *values: npt.ArrayLike | Any, short: bool = False) -> list[str]:
    """Label the bands, lowest first: "fewer than 75", "75 to 124", ..., "1,000 or more".

    `values` decide the only label if there is no limit. Short: "under 75" and "1,000+".
    """
    if count_bands(breaks, *values) == 0:
        return []
    if not breaks:
        return [_name_only_band(*values)]
    whole = all(float(limit).is_integer() for limit in breaks)
    return [
        _name_lowest(breaks[0], *values, whole=whole, short=short),
        *(_name_between(low, high, whole=whole) for low, high in itertools.pairwise(breaks)),
        f"{words.plain_number(breaks[-1])}{'+' if short else ' or more'}",
    ]


def _name_only_band(*values: npt.ArrayLike | Any) -> str:
    numbers = gather_numbers(*values)
    if numbers.size == 0:
        return "all areas"
    low, high = words.plain_number(float(numbers.min())), words.plain_number(float(numbers.max()))
    return low if low == high else f"{low} to {high}"


def _name_lowest(limit: float, *values: npt.ArrayLike | Any, whole: bool, short: bool) -> str:
    numbers = gather_numbers(*values)
    # Predictions under 1 are not 0.
    if whole and limit == 1 and not (numbers[numbers < limit] > 0).any():
        return "0"
    under = "under" if short or not whole else "fewer than"
    return f"{under} {words.plain_number(limit)}"


def _name_between(low: float, high: float, *, whole: bool) -> str:
    if not whole:
        return f"{words.plain_number(low)} to under {words.plain_number(high)}"
    if high - low == 1:
        return words.plain_number(low)
    return f"{words.plain_number(low)} to {words.plain_number(high - 1)}"


def find_steps(differences: Numbers) -> list[float]:
    """Return up to three increasing limits of small, larger and largest differences, symmetric around zero.

    The middle band, three areas in five, is between minus and plus the first.
    """
    sizes = np.abs(gather_numbers(differences))
    if sizes.size == 0:
        return []
    quantiles = [float(quantile) for quantile in np.quantile(sizes, _DIFFERENCES)]
    return sorted({max(1.0, round_break(quantile)) for quantile in quantiles if quantile > 0})


def name_differences(steps: Sequence[float]) -> list[str]:
    """Label the bands of differences, lowest first, with signs: "−100 or less", "−99 to −50", ..., "+100 or more"."""
    if not steps:
        return ["0"]
    signed = [f"{step:,.0f}" for step in steps]
    below = [f"{step - 1:,.0f}" for step in steps]
    names = [f"+{low}" if low == high else f"+{low} to +{high}" for low, high in zip(signed, below[1:], strict=False)]
    upper = [*names, f"+{signed[-1]} or more"]
    # The lower half mirrors the upper one: "+50 to +99" becomes "−99 to −50".
    lower = [_mirror(name) for name in reversed(upper)]
    middle = "0" if steps[0] == 1 else f"{words.MINUS}{below[0]} to +{below[0]}"
    return [*lower, middle, *upper]


def classify_differences(differences: Numbers, steps: Sequence[float]) -> npt.NDArray[np.int64]:
    """Return the band of each difference, lowest first; -1 if there is none.

    Differences are rounded to whole crimes first: printed values of -50 and +50 are in mirrored bands.
    """
    return classify(np.rint(differences), [*(1 - step for step in reversed(steps)), *steps])


def _mirror(name: str) -> str:
    if name.endswith(" or more"):
        return name.replace("+", words.MINUS).replace("more", "less")
    return " to ".join(reversed(name.replace("+", words.MINUS).split(" to ")))
