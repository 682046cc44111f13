"""Shapefiles: several files that are one, and whether each of them is whole."""

from __future__ import annotations

import struct
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.geopackage import SUFFIX as PACKAGE
from crime_dagster.sources.readers.formats.geopackage import list_pending
from crime_dagster.sources.readers.formats.reading import SourceFile

NEEDED = (".dbf", ".shx")
PARTS = (".cpg", *NEEDED, ".prj")


def list_sidecars(path: Path) -> list[Path]:
    """The files beside a map that belong to it, sorted: parts of a shapefile, changes to a GeoPackage that wait."""
    if path.suffix.casefold() == PACKAGE:
        return list_pending(path)
    return [other for other in _list_parts(path) if other.is_file()]


def _list_parts(path: Path) -> list[Path]:
    if path.suffix.casefold() != ".shp":
        return []
    return sorted(
        other
        for other in path.parent.iterdir()
        if other.stem.casefold() == path.stem.casefold() and other.suffix.casefold() in PARTS
    )


def require_whole(file: SourceFile) -> None:
    """Refuse a shapefile of which a part is missing or cut off.

    GDAL reads a shapefile that was cut off without a word and gives areas without shapes; the files say themselves
    how long they should be.

    Args:
        file: The file; others than shapefiles pass.

    Raises:
        InputError: A part is missing, or shorter than it says.

    Source:
        ESRI Shapefile Technical Description (1998): file length at byte 24 in words of two bytes; dBASE III: number
        of records, length of the header and of a record at byte 4.
    """
    if file.path.suffix.casefold() != ".shp":
        return
    beside = _list_parts(file.path)
    suffixes = {path.suffix.casefold() for path in beside}
    lacking = [suffix for suffix in NEEDED if suffix not in suffixes]
    if lacking:
        raise _refuse(file, f"no {' and no '.join(lacking)} beside it")
    for path in [file.path, *beside]:
        # GDAL opens the parts by their names: a pipe among them would hold it for ever.
        if not path.is_file():
            raise _refuse(file, f"{path.name} is no regular file")
        try:
            size, stated = path.stat().st_size, _read_stated_size(path)
        except OSError as error:
            raise _refuse(file, f"{path.name} cannot be opened ({error})") from error
        if size < stated:
            raise _refuse(file, f"{path.name} of {size} bytes, cut off: it should have {stated}")


def find_encoding(file: SourceFile) -> tuple[str | None, list[str]]:
    """The encoding of a shapefile's table, found from its bytes: the `.cpg` beside it may be missing or say another.

    Args:
        file: The shapefile.

    Returns:
        The encoding, or None where what the file states can be right; and a warning where it states another.

    Raises:
        OSError: A part cannot be opened.
    """
    parts = {path.suffix.casefold(): path for path in list_sidecars(file.path)}
    content = parts[".dbf"].read_bytes()
    cells = content[struct.unpack("<H", content[8:10])[0] :]
    if cells.isascii():
        return None, []
    stated = parts[".cpg"].read_text("latin-1").strip() if ".cpg" in parts else ""
    is_stated_utf8 = stated.casefold().replace("-", "") in ("utf8", "65001")
    text = cells.decode("utf-8", "replace")
    # A cell may be cut within a letter; text of another encoding is hardly ever a letter of UTF-8.
    broken = text.count("\ufffd")
    is_utf8 = sum(letter > "\x7f" for letter in text) > 2 * broken
    if is_utf8 == is_stated_utf8:
        return ("utf-8" if is_utf8 else None), []
    found = "utf-8" if is_utf8 else "cp1252"
    return found, [f"{file.name}: the table is read as {found}, though '{stated or 'nothing'}' is stated"]


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


def _refuse(file: SourceFile, found: str) -> InputError:
    return InputError(
        file=file.name,
        found=found,
        expected="all files of the shapefile: .shp, .dbf, .shx and .prj",
        remedy="unpack the whole archive of the publisher into this folder",
    )
