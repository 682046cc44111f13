"""Map files, recognised by their content and read by the one driver that is meant for them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from warnings import catch_warnings, simplefilter

import geopandas as gpd
import pyogrio

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

MAP = "a shapefile, GeoJSON, TopoJSON or GeoPackage with polygons"
OPENED = "opened as a map"
SHAPES = "one polygon per area"


@guard
def list_layers(file: SourceFile) -> dict[str, list[str]]:
    """The layers of a map and the names of their attributes."""
    with opening(file, MAP, OPENED):
        if file.suffix == PACKAGE:
            _require_magic(file, MAGIC, "a GeoPackage")
            return list_package_layers(file)
        with _pin(file) as (pinned, layers):
            read = {layer: pyogrio.read_info(pinned, layer=layer) for layer in layers or (None,)}
            return {layer or "": [str(name) for name in info["fields"]] for layer, info in read.items()}


def read_layer(file: SourceFile, layer: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """The shapes and attributes of a layer, and warnings."""
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
    """The path for GDAL, with the driver where GDAL has a way to name it, and the layers that the file names."""
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
