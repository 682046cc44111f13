"""Maps as files: what is in them, by their content, and read by the one driver that is meant for it."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from warnings import catch_warnings, simplefilter

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.delimited import read_bytes
from crime_dagster.sources.readers.formats.editions import choose_part
from crime_dagster.sources.readers.formats.geojson import Described, describe_json
from crime_dagster.sources.readers.formats.geopackage import MAGIC, SUFFIX, list_package_layers, read_package_layer
from crime_dagster.sources.readers.formats.guard import guard
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.formats.shapefile import find_encoding, require_whole
from crime_dagster.sources.readers.tables.header import match_header

SHAPEFILE = ".shp"
TEXTS = (".geojson", ".json", ".topojson")
MAPS = (SHAPEFILE, *TEXTS, SUFFIX)
DAMAGE = (DataSourceError, DataLayerError, CRSError, ShapelyError, sqlite3.Error, OSError, ValueError, KeyError)
KINDS = "a shapefile, GeoJSON, TopoJSON or GeoPackage with polygons"


@guard
def list_layers(file: SourceFile) -> dict[str, list[str]]:
    """The layers of a map and the names of their attributes.

    Raises:
        InputError: It is no map that is read here, is damaged, or says that it is a part of one.
    """
    try:
        if file.path.suffix.casefold() == SUFFIX:
            _require_magic(file, MAGIC, "a GeoPackage")
            return list_package_layers(file)
        with _pin(file) as (pinned, layers):
            read = {layer: pyogrio.read_info(pinned, layer=layer) for layer in layers or (None,)}
            return {layer or "": [str(name) for name in info["fields"]] for layer, info in read.items()}
    except DAMAGE as error:
        raise refuse_map(file, f"it cannot be opened as a map ({error})") from error


def read_map(file: SourceFile, source: Source) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Areas and their attributes, of the layer that holds what is looked for.

    Args:
        file: The map.
        source: What is looked for.

    Returns:
        The areas, and warnings.

    Raises:
        InputError: It is no map or a damaged one, or of several layers nobody can tell which counts.
    """
    layers = list_layers(file)
    wanted = source.options.get("layer")
    fitting = [name for name, names in layers.items() if not match_header(0, names, source.columns).missing]
    fitting = [wanted] if wanted in layers else fitting
    try:
        frames = {name: _read_layer(file, name) for name in fitting or list(layers)[:1]}
    except DAMAGE as error:
        raise refuse_map(file, f"it cannot be opened as a map ({error})") from error
    filled = [name for name, (frame, _) in frames.items() if len(frame)]
    if not filled:
        raise refuse_map(file, "no shapes", "one polygon per area")
    layer, warnings = choose_part(filled, "layers", file)
    frame, said = frames[layer]
    if layer == wanted:
        # A file of the whole country is cut to the city; an extract that was cut already may have other layers.
        left, bottom, right, top = source.options["box"]
        frame = frame.cx[left:right, bottom:top].reset_index(drop=True)
    return frame, [*warnings, *said]


def refuse_map(file: SourceFile, found: str, expected: str = KINDS) -> InputError:
    """What is said of a file that is no map, or no whole one."""
    return InputError(
        file=file.name, found=found, expected=expected, remedy="download the file again from its publisher"
    )


def _read_layer(file: SourceFile, layer: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    if file.path.suffix.casefold() == SUFFIX:
        return read_package_layer(file, layer), []
    encoding, warnings = find_encoding(file) if file.path.suffix.casefold() == SHAPEFILE else (None, [])
    with _pin(file) as (pinned, _), catch_warnings(record=True) as said:
        simplefilter("always")
        frame = pyogrio.read_dataframe(pinned, layer=layer or None, encoding=encoding)
    warnings += dict.fromkeys(f"{file.name}: {one.message}" for one in said)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise refuse_map(file, "no shapes", "one polygon per area")
    return frame, warnings


@contextmanager
def _pin(file: SourceFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What GDAL is given, with the driver named where GDAL has a way to, and the layers where the file names them."""
    if file.path.suffix.casefold() == SHAPEFILE:
        require_whole(file)
        _require_magic(file, b"\x00\x00\x27\x0a", "a shapefile")
        yield str(file.path.absolute()), ()
        return
    content = read_bytes(file)
    said: Described = describe_json(content, file)
    if said.is_plain and not file.name.casefold().endswith(".gz"):
        yield f"{said.driver}:{file.path.absolute()}", said.layers
        return
    with tempfile.TemporaryDirectory(prefix="crime-map-") as room:
        path = Path(room) / "map.json"
        path.write_text(said.text, encoding="utf-8")
        yield f"{said.driver}:{path}", said.layers


def _require_magic(file: SourceFile, magic: bytes, what: str) -> None:
    with file.path.open("rb") as stream:
        start = stream.read(64)
    if start.startswith(magic):
        return
    kind = "a web page or XML" if start.lstrip().startswith(b"<") else "something else"
    found = f"{kind} under the name of {what}" if start.strip() else "an empty file"
    raise refuse_map(file, f"it cannot be opened as a map ({found})")
