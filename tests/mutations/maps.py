"""Damage to maps: layers and pages with a part of the areas."""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.archives import open_files
from crime_dagster.sources.folder.inventory import find_files

MOST_SHAPES = 400
# How a feature service of ArcGIS marks a page.
PART = {"exceededTransferLimit": True}


def read_map(source: Source, data_dir: Path) -> gpd.GeoDataFrame | None:
    """Return the first map of a source, cut to its first shapes; None if the folder has none."""
    with open_files(find_files(source, data_dir)[:1]) as files:
        for file in files:
            return gpd.read_file(file.path).head(MOST_SHAPES)
    return None


def name_map(source: Source, suffix: str) -> str:
    """Return a name with that suffix by which the source is recognised."""
    stem = next(Path(pattern).stem for pattern in source.patterns)
    return stem.replace("*", "x") + suffix


def selection_first(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path) -> Path:
    """A GeoPackage whose first layer is a selection of the second."""
    path = folder / name(".gpkg")
    shapes.head(len(shapes) // 2).to_file(path, layer="selection", driver="GPKG")
    shapes.to_file(path, layer="areas", driver="GPKG")
    return path


def page_cut(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path, *, mark: dict[str, Any]) -> Path:
    """The first page of a feature service, saved by hand."""
    return _write_page(shapes, folder / name(".geojson"), mark)


def open_ring(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path) -> Path:
    path = folder / name(".geojson")
    page = json.loads(shapes.to_crs(4326).to_json())
    geometry = page["features"][0]["geometry"]
    ring = geometry["coordinates"][0] if geometry["type"] == "Polygon" else geometry["coordinates"][0][0]
    ring.pop()
    path.write_text(json.dumps(page), encoding="utf-8")
    return path


def esri_page_cut(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path) -> Path:
    """The first page of a feature service in the JSON of its maker."""
    features = [
        {
            "attributes": {key: value for key, value in row._asdict().items() if key not in ("Index", "geometry")},
            "geometry": {"rings": [[*map(list, _polygon(row.geometry).exterior.coords)]]},
        }
        for row in shapes.head(len(shapes) // 2).itertuples()
    ]
    page = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 27700},
        **PART,
        "fields": [{"name": key, "type": "esriFieldTypeString"} for key in features[0]["attributes"]],
        "features": features,
    }
    path = folder / name(".json")
    path.write_text(json.dumps(page, default=str), encoding="utf-8")
    return path


def stale_count(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path) -> Path:
    """A GeoPackage that claims to have half of its features."""
    path = folder / name(".gpkg")
    shapes.to_file(path, layer="areas", driver="GPKG")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("update gpkg_ogr_contents set feature_count = ?", [len(shapes) // 2])
    return path


def rows_in_log(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path) -> Path:
    """A GeoPackage copied while it was open: half of its features are in the log beside it."""
    path = folder / name(".gpkg")
    with tempfile.TemporaryDirectory() as room:
        whole = Path(room) / path.name
        shapes.to_file(whole, layer="areas", driver="GPKG", SPATIAL_INDEX="NO")
        with closing(sqlite3.connect(whole, isolation_level=None)) as base:
            base.execute("pragma journal_mode = wal")
            base.execute("create temp table late as select * from areas where fid > ?", [len(shapes) // 2])
            base.execute("delete from areas where fid > ?", [len(shapes) // 2])
            base.execute("pragma wal_checkpoint(truncate)")
            base.execute("insert into areas select * from late")
            for part in sorted(Path(room).iterdir()):
                shutil.copy(part, folder / part.name)
    return path


def as_topojson(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path) -> Path:
    path = folder / name(".topojson")
    path.write_bytes(write_topojson(json.loads(shapes.to_crs(4326).to_json())))
    return path


def write_topojson(page: dict[str, Any]) -> bytes:
    """Convert GeoJSON to TopoJSON: each area by its first polygon, with separate arcs."""
    arcs: list[object] = []
    areas = []
    for feature in page["features"]:
        shape = feature["geometry"]
        rings = shape["coordinates"][0] if shape["type"] == "MultiPolygon" else shape["coordinates"]
        numbers = [[len(arcs) + place] for place in range(len(rings))]
        arcs += rings
        areas.append({"type": "Polygon", "arcs": numbers, "properties": feature["properties"]})
    objects = {"areas": {"type": "GeometryCollection", "geometries": areas}}
    return json.dumps({"type": "Topology", "objects": objects, "arcs": arcs}).encode()


def _polygon(shape: BaseGeometry) -> Polygon:
    return shape if isinstance(shape, Polygon) else shape.geoms[0]


def _write_page(shapes: gpd.GeoDataFrame, path: Path, words: dict[str, object]) -> Path:
    page = json.loads(shapes.head(len(shapes) // 2).to_crs(4326).to_json())
    path.write_text(json.dumps({**page, **words}), encoding="utf-8")
    return path


@dataclass(frozen=True)
class MapDamage:
    """A kind of damage to a map, as for tables."""

    name: str
    put: Callable[[gpd.GeoDataFrame, Callable[[str], str], Path], Path]
    words: str
    is_harmless: bool = False


MAP_DAMAGES = (
    MapDamage("selection as first layer", selection_first, "layers that fit", is_harmless=True),
    MapDamage("page cut, in properties", partial(page_cut, mark={"properties": PART}), "service had more"),
    MapDamage("page cut, at the top", partial(page_cut, mark=PART), "service had more"),
    MapDamage("page cut, of another service", partial(page_cut, mark={"numberMatched": 10_000}), "numberMatched says"),
    MapDamage("page cut, Esri JSON", esri_page_cut, "service had more"),
    MapDamage("ring not closed", open_ring, "closed"),
    MapDamage("stale feature_count", stale_count, "feature_count", is_harmless=True),
    MapDamage("rows in a WAL", rows_in_log, "-wal", is_harmless=True),
    MapDamage("TopoJSON", as_topojson, "TopoJSON", is_harmless=True),
)
