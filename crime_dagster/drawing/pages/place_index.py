"""Search data: an index of names and a file of postcodes per outward code, as scripts beside the pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import pandas as pd

from crime_dagster.drawing.kit.navigation import PLACES_FOLDER
from crime_dagster.drawing.kit.rendering import embed_json

INDEX, POSTCODES = f"{PLACES_FOLDER}/index.js", f"{PLACES_FOLDER}/postcodes"


@dataclass(frozen=True)
class PlaceNames:
    """Names of places, from the marts."""

    place: str  # name of the city
    boroughs: pd.DataFrame  # borough_code, borough_name and `slug`, the name of its page, empty if there is none
    neighbourhoods: pd.DataFrame  # rows of `marts.neighbourhoods`
    areas: pd.DataFrame  # rows of `marts.lsoas`
    stations: pd.DataFrame = field(default_factory=pd.DataFrame)  # rows of `marts.landmarks` of stations
    postcodes: pd.DataFrame = field(default_factory=pd.DataFrame)  # rows of `marts.postcodes`

    @property
    def live(self) -> list[tuple[str, str, str]]:
        """Live postcodes: outward code, postcode and small area, in order."""
        if self.postcodes.empty:
            return []
        rows = self.postcodes[self.postcodes["is_live"]]
        return sorted(rows[["outward_code", "postcode", "lsoa_code"]].itertuples(index=False, name=None))


def write_index(names: PlaceNames) -> str:
    """Return the index as a script that calls `searchPlaces`: a page opened as a file can load scripts, not data."""
    boroughs = {code: at for at, code in enumerate(names.boroughs["borough_code"])}
    numbers = {code: at for at, code in enumerate(names.neighbourhoods["msoa_code"])}
    areas: dict[str, list[list[str]]] = {code: [] for code in numbers}
    wards: dict[str, tuple[str, int, list[int]]] = {}
    ordered = names.areas.assign(at=names.areas["msoa_code"].map(numbers)).sort_values(["at", "lsoa_code"])
    for place, row in enumerate(ordered.to_dict("records")):
        tail = row["area_name"].removeprefix(f"{row['neighbourhood']} ")
        areas[row["msoa_code"]].append([tail, row["lsoa_code"]])
        if isinstance(row["ward_code"], str):
            # Its areas by their place among all of them, which is shorter than their codes.
            wards.setdefault(row["ward_code"], (row["ward_name"], boroughs[row["borough_code"]], []))[2].append(place)
    homes = dict(names.areas[["lsoa_code", "msoa_code"]].itertuples(index=False, name=None))
    stations = [[row["landmark_name"], numbers[homes[row["lsoa_code"]]]] for row in names.stations.to_dict("records")]
    content = {
        "place": names.place,
        "boroughs": [list(row) for row in _list(names.boroughs, "borough_name", "borough_code", "slug")],
        "neighbourhoods": [
            [name, code, boroughs[borough], areas[code]]
            for name, code, borough in _list(names.neighbourhoods, "neighbourhood", "msoa_code", "borough_code")
        ],
        "wards": [[name, code, borough, places] for code, (name, borough, places) in sorted(wards.items())],
        "stations": sorted(stations),
        "postcodes": sorted({outward for outward, _, _ in names.live}),
    }
    return f"searchPlaces({embed_json(content)});\n"


def write_postcodes(names: PlaceNames) -> Mapping[str, str]:
    """Return a script per outward code: the inward codes of its live postcodes, by small area."""
    return {
        outward: f"searchPostcodes({embed_json(outward)},{embed_json(_join_ends(list(rows)))});\n"
        for outward, rows in groupby(names.live, key=lambda row: row[0])
    }


def _join_ends(rows: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    ends: dict[str, str] = {}
    for _, postcode, area in rows:
        ends[area] = ends.get(area, "") + postcode[-3:]
    return ends


def _list(table: pd.DataFrame, *columns: str) -> list[tuple[str, ...]]:
    return list(table[list(columns)].itertuples(index=False, name=None))
