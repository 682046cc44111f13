"""Lists a folder of published files. Archives are listed as folders; only regular files are read."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from crime_dagster.core.data_set import read_data_set
from crime_dagster.core.errors import InputError, list_some
from crime_dagster.core.files import stamp_file
from crime_dagster.sources.folder.archives import is_archive, list_members
from crime_dagster.sources.folder.leftovers import LeftOut, describe_unfinished, is_litter
from crime_dagster.sources.readers.formats.reading import SourceFile

OUTSIDE = "it would be unpacked outside of its archive: unpack the archive by hand"
PACKED_TWICE = "an archive in an archive: unpack the outer one into the data folder"
NOT_UTF8 = "a name that is not in UTF-8, the encoding of this system: rename it"
OUT_OF_FOLDER = "a link out of the data folder (allow it with follow_links: true in data_set.yml)"
IRREGULAR = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@dataclass(frozen=True)
class Listing:
    """The files at a path."""

    files: tuple[SourceFile, ...]  # files that may be read, including those in archives, sorted by name
    left_out: tuple[LeftOut, ...] = ()  # what is never read, whatever it contains


def list_folder(folder: Path) -> Listing:
    """List files below a folder, with zip archives as folders; no system files."""
    listing = _list(SourceFile(folder / name, name) for name in _list_names(folder))
    obstacles = (LeftOut(name, "not_regular", why) for name, why in sorted(_walk(folder)) if why)
    return replace(listing, left_out=(*listing.left_out, *obstacles))


def list_file(path: Path) -> Listing:
    """List a single file, or the files in a zip archive."""
    return _list([SourceFile(path, path.name)])


def list_plain_files(folder: Path) -> list[Path]:
    """Return files below a folder that may be read, with archives as files; sorted by name."""
    return [folder / name for name in _list_names(folder) if not _find_unfinished(name)]


def stamp_folder(folder: Path) -> tuple[tuple[str, tuple[int, int, int]], ...]:
    """Return name and `stamp_file` of each file below a folder, to see whether it changed."""
    return tuple((name, stamp_file(folder / name)) for name in _list_names(folder))


def is_empty(folder: Path) -> bool:
    """Whether there is no file below a folder."""
    _require_folder(folder)
    return all(why for _, why in _walk(folder))


def require_regular(path: Path) -> None:
    """Refuse a named pipe, a socket or a device: opening a pipe blocks until somebody writes to it."""
    kind = IRREGULAR.get(stat.S_IFMT(path.stat().st_mode))
    if kind:
        expected, remedy = "a file, a zip archive or a folder", "save what comes from it as a file"
        raise InputError(file=path, found=kind, expected=expected, remedy=remedy)


def _list(found: Iterable[SourceFile]) -> Listing:
    files: list[SourceFile] = []
    left_out: list[LeftOut] = []
    for file in found:
        is_listed = is_archive(file.name) and not _find_unfinished(file.name)
        members, outside = list_members(file) if is_listed else ([file], [])
        left_out += [LeftOut(f"{file.name}/{name}", "outside_archive", OUTSIDE) for name in outside]
        for member in members:
            if unfinished := _find_unfinished(member.name):
                left_out.append(LeftOut(unfinished[0], "unfinished", unfinished[1]))
            elif is_archive(member.name):
                left_out.append(LeftOut(member.name, "archive_in_archive", PACKED_TWICE))
            else:
                files.append(member)
    # A folder that is part of a download is listed once, whatever it contains.
    return Listing(tuple(sorted(files, key=lambda file: file.name)), tuple(dict.fromkeys(left_out)))


def _find_unfinished(name: str) -> tuple[str, str] | None:
    """Return the incomplete part of a path, and why: browsers may use a folder named for the file."""
    found = [(path, describe_unfinished(path.name)) for path in (PurePosixPath(name), *PurePosixPath(name).parents)]
    return next(((str(path), words) for path, words in found[::-1] if words is not None), None)


def _list_names(folder: Path) -> list[str]:
    _require_folder(folder)
    found = sorted(_walk(folder))
    names = [name for name, why in found if not why]
    if not names:
        raise _refuse_folder(folder, list_some([": ".join(pair) for pair in found]) or "a folder without files")
    return names


def _require_folder(folder: Path) -> None:
    if not os.path.exists(folder):  # noqa: PTH110 False for a path that is too long, where pathlib raises
        raise _refuse_folder(folder, "no such folder")
    if not folder.is_dir():
        raise _refuse_folder(folder, "a file, not a folder")


def _walk(root: Path) -> Iterator[tuple[str, str]]:
    """Yield names below a folder, each with the reason if it is not read."""
    seen: set[str] = set()
    may_leave = read_data_set(root).follow_links

    def refuse(error: OSError) -> None:
        raise _refuse_folder(root, str(error)) from error

    for folder, folders, files in os.walk(root, followlinks=True, onerror=refuse):
        # A symlink may lead to a parent folder: each real folder is visited once.
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
            # Python keeps the bytes of such a name as surrogates, which can be neither shown nor stored.
            shown = os.fsencode(path.relative_to(root)).decode("utf-8", "backslashreplace")
            if shown != path.relative_to(root).as_posix():
                yield shown, NOT_UTF8
                continue
            obstacle = _describe_obstacle(path, root, may_leave=may_leave)
            if obstacle or name not in among:
                yield path.relative_to(root).as_posix(), obstacle
            else:
                open_folders.append(name)
        folders[:] = open_folders


def _describe_obstacle(path: Path, root: Path, *, may_leave: bool) -> str:
    """Return why an entry is not read; empty for one that is. A symlink could lead to any file of the computer."""
    try:
        kind = IRREGULAR.get(stat.S_IFMT(path.stat().st_mode), "")
    except OSError:
        return "a link that leads nowhere, or round in a circle" if path.is_symlink() else ""
    if kind or may_leave or not path.is_symlink() or path.resolve().is_relative_to(os.path.realpath(root)):
        return kind
    return OUT_OF_FOLDER


def _refuse_folder(folder: Path, found: str) -> InputError:
    remedy = "set CRIME_DATA_DIR to the folder that holds them, or leave it unset for the sample"
    return InputError(file=folder, found=found, expected="a folder of published files", remedy=remedy)
