"""What lies in a folder of published files, archives seen as folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.archives import is_archive, is_leftover, list_members
from crime_dagster.sources.links import open_gate
from crime_dagster.sources.readers.reading import SourceFile


def list_files(folder: Path) -> list[SourceFile]:
    """Files below a folder, and those in its zip archives as if each archive were a folder.

    Args:
        folder: The folder.

    Returns:
        The files, sorted by name, without what computers leave behind.

    Raises:
        InputError: The folder does not exist, is not a folder, cannot be read or is empty; an archive is damaged.
    """
    files: list[SourceFile] = []
    for file in list_plain_files(folder):
        files += list_members(file)[0] if is_archive(file.name) else [file]
    return sorted(files, key=lambda file: file.name)


def list_outsiders(folder: Path) -> list[str]:
    """Members of archives that would be unpacked outside of them, and never are, as `<archive>/<member>`.

    Raises:
        InputError: As `list_files`.
    """
    archives = [file for file in list_plain_files(folder) if is_archive(file.name)]
    return [f"{file.name}/{member}" for file in archives for member in list_members(file)[1]]


def list_obstacles(folder: Path) -> dict[str, str]:
    """Entries of a folder that are not read, and why: pipes, sockets, devices, links that lead out of it.

    Raises:
        InputError: As `list_files`.
    """
    _require_folder(folder)
    return {name: obstacle for name, obstacle in sorted(_walk_all(folder)) if obstacle is not None}


def is_empty(folder: Path) -> bool:
    """Whether there is no file at all below a folder.

    Raises:
        InputError: The folder does not exist, is not a folder or cannot be read.
    """
    _require_folder(folder)
    return next(_walk(folder), None) is None


def list_plain_files(folder: Path) -> list[SourceFile]:
    """Files below a folder, archives as the files they are; sorted by name.

    Raises:
        InputError: The folder does not exist, is not a folder, cannot be read or is empty.
    """
    _require_folder(folder)
    names = sorted(_walk(folder))
    if not names:
        raise _refuse_folder(folder, "a folder without files")
    return [SourceFile(path=folder / name, name=name) for name in names]


def _require_folder(folder: Path) -> None:
    if not folder.exists():
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
            if is_leftover(name):
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
