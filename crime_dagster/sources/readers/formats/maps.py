"""Map files, recognised by content, read by one named driver and transformed to the National Grid."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from warnings import catch_warnings, simplefilter

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj.exceptions import CRSError, ProjError

from crime_dagster.sources.readers.formats.delimited import read_bytes
from crime_dagster.sources.readers.formats.documents import describe_json
from crime_dagster.sources.readers.formats.limits import guard, opening
from crime_dagster.sources.readers.formats.map_files import (
    MAGIC,
    find_encoding,
    list_package_layers,
    read_package_layer,
    require_whole,
)
from crime_dagster.sources.readers.formats.reading import PACKAGE, SHAPEFILE, SourceFile, refuse

GRID = "EPSG:27700"
DEGREES = "EPSG:4326"
MERCATOR = "EPSG:3857"
# England and Wales on the National Grid, and the North Sea, where a made-up city may be. Wide, but without the sea
# where London would be with its axes swapped. Corners in kilometres, clockwise from the Isles of Scilly.
CORNERS = "70 0, 145 225, 205 410, 275 590, 385 675, 690 675, 690 120, 615 75, 380 55, 170 0, 70 0"
REGION = shapely.transform(shapely.from_wkt(f"POLYGON (({CORNERS}))"), lambda corners: 1_000 * corners)
# Single shapes may be misplaced; with a wrong system all are.
FITTING = 0.5
MAP = "a shapefile, GeoJSON, TopoJSON or GeoPackage with polygons"
OPENED = "opened as a map"
SHAPES = "one polygon per area"


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
        # By the centre of each shape's bounding box.
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
    """Yield system, whether the axes are swapped, and the warning."""
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


@guard
def list_layers(file: SourceFile) -> dict[str, list[str]]:
    """Return the layers of a map and their attribute names."""
    with opening(file, MAP, OPENED):
        if file.suffix == PACKAGE:
            _require_magic(file, MAGIC, "a GeoPackage")
            return list_package_layers(file)
        with _pin(file) as (pinned, layers):
            read = {layer: pyogrio.read_info(pinned, layer=layer) for layer in layers or (None,)}
            return {layer or "": [str(name) for name in info["fields"]] for layer, info in read.items()}


def read_layer(file: SourceFile, layer: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the shapes and attributes of a layer, and warnings."""
    with opening(file, MAP, OPENED), catch_warnings(record=True) as said:
        simplefilter("always")
        if file.suffix == PACKAGE:
            return read_package_layer(file, layer), []
        encoding, warnings = find_encoding(file) if file.suffix == SHAPEFILE else (None, [])
        with _pin(file) as (pinned, _):
            frame = pyogrio.read_dataframe(pinned, layer=layer or None, encoding=encoding)
    warnings += dict.fromkeys(f"{file.name}: {one.message}" for one in said)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise refuse(file, "no shapes", SHAPES)
    return frame, warnings


@contextmanager
def _pin(file: SourceFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the path for GDAL, with the driver where GDAL can name it in a path, and the layers named in the file."""
    if file.suffix == SHAPEFILE:
        require_whole(file)
        _require_magic(file, b"\x00\x00\x27\x0a", "a shapefile")
        yield str(file.path.absolute()), ()
        return
    said = describe_json(read_bytes(file), file)
    if said.is_plain and not file.is_packed:
        yield f"{said.driver}:{file.path.absolute()}", said.layers
        return
    with tempfile.TemporaryDirectory(prefix="crime-map-") as room:
        path = Path(room) / "map.json"
        path.write_text(said.text, encoding="utf-8")
        yield f"{said.driver}:{path}", said.layers


def _require_magic(file: SourceFile, magic: bytes, what: str) -> None:
    with file.path.open("rb") as stream:
        start = stream.read(64)
    if not start.startswith(magic):
        kind = "a web page or XML" if start.lstrip().startswith(b"<") else "something else"
        found = f"{kind} under the name of {what}" if start.strip() else "an empty file"
        raise refuse(file, f"it cannot be {OPENED} ({found})", MAP)
