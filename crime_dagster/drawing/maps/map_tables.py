"""View as a table: what a map shows, in rows that are ready to print."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.maps.map_values import AreaValues, Numbers, find_highest

HIGHEST_AREAS = 20


@dataclass(frozen=True)
class AreaRow:
    """A row of the table of highest areas, ready to print.

    Args:
        name: Name for people.
        code: LSOA code.
        borough: Borough's name.
        recorded: Crimes.
        per_1000: Crimes per 1,000 residents.
        per_km2: Crimes per km².
        predicted: Predicted crimes.
    """

    name: str
    code: str
    borough: str
    recorded: str
    per_1000: str
    per_km2: str
    predicted: str


@dataclass(frozen=True)
class BoroughRow:
    """A row of the table of boroughs, ready to print.

    Args:
        name: Borough's name.
        areas: Number of small areas.
        recorded: Crimes.
        per_1000: Crimes per 1,000 residents.
        predicted: Predicted crimes.
    """

    name: str
    areas: str
    recorded: str
    per_1000: str
    predicted: str


def list_highest_areas(areas: Areas, values: AreaValues) -> list[AreaRow]:
    """The areas with most recorded crimes, highest first."""
    frame = areas.areas
    return [
        AreaRow(
            name=str(frame["area_name"].iloc[at]),
            code=str(frame["lsoa_code"].iloc[at]),
            borough=str(frame["borough_name"].iloc[at]),
            recorded=words.whole_number(values.recorded[at]),
            per_1000=rate_words(values.per_1000[at]),
            per_km2=rate_words(values.per_km2[at]),
            predicted=words.three_figures(values.predicted[at]),
        )
        for at in find_highest(values.recorded, HIGHEST_AREAS)
    ]


def list_borough_totals(areas: Areas, values: AreaValues) -> list[BoroughRow]:
    """All boroughs by name, with the totals of their areas that were reported."""
    rows = []
    for borough in areas.boroughs.sort_values("borough_name").itertuples():
        inside = (areas.areas["borough_code"] == borough.borough_code).to_numpy()
        # A rate holds crimes against the residents of the areas that were reported.
        reported = inside & np.isfinite(values.recorded)
        recorded, residents = add_known(values.recorded[reported]), add_known(values.residents[reported])
        rows.append(
            BoroughRow(
                name=str(borough.borough_name),
                areas=words.whole_number(int(inside.sum())),
                recorded=words.whole_number(recorded),
                per_1000=rate_words(1000 * recorded / residents if residents > 0 else math.nan),
                predicted=words.three_figures(add_known(values.predicted[inside])),
            )
        )
    return rows


def rate_words(number: float) -> str:
    """Write a rate: whole from 10 up, one decimal below."""
    if not math.isfinite(number):
        return "not known"
    return words.whole_number(number) if abs(number) >= 10 else words.plain_number(round(number, 1))


def add_known(numbers: Numbers) -> float:
    """Add what is known; NaN where nothing is, never 0."""
    known = numbers[np.isfinite(numbers)]
    return float(known.sum()) if known.size else math.nan
