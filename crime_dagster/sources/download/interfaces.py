"""Sources that are put together from several answers: a layer of a feature service, a list that comes in pages."""

from __future__ import annotations

import json
from typing import Any

from crime_dagster.sources.catalogue.address import Address
from crime_dagster.sources.download import arcgis
from crime_dagster.sources.download.fetching import Fetching
from crime_dagster.sources.download.records import Record
from crime_dagster.sources.download.refusal import refuse
from crime_dagster.sources.download.transfer import Validators
from crime_dagster.sources.download.web import Web

MOST_PAGES = 200


def fetch_layer(fetching: Fetching) -> None:
    """Fetch a layer of a feature service, unless it has not been edited."""
    web, address = fetching.session.web, fetching.address
    layers = arcgis.describe_layers(web, address)
    version = arcgis.name_version(layers)
    settings = json.dumps([address.file, version])
    before = fetching.known.get(fetching.url, Record())
    if version is not None and before.settings == settings and before.is_whole(fetching.session.folder):
        fetching.records[fetching.url] = before
    else:
        _put(fetching, arcgis.read_layers(web, address, layers), settings)


def fetch_pages(fetching: Fetching) -> None:
    """Fetch all pages of a list: no interface says whether they have changed."""
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
    """All pages of the list `address.items`, as one JSON document with the list under its own name."""
    url, name = address.url or "", address.items or ""
    records: list[Any] = []
    total = None
    for page in range(1, MOST_PAGES + 1):
        answer = web.read_json(url, {**address.query, "page": str(page)})
        found = answer.get(name) if isinstance(answer, dict) else None
        if not isinstance(found, list):
            raise refuse(url, f"JSON without the list `{name}`", f"a page of `{name}`")
        # An interface without pages gives the same answer again.
        if page > 1 and (not found or found[0] == records[0]):
            break
        records += found
        total = answer.get("total", total)
        if not found or (total is not None and len(records) >= total):
            break
    if not records or (total is not None and len(records) != total):
        raise refuse(url, f"{len(records):,} records in `{name}`", f"the {total or 'records'} that it says it has")
    return json.dumps({name: records}, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
