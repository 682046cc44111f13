"""What is known of every area on a map page: counts, rates, ranks, predictions, in the order of the shapes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.drawing.kit.geometry import Areas

Numbers = npt.NDArray[np.float64]

# By field: the column. Only `recorded` must be there; a layer whose column is missing is switched off and says so.
VALUE_COLUMNS = {
    **{name: name for name in ("recorded", "recorded_before", "predicted", "lower_90", "upper_90")},
    **{name: name for name in ("forecast", "forecast_lower_90", "forecast_upper_90", "clear_change", "hotspot")},
    **{name: name for name in ("rank", "rank_lower_90", "rank_upper_90", "rank_in_borough")},
    "per_1000": "crimes_per_1000",
    "per_km2": "crimes_per_km2",
    "difference": "residual",
}


@dataclass(frozen=True)
class AreaValues:
    """One number per area and measure, in the order of `Areas.areas`; NaN where it is not known.

    Attributes:
        recorded: Crimes in the period.
        recorded_before: Crimes in the period before.
        per_1000: Crimes per 1,000 residents.
        per_km2: Crimes per square kilometre.
        predicted: Crimes that the model predicts.
        lower_90: Lower end of the range that holds nine in ten of such areas.
        upper_90: Upper end.
        difference: Recorded minus predicted.
        forecast: Crimes that are forecast for the period to come.
        forecast_lower_90: Lower end of the range that nine in ten areas will lie in.
        forecast_upper_90: Upper end.
        clear_change: -1 fewer than in the period before, 1 more, by more than chance makes; 0 no clear change.
        hotspot: Place in `map_findings.HOTSPOT_CLASSES`.
        rank_lower_90: Best place in the city that the count could as well have had.
        rank_upper_90: Worst place.
        rank: Place in the city, 1 = most crimes; equal counts share the better place.
        rank_in_borough: The same within the borough.
    """

    recorded: Numbers
    recorded_before: Numbers
    per_1000: Numbers
    per_km2: Numbers
    predicted: Numbers
    lower_90: Numbers
    upper_90: Numbers
    forecast: Numbers
    forecast_lower_90: Numbers
    forecast_upper_90: Numbers
    clear_change: Numbers
    hotspot: Numbers
    rank_lower_90: Numbers
    rank_upper_90: Numbers
    difference: Numbers
    rank: Numbers
    rank_in_borough: Numbers


def align_values(areas: Areas, values: pd.DataFrame) -> AreaValues:
    """Bring a table of values into the order of the shapes.

    Args:
        areas: The shapes.
        values: A row per LSOA as `Year.values`: `lsoa_code` and `recorded` (NaN = not reported), optional all else,
            with the columns of `map_findings.code_findings`.

    Raises:
        InputError: A column is missing, a code stands there twice, or no code is one of the shapes'.
    """
    _check_columns(values)
    by_code = values.set_index("lsoa_code")
    if not by_code.index.isin(areas.codes).any():
        raise InputError(
            column="lsoa_code",
            found=f"none of {len(by_code)} codes has a shape",
            expected="codes of the areas that are drawn",
            remedy="check that values and boundaries are of one vintage and one city",
        )
    return AreaValues(**{field: _align_column(areas, by_code, name) for field, name in VALUE_COLUMNS.items()})


def find_highest(values: Numbers, number: int) -> list[int]:
    """Positions of the highest values, highest first; equal ones in the order of the shapes, unknown ones never."""
    order = np.argsort(-values, kind="stable")
    return [int(position) for position in order if np.isfinite(values[position])][:number]


def _check_columns(values: pd.DataFrame) -> None:
    for name in ("lsoa_code", "recorded"):
        if name not in values.columns:
            raise InputError(
                column=name,
                found=", ".join(map(str, values.columns)) or "no columns",
                expected="columns lsoa_code and recorded",
                remedy="pass a row per area with its code and its recorded crimes",
            )


def _align_column(areas: Areas, by_code: pd.DataFrame, name: str) -> Numbers:
    if name not in by_code.columns:
        return np.full(len(areas.codes), np.nan)
    aligned = areas.align(pd.to_numeric(by_code[name]))
    return np.where(np.isfinite(aligned), aligned, np.nan)
