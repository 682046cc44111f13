"""Maps in JSON: which of its kinds a text is, and whether it is all of what its publisher has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.limits import require_bearable_json
from crime_dagster.sources.readers.pages import require_all_items
from crime_dagster.sources.readers.reading import SourceFile

SHOWN_NAMES = 6
PLAIN_SYSTEMS = ("", "name", "epsg")


class Described(NamedTuple):
    """A map in JSON.

    Args:
        driver: The driver of GDAL that reads its kind.
        layers: Names of its layers, where its kind has several; else none.
        text: The whole text, without a mark.
        is_plain: Whether it is stored as that text in UTF-8.
    """

    driver: str
    layers: tuple[str, ...]
    text: str
    is_plain: bool


def describe_json(content: bytes, file: SourceFile) -> Described:
    """Tell which kind of map a JSON text is.

    The whole text is looked at before a driver gets it: some drivers follow addresses that stand in a file.

    Args:
        content: The file's bytes, unpacked.
        file: Its name, for messages.

    Returns:
        The driver that reads it, and more.

    Raises:
        InputError: It is no map, or a part of one: a service gave no more features than it gives at once.
    """
    require_bearable_json(content, file)
    try:
        text = content.decode(json.detect_encoding(content))
        said: Any = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise _refuse(file, _describe_text(content, error)) from error
    if isinstance(said, list):
        raise _refuse(file, f"a list of {len(said)} records{_name_keys(said[0] if said else None)}, as an API answers")
    if not isinstance(said, dict):
        raise _refuse(file, "JSON that is no map")
    features = said.get("features")
    if said.get("type") == "Topology" and isinstance(said.get("objects"), dict):
        return Described("TopoJSON", tuple(map(str, said["objects"])), text, is_plain=_is_plain(content))
    if not isinstance(features, list):
        raise _refuse(file, f"JSON without features{_name_keys(said)}")
    _require_all(said, len(features), file)
    require_all_items(said, features, file)
    _require_no_link(said, file)
    is_of_esri = said.get("type") != "FeatureCollection" and ("geometryType" in said or "spatialReference" in said)
    driver = "ESRIJSON" if is_of_esri else "GeoJSON"
    return Described(driver, (), text.removeprefix("\ufeff"), is_plain=_is_plain(content))


def _is_plain(content: bytes) -> bool:
    return content[:64].lstrip()[:1] == b"{" and b"\x00" not in content[:4]


def _require_all(said: dict[str, Any], features: int, file: SourceFile) -> None:
    """Refuse one page of several: ArcGIS marks it, at the top or among the properties of the collection."""
    properties = said.get("properties")
    if not any(part.get("exceededTransferLimit") for part in (said, properties) if isinstance(part, dict)):
        return
    raise InputError(
        file=file.name,
        found=f"{features} features, and the service had more (exceededTransferLimit)",
        expected="all features of the layer in one file",
        remedy="run make download, or fetch the whole layer from the publisher's page as GeoJSON or shapefile",
    )


def _require_no_link(said: dict[str, Any], file: SourceFile) -> None:
    """Refuse a coordinate system that is an address: to look it up, the library would call a server."""
    kinds = {kind for part in _list_parts(said) if (kind := _read_kind(part.get("crs"))) not in PLAIN_SYSTEMS}
    if not kinds:
        return
    raise InputError(
        file=file.name,
        found=f"a coordinate system in another file (crs of the type '{min(kinds)}')",
        expected="a coordinate system by its name, such as EPSG:27700, or none",
        remedy="delete the member crs where the coordinates are degrees, else write its name there",
    )


def _list_parts(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A collection, its features and their shapes: each may state a system."""
    waiting: list[Any] = [said]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.append(part.get("geometry"))
            for name in ("features", "geometries"):
                waiting.extend(part[name] if isinstance(part.get(name), list) else [])


def _read_kind(system: Any) -> str:
    return str(system.get("type", "")).casefold() if isinstance(system, dict) else ""


def _describe_text(content: bytes, error: Exception) -> str:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return "it cannot be opened as a map (a web page or XML under the name of a map)"
    lines = start.split(b"\n", 2)
    if len(lines) > 1 and lines[0].lstrip(b"\x1e").startswith(b"{") and lines[0].rstrip().endswith(b"}"):
        return "one JSON text per line (GeoJSONSeq)"
    return f"it cannot be opened as a map ({type(error).__name__}: {error})"


def _name_keys(said: Any) -> str:
    if not isinstance(said, dict) or not said:
        return ""
    return f" with {', '.join(list(map(str, said))[:SHOWN_NAMES])}"


def _refuse(file: SourceFile, found: str) -> InputError:
    return InputError(
        file=file.name,
        found=found,
        expected="a map with polygons: GeoJSON with `features`, TopoJSON, a GeoPackage or a shapefile; crimes as CSV",
        remedy="download the file again from its publisher in one of these kinds",
    )
