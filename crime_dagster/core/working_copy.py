"""The copy of the database that dbt writes, and how it replaces the database."""

import shutil
from pathlib import Path

from crime_dagster.core.files import sync
from crime_dagster.core.warehouse import write_out


def copy_database(database: Path, working: Path, *, is_empty: bool = False) -> None:
    """Start dbt's working copy from the database, or empty; replaces one that was left over."""
    discard_database(working)
    if database.is_file() and not is_empty:
        shutil.copyfile(database, working)


def replace_database(working: Path, database: Path) -> None:
    """Replace the database with its built copy, atomically."""
    if find_log(working).is_file():
        # The last writer may have left data in the write-ahead log.
        write_out(working)
    sync(working)
    find_log(database).unlink(missing_ok=True)
    working.replace(database)


def discard_database(database: Path) -> None:
    """Delete a database and its write-ahead log."""
    for path in (find_log(database), database):
        path.unlink(missing_ok=True)


def find_log(database: Path) -> Path:
    """Return the path of DuckDB's write-ahead log."""
    return database.with_name(f"{database.name}.wal")
