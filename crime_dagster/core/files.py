"""Files and folders that are written whole: a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def write_whole(path: Path, ending: str = "", *, durable: bool = True) -> Iterator[Path]:
    """Where to write a file, which takes the place of `path` once all of it is on the disk.

    Synced before it is renamed: without that, a machine that loses its power may keep the name and lose the content.

    Args:
        path: The file to be; missing folders are made.
        ending: What the partial file's name must end with, where its writer goes by that.
        durable: Whether it has to outlive a loss of power; what is only made again then need not wait for the disk.

    Yields:
        A hidden file beside it. It goes when the block fails: on a full disk, what is half written is in the way.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial{ending}")
    # Databases would be opened, and added to, where a killed process left half of one.
    partial.unlink(missing_ok=True)
    try:
        yield partial
        if durable:
            sync(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def sync_tree(folder: Path) -> None:
    """Sync every file of a folder and its folders, before the folder itself is renamed.

    Args:
        folder: A folder without links.
    """
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Have the system write what it holds of a file, or of a folder's names, to the disk.

    Args:
        path: The file or folder.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
