"""Opening a lake: Parquet in a folder or store, a catalogue in a file or PostgreSQL.

What is `crime.duckdb` on one machine is a small file here, the pointer: it names the snapshot that the last run built.
Readers see that one, whatever is being written.
"""

from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import duckdb

from crime_dagster.core.errors import InputError, PassingError
from crime_dagster.core.files import read_json, write_json, write_whole
from crime_dagster.core.lake.place import Lake

# What the pointer's name ends with, and the name of the lake in SQL, which is that of the database file.
LAKE, NAME = ".lake", "crime"
# Wheels that are called otherwise than the file that DuckDB looks for.
WHEELS = {"postgres_scanner": "postgres"}


def attach_lake(
    connection: duckdb.DuckDBPyConnection, lake: Lake, snapshot: int | None = None, *, is_read_only: bool = True
) -> None:
    """Open a lake in a database in memory, as of a snapshot or as it is now.

    Raises:
        PassingError: The catalogue or the store does not answer.
    """
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute(f"set extension_directory = {_quote(str(lake.extensions))}")
    # dbt's profile always tells httpfs of a store.
    needed = ["ducklake", "httpfs", *["postgres_scanner"] * lake.is_served]
    for name in needed:
        link_extension(connection, lake.extensions, name)
        connection.load_extension(name)
    if lake.is_shared:
        words = ", ".join(f"{name} {_quote(value)}" for name, value in lake.store.items())
        connection.execute(f"create secret lake_store (type s3, url_style 'path', {words})")
    options = [f"data_path {_quote(lake.data)}", *["read_only"] * is_read_only]
    options += [f"snapshot_version {snapshot}"] if snapshot is not None else []
    try:
        connection.execute(f"attach {_quote(f'ducklake:{lake.catalogue}')} as {NAME} ({', '.join(options)})")
        connection.execute(f"use {NAME}")
    except duckdb.Error as error:
        raise PassingError(
            file=lake.catalogue,
            found=str(error).splitlines()[0],
            expected="the catalogue of a lake that answers, and that no other process of this machine writes to",
            remedy="start it or correct CRIME_LAKE_CATALOGUE, and run again",
        ) from error


def link_extension(connection: duckdb.DuckDBPyConnection, folder: Path, name: str) -> Path:
    """Link an extension from its wheel to where DuckDB looks for it: by version and platform below a folder."""
    row = connection.execute("select version(), (select platform from pragma_platform())").fetchone()
    version, platform = row if row else ("", "")
    wheel = WHEELS.get(name, name)
    package = f"duckdb_extension_{wheel}"
    if find_spec(package) is None:
        raise InputError(
            file=package.replace("_", "-"),
            found="no such package",
            expected=f"DuckDB's extension {name}, which a lake needs",
            remedy="pip install '.[lake]'",
        )
    source = resources.files(package) / "extensions" / version / f"{wheel}.duckdb_extension"
    target = folder / version / platform / f"{name}.duckdb_extension"
    with write_whole(target, durable=False) as partial:
        partial.symlink_to(Path(str(source)))
    return target


def find_head(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the newest snapshot."""
    row = connection.execute("select max(snapshot_id) from crime.snapshots()").fetchone()
    return int(row[0]) if row else 0


def drop_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty a lake; its earlier snapshots stay."""
    rows = connection.execute(
        "select schema_name from information_schema.schemata where catalog_name = ? and schema_name != 'main'", [NAME]
    ).fetchall()
    for (schema,) in rows:
        connection.execute(f'drop schema {NAME}."{schema}" cascade')


def name_snapshot(connection: duckdb.DuckDBPyConnection, release: str) -> int:
    """Name what is there now after a release, and return its snapshot.

    A name belongs to a change: that change is a row in the list of publications.
    """
    connection.execute("create table if not exists crime.main.publications (release varchar, published_at timestamptz)")
    connection.execute("begin")
    connection.execute("insert into crime.main.publications values (?, now())", [release])
    connection.execute(f"call crime.set_commit_message('crime-dagster', {_quote(f'release {release}')})")
    connection.execute("commit")
    return find_head(connection)


def read_snapshot(pointer: Path) -> int | None:
    """Return the snapshot that a pointer names; None for the newest."""
    return read_json(pointer).get("snapshot")


def write_pointer(pointer: Path, lake: Lake, snapshot: int | None) -> None:
    """Write a pointer."""
    write_json({"catalogue": lake.catalogue, "data": lake.data, "snapshot": snapshot}, pointer)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
