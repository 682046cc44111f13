"""Parquet files: what Python and dbt hand to each other."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from crime_dagster.core.files import cached_by_stamp, write_whole
from crime_dagster.core.records import note_written

VERSION = b"crime_dagster.version"


def write_parquet(rows: pa.Table | pd.DataFrame, path: Path, version: str | None = None) -> None:
    """Write a table whole or not at all; `read_parquet_version` gives back what its rows were made from."""
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
    if version is not None:
        table = table.replace_schema_metadata({**(table.schema.metadata or {}), VERSION: version.encode()})
    with write_whole(path) as partial:
        pq.write_table(table, partial, compression="zstd")
    note_written(path)


def read_parquet(paths: Sequence[Path], columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of at least one landing file of a kind as one table, or some columns of them."""
    # A reader of one file takes nothing from the names of folders, as one of a data set would.
    return pa.concat_tables([pq.ParquetFile(path).read(list(columns) if columns else None) for path in paths])


def read_head(path: Path, rows: int) -> pa.Table:
    """The first rows of a landing file, without the columns of bytes (geometry); the rest of it is not read."""
    with pq.ParquetFile(path) as file:
        columns = [field.name for field in file.schema_arrow if not pa.types.is_binary(field.type)]
        first = next(file.iter_batches(batch_size=rows, columns=columns), None)
        return file.schema_arrow.empty_table().select(columns) if first is None else pa.Table.from_batches([first])


@cached_by_stamp
def hash_rows_of(path: Path) -> str:
    """sha256 of the columns and rows of a Parquet file; the version that it was written with is no part of it."""
    content = path.read_bytes()
    # The file ends with its foot, the length of that in four bytes, and four letters.
    foot = int.from_bytes(content[-8:-4], "little") + 8
    try:
        columns = str(pq.read_schema(path).remove_metadata())
    except (OSError, pa.ArrowInvalid):
        foot, columns = 0, ""
    return hashlib.sha256(columns.encode() + content[: len(content) - foot]).hexdigest()


def list_columns(path: Path) -> list[str]:
    """Names of the columns of a landing file; only its foot is read."""
    return list(pq.read_schema(path).names)


def count_landed_rows(paths: Sequence[Path]) -> int:
    """How many rows landing files have together; only their feet are read."""
    return sum(pq.read_metadata(path).num_rows for path in paths)


def read_parquet_version(path: Path) -> str | None:
    """The version a Parquet file was written with; None for a file that is missing, damaged or has none."""
    try:
        version = (pq.read_schema(path).metadata or {}).get(VERSION)
    except (OSError, pa.ArrowInvalid):
        return None
    return None if version is None else version.decode()
