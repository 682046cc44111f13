"""The data of a map page for its script, and the stations and parks of a zoomed map."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from crime_dagster.core.facts import Row, read_number
from crime_dagster.drawing.kit import classes, words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.polyline import encode_shape
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.maps.map_boroughs import length_words, list_boroughs
from crime_dagster.drawing.maps.map_content import SERIES, Layer, Numbers, Values, find_highest

# A layer shows the series of its name, but for these; the tooltip shows all of them.
_SERIES = {"per_1000": "per1000", "per_km2": "perKm2"}
# The series of a layer's 90% range.
_RANGES = {"predicted": ("lower", "upper"), "forecast": ("forecastLower", "forecastUpper")}
HIGHEST_AREAS = 20
_TOLERANCE_M = 15.0
NO_LANDMARKS: dict[str, list[list[Any]]] = {"stations": [], "parks": []}
# Why an area is hatched in a layer that is not only recorded crime.
NOT_KNOWN = {"predicted": "no prediction", "forecast": "no forecast", "hotspot": "not reported in every half-year"}


def build_page_data(
    areas: Areas,
    values: Values,
    year: Year,
    layers: Sequence[Layer],
    own_years: Mapping[str, Row] | None = None,
) -> dict[str, Any]:
    """Build the input of the page's script: shapes once, series once, layers as one mark per area; nothing is NaN.

    `values` are in the order of `areas`, which are in longitude and latitude. `own_years` are late boroughs and areas,
    by code, in their own latest year, which are in no band and no sum.
    """
    left, bottom, right, top = areas.bounds
    return {
        "place": year.place,
        "lengthWords": length_words(year),
        "outlookWords": year.outlook_label,
        "reportedAreas": int(np.isfinite(values["recorded"]).sum()),
        "bounds": [[bottom, left], [top, right]],
        "areas": encode_areas(areas),
        "boroughs": list_boroughs(areas, year, own_years),
        "ownYears": {
            code: [own_years[code]["period_label"], own_years[code]["crimes"]]
            for code in areas.codes
            if own_years and code in own_years
        },
        "places": list_places(areas),
        "borders": [encode_shape(shape) for shape in areas.boroughs.geometry],
        "outline": encode_shape(areas.outline),
        "water": encode_shape(areas.water),
        "values": {name: _plain(values[column], figures) for name, (column, figures) in SERIES.items()},
        "layers": [_describe_layer(layer, areas, year) for layer in layers],
    }


def encode_areas(areas: Areas) -> dict[str, list[Any]]:
    """Return what every map's script has of its areas, in longitude and latitude."""
    frame, boroughs = areas.areas, list(areas.boroughs["borough_code"])
    return {
        "code": frame["lsoa_code"].tolist(),
        "name": frame["area_name"].tolist(),
        "lsoaName": frame["lsoa_name"].tolist(),
        "borough": [boroughs.index(code) for code in frame["borough_code"]],
        "shape": areas.encoded,
    }


def list_highest_areas(areas: Areas, values: Values) -> list[Row]:
    """Return the areas with most recorded crimes, highest first."""
    figures = {name: values[name] for name in ("recorded", "crimes_per_1000", "predicted")}
    rows = areas.areas.drop(columns="geometry").assign(**figures)
    return rows.iloc[find_highest(values["recorded"], HIGHEST_AREAS)].to_dict("records")


def list_borough_totals(areas: Areas, places: Mapping[str, Row], own_years: Mapping[str, Row] | None) -> list[Row]:
    """Return all boroughs by name, with totals of their reported areas and, if they are late, their own latest year.

    `places` has `borough_changes` rows by code, `own_years` those of `borough_own_years`.
    """
    sizes = areas.areas["borough_code"].value_counts()
    return [
        {"code": code, "name": name, "areas": sizes.get(code, 0), "own": (own_years or {}).get(code)}
        | {figure: read_number(places.get(code, {}), figure) for figure in ("crimes", "crimes_per_1000", "predicted")}
        for code, name in areas.boroughs.sort_values("borough_name")[["borough_code", "borough_name"]].to_numpy()
    ]


