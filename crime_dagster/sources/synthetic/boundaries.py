"""Boundaries: small areas as a shapefile, boroughs as GeoJSON."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from crime_dagster.sources.synthetic.city import City
from crime_dagster.sources.synthetic.geography import find_longitude_latitude
from crime_dagster.sources.synthetic.names import CITY_SLUG
from crime_dagster.sources.synthetic.tables import save_text

DBF_DATE = bytes([122, 12, 31])  # 31 December 2022; else the file would carry the day on which it was written
ATTRIBUTES = {
    "lsoa_code": "LSOA21CD",
    "lsoa_name": "LSOA21NM",
    "msoa_code": "MSOA21CD",
    "msoa_name": "MSOA21NM",
    "borough_code": "LAD22CD",
    "borough_name": "LAD22NM",
}


def save_lsoas(folder: Path, city: City) -> None:
    """Write the LSOA boundaries as a shapefile in EPSG:27700."""
    path = folder / "ons" / "boundaries" / f"{CITY_SLUG}-2021-lsoa-gen20.shp"
    path.parent.mkdir(parents=True, exist_ok=True)
    table = city.geography.lsoas[[*ATTRIBUTES, "geometry"]].rename(columns=ATTRIBUTES)
    table.to_file(path, driver="ESRI Shapefile", engine="pyogrio", encoding="ISO-8859-1")
    with path.with_suffix(".dbf").open("r+b") as attributes:
        attributes.seek(1)
        attributes.write(DBF_DATE)
    # GDAL writes no line end.
    projection = path.with_suffix(".prj")
    projection.write_bytes(projection.read_bytes().rstrip() + b"\n")


def save_boroughs(folder: Path, city: City) -> None:
    """Write the borough boundaries as GeoJSON in EPSG:4326, as the format requires."""
    boroughs: gpd.GeoDataFrame = city.geography.lsoas.dissolve("borough_code", as_index=False)
    features = []
    for row in boroughs.itertuples():
        shape = shapely.transform(row.geometry, _to_degrees)
        features.append(
            {
                "type": "Feature",
                "properties": {"LAD22CD": row.borough_code, "LAD22NM": row.borough_name},
                "geometry": shapely.geometry.mapping(shape),
            }
        )
    collection = {
        "type": "FeatureCollection",
        "name": f"{CITY_SLUG}-2021-lad22-gen20",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "features": features,
    }
    save_text(
        json.dumps(collection, separators=(",", ":")) + "\n",
        folder / "ons" / "boundaries" / f"{CITY_SLUG}-2021-lad22-gen20.geojson",
    )


def _to_degrees(points: np.ndarray) -> np.ndarray:
    longitude, latitude = find_longitude_latitude(points[:, 0], points[:, 1])
    return np.column_stack([longitude, latitude]).round(6)
