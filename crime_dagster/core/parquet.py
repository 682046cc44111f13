"""Parquet files, by which Python and dbt exchange tables."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from crime_dagster.core.files import cached_by_stamp, write_whole
from crime_dagster.core.records import note_written

VERSION = b"crime_dagster.version"


def write_parquet(rows: pa.Table | pd.DataFrame, path: Path, version: str | None = None) -> None:
    """Write a table atomically; `read_parquet_version` returns its `version`."""
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
    with write_parquet_parts(path, version) as add:
        add(table)


@contextmanager
def write_parquet_parts(path: Path, version: str | None = None) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that adds the rows of a table, of which at least one comes, to a file written atomically."""
    with write_whole(path) as partial, ExitStack() as stack:
        writers: list[pq.ParquetWriter] = []

        def add(table: pa.Table) -> None:
            if not writers:
                added = {} if version is None else {VERSION: version.encode()}
                schema = table.schema.with_metadata({**(table.schema.metadata or {}), **added})
                writers.append(stack.enter_context(pq.ParquetWriter(partial, schema, compression="zstd")))
            writers[0].write_table(table)

        yield add
    note_written(path)


def read_parquet(paths: Sequence[Path], columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of one or more landing files, or some columns of them."""
    # Reading single files, unlike a data set, adds no columns from folder names.
    return pa.concat_tables([pq.ParquetFile(path).read(list(columns) if columns else None) for path in paths])


def read_distinct(paths: Sequence[Path], columns: Sequence[str]) -> pa.Table:
    """Return the distinct values of some columns of landing files together; few rows are in memory at once."""
    parts = []
    for path in paths:
        with pq.ParquetFile(path) as file:
            parts += [
                pa.Table.from_batches([batch]).group_by(list(columns)).aggregate([])
                for batch in file.iter_batches(columns=list(columns))
            ] or [file.schema_arrow.empty_table().select(list(columns))]
    return pa.concat_tables(parts).group_by(list(columns)).aggregate([])


def read_by_file(path: Path) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each published file in a landing file, which has them in row groups of their own.

    Copies and files with only a header have none. The file's name is left out: it is long, and the same in all rows.
    """
    with pq.ParquetFile(path) as file:
        place = file.schema_arrow.get_field_index("source_file")
        names = [name for name in file.schema_arrow.names if name != "source_file"]
        groups: dict[str, list[int]] = {}
        for number in range(file.num_row_groups):
            if (column := file.metadata.row_group(number).column(place)).num_values:
                first, last = column.statistics.min, column.statistics.max
                if first != last:
                    raise ValueError(f"{path}: a row group has rows of {first} and of {last}")
                groups.setdefault(first, []).append(number)
        for name, numbers in groups.items():
            yield name, file.read_row_groups(numbers, columns=names)


def read_head(path: Path, rows: int) -> pa.Table:
    """Return the first rows of a landing file without binary columns (geometry); the rest is not read."""
    with pq.ParquetFile(path) as file:
        columns = [field.name for field in file.schema_arrow if not pa.types.is_binary(field.type)]
        first = next(file.iter_batches(batch_size=rows, columns=columns), None)
        return file.schema_arrow.empty_table().select(columns) if first is None else pa.Table.from_batches([first])


@cached_by_stamp
def hash_rows_of(path: Path) -> str:
    """Return the sha256 of a Parquet file's columns and rows, whatever its version."""
    content = path.read_bytes()
    # The file ends with its footer, the footer's length in four bytes, and a four-letter magic number.
    foot = int.from_bytes(content[-8:-4], "little") + 8
    try:
        columns = str(pq.read_schema(path).remove_metadata())
    except (OSError, pa.ArrowInvalid):
        foot, columns = 0, ""
    return hashlib.sha256(columns.encode() + content[: len(content) - foot]).hexdigest()


def list_columns(path: Path) -> list[str]:
    """Return a landing file's column names; only its footer is read."""
    return list(pq.read_schema(path).names)


def count_landed_rows(paths: Sequence[Path]) -> int:
    """Return how many rows landing files have together; only their footers are read."""
    return sum(pq.read_metadata(path).num_rows for path in paths)


def read_parquet_version(path: Path) -> str | None:
    """Return the version in a Parquet file; None if the file is missing or damaged or has none."""
    try:
        version = (pq.read_schema(path).metadata or {}).get(VERSION)
    except (OSError, pa.ArrowInvalid):
        return None
    return None if version is None else version.decode()
