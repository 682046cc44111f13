"""What a step was made from and what it wrote, so that the next run does again only what changed.

The doors of this package (`core.warehouse`, `core.artefacts`, `drawing.finish`) note what goes through them; `watch`
gathers it for one step. A record is valid while code, config and every input are unchanged, and every file
that the step wrote is there with the very bytes.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from crime_dagster.core.files import write_whole

MOST_NAMED = 5


@dataclass
class Watched:
    """What one step did.

    Args:
        written: Files that it wrote.
        read: Marts that it read.
    """

    written: set[Path] = field(default_factory=set)
    read: set[str] = field(default_factory=set)


_watched: ContextVar[Watched | None] = ContextVar("watched", default=None)


@contextmanager
def watch() -> Iterator[Watched]:
    """Gather what is written and read in this block, in this process; what a block inside gathers counts here too."""
    outer, inner = _watched.get(), Watched()
    token = _watched.set(inner)
    try:
        yield inner
    finally:
        _watched.reset(token)
        if outer is not None:
            outer.written |= inner.written
            outer.read |= inner.read


def note_written(path: Path) -> None:
    """Say that a file was written."""
    watched = _watched.get()
    if watched is not None:
        watched.written.add(path)


def note_read(mart: str) -> None:
    """Say that a mart was read."""
    watched = _watched.get()
    if watched is not None:
        watched.read.add(mart)


@dataclass(frozen=True)
class Record:
    """One step, as it was last done.

    Args:
        code: Fingerprint of its code.
        config: Fingerprint of its Config, partitions and settings.
        inputs: Fingerprint of each thing that it read, by name.
        outputs: sha256 of each file that it wrote, by path below the warehouse folder.
        run_id: The run that did it.
        checks: What its tests said, each as a mapping; only dbt steps have any.
    """

    code: str
    config: str
    inputs: dict[str, str]
    outputs: dict[str, str]
    run_id: str
    checks: tuple[dict[str, Any], ...] = ()

    def find_changes(self, code: str, config: str, inputs: Mapping[str, str]) -> list[str]:
        """What is not as it was, in words; empty where nothing changed.

        Args:
            code: Fingerprint of the code now.
            config: Fingerprint of Config, partitions and settings now.
            inputs: Fingerprints of now, at least of everything in `inputs`.
        """
        changes = ["its code changed"] if code != self.code else []
        changes += ["its settings changed"] if config != self.config else []
        names = [name for name in sorted(inputs) if inputs[name] != self.inputs.get(name)]
        return changes + [f"{name} changed" for name in names]

    def find_damage(self, folder: Path) -> list[str]:
        """Files that are not there as they were written, each with what is wrong.

        Args:
            folder: The warehouse folder.
        """
        found = []
        for name, digest in sorted(self.outputs.items()):
            now = hash_file(folder / name)
            if now != digest:
                found.append(f"{name} is {'missing' if now is None else 'not as it was written'}")
        return found


def hash_outputs(paths: set[Path], folder: Path) -> dict[str, str]:
    """sha256 of files by their path below a folder; files that are gone again are left out."""
    found = {path.relative_to(folder).as_posix(): hash_file(path) for path in paths}
    return {name: digest for name, digest in sorted(found.items()) if digest is not None}


def hash_file(path: Path) -> str | None:
    """sha256 of a file, None where there is none; read again only when its size or time changed."""
    try:
        state = path.stat()
        return _hash_state(path, state.st_size, state.st_mtime_ns, state.st_ino)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


@functools.lru_cache(maxsize=50_000)
def _hash_state(path: Path, _size: int, _mtime_ns: int, _inode: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_text(*parts: str) -> str:
    """sha256 of texts, each apart from the next."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:".encode())
        digest.update(part.encode())
    return digest.hexdigest()


def read_record(path: Path) -> Record | None:
    """A record; None where there is none, or what is there cannot be read: then the step is done again."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Record(**{**said, "checks": tuple(said["checks"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_record(record: Record, path: Path) -> None:
    """Write a record whole or not at all.

    It is not synced: one that is lost with the power costs a step done again, and a sync for each costs every run some
    three seconds.
    """
    write_json(asdict(record), path, durable=False)


def write_json(content: Any, path: Path, indent: int = 1, *, durable: bool = True) -> None:
    """Write what is kept beside the data as JSON, whole or not at all; missing folders are made.

    Args:
        content: What JSON can hold; anything else is written as its text.
        path: Where to.
        indent: Blanks per level.
        durable: Whether it has to outlive a loss of power.
    """
    text = json.dumps(content, indent=indent, default=str) + "\n"
    with write_whole(path, durable=durable) as partial:
        partial.write_text(text, encoding="utf-8")


def name_few(reasons: list[str]) -> str:
    """Reasons in a line, the first few of many."""
    more = len(reasons) - MOST_NAMED
    return "; ".join(reasons[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
