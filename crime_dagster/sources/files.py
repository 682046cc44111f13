"""Files of a source in a data folder: which they are, what they are called, and their fingerprints."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue import find_files
from crime_dagster.sources.entry import Source
from crime_dagster.sources.readers.delimited import read_bytes
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
    files = [SourceFile(path=path, name=path.relative_to(data_dir).as_posix()) for path in find_files(source, data_dir)]
    wanted = " or ".join(f"'{pattern}'" for pattern in source.patterns)
    if not files:
        raise InputError(
            file=data_dir,
            found=f"no file for {source.key}",
            expected=f"a file named like {wanted}, in this folder or below it",
            remedy=f"download {source.title} from {source.landing_page}",
        )
    if len(files) > 1 and not source.many_files and len({hash_content(file) for file in files}) > 1:
        raise InputError(
            file=data_dir,
            found=f"{len(files)} different files for {source.key}: {', '.join(file.name for file in files)}",
            expected=f"one file named like {wanted}",
            remedy="keep the one that counts in the data folder and move the others out of it",
        )
    return files


def compute_version(source: Source, data_dir: Path) -> str:
    """A fingerprint of what would be landed: file names and bytes, the catalogue entry, and the code that reads.

    Args:
        source: The source.
        data_dir: Folder of published files.

    Returns:
        SHA-256 in hexadecimal.

    Raises:
        InputError: There is no file, or one cannot be opened.
    """
    digest = hashlib.sha256(json.dumps(asdict(source), sort_keys=True, default=str).encode())
    for file in name_files(source, data_dir):
        for path in (file.path, *list_sidecars(file.path)):
            digest.update(f"\0{file.name}\0{path.name}\0{hash_file(path)}".encode())
    here = Path(__file__).parent
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


def hash_content(file: SourceFile) -> str:
    """SHA-256 of what a file holds: the same for `x.csv` and the same file packed as `x.csv.gz`.

    Raises:
        InputError: The file cannot be opened or unpacked.
    """
    if file.path.suffix.casefold() == ".gz":
        return hashlib.sha256(read_bytes(file)).hexdigest()
    return hash_file(file.path)
