"""Whether the files of a folder have changed, by what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from crime_dagster.sources.folder.files import hash_file
from crime_dagster.sources.folder.folder import list_plain_files

# Size, time of change in nanoseconds, sha256.
Seen = tuple[int, int, str]


def read_contents(folder: Path, known: Mapping[str, Seen]) -> dict[str, Seen]:
    """Say what each file of a folder holds; only files whose size or time differ from what is known are read.

    Args:
        folder: The folder of published files.
        known: What an earlier call found, by name.

    Returns:
        Name to size in bytes, time of change in nanoseconds and sha256.

    Raises:
        InputError: As `folder.list_files`.
    """
    contents = {}
    for file in list_plain_files(folder):
        stat = file.path.stat()
        before = known.get(file.name)
        is_same = before is not None and tuple(before[:2]) == (stat.st_size, stat.st_mtime_ns)
        digest = before[2] if before is not None and is_same else hash_file(file.path)
        contents[file.name] = (stat.st_size, stat.st_mtime_ns, digest)
    return contents


def sum_contents(contents: Mapping[str, Seen]) -> str:
    """One sha256 for names and contents; times do not matter."""
    lines = [f"{name}\0{digest}" for name, (_, _, digest) in sorted(contents.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def find_newest(contents: Mapping[str, Seen]) -> float:
    """When the last of the files was changed, in seconds since 1970; 0 without files."""
    return max((changed for _, changed, _ in contents.values()), default=0) / 1e9
