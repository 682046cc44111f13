"""The tables of a map page ("View as a table"), as rows ready to print."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from crime_dagster.core.facts import Row, read_number
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.maps.map_values import Values, find_highest

HIGHEST_AREAS = 20


@dataclass(frozen=True)
class AreaRow:
    """A row of the table of highest areas, ready to print."""

    name: str
    code: str
    borough: str
    recorded: str
    per_1000: str
    predicted: str


@dataclass(frozen=True)
class BoroughRow:
    """A row of the table of boroughs, ready to print."""

    code: str
    name: str
    areas: str
    recorded: str
    per_1000: str
    predicted: str


def list_highest_areas(areas: Areas, values: Values) -> list[AreaRow]:
    """Return the areas with most recorded crimes, highest first."""
    frame = areas.areas
    return [
        AreaRow(
            name=str(frame["area_name"].iloc[at]),
            code=str(frame["lsoa_code"].iloc[at]),
            borough=str(frame["borough_name"].iloc[at]),
            recorded=words.whole_number(values["recorded"][at]),
            per_1000=rate_words(values["crimes_per_1000"][at]),
            predicted=words.three_figures(values["predicted"][at]),
        )
        for at in find_highest(values["recorded"], HIGHEST_AREAS)
    ]


def list_borough_totals(
    areas: Areas, places: Mapping[str, Row], own_years: Mapping[str, Row] | None = None
) -> list[BoroughRow]:
    """Return all boroughs by name, with totals of their reported areas.

    `places` has `borough_changes` rows by code, `own_years` those of `borough_own_years`.
    """
    named = areas.boroughs.sort_values("borough_name")[["borough_code", "borough_name"]].to_numpy()
    return [
        BoroughRow(
            code=str(code),
            name=str(name),
            areas=words.whole_number(int((areas.areas["borough_code"] == code).sum())),
            recorded=_write_recorded(read_number(places.get(code, {}), "crimes"), (own_years or {}).get(code)),
            per_1000=rate_words(read_number(places.get(code, {}), "crimes_per_1000")),
            predicted=words.three_figures(read_number(places.get(code, {}), "predicted")),
        )
        for code, name in named
    ]


def rate_words(number: float | None) -> str:
    """Format a rate: whole from 10 up, one decimal below."""
    if number is None or not math.isfinite(number):
        return "not known"
    return words.whole_number(number) if abs(number) >= 10 else words.plain_number(round(number, 1))


def _write_recorded(crimes: float | None, own: Row | None) -> str:
    """Format a count; a late borough has that of its own latest year, after the period."""
    if crimes is not None or own is None:
        return words.whole_number(crimes)
    return f"{own['period_label']}: {words.whole_number(read_number(own, 'crimes'))}"
