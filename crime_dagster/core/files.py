"""Atomic writes, and hashes of files."""

import functools
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

Found = TypeVar("Found")


@contextmanager
def write_whole(path: Path, ending: str = "", *, durable: bool = True) -> Iterator[Path]:
    """Yield a temporary path whose file replaces `path` when the block ends; missing folders are made.

    It is hidden, in the same folder, has an `ending` for writers that go by it, and is removed if the block fails: on a
    full disk, partial files take up space. If `durable`, it is synced before the rename: otherwise a power failure may
    keep the name and lose the content. Files that can be rebuilt need no sync.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial{ending}")
    # A partial database left by a killed process would be opened and added to.
    partial.unlink(missing_ok=True)
    try:
        yield partial
        if durable:
            sync(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_json(content: Any, path: Path, indent: int = 1, *, durable: bool = True) -> None:
    """Write JSON atomically; values that JSON has no type for are written as text."""
    text = json.dumps(content, indent=indent, default=str) + "\n"
    with write_whole(path, durable=durable) as partial:
        partial.write_text(text, encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Return the content of one of our JSON files; empty if it is missing, damaged or not a mapping."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def stamp_file(path: Path) -> tuple[int, int, int]:
    """Return size, modification time and inode, which change with the file; zeros if it cannot be opened."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_size, found.st_mtime_ns, found.st_ino


def cached_by_stamp(read: Callable[[Path], Found]) -> Callable[[Path], Found]:
    """Wrap a reader so that it rereads a file only when it changed; only the latest content is cached."""
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
    """Return the sha256 of a file; None if there is none."""
    try:
        return _hash_file(path)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


@cached_by_stamp
def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_damage(known: Mapping[str, str], folder: Path, done: str) -> list[str]:
    """Return the files of a folder that are missing or, by their sha256, not as they were `done`, and how."""
    now = {name: hash_file(folder / name) for name in sorted(known)}
    words = {name: "missing" if digest is None else f"not as it was {done}" for name, digest in now.items()}
    return [f"{name} is {words[name]}" for name in now if now[name] is None or now[name] != known[name]]


def hash_files(paths: Iterable[Path], folder: Path) -> str:
    """Return one sha256 for files: their relative paths and contents."""
    named = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    return hash_text(*(text for name, path in named for text in (name, hash_file(path) or "none")))


def hash_text(*parts: str) -> str:
    """Return one sha256 for texts; it depends on where each of them ends."""
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def sync_tree(folder: Path) -> None:
    """Sync every file of a folder (without symlinks), before the folder itself is renamed."""
    for path in [*sorted(folder.rglob("*"), reverse=True), folder]:
        sync(path)


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
