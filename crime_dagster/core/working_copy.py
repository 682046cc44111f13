"""The copy of the database that dbt writes, and how it replaces the database.

A lake is not copied: dbt writes to it, readers stay at the snapshot of the pointer, and a new pointer replaces it.
"""

import shutil
from pathlib import Path

from crime_dagster.core.files import sync
from crime_dagster.core.lake.place import require_lake
from crime_dagster.core.lake.tables import LAKE, drop_tables, find_head, name_snapshot, read_snapshot, write_pointer
from crime_dagster.core.settings import find_lake
from crime_dagster.core.warehouse import open_lake, write_out


def copy_database(database: Path, working: Path, *, is_empty: bool = False) -> None:
    """Start dbt's working copy from the database, or empty; replaces one that was left over."""
    discard_database(working)
    if working.suffix == LAKE:
        lake = require_lake(find_lake(), working)
        with open_lake(lake) as connection:
            if is_empty:
                drop_tables(connection)
        write_pointer(working, lake, None)
    elif database.is_file() and not is_empty:
        shutil.copyfile(database, working)


def replace_database(working: Path, database: Path) -> None:
    """Replace the database with its built copy, atomically."""
    if working.suffix == LAKE:
        point_to_head(database)
        discard_database(working)
        return
    if find_log(working).is_file():
        # The last writer may have left data in the write-ahead log.
        write_out(working)
    sync(working)
    find_log(database).unlink(missing_ok=True)
    working.replace(database)


def point_to_head(pointer: Path, release: str = "") -> None:
    """Let a pointer name the newest snapshot of its lake, which is that of a release if one is given."""
    lake = require_lake(find_lake(), pointer)
    with open_lake(lake) as connection:
        write_pointer(pointer, lake, name_snapshot(connection, release) if release else find_head(connection))


def is_at_head(database: Path) -> bool:
    """Whether nothing was written since: behind the pointer of a lake, or into the log that a killed writer leaves."""
    if database.suffix != LAKE:
        return not find_log(database).is_file()
    with open_lake(require_lake(find_lake(), database)) as connection:
        return read_snapshot(database) == find_head(connection)


def discard_database(database: Path) -> None:
    for path in (find_log(database), database):
        path.unlink(missing_ok=True)


def find_log(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")
