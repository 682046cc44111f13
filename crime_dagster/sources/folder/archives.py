"""Zip archives as downloaded: lists their contents and unpacks what is needed, within limits."""

import contextlib
import functools
import gzip
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from crime_dagster.core.errors import InputError, list_some
from crime_dagster.core.files import stamp_file
from crime_dagster.sources.folder.leftovers import is_litter
from crime_dagster.sources.readers.formats.limits import DAMAGE, bound_unpacked, guard, opening, refuse_size
from crime_dagster.sources.readers.formats.map_files import PARTS, PENDING
from crime_dagster.sources.readers.formats.reading import SHAPEFILE, SourceFile, refuse

MOST_MEMBERS = 20_000
MOST_BYTES = 4_000_000_000
CHUNK = 1 << 20
ARCHIVE = "a complete zip archive without a password"
REMEDY = "download it again from its publisher, or move it out of the folder"
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
# Windows compresses large files with this method.
DEFLATE64 = 9
HAS_PASSWORD = 1


def is_archive(name: str) -> bool:
    """Whether a file is a zip archive, by its name: workbooks are zip files too."""
    return name.casefold().endswith(".zip")


@guard
def list_members(archive: SourceFile) -> tuple[Sequence[SourceFile], Sequence[str]]:
    """Return the files in an archive, without unpacking, and the names of those that would be unpacked outside it.

    They are listed as if in a folder of its name, sorted, archives and unfinished downloads included.
    """
    with opening(archive, ARCHIVE, "unpacked", REMEDY):
        return _list_members(archive, stamp_file(archive.path))


# Every source lists the folder, so an archive is opened once, until it changes.
@functools.lru_cache(maxsize=64)
def _list_members(archive: SourceFile, _stamp: object) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    with zipfile.ZipFile(archive.path) as packed:
        names = [member.filename for member in packed.infolist() if not member.is_dir()]
    if len(names) > MOST_MEMBERS:
        raise _refuse_bounds(f"{len(names)} files", archive)
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise refuse(archive, f"{list_some(twice)} more than once in it", "each file once", REMEDY)
    found = {_tidy(name): name for name in names if is_inside(name)}
    members = tuple(
        SourceFile(path=archive.path / tidy, name=f"{archive.name}/{tidy}", archive=archive, member=name)
        for tidy, name in sorted(found.items())
        if not any(is_litter(part) for part in PurePosixPath(tidy).parts)
    )
    return members, tuple(_tidy(name) for name in names if not is_inside(name))


@contextlib.contextmanager
def open_files(files: Sequence[SourceFile]) -> Iterator[list[SourceFile]]:
    """Yield the same files in the same order, with those in archives unpacked for this block."""
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


def read_starts(files: Sequence[SourceFile], size: int) -> dict[str, bytes]:
    """Return the first bytes of files in one archive or in none, uncompressed; damaged files are left out."""
    starts: dict[str, bytes] = {}
    archive = files[0].archive if files else None
    with contextlib.ExitStack() as stack:
        packed = None
        if archive is not None:
            stack.enter_context(opening(archive, ARCHIVE, "unpacked", REMEDY))
            packed = stack.enter_context(zipfile.ZipFile(archive.path))
        for file in files:
            with contextlib.suppress(*DAMAGE), packed.open(file.member) if packed else file.path.open("rb") as stream:
                unpacked = gzip.GzipFile(fileobj=stream) if file.is_packed else None
                starts[file.name] = unpacked.read(size) if unpacked else stream.read(size)
    return starts


@guard
def _unpack(archive: SourceFile, wanted: Sequence[SourceFile], room: Path) -> dict[str, SourceFile]:
    stems = {_stem(file.member) for file in wanted if file.suffix == SHAPEFILE}
    names = {file.member for file in wanted}
    with opening(archive, ARCHIVE, "unpacked", REMEDY), zipfile.ZipFile(archive.path) as packed:
        members = {
            member.filename: member
            for member in packed.infolist()
            if member.filename in names or _is_beside(member.filename, stems, names)
        }
        _require_bounds(list(members.values()), archive)
        for member in members.values():
            unpack_member(packed, member, _target(room, member.filename))
        lost = [file.name for file in wanted if file.member not in members]
        if lost:
            raise ValueError(f"{lost[0]} is no longer in it")
    return {
        file.name: SourceFile(_target(room, file.member), file.name, packed_bytes=members[file.member].compress_size)
        for file in wanted
    }


def unpack_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Unpack one file of a zip; raises `ValueError` if it is larger than the zip states."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with packed.open(member) as stream, target.open("wb") as copy:
        # A member may hold more than its stated size, which was checked.
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise ValueError(f"{member.filename} is larger than it says")
            copy.write(chunk)


def _target(room: Path, member: str) -> Path:
    return room.joinpath(*PurePosixPath(_tidy(member)).parts)


def _is_beside(member: str, stems: set[str], names: set[str]) -> bool:
    """Whether a member is part of a wanted shapefile, or holds changes to a wanted GeoPackage."""
    is_part = PurePosixPath(_tidy(member)).suffix.casefold() in PARTS and _stem(member) in stems
    is_change = any(member.removesuffix(ending) in names for ending in PENDING if member.endswith(ending))
    return is_inside(member) and (is_part or is_change)


def _stem(member: str) -> str:
    return str(PurePosixPath(_tidy(member)).with_suffix("")).casefold()


def _tidy(member: str) -> str:
    # Some Windows programs separate folders with a backslash.
    return str(PurePosixPath(member.replace("\\", "/")))


def is_inside(member: str) -> bool:
    """Whether a member would be unpacked below its archive's folder."""
    path = PurePosixPath(_tidy(member))
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]


def _require_bounds(members: list[zipfile.ZipInfo], archive: SourceFile) -> None:
    """Refuse members that cannot be unpacked, or that unpack to more than any published file."""
    for member in members:
        method, why, remedy = member.compress_type, "", "unpack it by hand into the data folder"
        if member.flag_bits & HAS_PASSWORD:
            why = "has a password"
        elif method not in METHODS:
            why = f"is packed by {'Deflate64' if method == DEFLATE64 else f'method {method}'}, which is not read here"
            remedy += ", or pack it again with another program"
        if why:
            raise refuse(archive, f"it cannot be unpacked ({member.filename} {why})", ARCHIVE, remedy)
        bound = bound_unpacked(member.compress_size)
        if member.file_size > bound:
            found = f"{member.filename} of {member.file_size:,} bytes in {member.compress_size:,}"
            raise refuse_size(archive, found, f"at most {bound:,} bytes")
    size = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or size > MOST_BYTES:
        raise _refuse_bounds(f"{len(members)} files of {size} bytes together", archive)


def _refuse_bounds(found: str, archive: SourceFile) -> InputError:
    expected = f"at most {MOST_MEMBERS} files of {MOST_BYTES} bytes together"
    return refuse(archive, found, expected, "unpack it by hand, or put fewer months into one archive")
