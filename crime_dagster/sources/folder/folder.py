"""What is in a folder of published files, archives seen as folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from crime_dagster.core.data_set import read_data_set
from crime_dagster.core.errors import InputError
from crime_dagster.sources.folder.archives import is_archive, list_members, stamp_file
from crime_dagster.sources.folder.leftovers import LeftOut, describe_unfinished, is_litter
from crime_dagster.sources.readers.formats.reading import SourceFile

OUTSIDE = "it would be unpacked outside of its archive: unpack the archive by hand"
PACKED_TWICE = "an archive in an archive: unpack the outer one into the data folder"


@dataclass(frozen=True)
class Listing:
    """What lies somewhere.

    Args:
        files: Files that may be read, those in archives too, sorted by name.
        left_out: What is never read, whatever it holds.
    """

    files: tuple[SourceFile, ...]
    left_out: tuple[LeftOut, ...] = ()


def list_folder(folder: Path) -> Listing:
    """Files below a folder, and those in its zip archives as if each archive were a folder.

    Args:
        folder: The folder.

    Returns:
        The files, without what computers leave behind.

    Raises:
        InputError: The folder does not exist, is not a folder, cannot be read or is empty; an archive is damaged.
    """
    listing = _list(SourceFile(path=folder / name, name=name) for name in _list_names(folder))
    obstacles = (LeftOut(name, "not_regular", why) for name, why in sorted(_walk_all(folder)) if why is not None)
    return replace(listing, left_out=(*listing.left_out, *obstacles))


def stamp_folder(folder: Path) -> tuple[tuple[str, tuple[int, int, int]], ...]:
    """What tells that a folder is as it was: the name, size, time of change and number of each file below it.

    Raises:
        InputError: As `list_folder`, but for archives, which are not opened.
    """
    return tuple((name, stamp_file(folder / name)) for name in _list_names(folder))


def _list_names(folder: Path) -> list[str]:
    _require_folder(folder)
    names = sorted(_walk(folder))
    if not names:
        raise _refuse_folder(folder, "a folder without files")
    return names


def list_file(path: Path) -> Listing:
    """A file by itself, or those in a zip archive.

    Raises:
        InputError: It is an archive that is damaged.
    """
    return _list([SourceFile(path=path, name=path.name)])


def _list(found: Iterable[SourceFile]) -> Listing:
    files: list[SourceFile] = []
    left_out: list[LeftOut] = []
    for file in found:
        if not is_archive(file.name) or _find_unfinished(file.name):
            files.append(file)
            continue
        members, outside = list_members(file)
        files += members
        left_out += [LeftOut(f"{file.name}/{member}", "outside_archive", OUTSIDE) for member in outside]
    whole = []
    for file in files:
        unfinished = _find_unfinished(file.name)
        if unfinished:
            left_out.append(LeftOut(unfinished[0], "unfinished", unfinished[1]))
        elif is_archive(file.name):
            left_out.append(LeftOut(file.name, "archive_in_archive", PACKED_TWICE))
        else:
            whole.append(file)
    # A folder that is part of a download is named once, whatever it holds.
    return Listing(tuple(sorted(whole, key=lambda file: file.name)), tuple(dict.fromkeys(left_out)))


def _find_unfinished(name: str) -> tuple[str, str] | None:
    """The part of a path that is not a whole file yet, and why."""
    parts = PurePosixPath(name).parts
    for place, part in enumerate(parts):
        # A browser may keep what it has in a folder that is named for the file.
        words = describe_unfinished(part)
        if words is not None:
            return "/".join(parts[: place + 1]), words
    return None


def is_empty(folder: Path) -> bool:
    """Whether there is no file at all below a folder.

    Raises:
        InputError: The folder does not exist, is not a folder or cannot be read.
    """
    _require_folder(folder)
    return next(_walk(folder), None) is None


def list_plain_files(folder: Path) -> list[SourceFile]:
    """Files below a folder that may be read, archives as the files they are; sorted by name.

    Raises:
        InputError: The folder does not exist, is not a folder, cannot be read or is empty.
    """
    names = _list_names(folder)
    return [SourceFile(path=folder / name, name=name) for name in names if not _find_unfinished(name)]


def _require_folder(folder: Path) -> None:
    if not os.path.exists(folder):  # noqa: PTH110 a path that is too long is none, where pathlib raises
        raise _refuse_folder(folder, "no such folder")
    if not folder.is_dir():
        raise _refuse_folder(folder, "a file, not a folder")


def _walk(root: Path) -> Iterator[str]:
    return (name for name, obstacle in _walk_all(root) if obstacle is None)


def _walk_all(root: Path) -> Iterator[tuple[str, str | None]]:
    """Names below a folder, and why one that is not read is not."""
    seen: set[str] = set()
    gate = open_gate(root)

    def refuse(error: OSError) -> None:
        raise _refuse_folder(root, str(error)) from error

    for folder, folders, files in os.walk(root, followlinks=True, onerror=refuse):
        # A link may lead back to a folder above it: each real folder is walked once.
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        among, open_folders = set(folders), []
        for name in sorted([*folders, *files]):
            if is_litter(name):
                continue
            path = Path(folder) / name
            obstacle = gate.describe_obstacle(path)
            if obstacle is not None or name not in among:
                yield path.relative_to(root).as_posix(), obstacle
            else:
                open_folders.append(name)
        folders[:] = open_folders


def _refuse_folder(folder: Path, found: str) -> InputError:
    return InputError(
        file=folder,
        found=found,
        expected="a folder of published files",
        remedy="set CRIME_DATA_DIR to the folder that holds them, or leave it unset for the sample",
    )


IRREGULAR = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True)
class Gate:
    """What may be read below a folder.

    Args:
        root: The folder, without links in its path.
        may_leave: Whether links may lead out of it.
    """

    root: Path
    may_leave: bool

    def describe_obstacle(self, path: Path) -> str | None:
        """Why an entry is not read; None for a file or folder that is.

        Opening a pipe waits until somebody writes to it, and a link may lead to any file of the computer.
        """
        try:
            mode = path.stat().st_mode
        except OSError:
            return "a link that leads nowhere, or round in a circle" if path.is_symlink() else None
        kind = _describe_kind(mode)
        if kind is not None:
            return kind
        if self.may_leave or not path.is_symlink() or path.resolve().is_relative_to(self.root):
            return None
        return "a link out of the data folder (allow it with follow_links: true in data_set.yml)"


def open_gate(folder: Path) -> Gate:
    """The gate of a data folder, as its `data_set.yml` has it.

    Raises:
        InputError: The marker file is there and cannot be read.
    """
    return Gate(root=Path(os.path.realpath(folder)), may_leave=read_data_set(folder).follow_links)


def require_regular(path: Path) -> None:
    """Refuse a path that a person gave and that is neither file nor folder.

    Raises:
        InputError: It is a named pipe, a socket or a device.
    """
    kind = _describe_kind(path.stat().st_mode)
    if kind is not None:
        raise InputError(
            file=path,
            found=kind,
            expected="a file, a zip archive or a folder",
            remedy="save what comes from it as a file",
        )


def _describe_kind(mode: int) -> str | None:
    return next((words for is_kind, words in IRREGULAR if is_kind(mode)), None)
