"""The content of the explorer page, and its bands: the same for every month and page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crime_dagster.drawing.kit import classes, theme
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.maps.map_data import NO_LANDMARKS

Numbers = npt.NDArray[np.float64]
YEAR_OF_MONTHS = 12


@dataclass(frozen=True)
class ExplorerType:
    """One crime type: its latest year and its months."""

    year: Year
    # Crimes, a row per LSOA code and a column per month (first days), in order; None if there are none.
    months: pd.DataFrame | None
    # Crimes, a row per borough code and a column per month; NaN if an area is not known.
    borough_months: pd.DataFrame = field(default_factory=pd.DataFrame)

    def align(self, column: str, areas: Areas) -> Numbers:
        """Return a column of its year's figures in the order of areas; NaN is not reported."""
        return areas.align(self.year.values.set_index("lsoa_code")[column])

    def count_months(self, areas: Areas, months: pd.DatetimeIndex) -> np.ndarray:
        """Return the crimes of areas in their order, by month; NaN is not reported."""
        table = pd.DataFrame(index=areas.codes, columns=months, dtype=float) if self.months is None else self.months
        return table.reindex(index=areas.codes, columns=months).to_numpy(dtype=float)


@dataclass(frozen=True)
class Fact:
    """A fact about every area other than its crimes, indexed by LSOA code; NaN if not known."""

    label: str
    unit: str
    values: pd.Series
    vintage: str = ""  # period that it covers


@dataclass(frozen=True)
class Explorer:
    """The data of the page."""

    areas: Areas  # shapes in metres (EPSG:27700)
    types: tuple[ExplorerType, ...]  # at least one crime type
    residents: pd.Series  # people, indexed by LSOA code
    area_km2: pd.Series  # square kilometres, likewise
    facts: tuple[Fact, ...]  # listed in the panel of an area
    similar: Mapping[str, Sequence[str]]  # LSOA code -> codes of the most similar areas, nearest first; may be empty
    year_label: str  # "12 months to February 2026"
    stamp: Stamp  # place, sources, licence
    # Stations and parks, as from `map_landmarks.encode_landmarks`.
    landmarks: Mapping[str, Any] = field(default_factory=lambda: NO_LANDMARKS)
    places: str = ""  # address of the folder with the index of places; empty if there is none
    forces: Mapping[str, str] = field(default_factory=dict)  # borough code -> force that lists have it under

    @cached_property
    def calendar(self) -> pd.DatetimeIndex:
        """Every month from the first of any type to the last."""
        columns = [one.months.columns for one in self.types if one.months is not None]
        if not columns:
            return pd.DatetimeIndex([])
        return pd.date_range(min(one.min() for one in columns), max(one.max() for one in columns), freq="MS")

    @cached_property
    def scales(self) -> list[dict[str, Any]]:
        """The bands of each type, the same on every page."""
        areas = self.areas
        per = areas.align(self.residents), areas.align(self.area_km2)
        return [
            build_scales(
                one.align("recorded", areas),
                one.align("recorded_before", areas),
                one.count_months(areas, self.calendar),
                *per,
                breaks=one.year.breaks,
            )
            for one in self.types
        ]


def build_scales(
    year: Numbers,
    before: Numbers,
    months: Numbers,
    residents: Numbers,
    km2: Numbers,
    breaks: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Find the bands of one crime type: measure -> `year` and `month`, each with `breaks`, `names`, `light`, `dark`.

    Inputs are crimes per area in the latest year and the year before, areas x months; NaN is not reported. A measure
    without values has no bands.
    """
    change = (
        months[:, YEAR_OF_MONTHS:] - months[:, :-YEAR_OF_MONTHS] if months.shape[1] > YEAR_OF_MONTHS else months[:, :0]
    )
    per_resident, per_km2 = _invert(residents / 1000)[:, None], _invert(km2)[:, None]
    return {
        "count": {"year": _band(year, breaks), "month": _band(months)},
        "per_1000": {"year": _band_rates(year * per_resident[:, 0]), "month": _band_rates(months * per_resident)},
        "per_km2": {"year": _band_rates(year * per_km2[:, 0]), "month": _band_rates(months * per_km2)},
        "change": {"year": _band_changes(year - before), "month": _band_changes(change)},
    }


def _invert(numbers: Numbers) -> Numbers:
    return np.divide(1.0, numbers, out=np.full(numbers.shape, np.nan), where=np.isfinite(numbers) & (numbers > 0))


def _band(values: Numbers, limits: Sequence[float] | None = None, *, whole: bool = True) -> dict[str, Any]:
    breaks = classes.class_breaks(values, whole=whole) if limits is None else limits
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
    steps = classes.find_steps(values)
    names = classes.name_differences(steps)
    return {
        "breaks": [*(1 - step for step in reversed(steps)), *steps],
        "names": names,
        "light": list(theme.choose_diverging(len(names))),
        "dark": list(theme.choose_diverging(len(names), dark=True)),
    }
