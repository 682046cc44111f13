"""Bands of recorded minus predicted: symmetric around zero, labelled with signs."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from crime_dagster.drawing.kit import classes, theme, words

Numbers = npt.NDArray[np.float64]

# Three areas in five are in the middle band, one in 33 in the outermost bands.
_QUANTILES = (0.6, 0.85, 0.97)
_PICKS = {1: (3,), 3: (1, 3, 5), 5: (0, 2, 3, 4, 6), 7: (0, 1, 2, 3, 4, 5, 6)}


def find_steps(differences: Numbers) -> list[float]:
    """Return up to three increasing limits of small, larger and largest differences, symmetric around zero.

    The middle band, three areas in five, is between minus and plus the first.
    """
    sizes = np.abs(classes.gather_numbers(differences))
    if sizes.size == 0:
        return []
    quantiles = [float(quantile) for quantile in np.quantile(sizes, _QUANTILES)]
    return sorted({max(1.0, classes.round_break(quantile)) for quantile in quantiles if quantile > 0})


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
    return classes.classify(np.rint(differences), [*(1 - step for step in reversed(steps)), *steps])


def choose_diverging(bands: int, *, dark: bool = False) -> tuple[str, ...]:
    """Return the colours of one, three, five or seven bands, fewer to more."""
    palette = theme.DIVERGING_DARK if dark else theme.DIVERGING
    return tuple(palette[pick] for pick in _PICKS[bands])


def _mirror(name: str) -> str:
    if name.endswith(" or more"):
        return name.replace("+", words.MINUS).replace("more", "less")
    return " to ".join(reversed(name.replace("+", words.MINUS).split(" to ")))
