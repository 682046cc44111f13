"""Sources that are put together from several answers: a layer of a feature service, a list that comes in pages."""

from __future__ import annotations

import json
from collections.abc import Mapping

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download import arcgis, pages
from crime_dagster.sources.download.fetching import Fetched, Session, note_files
from crime_dagster.sources.download.placing import Place
from crime_dagster.sources.download.records import Record
from crime_dagster.sources.download.refusal import refuse
from crime_dagster.sources.download.transfer import Stamp


def fetch_layer(session: Session, source: Source, known: Mapping[str, Record]) -> Fetched:
    """Fetch a layer of a feature service, if it was edited since."""
    address = source.download
    layers = arcgis.describe_all(session.web, address)
    version = arcgis.name_version(layers)
    settings = json.dumps([address.file, version])
    before = known.get(address.url or "")
    if version is not None and before is not None and before.settings == settings and before.is_whole(session.folder):
        return Fetched({address.url or "": before})
    return _put(session, source, arcgis.read_layers(session.web, address, layers), settings, before)


def fetch_pages(session: Session, source: Source, known: Mapping[str, Record]) -> Fetched:
    """Fetch all pages of a list: no interface says whether they have changed."""
    body = pages.read_pages(session.web, source.download)
    return _put(session, source, body, json.dumps([source.download.file]), known.get(source.download.url or ""))


def _put(session: Session, source: Source, body: bytes, settings: str, before: Record | None) -> Fetched:
    """Write what was put together under the name that the catalogue gives it."""
    address, place = source.download, Place(session.folder, source)
    url, name = address.url or "", place.name(address.file or "")
    if len(body) > address.limit:
        raise refuse(url, f"{len(body):,} bytes", f"at most {address.limit:,} (`limit_mb` of the catalogue)")
    arrived = place.incoming(name)
    arrived.parent.mkdir(parents=True, exist_ok=True)
    arrived.write_bytes(body)
    # How much there had to be was counted.
    placed = place.put(name, url, is_announced=True, before=before.contents.get(name) if before is not None else None)
    return Fetched({url: note_files([placed], Stamp(), settings)}, [placed.note] if placed.note else [])
