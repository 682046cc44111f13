"""Files of a source in a data folder: which they are, what they are called, and their fingerprints."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import strip_copy_mark
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.archives import open_files, stamp_file
from crime_dagster.sources.folder.folder import list_plain_files
from crime_dagster.sources.folder.inventory import find_files, list_left_out
from crime_dagster.sources.folder.leftovers import describe_all
from crime_dagster.sources.folder.recognition import find_last_label
from crime_dagster.sources.readers.formats.delimited import read_bytes
from crime_dagster.sources.readers.formats.guard import guard
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.formats.shapefile import list_sidecars


def name_files(source: Source, data_dir: Path) -> list[SourceFile]:
    """The files of a source, named by their path below the data folder.

    Args:
        source: The source.
        data_dir: Folder of published files.

    Returns:
        At least one file, sorted by name.

    Raises:
        InputError: There is none, or there are several that differ where one is expected.
    """
    files = find_files(source, data_dir)
    if not files:
        # A half-way file is nearer to an answer than none.
        near = "".join(f"; {words}" for words in describe_all(list_left_out(source, data_dir)))
        raise InputError(
            file=data_dir,
            found=f"no file for {source.key}{near}",
            expected=f"a file with its columns, named like {source.named_like}, in this folder or below it",
            remedy=f"download {source.title} from {source.landing_page}",
        )
    with open_files(_list_rivals(source, files)) as rivals:
        require_one(source, rivals, data_dir)
    return files


def require_one(source: Source, files: Sequence[SourceFile], where: Path) -> None:
    """See that of files which would count as each other's copy only one is meant.

    Args:
        source: The source.
        files: Its files, which can be opened.
        where: The folder, for messages.

    Raises:
        InputError: Files differ, and nothing says which of them counts.
    """
    groups: dict[tuple[str, str], list[SourceFile]] = {}
    for file in _list_rivals(source, files):
        name = strip_copy_mark(file.name) if source.many_files else ""
        # A release of months has its publisher's one name each month: the later one counts, and only equals are rivals.
        last = find_last_label(file, source) if source.many_files and source.spread_name == "month" else ""
        groups.setdefault((name, last), []).append(file)
    for members in groups.values():
        if len({hash_content(file) for file in members}) > 1:
            raise InputError(
                file=where,
                found=f"{len(members)} different files for {source.key}: {', '.join(file.name for file in members)}",
                expected=f"one file named like {source.named_like}"
                if not source.many_files
                else "one file where names differ by the mark of a copy alone",
                remedy="keep the one that counts in the data folder and move the others out of it",
            )


def _list_rivals(source: Source, files: Sequence[SourceFile]) -> list[SourceFile]:
    """The files of which only one may count: all of a source that is one file, else a file and its named copies."""
    if len(files) < 2:
        return []
    if not source.many_files:
        return list(files)
    times = Counter(strip_copy_mark(file.name) for file in files)
    return [file for file in files if times[strip_copy_mark(file.name)] > 1]


def fingerprint(file: SourceFile) -> str:
    """What a file is known to be unchanged by: SHA-256 of it and the files that belong to it, or of its archive.

    Raises:
        InputError: It cannot be opened.
    """
    if file.archive is not None:
        return _hash_archive(file.archive.path, stamp_file(file.archive.path))
    parts = [f"{path.name}\0{hash_file(path)}" for path in (file.path, *list_sidecars(file.path))]
    return "\0".join(parts)


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal.

    Raises:
        InputError: The file cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            file=path,
            found=f"it cannot be opened ({error})",
            expected="a readable file",
            remedy="correct its permissions, or the link if it is one",
        ) from error


@guard
def hash_content(file: SourceFile) -> str:
    """SHA-256 of what a file holds: the same for `x.csv` and the same file packed as `x.csv.gz`.

    Raises:
        InputError: The file cannot be opened or unpacked.
    """
    if file.path.suffix.casefold() == ".gz":
        return hashlib.sha256(read_bytes(file)).hexdigest()
    return hash_file(file.path)


@functools.lru_cache(maxsize=64)
def _hash_archive(path: Path, _stamped: tuple[int, int, int]) -> str:
    # Many months of several sources are in one archive: it is read once, until it changes.
    return hash_file(path)


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
