"""Small whole files of every format that is read, to be damaged."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd

from tests.mutations.maps import write_topojson

AREAS = 12
STREET = "2025-10-city-of-doggermouth-street.csv"
POPULATION = "mid-year-population-density-lsoa21"
BOUNDARIES = "doggermouth-2021-lsoa-gen20"
EATING = "FHRS991en-GB"


def make_originals(sample: Path, room: Path) -> dict[str, bytes]:
    """Files by name; a shapefile is a zip of its parts.

    Args:
        sample: The committed sample.
        room: A folder to write in.
    """
    population = pd.read_csv(sample / "ons" / "population" / f"{POPULATION}.csv").head(AREAS)
    shapes = gpd.read_file(sample / "ons" / "boundaries" / f"{BOUNDARIES}.shp").head(AREAS)
    street = next((sample / "police_uk").rglob(STREET)).read_bytes()
    text = population.to_csv(index=False).encode()
    population.to_excel(room / f"{POPULATION}.xlsx", index=False)
    (room / f"{POPULATION}.ods").write_bytes(_write_ods([[*population.columns], *population.itertuples(index=False)]))
    population.to_parquet(room / f"{POPULATION}.parquet")
    for driver, suffix in (("GPKG", "gpkg"), ("ESRI Shapefile", "shp")):
        shapes.to_file(room / f"{BOUNDARIES}.{suffix}", driver=driver)
    shapes.to_crs(4326).to_file(room / f"{BOUNDARIES}.geojson", driver="GeoJSON")
    found = {path.name: path.read_bytes() for path in sorted(room.iterdir())}
    parts = {name: found.pop(name) for name in [*found] if Path(name).stem == BOUNDARIES and _is_part(name)}
    page = found[f"{BOUNDARIES}.geojson"]
    records = gzip.decompress((sample / "fsa" / f"{EATING}.json.gz").read_bytes())
    return {
        **found,
        f"{BOUNDARIES}.geojson.gz": gzip.compress(page, mtime=0),
        f"{BOUNDARIES}.topojson": write_topojson(json.loads(page)),
        f"{EATING}.json": records,
        f"{POPULATION}.xls": _write_old_workbook(),
        STREET: street,
        f"{POPULATION}.csv": text,
        f"{POPULATION}.csv.gz": gzip.compress(text, mtime=0),
        "2025-10.zip": _pack({f"2025-10/{STREET}": street}),
        f"{BOUNDARIES}.zip": _pack(parts),
    }


def _is_part(name: str) -> bool:
    return name.endswith((".shp", ".shx", ".dbf", ".prj", ".cpg"))


def _write_old_workbook() -> bytes:
    """The head of a compound file of OLE, its directory and the first record of a BIFF stream."""
    directory = "Root Entry".encode("utf-16-le").ljust(128, b"\0") + "Workbook".encode("utf-16-le").ljust(384, b"\0")
    first_record = bytes.fromhex("0908100000060500bb0dcc070000000006000000")
    return bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0") + directory + first_record.ljust(512, b"\0")


def _write_ods(rows: Iterable[Iterable[object]]) -> bytes:
    cells = "".join(f"<table:table-row>{''.join(map(_write_cell, row))}</table:table-row>" for row in rows)
    content = ODS.replace("ROWS", cells)
    members = {"mimetype": ODS_TYPE, "content.xml": content, "META-INF/manifest.xml": ODS_MANIFEST}
    return _pack({name: text.encode() for name, text in members.items()})


def _write_cell(cell: object) -> str:
    kind = 'office:value-type="string"' if isinstance(cell, str) else f'office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {kind}><text:p>{cell}</text:p></table:table-cell>"


def _pack(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = "urn:oasis:names:tc:opendocument:xmlns"
ODS = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{NAMES}:office:1.0" '
    f'xmlns:table="{NAMES}:table:1.0" xmlns:text="{NAMES}:text:1.0" office:version="1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="data">ROWS</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)
ODS_MANIFEST = (
    f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{NAMES}:manifest:1.0" '
    f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
