"""Files and folders that are written whole, and known by their content."""

import functools
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

Found = TypeVar("Found")


@contextmanager
def write_whole(path: Path, ending: str = "", *, durable: bool = True) -> Iterator[Path]:
    """Where to write a file, which takes the place of `path` once all of it is on the disk; missing folders are made.

    Synced before it is renamed: without that, a machine that loses its power may keep the name and lose the content.

    Args:
        path: The file to be.
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


def write_json(content: Any, path: Path, indent: int = 1, *, durable: bool = True) -> None:
    """Write JSON whole or not at all; what JSON cannot hold is written as its text."""
    text = json.dumps(content, indent=indent, default=str) + "\n"
    with write_whole(path, durable=durable) as partial:
        partial.write_text(text, encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """What a JSON file of ours says; nothing where it is missing, damaged or not a mapping."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def stamp_file(path: Path) -> tuple[int, int, int]:
    """Size, time of change and inode: equal if a file is unchanged. Zeros for one that cannot be opened."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_size, found.st_mtime_ns, found.st_ino


def cached_by_stamp(read: Callable[[Path], Found]) -> Callable[[Path], Found]:
    """Make a reader of a file one that reads it again only when it changed; what it read before is let go."""
    known: dict[Path, tuple[object, Found]] = {}

    @functools.wraps(read)
    def remember(path: Path) -> Found:
        stamp = stamp_file(path)
        before = known.get(path)
        if before is None or before[0] != stamp:
            before = known[path] = stamp, read(path)
        return before[1]

    return remember


def hash_file(path: Path) -> str | None:
    """sha256 of a file, None where there is none."""
    try:
        return _hash_file(path)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


@cached_by_stamp
def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_files(paths: Iterable[Path], folder: Path) -> str:
    """One sha256 for files: their paths below a folder and their content."""
    named = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    return hash_text(*(text for name, path in named for text in (name, hash_file(path) or "none")))


def hash_text(*parts: str) -> str:
    """One sha256 for texts; where one ends and the next begins counts."""
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def sync_tree(folder: Path) -> None:
    """Sync every file of a folder without links, before the folder itself is renamed."""
    for path in [*sorted(folder.rglob("*"), reverse=True), folder]:
        sync(path)


def sync(path: Path) -> None:
    """Have the system write what it holds of a file, or of a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
