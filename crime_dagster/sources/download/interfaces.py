"""Sources assembled from several responses: a feature service layer, a paginated list."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import Address
from crime_dagster.sources.download.fetching import Fetching
from crime_dagster.sources.download.policy import AGAIN, TryAgainError, refuse
from crime_dagster.sources.download.records import Record
from crime_dagster.sources.download.transfer import Validators
from crime_dagster.sources.download.web import Web

PAGE = 2000
MOST_FEATURES = 500_000
# Stops a service that sends the same page for every request.
MOST_PAGES = 5_000
MOST_ALIKE = 20
EVERYTHING = {"where": "1=1", "outFields": "*"}
SERVICE = "the answer of a feature service"
# With these codes a service says that a layer or column does not exist; others may pass.
UNKNOWN = (400, 404, 410)
Feature = dict[str, Any]
MOST_LISTED_PAGES = 200


class ServiceError(InputError):
    """An error of the service that a later request would meet too."""


@dataclass(frozen=True)
class ServiceLayer:
    """A service's description of a layer."""

    url: str
    query: Mapping[str, str]  # which features and columns are requested
    count: int  # number of these features; for distinct rows it may include repeats
    page: int  # most features per response
    order: str | None  # column that identifies a feature and orders the pages; None for distinct rows
    edited: str | None  # when the layer was last changed, as the service writes it


