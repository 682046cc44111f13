"""Files of tables for readers: a database of the marts alone, and each mart as Parquet, some also as CSV."""

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa

from crime_dagster.core.files import write_whole
from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.safe_text import DIGITS, write_csv
from crime_dagster.core.warehouse import MARTS, list_marts, open_new, open_read_only

# Tables that people open in a spreadsheet: the analysis table and its areas.
CSV_TABLES = ("lsoa_features", "lsoas")


def copy_marts(
    database: Path, target: Path, comments: Mapping[str, tuple[str, Mapping[str, str]]] | None = None
) -> dict[str, int]:
    """Create a database with only the tables of `marts`, for readers; return their numbers of rows.

    A copy of the file would have views over landing files with absolute paths, which break elsewhere. `comments` gives
    the descriptions of each table and its columns.
    """
    copied = {}
    with open_read_only(database) as source, write_whole(target) as partial, open_new(partial) as writer:
        writer.execute(f"create schema {MARTS}")
        for table in list_marts(database):
            # One at a time: all of them are most of a gigabyte.
            rows = source.table(f"{MARTS}.{table}").to_arrow_table()
            writer.from_arrow(rows).create(f"{MARTS}.{table}")
            copied[table] = rows.num_rows
            description, columns = (comments or {}).get(table, ("", {}))
            place = f"{MARTS}.{_quote(table)}"
            words = [
                f"comment on column {place}.{_quote(name)} is {_quote_text(text)}" for name, text in columns.items()
            ]
            writer.execute("; ".join([f"comment on table {place} is {_quote_text(description)}", *words]))
    return copied


def export_marts(
    database: Path,
    folder: Path,
    about: Mapping[str, Mapping[str, str]] | None = None,
    left_out: Mapping[str, Collection[str]] | None = None,
) -> list[Path]:
    """Write every mart as Parquet, and `CSV_TABLES` also as CSV; return the files written.

    `about` gives the key-value metadata of each Parquet file, `left_out` columns to leave out, both by table.
    """
    written = []
    with open_read_only(database) as source:
        for table in list_marts(database):
            # Tables have no order; sorting gives the same rows the same bytes.
            rows = source.table(f"{MARTS}.{table}").order("all").to_arrow_table()
            rows = rows.drop_columns(list((left_out or {}).get(table, ())))
            metadata = {name.encode(): text.encode() for name, text in (about or {}).get(table, {}).items()}
            path = folder / f"{table}.parquet"
            write_parquet(rows.replace_schema_metadata(metadata), path)
            written.append(path)
            if table in CSV_TABLES:
                shapes = [field.name for field in rows.schema if pa.types.is_binary(field.type)]
                # Arrow keeps counts with gaps as integers; pandas would print 12 as 12.0.
                texts = rows.drop_columns(shapes).to_pandas(types_mapper=pd.ArrowDtype)
                with write_whole(path.with_suffix(".csv")) as partial:
                    partial.write_bytes(write_csv(texts, DIGITS))
                written.append(path.with_suffix(".csv"))
    return written


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
