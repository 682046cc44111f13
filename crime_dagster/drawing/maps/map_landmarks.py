"""Stations and parks, for orientation on a zoomed map."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import shapely

from crime_dagster.drawing.kit.polyline import encode_shape

_TOLERANCE_M = 15.0
NO_LANDMARKS: dict[str, list[list[Any]]] = {"stations": [], "parks": []}


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