def list_places(areas: Areas) -> list[dict[str, Any]]:
    """Return local names, one per MSOA, if areas have names other than their codes; at the middle of its areas."""
    frame = areas.areas
    tails = frame["lsoa_name"].str.rsplit(n=1).str[-1]
    names = pd.Series(
        [name.removesuffix(tail).rstrip(" ,") for name, tail in zip(frame["area_name"], tails, strict=True)]
    )
    middles = shapely.get_coordinates(shapely.point_on_surface(frame.geometry.to_numpy()))
    places = pd.DataFrame(
        {"msoa": frame["msoa_code"].to_numpy(), "name": names, "lon": middles[:, 0], "lat": middles[:, 1]}
    )
    is_named = (names != "") & (frame["area_name"] != frame["lsoa_name"]).to_numpy()
    grouped = places[is_named].groupby("msoa", sort=True).agg({"name": "first", "lon": "mean", "lat": "mean"})
    return [
        {"label": row.name_, "lon": round(row.lon, 5), "lat": round(row.lat, 5)}
        for row in grouped.rename(columns={"name": "name_"}).itertuples()
    ]


def _plain(numbers: Numbers, figures: int | None) -> list[float | None]:
    """Round as printed: whole from 10 up, one decimal below; predictions to three figures."""
    return [_round(float(number), figures) if math.isfinite(number) else None for number in numbers]


def _round(number: float, figures: int | None) -> float:
    rounded = float(f"{number:.{figures}g}") if figures else number
    rounded = round(rounded, 1 if abs(rounded) < 10 else None)
    return int(rounded) if float(rounded).is_integer() else rounded


def _describe_layer(layer: Layer, areas: Areas, year: Year) -> dict[str, Any]:
    return {
        "name": layer.name,
        "label": layer.label,
        "title": layer.title,
        "subtitle": layer.subtitle,
        "note": layer.note,
        "alt": write_alt(layer, areas, year),
        "keyTitle": layer.key_title,
        "unit": _unit_of(layer, year),
        "missing": NOT_KNOWN.get(layer.name, words.NOT_REPORTED),
        "range": _RANGES.get(layer.name),
        "valuesOf": _SERIES.get(layer.name, layer.name),
        "bandOfArea": "".join("-" if band == classes.NO_DATA else str(band) for band in layer.band_of_area),
        "bands": [{"name": band.name, "light": band.light, "dark": band.dark} for band in layer.bands],
        "marks": list(layer.marks),
    }


def _unit_of(layer: Layer, year: Year) -> str:
    """Return the unit of the card's large number; empty if it is a word."""
    counted = year.crime.count_noun
    return {
        "recorded": f"{counted} in {length_words(year)}",
        "per_1000": f"{counted} per 1,000 residents",
        "per_km2": f"{counted} per km²",
        "predicted": f"{counted} predicted in {length_words(year)}",
        "difference": "recorded minus predicted",
        "forecast": f"{counted} forecast, {year.outlook_label}",
    }.get(layer.name, "")


def write_alt(layer: Layer, areas: Areas, year: Year) -> str:
    """Return a layer's alternative text: the finding, the measure, the three highest areas."""
    frame = areas.areas
    # A categorical layer has no highest areas.
    highest = [
        f"{frame['area_name'].iloc[at]} ({words.rate_words(layer.values[at])})"
        for at in find_highest(layer.values, 0 if layer.marks else 3)
    ]
    ending = f" Highest: {', '.join(highest)}." if highest else ""
    return f"Map of {year.place}. {layer.title}. {layer.subtitle}.{ending}"


def encode_landmarks(landmarks: gpd.GeoDataFrame) -> dict[str, list[list[Any]]]:
    """Return rows of `marts.landmarks`, with their shapes in metres, for a map's script, the largest first.

    `stations` are name, latitude, longitude; `parks` are name or nothing, label position likewise, shape.
    """
    found: dict[str, list[list[Any]]] = {"stations": [], "parks": []}
    names = landmarks["landmark_name"].fillna("")
    simple = landmarks.assign(landmark_name=names, geometry=landmarks.geometry.simplify(_TOLERANCE_M)).to_crs(
        "EPSG:4326"
    )
    for row in simple.sort_values("area_ha", ascending=False, kind="stable").itertuples():
        middle = shapely.point_on_surface(row.geometry)
        place = [row.landmark_name, round(middle.y, 5), round(middle.x, 5)]
        if row.landmark_type == "station":
            found["stations"].append(place)
        else:
            found["parks"].append([*place, encode_shape(row.geometry)])
    return found


def describe_landmarks(landmarks: Mapping[str, Any]) -> str:
    """Explain the symbols of a zoomed map; empty if it has none."""
    signs = (("stations", "dots are stations"), ("parks", "dashed lines are parks of 2 hectares and more"))
    shown = [words for kind, words in signs if landmarks[kind]]
    return f"Zoomed in, {' and '.join(shown)}." if shown else ""
