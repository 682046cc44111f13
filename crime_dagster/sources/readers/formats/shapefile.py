"""Shapefiles: one map in several files, and whether each of them is complete."""

from __future__ import annotations

import struct
from pathlib import Path

from crime_dagster.sources.readers.formats.geopackage import list_pending
from crime_dagster.sources.readers.formats.reading import PACKAGE, SHAPEFILE, SourceFile, refuse

NEEDED = (".dbf", ".shx")
PARTS = (".cpg", *NEEDED, ".prj")


def list_sidecars(path: Path) -> list[Path]:
    """Files beside a map that belong to it: parts of a shapefile, pending changes of a GeoPackage."""
    if path.suffix.casefold() == PACKAGE:
        return list_pending(path)
    return [other for other in _list_parts(path) if other.is_file()] if path.suffix.casefold() == SHAPEFILE else []


def _list_parts(path: Path) -> list[Path]:
    beside = (other for other in path.parent.iterdir() if other.stem.casefold() == path.stem.casefold())
    return sorted(other for other in beside if other.suffix.casefold() in PARTS)


def require_whole(file: SourceFile) -> None:
    """Refuse a shapefile of which a part is missing or cut off.

    GDAL reads a truncated one without complaint and gives areas without shapes, but the files state their length.

    Source:
        ESRI Shapefile Technical Description (1998): file length at byte 24 in words of two bytes; dBASE III: number
        of records, length of the header and of a record at byte 4.
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
    return None


def _read_stated_size(path: Path) -> int:
    with path.open("rb") as stream:
        head = stream.read(32)
    if path.suffix.casefold() in (".shp", ".shx"):
        return 2 * int(struct.unpack(">i", head[24:28])[0]) if len(head) == 32 else 100
    if path.suffix.casefold() == ".dbf":
        if len(head) < 32:
            return 32
        records, header, record = struct.unpack("<IHH", head[4:12])
        return int(header + records * record)
    return 0


def find_encoding(file: SourceFile) -> tuple[str | None, list[str]]:
    """The encoding of a shapefile's table, from its bytes: the `.cpg` beside it may be missing or wrong.

    Returns:
        The encoding, or None if the stated one can be right; and a warning if another is stated.
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
