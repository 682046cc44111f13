"""The coordinate system of a map: the stated one is checked against where its shapes would be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from pyproj.exceptions import CRSError, ProjError

from crime_dagster.sources.readers.formats.reading import SourceFile, refuse

GRID = "EPSG:27700"
DEGREES = "EPSG:4326"
MERCATOR = "EPSG:3857"
# England and Wales on the National Grid, and the North Sea, where a made-up city may be. Drawn wide, but without the
# sea where London would be with its axes swapped. Corners in kilometres, clockwise from the Isles of Scilly.
CORNERS = "70 0, 145 225, 205 410, 275 590, 385 675, 690 675, 690 120, 615 75, 380 55, 170 0, 70 0"
REGION = shapely.transform(shapely.from_wkt(f"POLYGON (({CORNERS}))"), lambda corners: 1_000 * corners)
# Single shapes may be misplaced; with a wrong system all are.
FITTING = 0.5


class Moved(NamedTuple):
    """Shapes on the National Grid."""

    shapes: np.ndarray  # in EPSG:27700, metres, two dimensions; None for those outside
    is_outside: np.ndarray  # mask of those outside England and Wales
    warnings: list[str]  # how the system was found, if the file states none or another


def move_to_grid(shapes: gpd.GeoSeries, file: SourceFile) -> Moved:
    """Convert shapes from the first system that puts half of them in England and Wales.

    Tried in order: the stated system, degrees, the National Grid and Web Mercator, each as written and with the axes
    swapped.
    """
    has_shape = ~(shapes.isna() | shapes.is_empty).to_numpy()
    wanted = FITTING * max(int(has_shape.sum()), 1)
    for system, is_swapped, words in _list_systems(shapes.crs):
        try:
            moved = _convert(shapes, system, is_swapped=is_swapped)
        except (CRSError, ProjError):
            continue
        # By the middle of each shape's box.
        west, south, east, north = shapely.bounds(moved).T
        is_inside = np.asarray(shapely.contains_xy(REGION, (west + east) / 2, (south + north) / 2))
        if np.count_nonzero(is_inside) >= wanted:
            moved[~is_inside] = None
            return Moved(moved, has_shape & ~is_inside, [f"{file.name}: {words}"] if words else [])
    west, south, east, north = (float(edge) for edge in shapes.total_bounds)
    stated = "no coordinate system" if shapes.crs is None else f"coordinate system {shapes.crs.name}"
    found = f"{stated}, and coordinates from {west:g}, {south:g} to {east:g}, {north:g}"
    expected = f"shapes in England and Wales: {GRID} (metres), {DEGREES} (degrees) or another system that is stated"
    remedy = "put the publisher's .prj file next to the shapefile, or convert the file to one of these systems"
    raise refuse(file, found, expected, remedy)


def _list_systems(stated: Any) -> Iterator[tuple[Any, bool, str]]:
    """System, whether the axes are swapped, and the warning."""
    if stated is not None:
        axes = ("latitude", "longitude") if stated.is_geographic else ("northing", "easting")
        yield stated, False, ""
        yield stated, True, f"{axes[0]} comes before {axes[1]}; the coordinates are swapped"
    for guess in (DEGREES, GRID, MERCATOR):
        words = f"no usable coordinate system is stated; the numbers are those of {guess}"
        yield guess, False, words
        yield guess, True, f"{words} with the axes swapped"


def _convert(shapes: gpd.GeoSeries, system: Any, *, is_swapped: bool) -> np.ndarray:
    plain = shapely.force_2d(shapes.to_numpy())
    if is_swapped:
        plain = shapely.transform(plain, lambda pairs: pairs[:, ::-1])
    return np.asarray(gpd.GeoSeries(plain, crs=system).to_crs(GRID).to_numpy())
