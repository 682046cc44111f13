"""JSON documents: lists of records, with paths of keys as columns, and maps: their kind and completeness."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from crime_dagster.sources.readers.formats.delimited import read_bytes
from crime_dagster.sources.readers.formats.limits import guard, require_bearable_json
from crime_dagster.sources.readers.formats.reading import SourceFile, refuse

# Keys under which services state the number of records, in lower case and without separators.
COUNTS = {
    *("itemcount", "numbermatched", "recordcount", "total", "totalcount", "totalfeatures", "totalitems"),
    *("totalrecords", "totalresults"),
}
EXPECTED = "a JSON document with a list of records"
SHOWN_NAMES = 6
PLAIN_SYSTEMS = ("", "name", "epsg")
MAP = "a map with polygons: GeoJSON with `features`, TopoJSON, a GeoPackage or a shapefile; crimes as CSV"
REMEDY = "download the file again from its publisher in one of these kinds"


@guard
def read_records(file: SourceFile) -> list[list[str]]:
    """Return the longest list of objects in a document as cells, the header first.

    The header of a nested value is its path of keys: `Geocode.Latitude`.
    """
    content = read_bytes(file)
    require_bearable_json(content, file)
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise refuse(file, f"incomplete or invalid JSON ({error})", EXPECTED) from error
    records = max(_find_lists(document), key=len, default=[])
    if not records:
        raise refuse(file, "JSON without a list of records", EXPECTED)
    _require_all_items(document, records, file)
    rows = [dict(flatten(record)) for record in records]
    header = list(dict.fromkeys(name for row in rows for name in row))
    return [header, *([row.get(name, "") for name in header] for row in rows)]


def _require_all_items(document: Any, items: Sequence[Any], file: SourceFile) -> None:
    """Refuse a page of records or features if the document around it states that there are more."""
    for name, count in _find_counts(document):
        if count > len(items):
            remedy = "fetch the other pages too and put their records in one list, or download the whole file again"
            found = f"{len(items)} records, and {name} says {count}"
            raise refuse(file, found, "all records in one file", remedy, column=name)


def _find_counts(value: Any) -> Iterator[tuple[str, int]]:
    """Yield stated numbers of records outside any list."""
    if isinstance(value, dict):
        for name, inner in value.items():
            is_count = isinstance(inner, int) and not isinstance(inner, bool)
            if is_count and name.casefold().replace("_", "").replace("-", "") in COUNTS:
                yield name, inner
            yield from _find_counts(inner)


def _find_lists(value: Any, depth: int = 4) -> Iterator[list[dict[str, Any]]]:
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield value
    elif isinstance(value, dict) and depth:
        for inner in value.values():
            yield from _find_lists(inner, depth - 1)


def flatten(record: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield keys and values of a record, without lists, which are records of something else."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{above}{name}.")
        elif not isinstance(value, list):
            yield f"{above}{name}", "" if value is None else str(value)


class Described(NamedTuple):
    """A JSON map."""

    driver: str  # GDAL driver for its kind
    layers: tuple[str, ...]  # layer names, if its kind has several
    text: str  # whole text, without a byte order mark
    is_plain: bool  # whether the file is that text in UTF-8


def describe_json(content: bytes, file: SourceFile) -> Described:
    """Find the driver for a JSON text; a single page of a map from a service is refused.

    The whole text is examined before a driver gets it, because some drivers follow addresses in a file.
    """
    require_bearable_json(content, file)
    try:
        text = content.decode(json.detect_encoding(content))
        said: Any = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise refuse(file, _describe_text(content, error), MAP, REMEDY) from error
    is_plain = content[:64].lstrip()[:1] == b"{" and b"\x00" not in content[:4]
    if isinstance(said, list):
        found = f"a list of {len(said)} records{_name_keys(said[0] if said else None)}, as an API answers"
        raise refuse(file, found, MAP, REMEDY)
    if not isinstance(said, dict):
        raise refuse(file, "JSON that is not a map", MAP, REMEDY)
    if said.get("type") == "Topology" and isinstance(said.get("objects"), dict):
        return Described("TopoJSON", tuple(map(str, said["objects"])), text, is_plain=is_plain)
    features = said.get("features")
    if not isinstance(features, list):
        raise refuse(file, f"JSON without features{_name_keys(said)}", MAP, REMEDY)
    # ArcGIS marks one page of several at the top or among the properties of the collection.
    if any(part.get("exceededTransferLimit") for part in (said, said.get("properties")) if isinstance(part, dict)):
        found = f"{len(features)} features, and the service had more (exceededTransferLimit)"
        remedy = "run make download, or fetch the whole layer from the publisher's page as GeoJSON or shapefile"
        raise refuse(file, found, "all features of the layer in one file", remedy)
    _require_all_items(said, features, file)
    _require_no_link(said, file)
    is_of_esri = said.get("type") != "FeatureCollection" and ("geometryType" in said or "spatialReference" in said)
    driver = "ESRIJSON" if is_of_esri else "GeoJSON"
    return Described(driver, (), text.removeprefix("\ufeff"), is_plain=is_plain)


def _require_no_link(said: dict[str, Any], file: SourceFile) -> None:
    """Refuse a coordinate system given as an address: the library would call a server to look it up."""
    systems = [system for part in _list_parts(said) if isinstance(system := part.get("crs"), dict)]
    kinds = {str(system.get("type", "")).casefold() for system in systems} - {*PLAIN_SYSTEMS}
    if kinds:
        found = f"a coordinate system in another file (crs of the type '{min(kinds)}')"
        remedy = "delete the member crs if the coordinates are degrees, else write the system's name there"
        raise refuse(file, found, "a coordinate system by its name, such as EPSG:27700, or none", remedy)


def _list_parts(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a collection, its features and their shapes: each may state a coordinate system."""
    waiting: list[Any] = [said]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.append(part.get("geometry"))
            for name in ("features", "geometries"):
                waiting.extend(part[name] if isinstance(part.get(name), list) else [])


def _describe_text(content: bytes, error: Exception) -> str:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return "it cannot be opened as a map (a web page or XML under the name of a map)"
    lines = start.split(b"\n", 2)
    if len(lines) > 1 and lines[0].lstrip(b"\x1e").startswith(b"{") and lines[0].rstrip().endswith(b"}"):
        return "one JSON text per line (GeoJSONSeq)"
    return f"it cannot be opened as a map ({type(error).__name__}: {error})"


def _name_keys(said: Any) -> str:
    return f" with {', '.join(list(map(str, said))[:SHOWN_NAMES])}" if isinstance(said, dict) and said else ""
