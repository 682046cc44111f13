"""Shapefiles: several files that are one, and whether each of them is whole."""

from __future__ import annotations

import struct
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.reading import SourceFile

NEEDED = (".dbf", ".shx")
PARTS = (".cpg", *NEEDED, ".prj")


def list_sidecars(path: Path) -> list[Path]:
    """The files beside a shapefile that belong to it, sorted; none for other files."""
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
    beside = list_sidecars(file.path)
    suffixes = {path.suffix.casefold() for path in beside}
    lacking = [suffix for suffix in NEEDED if suffix not in suffixes]
    if lacking:
        raise _refuse(file, f"no {' and no '.join(lacking)} beside it")
    for path in [file.path, *beside]:
        try:
            size, stated = path.stat().st_size, _read_stated_size(path)
        except OSError as error:
            raise _refuse(file, f"{path.name} cannot be opened ({error})") from error
        if size < stated:
            raise _refuse(file, f"{path.name} of {size} bytes, cut off: it should have {stated}")


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
        expected="all files of the shapefile, whole: .shp, .dbf, .shx and .prj",
        remedy="unpack the whole archive of the publisher into this folder",
    )
