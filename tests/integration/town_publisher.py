"""A publisher of a made-up city's files on 127.0.0.1, who publishes a month each month as those of London do."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote

import geopandas as gpd
import pandas as pd

from crime_dagster.sources.catalogue.address import parse_address
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.inventory import take_inventory
from tests.unit.sources.download.misbehaving_server import Handler, Server

HOST = "https://publisher.example"
RELEASES, STREET = "mps/lsoa_crime", "police_uk/street_crime"
TITLE = "MPS LSOA Level Crime (most recent 24 months).csv"


@dataclass
class Publisher:
    """What is published, and whether the server is up.

    Args:
        shelf: A folder of files as publishers have them; what is put there is published.
        server: Where they are fetched.
        is_down: Whether it answers 503 to everything.
    """

    shelf: Path
    server: Server
    is_down: bool = False

    def __post_init__(self) -> None:
        self.server.fallback = self.answer

    def list_sources(self) -> dict[str, Source]:
        """The catalogue, fetched from here: of what is on the shelf; releases as the London Datastore lists them."""
        catalogue = load_catalogue()
        found: dict[str, Source] = {}
        for file, recognition in take_inventory(self.shelf).known:
            source = recognition.source
            if source is None or source.key in found:
                continue
            said: dict[str, object] = {"kind": "file", "url": f"{HOST}/files/{quote(file.name)}"}
            if source.key == RELEASES:
                said = {"kind": "datastore", "id": "exy3m", "match": ["MPS LSOA Level Crime*"]}
            elif source.many_files:
                said = {"kind": "file", "url": f"{HOST}/zips/{source.key}.zip", "members": ["*"]}
            elif file.suffix == ".shp":
                said["url"] = f"{HOST}/shapes/{quote(file.name.removesuffix('.shp'))}.geojson"
            found[source.key] = replace(catalogue[source.key], download=parse_address(said))
        return found

    def answer(self, handler: Handler) -> None:
        path = unquote(handler.path)
        if self.is_down:
            return handler.reply(503, b"out of order")
        if path == "/api/v3/dataset/exy3m":
            return handler.reply(200, json.dumps(self._list_releases()).encode(), Content_Type="application/json")
        kind, _, name = path.removeprefix("/").partition("/")
        body = self._read(kind, name)
        if body is None:
            return handler.reply(404, b"gone")
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if handler.headers.get("If-None-Match") == etag:
            return handler.reply(304, ETag=etag)
        return handler.reply(200, body, ETag=etag, Content_Type="application/octet-stream")

    def _read(self, kind: str, name: str) -> bytes | None:
        if kind == "zips":
            found = take_inventory(self.shelf).known
            key = name.removesuffix(".zip")
            names = [file.name for file, of in found if of.source is not None and of.source.key == key]
            return _pack(self.shelf / one for one in names)
        if kind == "shapes":
            # As a feature service gives a layer.
            shapes = gpd.read_file(self.shelf / name.replace(".geojson", ".shp"))
            return str(shapes.to_crs("EPSG:4326").to_json()).encode()
        # A release is asked for by its own name and has that of every other: /releases/<file>/<title>.
        path = self.shelf / (f"mps/{name.partition('/')[0]}" if kind == "releases" else name)
        return path.read_bytes() if path.is_file() else None

    def _list_releases(self) -> dict[str, object]:
        resources = {}
        for path in sorted((self.shelf / "mps").glob("*24 months*.csv"), reverse=True):
            months = list_release_months(path)
            resources[path.stem] = {
                "title": TITLE,
                "format": "csv",
                "url": f"{HOST}/releases/{quote(path.name)}/{quote(TITLE)}",
                "check_timestamp": f"{months[-1]}-28T09:00:00Z",
                "timeframe": {"from": f"{months[0]}-01", "to": f"{months[-1]}-28"},
            }
        return {"id": "exy3m", "title": "Crime", "resources": resources}


def list_release_months(path: Path) -> list[str]:
    """The months of a release, as YYYY-MM."""
    names = pd.read_csv(path, nrows=0).columns
    return sorted(f"{name[:4]}-{name[4:]}" for name in names if name.isdigit())


def _pack(paths: Iterable[Path]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            # The same content has the same bytes, whenever it was put on the shelf.
            archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes())
    return packed.getvalue()
