"""The copy of the database that dbt writes, and how it takes the database's place."""

import shutil
from pathlib import Path

from crime_dagster.core.files import sync
from crime_dagster.core.warehouse import write_out


def copy_database(database: Path, working: Path, *, is_empty: bool = False) -> None:
    """Begin the copy that dbt will write, as the database is or empty; one that was left is replaced."""
    discard_database(working)
    if database.is_file() and not is_empty:
        shutil.copyfile(database, working)


def replace_database(working: Path, database: Path) -> None:
    """Let a copy that was built take the database's place, in one step."""
    if find_log(working).is_file():
        # The writer closed in a hurry: what it wrote last stands in its log.
        write_out(working)
    sync(working)
    find_log(database).unlink(missing_ok=True)
    working.replace(database)


def discard_database(database: Path) -> None:
    """Remove a database and its log."""
    for path in (find_log(database), database):
        path.unlink(missing_ok=True)


def find_log(database: Path) -> Path:
    """Where DuckDB keeps what it has yet to write into a database."""
    return database.with_name(f"{database.name}.wal")
