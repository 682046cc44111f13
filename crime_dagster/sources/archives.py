"""What lies at a path: a file, a folder of files, or an archive, unpacked within bounds into a folder of its own."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue import is_leftover, list_files
from crime_dagster.sources.readers.reading import SourceFile

MOST_MEMBERS = 20_000
MOST_BYTES = 4_000_000_000
CHUNK = 1 << 20


@contextmanager
def open_files(path: Path) -> Iterator[tuple[list[SourceFile], list[str]]]:
    """The files at a path, archives opened; what was unpacked is gone when the block ends.

    Args:
        path: A file, a folder or a zip archive.

    Yields:
        The files, named by their path below the folder or archive, and warnings.

    Raises:
        InputError: There is nothing at the path, or an archive is damaged or too large.
    """
    if not path.exists():
        raise InputError(
            file=path, found="nothing there", expected="a file, a zip archive or a folder", remedy="mend the path"
        )
    with tempfile.TemporaryDirectory(prefix="crime-check-") as room:
        files: list[SourceFile] = []
        warnings: list[str] = []
        if path.is_dir():
            listed = [SourceFile(path=path / name, name=name) for name in list_files(path)]
        else:
            listed = [SourceFile(path=path, name=path.name)]
        for number, file in enumerate(listed):
            if file.path.suffix.casefold() == ".zip":
                unpacked, notes = _unpack(file, Path(room) / str(number))
                files += unpacked
                warnings += notes
            else:
                files.append(file)
        yield files, warnings


def _unpack(archive: SourceFile, room: Path) -> tuple[list[SourceFile], list[str]]:
    try:
        with zipfile.ZipFile(archive.path) as packed:
            members = [member for member in packed.infolist() if not member.is_dir()]
            _require_bounds(members, archive)
            good = [member for member in members if _is_inside(member.filename)]
            files = [
                _unpack_member(packed, member, archive, room)
                for member in good
                if not any(is_leftover(part) for part in PurePosixPath(member.filename).parts)
            ]
    except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(
            file=archive.name,
            found=f"it cannot be unpacked ({error})",
            expected="a whole zip archive without a password",
            remedy="download it again from its publisher",
        ) from error
    strange = [member.filename for member in members if not _is_inside(member.filename)]
    note = f"{archive.name}: {len(strange)} members lie outside the archive and are passed over: {', '.join(strange)}"
    return files, [note] if strange else []


def _unpack_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, archive: SourceFile, room: Path) -> SourceFile:
    target = room.joinpath(*PurePosixPath(member.filename).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with packed.open(member) as stream, target.open("wb") as copy:
        # The stated size was checked; a member that holds more than it says is not believed.
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise ValueError(f"{member.filename} is larger than it says")
            copy.write(chunk)
    return SourceFile(path=target, name=f"{archive.name}/{member.filename}")


def _require_bounds(members: list[zipfile.ZipInfo], archive: SourceFile) -> None:
    size = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or size > MOST_BYTES:
        raise InputError(
            file=archive.name,
            found=f"{len(members)} files of {size} bytes together",
            expected=f"at most {MOST_MEMBERS} files of {MOST_BYTES} bytes together",
            remedy="unpack it by hand, or put fewer months into one archive",
        )


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0] if path.parts else False
