"""Access to DuckDB: the only module that opens it.

Only dbt writes the database. Everything here opens it read-only and closes it again, because in DuckDB a reader blocks
a writer in another process and vice versa.
"""

import functools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import duckdb
import pandas as pd

from crime_dagster.core.errors import InputError, PassingError
from crime_dagster.core.files import hash_file, hash_text, stamp_file
from crime_dagster.core.lake.place import Lake, require_lake
from crime_dagster.core.lake.tables import LAKE, NAME, attach_lake, link_extension, read_snapshot
from crime_dagster.core.records import noted
from crime_dagster.core.settings import find_lake

MARTS = "marts"
PATIENCE = 15.0  # seconds that a reader, or a killed run's dbt, may still hold a database
# Tables that were read, by the state of their database: steps read the same ones again and again. Larger ones are not
# kept, nor those of an earlier state.
_kept: dict[tuple[object, ...], dict[tuple[object, ...], pd.DataFrame]] = {}
MOST_KEPT_CELLS = 500_000
_held: dict[Path, duckdb.DuckDBPyConnection] = {}
# Lakes that are open, by the content of their pointer: each further reader has a cursor.
_lent: dict[str, duckdb.DuckDBPyConnection] = {}


@contextmanager
def open_new(path: Path | str = ":memory:") -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory, for reading files, or a new one. Pass names as parameters, never in the SQL."""
    with closing(duckdb.connect(str(path))) as connection:
        yield connection


@contextmanager
def open_read_only(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database read-only and close it."""
    if not database.is_file():
        expected, remedy = "a DuckDB file built by dbt", "run `make run` first"
        raise InputError(file=database, found="no such file", expected=expected, remedy=remedy)
    if database.suffix == LAKE:
        with _open_pointer(database) as connection:
            yield connection
        return
    if database in _held:
        with closing(_held[database].cursor()) as cursor:
            yield cursor
        return
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.IOException as error:
        raise _say_who_holds(database, error) from error
    with closing(connection):
        yield connection