def read_layers(web: Web, address: Address, layers: list[ServiceLayer]) -> bytes:
    """Fetch the features of an address as GeoJSON or, if the file name ends in .csv, as a table."""
    features = _read_features(web, layers[0])
    if address.join is not None:
        features = _join(features, _read_features(web, layers[1]), address.join.key, layers[1].url)
    if (address.file or "").endswith(".csv"):
        # As objects: whole numbers stay whole where others are missing.
        rows = pd.DataFrame([feature["properties"] for feature in features], dtype=object)
        return rows.to_csv(index=False, lineterminator="\r\n").encode("utf-8")
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def ask(web: Web, url: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Send a request to a service, which returns its errors with status 200."""

    def check(answer: Any) -> None:
        if not isinstance(answer, dict):
            raise refuse(url, f"a {type(answer).__name__}", SERVICE)
        if "error" in answer:
            error = answer["error"] if isinstance(answer["error"], dict) else {"message": answer["error"]}
            code = error.get("code")
            found = f"the service answers {code}: {str(error.get('message') or error)[:200]}"
            raise refuse(url, found, SERVICE, kind=ServiceError) if code in UNKNOWN else TryAgainError(found)

    found: dict[str, Any] = web.read_json(url, query, check=check)
    return found


def _describe(web: Web, url: str, query: Mapping[str, str]) -> ServiceLayer:
    answer = ask(web, url, {"f": "json"})
    asked = {**EVERYTHING, **query}
    count = ask(web, f"{url}/query", {**asked, "returnCountOnly": "true", "f": "json"}).get("count")
    if not isinstance(count, int) or not 0 < count <= MOST_FEATURES:
        raise refuse(url, f"a count of {count!r}", f"a layer with 1 to {MOST_FEATURES:,} features")
    largest, editing = answer.get("maxRecordCount"), answer.get("editingInfo")
    edited = editing.get("lastEditDate") if isinstance(editing, dict) else None
    is_distinct = str(query.get("returnDistinctValues", "")).lower() == "true"
    page = min(PAGE, largest) if isinstance(largest, int) and largest > 0 else PAGE
    order = None if is_distinct else str(answer.get("objectIdField") or "OBJECTID")
    return ServiceLayer(url, asked, count, page, order, None if edited is None else str(edited))


def _read_features(web: Web, layer: ServiceLayer) -> list[Feature]:
    """Fetch all pages of a layer; the service decides on the length of a page."""
    asked = {**layer.query, "outSR": "4326", "f": "geojson", "resultRecordCount": str(layer.page)}
    if layer.order is None:
        return _read_distinct(web, layer, asked)
    features: list[Feature] = []
    # Without an order the pages of some services overlap.
    asked["orderByFields"] = layer.order
    while len(features) < layer.count:
        page = ask(web, f"{layer.url}/query", {**asked, "resultOffset": str(len(features))}).get("features")
        if not isinstance(page, list) or not page:
            break
        features.extend(page)
        if layer.count > layer.page:
            web.say(f"  {len(features):,} of {layer.count:,} features")
    distinct = {json.dumps(_identify(feature, layer), sort_keys=True) for feature in features}
    if len(features) != layer.count or len(distinct) != layer.count:
        found = f"{len(features):,} features, {len(features) - len(distinct):,} of them twice"
        raise refuse(layer.url, found, f"{layer.count:,}, as the service counts", AGAIN)
    return features


def _read_distinct(web: Web, layer: ServiceLayer, asked: Mapping[str, str]) -> list[Feature]:
    """Fetch distinct rows until a page is empty: services may count without the distinct option, or end pages early."""
    distinct: dict[str, Feature] = {}
    wanted = layer.query["outFields"].split(",")
    offset = same = 0
    before, more = None, False
    for _ in range(MOST_PAGES):
        answer = ask(web, f"{layer.url}/query", {**asked, "resultOffset": str(offset)})
        page = answer.get("features")
        if not isinstance(page, list):
            raise refuse(layer.url, "an answer without features", "a page of features")
        if more and not page and layer.count not in (offset, len(distinct)):
            raise refuse(layer.url, f"an empty page after {offset:,} rows", "the rest that the one before names", AGAIN)
        offset += len(page)
        for feature in page:
            row = _identify(feature, layer)
            # A column that was not requested would make equal rows different.
            row = {name: row[name] for name in wanted if name in row} if wanted != ["*"] else row
            distinct.setdefault(json.dumps(row, sort_keys=True), {**feature, "properties": row})
        same = same + 1 if page == before else 0
        before = page
        # In GeoJSON the flag is in its properties, in JSON at the top.
        flagged = (answer, answer.get("properties"))
        more = any(one.get("exceededTransferLimit") for one in flagged if isinstance(one, dict))
        # A service that ignores the offset sends all rows again.
        if not page or (not more and same):
            return list(distinct.values())
        if same >= MOST_ALIKE or offset > MOST_FEATURES:
            break
        if more:
            web.say(f"  {len(distinct):,} rows")
    raise refuse(layer.url, f"{offset:,} rows, and no end", "pages that come to an end")


def _join(features: list[Feature], others: list[Feature], on: str, url: str) -> list[Feature]:
    """Join the columns of a second layer, one feature per value of `on`; features without a match are left out."""
    columns = {str(other["properties"].get(on)): other["properties"] for other in others}
    if len(columns) != len(others):
        raise refuse(url, f"{len(others) - len(columns)} values of {on} more than once", "each once")
    keyed = [(str(feature["properties"].get(on)), feature) for feature in features]
    missing = sorted(set(columns) - {key for key, _ in keyed})
    if missing:
        found = f"{len(missing):,} values of {on} without a feature ({missing[0]}, ...)"
        raise refuse(url, found, "a feature for each")
    wanted = [(key, feature) for key, feature in keyed if key in columns]
    return [{**feature, "properties": {**columns[key], **feature["properties"]}} for key, feature in wanted]


def _identify(feature: Any, layer: ServiceLayer) -> Any:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise refuse(layer.url, f"{str(feature)[:60]}", "GeoJSON features with properties")
    return properties if layer.order is None else properties.get(layer.order, feature.get("id", properties))


def fetch_layer(fetching: Fetching) -> None:
    """Fetch a feature service layer, unless it is unchanged."""
    web, address = fetching.session.web, fetching.address
    layers = [_describe(web, fetching.url, address.query)]
    layers += [_describe(web, address.join.url, address.join.query)] if address.join is not None else []
    version = [[layer.url, dict(layer.query), layer.count, layer.edited] for layer in layers]
    settings = json.dumps([address.file, version], sort_keys=True)
    before = fetching.known.get(fetching.url, Record())
    is_dated = all(layer.edited is not None for layer in layers)
    if is_dated and before.settings == settings and before.is_whole(fetching.session.folder):
        fetching.records[fetching.url] = before
    else:
        _put(fetching, read_layers(web, address, layers), settings)


def fetch_pages(fetching: Fetching) -> None:
    """Fetch all pages of a list: no API says whether they have changed."""
    _put(fetching, _read_pages(fetching.session.web, fetching.address), json.dumps([fetching.address.file]))


def _put(fetching: Fetching, body: bytes, settings: str) -> None:
    place, address, url = fetching.place, fetching.address, fetching.url
    if len(body) > address.limit:
        raise refuse(url, f"{len(body):,} bytes", f"at most {address.limit:,} (`limit_mb` of the catalogue)")
    name = place.name(address.file or "")
    arrived = place.incoming(name)
    arrived.parent.mkdir(parents=True, exist_ok=True)
    arrived.write_bytes(body)
    before = fetching.known.get(url, Record()).contents.get(name)
    # The features or records were counted, so nothing was lost on the way.
    fetching.keep(url, [place.put(name, url, is_announced=True, before=before)], Validators(), settings)


def _read_pages(web: Web, address: Address) -> bytes:
    """Return all pages of the list `address.items` as one JSON document, with the list under its own name."""
    url, name = address.url or "", address.items or ""
    records: list[Any] = []
    total = None
    for page in range(1, MOST_LISTED_PAGES + 1):
        answer = web.read_json(url, {**address.query, "page": str(page)})
        found = answer.get(name) if isinstance(answer, dict) else None
        if not isinstance(found, list):
            raise refuse(url, f"JSON without the list `{name}`", f"a page of `{name}`")
        # An API without pages repeats the same response.
        if page == 2 and found == records:
            break
        records += found
        total = answer.get("total") if isinstance(answer.get("total"), int) else total
        if not found or (total is not None and len(records) >= total):
            break
    else:
        raise refuse(url, f"{MOST_LISTED_PAGES} pages of `{name}`, and no end", "pages that come to an end")
    twice = len(records) - len({json.dumps(record, sort_keys=True) for record in records})
    if twice:
        # In place of others: the number of records would still be right.
        raise refuse(url, f"{twice:,} records in `{name}` twice", "each record once", AGAIN)
    if not records or (total is not None and len(records) != total):
        raise refuse(url, f"{len(records):,} records in `{name}`", f"the {total or 'records'} that it says it has")
    return json.dumps({name: records}, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
