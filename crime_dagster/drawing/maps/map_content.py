"""What a map page is about: its figures in the order of the shapes, its layers and their keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.drawing.kit import classes, theme
from crime_dagster.drawing.kit.geometry import Areas

Numbers = npt.NDArray[np.float64]

Values = Mapping[str, Numbers]
# Of `marts.area_findings`, with findings as numbers (`map_findings.code_findings`), by name in the page's script: the
# column, and significant figures; None prints counts in full. Only `recorded` is required; a layer whose column is
# missing is disabled with a reason.
SERIES: dict[str, tuple[str, int | None]] = {
    "recorded": ("recorded", None),
    "before": ("recorded_before", None),
    "perKm2": ("crimes_per_km2", None),
    "per1000": ("crimes_per_1000", None),
    "predicted": ("predicted", 3),
    "lower": ("lower_90", 3),
    "upper": ("upper_90", 3),
    "difference": ("residual", None),
    "forecast": ("forecast", 3),
    "forecastLower": ("forecast_lower_90", 3),
    "forecastUpper": ("forecast_upper_90", 3),
    "change": ("clear_change", None),
    "hotspot": ("hotspot", None),
    "rankLower": ("rank_lower_90", None),
    "rankUpper": ("rank_upper_90", None),
    "rank": ("rank", None),
    "boroughRank": ("rank_in_borough", None),
}


def align_values(areas: Areas, values: pd.DataFrame) -> Values:
    """Return one number per area by column, in the order of `Areas.areas`; NaN if not known.

    `values` is `Year.values` with the columns of `map_findings.code_findings`: all but `lsoa_code` and `recorded` are
    optional. Refuses codes of which none has a shape.
    """
    by_code = values.set_index("lsoa_code")
    if not by_code.index.isin(areas.codes).any():
        raise InputError(
            column="lsoa_code",
            found=f"none of {len(by_code)} codes has a shape",
            expected="codes of the areas that are drawn",
            remedy="check that values and boundaries are of one vintage and one city",
        )
    return {name: _align_column(areas, by_code, name) for name, _ in SERIES.values()}


def find_highest(values: Numbers, number: int) -> list[int]:
    """Return indices of the highest values, highest first; ties in shape order, without unknown ones."""
    order = np.argsort(-values, kind="stable")
    return [int(position) for position in order if np.isfinite(values[position])][:number]


def _align_column(areas: Areas, by_code: pd.DataFrame, name: str) -> Numbers:
    if name not in by_code.columns:
        return np.full(len(areas.codes), np.nan)
    aligned = areas.align(pd.to_numeric(by_code[name]))
    return np.where(np.isfinite(aligned), aligned, np.nan)


@dataclass(frozen=True)
class Band:
    """A row of the key."""

    name: str  # meaning of the colour, in counts
    areas: int  # number of areas
    bar_pct: float  # length of its bar, in per cent of the longest
    light: str  # colour on a light page
    dark: str  # colour on a dark page


@dataclass(frozen=True)
class Layer:
    """A choice under "Show"."""

    name: str
    label: str
    title: str  # what is shown, as a sentence without a full stop
    subtitle: str
    key_title: str
    note: str  # a caution; may be empty
    values: Numbers  # one number per area
    band_of_area: list[int]  # band per area, -1 for no data
    bands: list[Band]  # the key, lowest first
    is_predicted: bool = False  # whether the values are from a model
    why_off: str = ""  # why the layer is disabled; empty if it is not
    marks: tuple[str, ...] = ()  # a letter per band, for categorical layers; areas of a band with a letter are outlined


def count_bands(values: Numbers, breaks: Sequence[float], *made_from: Numbers) -> list[Band]:
    """Return the key of counts, lowest first; empty if nothing is known."""
    names = classes.band_labels(breaks, *made_from)
    light, dark = (theme.choose_sequential(len(names), dark=is_dark) for is_dark in (False, True))
    return make_bands(names, classes.classify(values, breaks), light, dark)


def make_bands(
    names: Sequence[str], band_of_area: npt.NDArray[np.int64], light: Sequence[str], dark: Sequence[str]
) -> list[Band]:
    """Return the key, lowest first, from one name and colour per band; empty if no area is in one."""
    known = band_of_area[band_of_area != classes.NO_DATA]
    if not known.size:
        return []
    counts = np.bincount(known, minlength=len(names)).tolist()
    return [
        Band(name, count, round(100 * count / max(counts), 1), on_light, on_dark)
        for name, count, on_light, on_dark in zip(names, counts, light, dark, strict=True)
    ]


def find_reason(values: Numbers, reason: str) -> str:
    """Return why a layer is disabled; empty if it has a value."""
    return "" if np.isfinite(values).any() else reason
