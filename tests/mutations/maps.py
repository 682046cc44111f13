"""Damages of maps: layers and pages that hold a part of the areas."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd

from crime_dagster.sources.archives import open_files
from crime_dagster.sources.entry import Source
from crime_dagster.sources.inventory import find_files

MOST_SHAPES = 400


def read_map(source: Source, data_dir: Path) -> gpd.GeoDataFrame | None:
    """The first map of a source, cut to its first shapes; None where the folder has none."""
    with open_files(find_files(source, data_dir)[:1]) as files:
        for file in files:
            return gpd.read_file(file.path).head(MOST_SHAPES)
    return None


def name_map(source: Source, suffix: str) -> str:
    """A name of that ending that the source is known by."""
    stem = next(Path(pattern).stem for pattern in source.patterns)
    return stem.replace("*", "x") + suffix


def selection_first(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path) -> Path:
    """A GeoPackage whose first layer is a selection of the second."""
    path = folder / name(".gpkg")
    shapes.head(len(shapes) // 2).to_file(path, layer="selection", driver="GPKG")
    shapes.to_file(path, layer="areas", driver="GPKG")
    return path


def page_cut(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path) -> Path:
    """The first page of a feature service, saved by hand."""
    return _write_page(shapes, folder / name(".geojson"), {"properties": {"exceededTransferLimit": True}})


def page_cut_at_top(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path) -> Path:
    """The same, as other versions of the service say it."""
    return _write_page(shapes, folder / name(".geojson"), {"exceededTransferLimit": True})


def open_ring(shapes: gpd.GeoDataFrame, name: Callable[[str], str], folder: Path) -> Path:
    """A ring that is not closed."""
    path = folder / name(".geojson")
    page = json.loads(shapes.to_crs(4326).to_json())
    geometry = page["features"][0]["geometry"]
    ring = geometry["coordinates"][0] if geometry["type"] == "Polygon" else geometry["coordinates"][0][0]
    ring.pop()
    path.write_text(json.dumps(page), encoding="utf-8")
    return path


def _write_page(shapes: gpd.GeoDataFrame, path: Path, words: dict[str, object]) -> Path:
    page = json.loads(shapes.head(len(shapes) // 2).to_crs(4326).to_json())
    path.write_text(json.dumps({**page, **words}), encoding="utf-8")
    return path


MAP_DAMAGES: tuple[Callable[[gpd.GeoDataFrame, Callable[[str], str], Path], Path], ...] = (
    *(selection_first, page_cut, page_cut_at_top, open_ring),
)
