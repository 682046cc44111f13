"""Shapefiles, with a check that each part is complete, and GeoPackages, read as SQLite databases."""

import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from crime_dagster.sources.readers.formats.reading import PACKAGE, SHAPEFILE, SourceFile, refuse

MAGIC = b"SQLite format 3\x00"
# Changes that another program has not yet written into the file: without them rows are missing.
PENDING = ("-wal", "-journal")
# Size in bytes of the bounding box before a shape, by its three-bit flag.
BOXES = (0, 32, 48, 48, 64)
LONGEST_CELL = 100_000_000
NEEDED = (".dbf", ".shx")
SHX_HEADER, SHX_RECORD = 100, 8
PARTS = (".cpg", *NEEDED, ".prj")


def list_pending(path: Path) -> list[Path]:
    """Return files beside a GeoPackage with changes that are not yet in it."""
    beside = [path.with_name(path.name + ending) for ending in PENDING]
    return [other for other in beside if other.is_file()]


def list_package_layers(file: SourceFile) -> dict[str, list[str]]:
    """Return the layers with shapes, and their attribute names."""
    with _open(file) as database:
        return {name: attributes for name, (attributes, _, _) in _describe_layers(database).items()}


def read_package_layer(file: SourceFile, layer: str) -> gpd.GeoDataFrame:
    with _open(file) as database:
        attributes, shape, system = _describe_layers(database)[layer]
        columns = ", ".join(_quote(name) for name in [*attributes, shape])
        query = f"SELECT {columns} FROM {_quote(layer)}"  # noqa: S608 names cannot be parameters; SQLite's quoting
        records = database.execute(query).fetchall()
        stated = _find_system(database, system)
    shapes = shapely.from_wkb([_strip_header(record[-1]) for record in records])
    table = pd.DataFrame([record[:-1] for record in records], columns=pd.Index(attributes), dtype=object)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(np.asarray(shapes, dtype=object), crs=stated))


@contextmanager
def _open(file: SourceFile) -> Iterator[sqlite3.Connection]:
    pending = list_pending(file.path)
    with tempfile.TemporaryDirectory(prefix="crime-map-") as room:
        path, options = file.path, "?mode=ro&immutable=1"
        if pending:
            # SQLite writes the changes into the file that it opens, so open a copy.
            path, options = Path(shutil.copyfile(file.path, Path(room) / "copy.gpkg")), ""
            for other in pending:
                shutil.copyfile(other, Path(room) / f"copy.gpkg{other.name.removeprefix(file.path.name)}")
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}{options}", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL)
            yield database


def _describe_layers(database: sqlite3.Connection) -> dict[str, tuple[list[str], str, int]]:
    """Return attributes, shape column and coordinate system number of each layer; tables only, as views run code."""
    found = database.execute(
        "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c "
        "JOIN gpkg_geometry_columns g ON lower(g.table_name) = lower(c.table_name) "
        "JOIN sqlite_master m ON lower(m.name) = lower(c.table_name) AND m.type = 'table' "
        "WHERE c.data_type = 'features' AND upper(m.sql) NOT LIKE 'CREATE VIRTUAL%' ORDER BY c.rowid"
    ).fetchall()
    layers: dict[str, tuple[list[str], str, int]] = {}
    for table, shape, system in found:
        columns = database.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)).fetchall()
        layers[table] = ([str(name) for name, key in columns if not key and name != shape], shape, system)
    return layers


def _find_system(database: sqlite3.Connection, number: int) -> CRS | None:
    row = database.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (number,),
    ).fetchone()
    # -1 and 0 mean "not known".
    if row is None or number in (-1, 0):
        return None
    return CRS.from_epsg(int(row[1])) if str(row[0]).casefold() == "epsg" else CRS.from_wkt(str(row[2]))


