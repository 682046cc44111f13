"""The bands of the explorer: one scale per crime type, measure and period length, the same for every month."""

from typing import Any

import numpy as np
import numpy.typing as npt

from crime_dagster.drawing.kit import classes, theme
from crime_dagster.drawing.kit.differences import choose_diverging, find_steps, name_differences

Numbers = npt.NDArray[np.float64]
YEAR_OF_MONTHS = 12


def build_scales(year: Numbers, before: Numbers, months: Numbers, residents: Numbers, km2: Numbers) -> dict[str, Any]:
    """Find the bands of one crime type: measure -> `year` and `month`, each with `breaks`, `names`, `light`, `dark`.

    Inputs are crimes per area in the latest year and the year before, areas x months; NaN is not reported. A measure
    without values has no bands.
    """
    change = (
        months[:, YEAR_OF_MONTHS:] - months[:, :-YEAR_OF_MONTHS] if months.shape[1] > YEAR_OF_MONTHS else months[:, :0]
    )
    per_resident, per_km2 = _invert(residents / 1000)[:, None], _invert(km2)[:, None]
    return {
        "count": {"year": _band(year), "month": _band(months)},
        "per_1000": {"year": _band_rates(year * per_resident[:, 0]), "month": _band_rates(months * per_resident)},
        "per_km2": {"year": _band_rates(year * per_km2[:, 0]), "month": _band_rates(months * per_km2)},
        "change": {"year": _band_changes(year - before), "month": _band_changes(change)},
    }


def _invert(numbers: Numbers) -> Numbers:
    return np.divide(1.0, numbers, out=np.full(numbers.shape, np.nan), where=np.isfinite(numbers) & (numbers > 0))


def _band(values: Numbers, *, whole: bool = True) -> dict[str, Any]:
    breaks = classes.class_breaks(values, whole=whole)
    names = classes.band_labels(breaks, values)
    return {
        "breaks": breaks,
        "names": names,
        "light": list(theme.choose_sequential(len(names))) if names else [],
        "dark": list(theme.choose_sequential(len(names), dark=True)) if names else [],
    }


def _band_rates(rates: Numbers) -> dict[str, Any]:
    """Return bands like those of the maps, for rates rounded like those of the maps."""
    shown, is_whole = classes.round_rates(rates)
    return _band(shown, whole=is_whole) | {"isRounded": is_whole}


def _band_changes(values: Numbers) -> dict[str, Any]:
    if classes.gather_numbers(values).size == 0:
        return {"breaks": [], "names": [], "light": [], "dark": []}
    steps = find_steps(values)
    names = name_differences(steps)
    return {
        "breaks": [*(1 - step for step in reversed(steps)), *steps],
        "names": names,
        "light": list(choose_diverging(len(names))),
        "dark": list(choose_diverging(len(names), dark=True)),
    }
