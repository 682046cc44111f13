"""Sources assembled from several responses: a feature service layer, a paginated list."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import Address
from crime_dagster.sources.download.fetching import Fetching
from crime_dagster.sources.download.policy import AGAIN, TryAgainError, refuse
from crime_dagster.sources.download.records import Record
from crime_dagster.sources.download.transfer import Validators
from crime_dagster.sources.download.web import LENGTH, Web

PAGE = 2000
MOST_FEATURES = 500_000
# Stops a service that sends the same page for every request.
MOST_ALIKE = 20
EVERYTHING = {"where": "1=1", "outFields": "*"}
SERVICE = "the answer of a feature service"
# With these codes a service says that a layer or column does not exist, or needs an account; others may pass.
UNKNOWN, CLOSED = (400, 404, 410), (401, 403, 498, 499)
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
    key = "" if address.join is None else address.join.key
    features, *joined = [_read_features(web, layer, key) for layer in layers]
    for others in joined:
        features = _join(features, others, key, layers[1].url)
    if (address.file or "").endswith(".csv"):
        # As objects: whole numbers stay whole where others are missing.
        rows = pd.DataFrame([feature["properties"] for feature in features], dtype=object)
        return rows.to_csv(index=False, lineterminator="\r\n").encode("utf-8")
    return _write_json({"type": "FeatureCollection", "features": features})


def _write_json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def ask(web: Web, url: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Send a request to a service, which returns its errors with status 200."""

    def check(answer: Any) -> None:
        if not isinstance(answer, dict):
            raise refuse(url, f"a {type(answer).__name__}", SERVICE)
        if "error" in answer:
            error = answer["error"] if isinstance(answer["error"], dict) else {"message": answer["error"]}
            code = error.get("code")
            found = f"the service answers {code}: {str(error.get('message') or error)[:200]}"
            if code not in UNKNOWN + CLOSED:
                raise TryAgainError(found)
            raise refuse(url, found, SERVICE, kind=ServiceError if code in UNKNOWN else InputError)

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


def _read_features(web: Web, layer: ServiceLayer, key: str) -> list[Feature]:
    """Fetch all pages of a layer, each feature once; the service decides on the length of a page.

    Distinct rows are read until a page is empty: services may count without the distinct option, or end pages early.
    `key` is a column that every feature needs.
    """
    is_distinct = layer.order is None
    asked = {**layer.query, "outSR": "4326", "f": "geojson", "resultRecordCount": str(layer.page)}
    # Without an order the pages of some services overlap.
    asked |= {} if layer.order is None else {"orderByFields": layer.order}
    wanted = [name for name in layer.query["outFields"].split(",") if name != "*"]
    needed = dict.fromkeys([*wanted, key] if key else wanted)
    found: dict[str, Feature] = {}
    offset = alike = 0
    page: list[Any] | None = None
    more = is_cut = False
    while page != [] and (more or not alike) and (is_distinct or offset < layer.count):
        if alike >= MOST_ALIKE or offset > MOST_FEATURES:
            raise refuse(layer.url, f"{offset:,} rows, and no end", "pages that come to an end")
        answer = ask(web, f"{layer.url}/query", {**asked, "resultOffset": str(offset)})
        before, page = page, answer.get("features")
        if not isinstance(page, list):
            raise refuse(layer.url, "an answer without features", "a page of features")
        offset += len(page)
        for feature in page:
            row = _read_row(feature, layer.url, needed)
            if is_distinct and wanted:
                # A column that was not requested would make equal rows different.
                row = {name: row[name] for name in wanted}
            identity = row if layer.order is None else row.get(layer.order, feature.get("id", row))
            found.setdefault(json.dumps(identity, sort_keys=True), {**feature, "properties": row})
        # A service that ignores the offset sends all rows again.
        alike = alike + 1 if page == before else 0
        is_cut = more and not page
        # In GeoJSON the flag is in its properties, in JSON at the top.
        flagged = (answer, answer.get("properties"))
        more = any(one.get("exceededTransferLimit") for one in flagged if isinstance(one, dict))
        if layer.count > layer.page:
            web.say(f"  {len(found):,} of {layer.count:,} features")
    counts = {offset, len(found)}
    if (is_cut and layer.count not in counts) if is_distinct else counts != {layer.count}:
        words = f"{offset:,} features, {offset - len(found):,} of them twice"
        raise refuse(layer.url, words, f"{layer.count:,}, as the service counts", AGAIN)
    return list(found.values())


def _read_row(feature: Any, url: str, wanted: Iterable[str]) -> dict[str, Any]:
    """Return the properties of a feature; the wanted ones as they were asked for, whatever the service's spelling."""
    properties: dict[str, Any] | None = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise refuse(url, f"{str(feature)[:60]}", "GeoJSON features with properties")
    spelled = {name.casefold(): name for name in wanted}
    row = {spelled.get(name.casefold(), name): value for name, value in properties.items()}
    if lacking := ", ".join(name for name in spelled.values() if name not in row):
        raise refuse(url, f"the columns {', '.join(properties)}", lacking, column=lacking)
    return row


def _join(features: list[Feature], others: list[Feature], on: str, url: str) -> list[Feature]:
    """Join the columns of a second layer, one feature per value of `on`; features without a match are left out."""
    columns = {str(other["properties"][on]): other["properties"] for other in others}
    if len(columns) != len(others):
        raise refuse(url, f"{len(others) - len(columns)} values of {on} more than once", "each once")
    keyed = [(str(feature["properties"][on]), feature) for feature in features]
    missing = sorted(set(columns) - {key for key, _ in keyed})
    if missing:
        found = f"{len(missing):,} values of {on} without a feature ({missing[0]}, ...)"
        raise refuse(url, found, "a feature for each")
    wanted = [(key, feature) for key, feature in keyed if key in columns]
    return [{**feature, "properties": {**columns[key], **feature["properties"]}} for key, feature in wanted]


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
            raise refuse(url, f"JSON without the list `{name}`: {str(answer)[:200]}", f"a page of `{name}`")
        # An API without pages repeats the same response.
        if page == 2 and found == records:
            break
        records += found
        said = str(answer.get("total"))
        total = int(said) if LENGTH.match(said) else total
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
    return _write_json({name: records})
