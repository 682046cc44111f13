"""Parquet files: the same records of text that a file of separated values would give."""

from __future__ import annotations

from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.cells import show_cell
from crime_dagster.sources.readers.guard import guard
from crime_dagster.sources.readers.limits import (
    CELL,
    MOST_COLUMNS,
    bound_cost,
    refuse_size,
    require_cost,
)
from crime_dagster.sources.readers.reading import SourceFile

SUFFIX = ".parquet"
# What pandas calls the row numbers that it stores beside the columns: nothing that was published.
INDEX = "__index_level_"
# What marks a table with a column of shapes.
GEOGRAPHIC = b"geo"


@guard
def read_parquet(file: SourceFile, limit: int | None = None) -> list[list[str]]:
    """The records of a Parquet file as text, the names of its columns first.

    Args:
        file: The file.
        limit: Number of records to stop after, the names counted; None for all.

    Returns:
        One list of cells per record; a missing value is a blank cell.

    Raises:
        InputError: The file is not Parquet or is damaged.
    """
    try:
        # A text that repeats is stored once in the file and stays so: a small file may repeat a long one very often.
        with pq.ParquetFile(file.path, read_dictionary=_list_texts(file)) as parquet:
            if GEOGRAPHIC in (parquet.schema_arrow.metadata or {}):
                raise _refuse(file, "GeoParquet, a map", "a table, or a map as GeoJSON, GeoPackage or shapefile")
            names = [name for name in parquet.schema_arrow.names if not name.startswith(INDEX)]
            _require_bounds(parquet.metadata, len(names), file)
            if limit is None:
                batches = [parquet.read(columns=names)]
            else:
                batches = [pa.table(batch) for batch in islice(parquet.iter_batches(limit, columns=names), 1)]
    except (OSError, pa.ArrowException) as error:
        raise _refuse(file, f"it cannot be opened as Parquet ({error})", "a complete Parquet file") from error
    records = [names]
    for table in batches:
        # Two columns may have one name: they are taken by place.
        columns = []
        letters = 0
        for place in range(table.num_columns):
            columns.append(_show(table.column(place)))
            letters += sum(map(len, columns[-1]))
            require_cost(letters, "a table", file)
        records += map(list, zip(*columns, strict=True))
    return records[:limit]


def _list_texts(file: SourceFile) -> list[str]:
    schema = pq.read_schema(file.path)
    return [item.name for item in schema if pa.types.is_string(item.type) or pa.types.is_large_string(item.type)]


def _require_bounds(said: pq.FileMetaData, columns: int, file: SourceFile) -> None:
    """Refuse a file that says itself that it holds more than is read."""
    cells = bound_cost(file) // CELL
    if said.num_rows * columns > cells or columns > MOST_COLUMNS:
        found = f"{said.num_rows:,} rows of {columns:,} columns"
        raise refuse_size(file.name, found, f"at most {MOST_COLUMNS:,} columns and {cells:,} cells")


def _refuse(file: SourceFile, found: str, expected: str) -> InputError:
    remedy = "download the file again from its publisher in one of the kinds that are read"
    return InputError(file=file.name, found=found, expected=expected, remedy=remedy)


def _show(column: pa.ChunkedArray) -> list[str]:
    try:
        # Values repeat a lot: each is turned into text once, and its text is stored once.
        packed = column.unify_dictionaries().combine_chunks()
        if not pa.types.is_dictionary(packed.type):
            packed = pc.dictionary_encode(packed)
    except pa.ArrowNotImplementedError:
        return [show_cell(value) for value in column.to_pylist()]
    if isinstance(packed, pa.ChunkedArray):
        packed = packed.combine_chunks()
    texts = [show_cell(value) for value in packed.dictionary.to_pylist()]
    return ["" if place is None else texts[place] for place in packed.indices.to_pylist()]
