"""The figures of a map page: counts, rates, ranks, predictions, in the order of the shapes."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.drawing.kit.geometry import Areas

Numbers = npt.NDArray[np.float64]

Values = Mapping[str, Numbers]
# Of `marts.area_findings`, with findings as numbers (`map_findings.code_findings`). Only `recorded` is required; a
# layer whose column is missing is disabled with a reason.
COLUMNS = (
    *("recorded", "recorded_before", "crimes_per_1000", "crimes_per_km2"),
    *("predicted", "lower_90", "upper_90", "residual"),
    *("forecast", "forecast_lower_90", "forecast_upper_90", "clear_change", "hotspot"),
    *("rank", "rank_lower_90", "rank_upper_90", "rank_in_borough"),
)


def align_values(areas: Areas, values: pd.DataFrame) -> Values:
    """Return one number per area by column, in the order of `Areas.areas`; NaN if not known.

    `values` is `Year.values` with the columns of `map_findings.code_findings`: all but `lsoa_code` and `recorded` are
    optional. Refuses missing columns, and codes of which none has a shape.
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
    return {name: _align_column(areas, by_code, name) for name in COLUMNS}


def find_highest(values: Numbers, number: int) -> list[int]:
    """Return indices of the highest values, highest first; ties in shape order, without unknown ones."""
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