def _strip_header(blob: bytes | None) -> bytes | None:
    """Return the well-known binary of a GeoPackage shape (OGC GeoPackage 1.4, 2.1.3: magic, flags, box)."""
    if blob is None:
        return None
    if blob[:2] != b"GP" or (blob[3] >> 1 & 7) >= len(BOXES):
        raise ValueError("a shape that does not follow the GeoPackage standard")
    return blob[8 + BOXES[blob[3] >> 1 & 7] :]


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def list_sidecars(path: Path) -> list[Path]:
    """Return the files beside a map that belong to it: parts of a shapefile, pending changes of a GeoPackage."""
    if path.suffix.casefold() == PACKAGE:
        return list_pending(path)
    return [other for other in _list_parts(path) if other.is_file()] if path.suffix.casefold() == SHAPEFILE else []


def _list_parts(path: Path) -> list[Path]:
    beside = (other for other in path.parent.iterdir() if other.stem.casefold() == path.stem.casefold())
    return sorted(other for other in beside if other.suffix.casefold() in PARTS)


def require_whole(file: SourceFile) -> None:
    """Refuse a shapefile with a part missing or truncated.

    GDAL reads a truncated one without complaint and gives areas without shapes, but the files state their length.
    """
    beside = _list_parts(file.path)
    suffixes = {path.suffix.casefold() for path in beside}
    lacking = [suffix for suffix in NEEDED if suffix not in suffixes]
    fault = f"no {' and no '.join(lacking)} beside it" if lacking else _find_fault([file.path, *beside])
    if fault:
        expected = "all files of the shapefile: .shp, .dbf, .shx and .prj"
        raise refuse(file, fault, expected, "unpack the whole archive of the publisher into this folder")


def _find_fault(paths: list[Path]) -> str | None:
    for path in paths:
        # GDAL opens the parts by name: a named pipe among them would block it for ever.
        if not path.is_file():
            return f"{path.name} is not a regular file"
        try:
            size, stated = path.stat().st_size, _read_stated_size(path)
        except OSError as error:
            return f"{path.name} cannot be opened ({error})"
        if size < stated:
            return f"{path.name} of {size} bytes, cut off: it should have {stated}"
    index, table = (next(path for path in paths if path.suffix.casefold() == suffix) for suffix in (".shx", ".dbf"))
    shapes = (_read_stated_size(index) - SHX_HEADER) // SHX_RECORD
    with table.open("rb") as stream:
        records = struct.unpack("<4xI", stream.read(8))[0]
    # Parts of two shapefiles: the shapes would get the names of other ones.
    return f"{shapes} shapes in {index.name} and {records} records in {table.name}" if shapes != records else None


def _read_stated_size(path: Path) -> int:
    with path.open("rb") as stream:
        head = stream.read(32)
    suffix, is_cut = path.suffix.casefold(), len(head) < 32
    if suffix in (".shp", ".shx"):
        return 100 if is_cut else 2 * int(struct.unpack(">i", head[24:28])[0])
    if suffix == ".dbf":
        records, header, record = (0, 32, 0) if is_cut else struct.unpack("<IHH", head[4:12])
        return int(header + records * record)
    return 0


def find_encoding(file: SourceFile) -> tuple[str | None, list[str]]:
    """Return the encoding of a shapefile's table, from its bytes: the `.cpg` beside it may be missing or wrong.

    It is None if the stated one may be right, and has a warning if another is stated.
    """
    parts = {path.suffix.casefold(): path for path in list_sidecars(file.path)}
    content = parts[".dbf"].read_bytes()
    cells = content[struct.unpack("<H", content[8:10])[0] :]
    if cells.isascii():
        return None, []
    stated = parts[".cpg"].read_text("latin-1").strip() if ".cpg" in parts else ""
    is_stated_utf8 = stated.casefold().replace("-", "") in ("utf8", "65001")
    text = cells.decode("utf-8", "replace")
    # A cell may be cut within a letter, but text in another encoding is hardly ever valid UTF-8.
    is_utf8 = sum(letter > "\x7f" for letter in text) > 2 * text.count("\ufffd")
    if is_utf8 == is_stated_utf8:
        return ("utf-8" if is_utf8 else None), []
    found = "utf-8" if is_utf8 else "cp1252"
    return found, [f"{file.name}: the table is read as {found}, though '{stated or 'nothing'}' is stated"]
