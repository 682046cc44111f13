"""Zip archives as they were downloaded: what is in them, and what is wanted of them unpacked within bounds."""

from __future__ import annotations

import contextlib
import functools
import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO

from crime_dagster.core.errors import InputError
from crime_dagster.sources.folder.leftovers import is_litter
from crime_dagster.sources.readers.formats.geopackage import PENDING
from crime_dagster.sources.readers.formats.guard import guard
from crime_dagster.sources.readers.formats.limits import bound_unpacked, refuse_size
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.formats.shapefile import PARTS

MOST_MEMBERS = 20_000
MOST_BYTES = 4_000_000_000
CHUNK = 1 << 20
BROKEN = (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, zlib.error, LZMAError)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
# How Windows packs what is large.
DEFLATE64 = 9
HAS_PASSWORD = 1


def is_archive(name: str) -> bool:
    """Whether a file is a zip archive by its name; a workbook is one inside and a file to us."""
    return name.casefold().endswith(".zip")


@guard
def list_members(archive: SourceFile) -> tuple[list[SourceFile], list[str]]:
    """The files in an archive; nothing is unpacked.

    Args:
        archive: The archive.

    Returns:
        Its files as if they lay in a folder of its name, sorted, and the names of those that would be outside of it.
        Archives and unfinished downloads in it are among its files.

    Raises:
        InputError: It is no whole zip archive.
    """
    try:
        members, outside = _list_members(archive, _stamp(archive.path))
    except BROKEN as error:
        raise _refuse(archive.name, str(error)) from error
    return list(members), list(outside)


@contextlib.contextmanager
def open_files(files: Sequence[SourceFile]) -> Iterator[list[SourceFile]]:
    """Files that can be opened: those in archives are unpacked, and gone when the block ends.

    Args:
        files: Files by themselves and files in archives.

    Yields:
        The same files under the same names, in the same order.

    Raises:
        InputError: An archive is damaged, or what is wanted of it is too large.
    """
    archives = {file.archive.path: file.archive for file in files if file.archive is not None}
    if not archives:
        yield list(files)
        return
    with tempfile.TemporaryDirectory(prefix="crime-unpacked-") as room:
        unpacked: dict[str, SourceFile] = {}
        for number, archive in enumerate(archives.values()):
            wanted = [file for file in files if file.archive is not None and file.archive.path == archive.path]
            unpacked |= _unpack(archive, wanted, Path(room) / str(number))
        yield [unpacked.get(file.name, file) for file in files]


def read_heads(files: Sequence[SourceFile], size: int) -> dict[str, bytes]:
    """The first bytes of files that are in one archive, which is opened once.

    Args:
        files: Files of one archive.
        size: How many bytes of each, unpacked where its name ends in `.gz`.

    Returns:
        Name to bytes. A file that is damaged is not among them: what opens it says what is wrong.

    Raises:
        InputError: The archive cannot be opened.
    """
    heads: dict[str, bytes] = {}
    if not files or files[0].archive is None:
        return heads
    archive = files[0].archive
    try:
        with zipfile.ZipFile(archive.path) as packed:
            for file in files:
                with contextlib.suppress(*BROKEN, KeyError), packed.open(file.member) as stream:
                    heads[file.name] = _read_start(file, stream, size)
    except BROKEN as error:
        raise _refuse(archive.name, str(error)) from error
    return heads


def read_start(file: SourceFile, size: int) -> bytes | None:
    """The first bytes of a file that is in no archive, as `read_heads`; None for a damaged one."""
    try:
        with file.path.open("rb") as stream:
            return _read_start(file, stream, size)
    except BROKEN:
        return None


def _read_start(file: SourceFile, stream: IO[bytes], size: int) -> bytes:
    if not file.name.casefold().endswith(".gz"):
        return stream.read(size)
    with gzip.open(stream) as unpacked:
        return unpacked.read(size)


def stamp_file(path: Path) -> tuple[int, int, int]:
    """What tells that a file is still the one it was without reading it: size, time of change, number.

    What cannot be opened has zeros: what reads it says what is wrong.
    """
    try:
        return _stamp(path)
    except OSError:
        return 0, 0, 0


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