@contextmanager
def _open_pointer(pointer: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    content = pointer.read_text(encoding="utf-8")
    if content in _lent:
        with closing(_lent[content].cursor()) as cursor:
            yield cursor.execute(f"use {NAME}")
        return
    lake = require_lake(find_lake(), pointer)
    connection = duckdb.connect(":memory:")
    try:
        attach_lake(connection, lake, read_snapshot(pointer))
        if lake.is_served:
            # A server has room for all readers, and attaching takes longer than most reads.
            _lent.clear()
        _lent[content] = connection
        yield connection
    finally:
        if not lake.is_served:
            _lent.pop(content, None)
            connection.close()


@contextmanager
def open_lake(lake: Lake) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a lake as it is now, to clear it or to name its newest snapshot; all tables are dbt's."""
    with open_new() as connection:
        attach_lake(connection, lake, is_read_only=False)
        yield connection


@contextmanager
def hold_open(database: Path) -> Iterator[None]:
    """Keep a database open while a step reads: opening it costs more than reading most tables.

    Only for the process that holds the warehouse, so that no writer is blocked.
    """
    with ExitStack() as held:
        if database not in _held:
            with suppress(InputError):
                _held[database] = held.enter_context(open_read_only(database))
                held.callback(_held.pop, database)
        yield


def require_free(database: Path, seconds: float = PATIENCE, say: Callable[[str], object] = lambda _: None) -> None:
    """Raise if another program has the database open, before dbt fails with a traceback.

    Waits some seconds first, saying so once, because dbt outlives a killed run by a few.
    """
    last = time.monotonic() + seconds
    is_told = False
    # A lake has room for readers beside its writer.
    while database.is_file() and database.suffix != LAKE:
        try:
            write_out(database)
            return
        except duckdb.IOException as error:
            # A damaged file is not in use: the step that builds it replaces it.
            if "lock" not in str(error).lower():
                return
            if time.monotonic() >= last:
                raise _say_who_holds(database, error) from error
        if not is_told:
            say(f"Another program has {database} open; waiting {seconds:.0f} seconds for it ...")
            is_told = True
        time.sleep(0.2)


def write_out(database: Path) -> None:
    """Merge what the last writer left in the write-ahead log into the database."""
    duckdb.connect(str(database)).close()


def _say_who_holds(database: Path, error: duckdb.IOException) -> PassingError:
    return PassingError(
        file=database,
        found=str(error).splitlines()[0],
        expected="a database that no other process is writing to",
        remedy="close the program that has it open (its process is named above) and run again; to look at figures, "
        f"open {database.parent / 'published' / 'crime.duckdb'}, which no run writes to",
    )


def hash_rows(database: Path, table: str, where: Mapping[str, str] | None = None, columns: Sequence[str] = ()) -> str:
    """Return a hash of what `read_mart` returns for the same arguments, in any row order."""
    return _hash_rows(database, hash_file(database) or "", table, tuple((where or {}).items()), tuple(columns))


@functools.lru_cache(maxsize=10_000)
def _hash_rows(
    database: Path, _content: str, table: str, where: tuple[tuple[str, str], ...], columns: tuple[str, ...]
) -> str:
    with open_read_only(database) as connection:
        relation = _select(connection, database, table, dict(where), columns)
        kinds = ", ".join(f"{name} {kind}" for name, kind in zip(relation.columns, relation.types, strict=True))
        counted = relation.set_alias("chosen").aggregate("count(*), sum(hash(chosen))").fetchone()
    return hash_text(kinds, *map(str, counted or ()))


@noted(digest=hash_rows)
def read_mart(
    database: Path, table: str, where: dict[str, str] | None = None, columns: Sequence[str] = ()
) -> pd.DataFrame:
    """Return a table of schema `marts`, optionally only rows that match `where` and some columns."""
    # What the last writer did may still be in the write-ahead log.
    state = (database, stamp_file(database), stamp_file(database.with_name(f"{database.name}.wal")))
    if state not in _kept:
        _kept.clear()
    kept, key = _kept.setdefault(state, {}), (table, tuple((where or {}).items()), tuple(columns))
    rows = kept.get(key)
    if rows is None:
        with open_read_only(database) as connection:
            rows = _select(connection, database, table, where or {}, columns).df()
        if rows.size <= MOST_KEPT_CELLS:
            kept[key] = rows
    # Lazy: what is changed in the copy is not changed in the table that is kept.
    return rows.copy(deep=False)


def _select(
    connection: duckdb.DuckDBPyConnection, database: Path, table: str, where: Mapping[str, str], columns: Sequence[str]
) -> duckdb.DuckDBPyRelation:
    try:
        relation = connection.table(f"{MARTS}.{table}")
    except duckdb.CatalogException as error:
        raise InputError(
            file=database,
            found=f"marts {', '.join(_list_marts(connection)) or 'none'}",
            expected=f"a mart named {table}",
            remedy="run `make dbt` (or `make run`, if the mart holds predictions)",
        ) from error
    for column, value in where.items():
        relation = relation.filter(duckdb.ColumnExpression(column) == duckdb.ConstantExpression(value))
    return relation.select(*map(duckdb.ColumnExpression, columns)) if columns else relation


def read_rows(database: Path, query: str, most: int) -> pd.DataFrame | None:
    """Return the first rows of one of our queries, such as a compiled dbt test; None if it cannot be run any more."""
    try:
        with open_read_only(database) as connection:
            return connection.sql(query).limit(most).df()
    except (duckdb.Error, InputError):
        # A table is missing or the file is locked: the test is reported without its rows.
        return None


def count_marts(database: Path) -> dict[str, int]:
    with open_read_only(database) as connection:
        return {table: len(connection.table(f"{MARTS}.{table}")) for table in _list_marts(connection)}


def list_marts(database: Path) -> list[str]:
    with open_read_only(database) as connection:
        return _list_marts(connection)


def hash_marts(database: Path) -> dict[str, str]:
    return {table: hash_rows(database, table) for table in list_marts(database)}


def link_spatial_extension(folder: Path) -> Path:
    """Install DuckDB's spatial extension without a network, and return its path.

    It comes in the wheel `duckdb-extension-spatial`; DuckDB looks for it by version and platform below the
    `extension_directory` of dbt's profile.
    """
    with open_new() as connection:
        return link_extension(connection, folder, "spatial")


def count_values(database: Path) -> dict[str, dict[str, tuple[int, int]]]:
    """Return the number of values of each column of each mart, and of rows."""
    found = {}
    with open_read_only(database) as connection:
        for table in _list_marts(connection):
            relation = connection.table(f"{MARTS}.{table}")
            rows, *values = relation.aggregate("count(*), count(columns(*))").fetchone() or ()
            found[table] = {name: (count, rows) for name, count in zip(relation.columns, values, strict=True)}
    return found


def _list_marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables where table_schema = ? and table_type = 'BASE TABLE' "
        "order by table_name",
        [MARTS],
    ).fetchall()
    return [name for (name,) in rows]
