"""Parquet files as records of text, like those of a delimited file."""

from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crime_dagster.sources.readers.formats.limits import (
    CELL,
    MOST_COLUMNS,
    bound_cost,
    guard,
    opening,
    refuse_size,
    require_cost,
)
from crime_dagster.sources.readers.formats.reading import SourceFile, refuse, show_cell

# pandas stores its row numbers under this name: they are not a published column.
INDEX = "__index_level_"
# Marks GeoParquet.
GEOGRAPHIC = b"geo"
REMEDY = "download the file again from its publisher in one of the kinds that are read"


@guard
def read_parquet(file: SourceFile, limit: int | None = None) -> list[list[str]]:
    """Return up to `limit` records of cells, the column names first; a missing value is a blank cell."""
    with opening(file, "a complete Parquet file", "opened as Parquet", REMEDY):
        schema = pq.read_schema(file.path)
        texts = [item.name for item in schema if pa.types.is_string(item.type) or pa.types.is_large_string(item.type)]
        # Keep dictionary encoding: a small file may repeat one long text very often.
        with pq.ParquetFile(file.path, read_dictionary=texts) as parquet:
            if GEOGRAPHIC in (parquet.schema_arrow.metadata or {}):
                expected = "a table, or a map as GeoJSON, GeoPackage or shapefile"
                raise refuse(file, "GeoParquet, a map", expected, REMEDY)
            names = [name for name in parquet.schema_arrow.names if not name.startswith(INDEX)]
            _require_bounds(parquet.metadata, len(names), file)
            if limit is None:
                batches = [parquet.read(columns=names)]
            else:
                batches = [pa.table(batch) for batch in islice(parquet.iter_batches(limit, columns=names), 1)]
    records = [names]
    for table in batches:
        columns: list[list[str]] = []
        letters = 0
        # By position, because two columns may share a name.
        for place in range(table.num_columns):
            columns.append(_show(table.column(place)))
            letters += sum(map(len, columns[-1]))
            require_cost(letters, "a table", file)
        records += map(list, zip(*columns, strict=True))
    return records[:limit]


def _require_bounds(stated: pq.FileMetaData, columns: int, file: SourceFile) -> None:
    cells = bound_cost(file) // CELL
    if stated.num_rows * columns > cells or columns > MOST_COLUMNS:
        found = f"{stated.num_rows:,} rows of {columns:,} columns"
        raise refuse_size(file, found, f"at most {MOST_COLUMNS:,} columns and {cells:,} cells")


def _show(column: pa.ChunkedArray) -> list[str]:
    try:
        # Values repeat a lot: each distinct value is converted and stored once.
        packed = column.unify_dictionaries().combine_chunks()
        packed = packed if pa.types.is_dictionary(packed.type) else pc.dictionary_encode(packed)
    except pa.ArrowNotImplementedError:
        return [show_cell(value) for value in column.to_pylist()]
    packed = packed.combine_chunks() if isinstance(packed, pa.ChunkedArray) else packed
    texts = [show_cell(value) for value in packed.dictionary.to_pylist()]
    return ["" if place is None else texts[place] for place in packed.indices.to_pylist()]
