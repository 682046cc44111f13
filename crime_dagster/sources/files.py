"""Files of a source in a data folder: which they are, what they are called, and their fingerprints."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.archives import open_files, stamp_archive
from crime_dagster.sources.catalogue import find_files
from crime_dagster.sources.entry import Source
from crime_dagster.sources.readers.delimited import read_bytes
from crime_dagster.sources.readers.guard import guard
from crime_dagster.sources.readers.reading import SourceFile
from crime_dagster.sources.readers.shapefile import list_sidecars


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
    wanted = " or ".join(f"'{pattern}'" for pattern in source.patterns)
    if not files:
        raise InputError(
            file=data_dir,
            found=f"no file for {source.key}",
            expected=f"a file named like {wanted}, in this folder or below it",
            remedy=f"download {source.title} from {source.landing_page}",
        )
    if len(files) > 1 and not source.many_files and _count_different(files) > 1:
        raise InputError(
            file=data_dir,
            found=f"{len(files)} different files for {source.key}: {', '.join(file.name for file in files)}",
            expected=f"one file named like {wanted}",
            remedy="keep the one that counts in the data folder and move the others out of it",
        )
    return files


def fingerprint(file: SourceFile) -> str:
    """What a file is known to be unchanged by: SHA-256 of it and the files that belong to it, or of its archive.

    Raises:
        InputError: It cannot be opened.
    """
    if file.archive is not None:
        return _hash_archive(file.archive.path, stamp_archive(file.archive))
    parts = [f"{path.name}\0{hash_file(path)}" for path in (file.path, *list_sidecars(file.path))]
    return "\0".join(parts)


@functools.cache
def hash_code() -> str:
    """SHA-256 of the code that reads: a reader that was mended reads every file again."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in [*sorted(here.glob("*.py")), *sorted((here / "readers").glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


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
            remedy="mend its permissions, or the link if it is one",
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


def _count_different(files: list[SourceFile]) -> int:
    with open_files(files) as opened:
        return len({hash_content(file) for file in opened})


@functools.lru_cache(maxsize=64)
def _hash_archive(path: Path, _stamped: tuple[int, int, int]) -> str:
    # Many months of several sources lie in one archive: it is read once, until it changes.
    return hash_file(path)
