"""Sources for context whose files cannot be used: they are excluded whole, with the reason, and stop nothing."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.archives import open_files
from crime_dagster.sources.folder.files import hash_file
from crime_dagster.sources.folder.inventory import find_files
from crime_dagster.sources.land.land import FILES
from crime_dagster.sources.readers.formats.reading import SourceFile


def account_for_excluded(source: Source, data_dir: Path, error: InputError) -> pa.Table:
    """An account per file of a source that is excluded whole: no record is counted, and the reason stands with it.

    Args:
        source: The source.
        data_dir: Folder of published files.
        error: Why its files cannot be used.

    Raises:
        InputError: The folder itself cannot be read.
    """
    reason = write_reason(error)
    accounts = [_account(source, file, reason) for file in find_files(source, data_dir)]
    return pa.Table.from_pylist(accounts, schema=FILES)


def write_reason(error: InputError) -> str:
    """The message of an error on one line."""
    return "; ".join(" ".join(line.split()) for line in str(error).splitlines())


def _account(source: Source, file: SourceFile, reason: str) -> dict[str, object]:
    sha256, size = _measure(file)
    return {
        "publisher": source.publisher,
        "thing": source.thing,
        "file": file.name,
        "sha256": sha256,
        "bytes": size,
        "rows_in": 0,
        "rows_kept": 0,
        "rows_set_aside": 0,
        "lsoa_vintage": None,
        "excluded_because": reason,
    }


def _measure(file: SourceFile) -> tuple[str | None, int | None]:
    """Checksum and size; neither where the file itself cannot be opened."""
    try:
        with open_files([file]) as (opened,):
            return hash_file(opened.path), opened.path.stat().st_size
    except (InputError, OSError):
        return None, None
