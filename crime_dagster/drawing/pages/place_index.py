"""Search data: an index of names and a file of postcodes per outward code, as scripts beside the pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.dictionary import Column
from crime_dagster.core.facts import Marts
from crime_dagster.drawing.kit.navigation import PLACES_FOLDER
from crime_dagster.drawing.kit.rendering import embed_json

INDEX, POSTCODES = f"{PLACES_FOLDER}/index.js", f"{PLACES_FOLDER}/postcodes"


@dataclass(frozen=True)
class Places:
    """The data of the index of places and of the page about neighbourhoods."""

    name: str  # of the city
    # Boroughs with `slug`, the name of its page, empty if there is none; landmarks only stations; the months (as
    # YYYY-MM) and areas of the first crime type, the months with figures.
    marts: Marts
    types: Sequence[CrimeType]
    period_label: str
    traits: Sequence[Column]
    maps: Mapping[str, str]  # crime type -> address of its map
    explorer: str = ""  # address of the explorer; empty if there is none


def list_live(places: Places) -> list[tuple[str, str, str]]:
    """Return live postcodes: outward code, postcode and small area, in order."""
    postcodes = places.marts["postcodes"]
    rows = postcodes[postcodes["is_live"].astype(bool)]
    return sorted(list_tuples(rows, "outward_code", "postcode", "lsoa_code"))


def write_index(places: Places) -> str:
    """Return the index as a script that calls `searchPlaces`: a page opened as a file can load scripts, not data."""
    boroughs = {code: at for at, code in enumerate(places.marts["boroughs"]["borough_code"])}
    numbers = {code: at for at, code in enumerate(places.marts["neighbourhoods"]["msoa_code"])}
    areas: dict[str, list[list[str]]] = {code: [] for code in numbers}
    wards: dict[str, tuple[str, int, list[int]]] = {}
    ordered = (
        places.marts["lsoas"]
        .assign(at=places.marts["lsoas"]["msoa_code"].map(numbers))
        .sort_values(["at", "lsoa_code"])
    )
    for place, row in enumerate(ordered.to_dict("records")):
        tail = row["area_name"].removeprefix(f"{row['neighbourhood']} ")
        areas[row["msoa_code"]].append([tail, row["lsoa_code"]])
        if isinstance(row["ward_code"], str):
            # Its areas by their place among all of them, which is shorter than their codes.
            wards.setdefault(row["ward_code"], (row["ward_name"], boroughs[row["borough_code"]], []))[2].append(place)
    homes = dict(list_tuples(places.marts["lsoas"], "lsoa_code", "msoa_code"))
    stations = [
        [row["landmark_name"], numbers[homes[row["lsoa_code"]]]] for row in places.marts["landmarks"].to_dict("records")
    ]
    content = {
        "place": places.name,
        "boroughs": [
            list(row) for row in list_tuples(places.marts["boroughs"], "borough_name", "borough_code", "slug")
        ],
        "neighbourhoods": [
            [name, code, boroughs[borough], areas[code]]
            for name, code, borough in list_tuples(
                places.marts["neighbourhoods"], "neighbourhood", "msoa_code", "borough_code"
            )
        ],
        "wards": [[name, code, borough, own] for code, (name, borough, own) in sorted(wards.items())],
        "stations": sorted(stations),
        "postcodes": sorted({outward for outward, _, _ in list_live(places)}),
    }
    return f"searchPlaces({embed_json(content)});\n"


def write_postcodes(places: Places) -> Mapping[str, str]:
    """Return a script per outward code: the inward codes of its live postcodes, by small area."""
    return {
        outward: f"searchPostcodes({embed_json(outward)},{embed_json(_join_ends(list(rows)))});\n"
        for outward, rows in groupby(list_live(places), key=lambda row: row[0])
    }


def _join_ends(rows: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    ends: dict[str, str] = {}
    for _, postcode, area in rows:
        ends[area] = ends.get(area, "") + postcode[-3:]
    return ends


def list_tuples(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns of each row, None for NULL."""
    rows = table[list(columns)]
    return [*rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None)]
