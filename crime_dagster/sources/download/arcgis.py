"""A layer of an ArcGIS feature service, page by page; what arrived must be as many as the service counts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crime_dagster.sources.catalogue.address import Address
from crime_dagster.sources.download.refusal import refuse
from crime_dagster.sources.download.web import Web

PAGE = 2000
MOST_FEATURES = 500_000
# A service that gives the same page again, whatever is asked for, has no end.
MOST_PAGES = 5_000
MOST_ALIKE = 20
EVERYTHING = {"where": "1=1", "outFields": "*"}


@dataclass(frozen=True)
class Layer:
    """What a service says of a layer before its features are asked for.

    Args:
        url: Address of the layer.
        query: Which features and columns are asked for.
        count: How many features that are. Of rows that are asked for once each it may be the number with repeats.
        page: Features that one answer may hold.
        order: Column that names a feature, by which pages are cut; None where rows are asked for once each.
        edited: When the layer was last changed, as the service writes it; None where it does not say.
    """

    url: str
    query: Mapping[str, str]
    count: int
    page: int
    order: str | None
    edited: str | None


def describe(web: Web, url: str, query: Mapping[str, str]) -> Layer:
    """Ask a service about a layer, and for the number of its features.

    Raises:
        InputError: It does not answer as a feature service does, or there are none.
    """
    said = _ask(web, url, {"f": "json"})
    asked = {**EVERYTHING, **query}
    count = _ask(web, f"{url}/query", {**asked, "returnCountOnly": "true", "f": "json"}).get("count")
    if not isinstance(count, int) or not 0 < count <= MOST_FEATURES:
        raise refuse(url, f"a count of {count!r}", f"a layer with 1 to {MOST_FEATURES:,} features")
    largest = said.get("maxRecordCount")
    editing = said.get("editingInfo")
    edited = editing.get("lastEditDate") if isinstance(editing, dict) else None
    is_distinct = str(query.get("returnDistinctValues", "")).lower() == "true"
    return Layer(
        url=url,
        query=asked,
        count=count,
        page=min(PAGE, largest) if isinstance(largest, int) and largest > 0 else PAGE,
        order=None if is_distinct else str(said.get("objectIdField") or "OBJECTID"),
        edited=None if edited is None else str(edited),
    )


def describe_all(web: Web, address: Address) -> list[Layer]:
    """The layer of an address, and the one that is joined to it."""
    layers = [describe(web, address.url or "", address.query)]
    if address.join is not None:
        layers.append(describe(web, address.join.url, address.join.query))
    return layers


def name_version(layers: list[Layer]) -> str | None:
    """A text that changes when a layer does; None where a service does not say when it was changed."""
    if any(layer.edited is None for layer in layers):
        return None
    return json.dumps([[layer.url, dict(layer.query), layer.count, layer.edited] for layer in layers], sort_keys=True)


def read_layers(web: Web, address: Address, layers: list[Layer]) -> bytes:
    """Fetch an address's features, as GeoJSON or, for a table, as CSV by the ending of its file's name.

    Raises:
        InputError: More or fewer features came than were counted, some came twice, or the join does not fit.
    """
    features = read_features(web, layers[0])
    if address.join is not None:
        features = join(features, read_features(web, layers[1]), address.join.key, layers[1].url)
    if (address.file or "").endswith(".csv"):
        return _write_table(features).encode("utf-8")
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    ).encode("utf-8")


def read_features(web: Web, layer: Layer) -> list[dict[str, Any]]:
    """Fetch all pages of a layer; the service decides how long a page is.

    Raises:
        InputError: More or fewer features came than were counted, or some came twice.
    """
    features: list[dict[str, Any]] = []
    asked = {**layer.query, "outSR": "4326", "f": "geojson", "resultRecordCount": str(layer.page)}
    if layer.order is None:
        return _read_distinct(web, layer, asked)
    # Without an order the pages of some services overlap.
    asked["orderByFields"] = layer.order
    while len(features) < layer.count:
        page = _ask(web, f"{layer.url}/query", {**asked, "resultOffset": str(len(features))}).get("features")
        if not isinstance(page, list) or not page:
            break
        features.extend(page)
        if layer.count > layer.page:
            web.say(f"  {len(features):,} of {layer.count:,} features")
    distinct = {json.dumps(_name(feature, layer), sort_keys=True) for feature in features}
    if len(features) != layer.count or len(distinct) != layer.count:
        twice = len(features) - len(distinct)
        raise refuse(
            layer.url, f"{len(features):,} features, {twice:,} of them twice", f"{layer.count:,}, as the service counts"
        )
    return features


def _read_distinct(web: Web, layer: Layer, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """All pages of rows that are asked for once each: the last page says so, for neither count nor rows may heed it."""
    distinct: dict[str, dict[str, Any]] = {}
    wanted = layer.query["outFields"].split(",")
    offset = same = 0
    before: object = None
    for _ in range(MOST_PAGES):
        said = _ask(web, f"{layer.url}/query", {**asked, "resultOffset": str(offset)})
        page = said.get("features")
        if not isinstance(page, list):
            raise refuse(layer.url, "an answer without features", "a page of features")
        offset += len(page)
        for feature in page:
            row = _name(feature, layer)
            # A column that was not asked for would part rows that are one.
            row = {name: row[name] for name in wanted if name in row} if wanted != ["*"] else row
            distinct.setdefault(json.dumps(row, sort_keys=True), {**feature, "properties": row})
        same = same + 1 if page == before else 0
        before = page
        # GeoJSON says it among its properties, JSON at the top.
        properties = said.get("properties")
        more = said.get("exceededTransferLimit") or (
            isinstance(properties, dict) and properties.get("exceededTransferLimit")
        )
        if not page or (not more and len(page) < layer.page):
            return list(distinct.values())
        if same >= MOST_ALIKE or offset > MOST_FEATURES:
            break
        if more:
            web.say(f"  {len(distinct):,} rows")
    raise refuse(layer.url, f"{offset:,} rows, and no end", "pages that come to an end")


def join(features: list[dict[str, Any]], others: list[dict[str, Any]], on: str, url: str) -> list[dict[str, Any]]:
    """Add the columns of a second layer; features that it does not know are left out.

    Args:
        features: GeoJSON features.
        others: GeoJSON features, one per value of `on`.
        on: Column that both have.
        url: Address of the second layer, for messages.

    Raises:
        InputError: A value comes twice in the second layer, or none of the features has it.
    """
    columns = {str(other["properties"].get(on)): other["properties"] for other in others}
    if len(columns) != len(others):
        raise refuse(url, f"{len(others) - len(columns)} values of {on} more than once", "each once")
    joined = [
        {**feature, "properties": {**columns[key], **feature["properties"]}}
        for feature in features
        if (key := str(feature["properties"].get(on))) in columns
    ]
    missing = sorted(set(columns) - {str(feature["properties"].get(on)) for feature in joined})
    if missing:
        raise refuse(
            url, f"{len(missing):,} values of {on} without a feature ({missing[0]}, ...)", "a feature for each"
        )
    return joined


def _name(feature: Any, layer: Layer) -> Any:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise refuse(layer.url, f"{str(feature)[:60]}", "GeoJSON features with properties")
    return properties if layer.order is None else properties.get(layer.order, feature.get("id", properties))


def _ask(web: Web, url: str, query: Mapping[str, str]) -> dict[str, Any]:
    said = web.read_json(url, query)
    if not isinstance(said, dict):
        raise refuse(url, f"a {type(said).__name__}", "the answer of a feature service")
    # The status is 200 all the same.
    if "error" in said:
        raise refuse(url, f"the service answers: {str(said['error'])[:200]}", "the answer of a feature service")
    return said


def _write_table(features: list[dict[str, Any]]) -> str:
    header = list(dict.fromkeys(name for feature in features for name in feature["properties"]))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(feature["properties"] for feature in features)
    return text.getvalue()