@functools.lru_cache(maxsize=64)
def _list_members(
    archive: SourceFile, _stamped: tuple[int, int, int]
) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    # Each source asks what is in the folder: an archive is opened once, until it changes.
    with zipfile.ZipFile(archive.path) as packed:
        names = [member.filename for member in packed.infolist() if not member.is_dir()]
    if len(names) > MOST_MEMBERS:
        raise _refuse_bounds(f"{len(names)} files", archive)
    # Of two members of one name the last counts, as for every program that unpacks them.
    found = {_tidy(name): name for name in names if _is_inside(name)}
    members = tuple(
        SourceFile(path=archive.path / tidy, name=f"{archive.name}/{tidy}", archive=archive, member=name)
        for tidy, name in sorted(found.items())
        if not any(is_litter(part) for part in PurePosixPath(tidy).parts)
    )
    return members, tuple(_tidy(name) for name in names if not _is_inside(name))


@guard
def _unpack(archive: SourceFile, wanted: Sequence[SourceFile], room: Path) -> dict[str, SourceFile]:
    stems = {_stem(file.member) for file in wanted if file.path.suffix.casefold() == ".shp"}
    names = {file.member for file in wanted}
    try:
        with zipfile.ZipFile(archive.path) as packed:
            members = {
                member.filename: member
                for member in packed.infolist()
                if member.filename in names or _is_beside(member.filename, stems, names)
            }
            _require_bounds(list(members.values()), archive)
            for member in members.values():
                _unpack_member(packed, member, room)
            lost = [file.name for file in wanted if file.member not in members]
            if lost:
                raise ValueError(f"{lost[0]} is no longer in it")
    except BROKEN as error:
        raise _refuse(archive.name, str(error)) from error
    return {
        file.name: SourceFile(
            path=_target(room, file.member), name=file.name, packed_bytes=members[file.member].compress_size
        )
        for file in wanted
    }


def _unpack_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, room: Path) -> None:
    target = _target(room, member.filename)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with packed.open(member) as stream, target.open("wb") as copy:
        # The stated size was checked; a member that holds more than it says is not believed.
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise ValueError(f"{member.filename} is larger than it says")
            copy.write(chunk)


def _target(room: Path, member: str) -> Path:
    return room.joinpath(*PurePosixPath(_tidy(member)).parts)


def _is_beside(member: str, stems: set[str], names: set[str]) -> bool:
    """Whether a member is a part of a shapefile that is wanted, or holds changes to a GeoPackage that is."""
    if any(member.removesuffix(ending) in names for ending in PENDING if member.endswith(ending)):
        return _is_inside(member)
    is_part = PurePosixPath(_tidy(member)).suffix.casefold() in PARTS
    return is_part and _is_inside(member) and _stem(member) in stems


def _stem(member: str) -> str:
    return str(PurePosixPath(_tidy(member)).with_suffix("")).casefold()


def _tidy(member: str) -> str:
    # Some programs of Windows part folders with a backslash.
    return str(PurePosixPath(member.replace("\\", "/")))


def _is_inside(member: str) -> bool:
    path = PurePosixPath(_tidy(member))
    return not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0] if path.parts else False


def _require_bounds(members: list[zipfile.ZipInfo], archive: SourceFile) -> None:
    """Refuse what would not unpack, or to more than any published file holds."""
    for member in members:
        if member.flag_bits & HAS_PASSWORD:
            raise _refuse(archive.name, f"{member.filename} has a password", "unpack it by hand into the data folder")
        if member.compress_type not in METHODS:
            how = "Deflate64" if member.compress_type == DEFLATE64 else f"method {member.compress_type}"
            remedy = "unpack it by hand into the data folder, or pack it again with another program"
            raise _refuse(archive.name, f"{member.filename} is packed by {how}, which is not read here", remedy)
        bound = bound_unpacked(member.compress_size)
        if member.file_size > bound:
            found = f"{member.filename} of {member.file_size:,} bytes in {member.compress_size:,}"
            raise refuse_size(archive.name, found, f"at most {bound:,} bytes")
    size = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or size > MOST_BYTES:
        raise _refuse_bounds(f"{len(members)} files of {size} bytes together", archive)


def _refuse_bounds(found: str, archive: SourceFile) -> InputError:
    return InputError(
        file=archive.name,
        found=found,
        expected=f"at most {MOST_MEMBERS} files of {MOST_BYTES} bytes together",
        remedy="unpack it by hand, or put fewer months into one archive",
    )


def _refuse(
    name: str, found: str, remedy: str = "download it again from its publisher, or move it out of the folder"
) -> InputError:
    return InputError(
        file=name,
        found=f"it cannot be unpacked ({found})",
        expected="a complete zip archive without a password",
        remedy=remedy,
    )
