"""The door to DuckDB: the only module that opens it.

dbt is the only writer of the database. Everything here opens it read-only and closes it again, because DuckDB lets a
reader block a writer in another process and the other way round.
"""

import functools
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from importlib import resources
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from crime_dagster.core.errors import InputError, PassingError
from crime_dagster.core.files import hash_file, hash_text, write_whole
from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.records import noted
from crime_dagster.core.safe_text import DIGITS, write_csv

MARTS = "marts"
# What people open in a spreadsheet: the analysis table, and its places.
CSV_TABLES = ("lsoa_features", "lsoas")


@contextmanager
def open_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, for reading files; nothing is kept. Pass names as parameters, never inside the SQL."""
    with closing(duckdb.connect(":memory:")) as connection:
        yield connection


@contextmanager
def open_read_only(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database file for reading and close it."""
    if not database.is_file():
        expected, remedy = "a DuckDB file built by dbt", "run `make run` first"
        raise InputError(file=database, found="no such file", expected=expected, remedy=remedy)
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.IOException as error:
        raise _say_who_holds(database, error) from error
    with closing(connection):
        yield connection


@contextmanager
def hold_open(database: Path) -> Iterator[None]:
    """Keep a database open while a step reads: opening it again for each table costs more than most tables.

    For a process that holds the warehouse: nothing can want to write it meanwhile.
    """
    with ExitStack() as held:
        with suppress(InputError):
            held.enter_context(open_read_only(database))
        yield


def require_free(database: Path, seconds: float = 0.0, say: Callable[[str], object] = lambda _: None) -> None:
    """Stop before dbt does where another program has the database open: dbt would give a traceback.

    It waits some seconds for it, for dbt outlives a run that was killed by a few, and says so once.
    """
    last = time.monotonic() + seconds
    is_told = False
    while database.is_file():
        try:
            write_out(database)
        except duckdb.IOException as error:
            # A damaged file is nobody's: the step that builds it makes it again.
            if "lock" not in str(error).lower():
                return
            if time.monotonic() >= last:
                raise _say_who_holds(database, error) from error
        else:
            return
        if not is_told:
            say(f"Another program has {database} open; waiting {seconds:.0f} seconds for it ...")
            is_told = True
        time.sleep(0.2)


def write_out(database: Path) -> None:
    """Have a database take in what its last writer left in the log beside it."""
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
    """A fingerprint of what `read_mart` gives for the same arguments, whatever the order of its rows."""
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
    """One table of the schema `marts`, or its rows whose columns equal the texts in `where`, or some of its columns."""
    with open_read_only(database) as connection:
        return _select(connection, database, table, where or {}, columns).df()


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
    """The first rows of a query of ours, such as a test that dbt compiled; None where it cannot be asked any more."""
    try:
        with open_read_only(database) as connection:
            return connection.sql(query).limit(most).df()
    except (duckdb.Error, InputError):
        # A table of it was not built, or the file is held: the test's own words are told without its rows.
        return None


def count_marts(database: Path) -> dict[str, int]:
    """How many rows every mart has."""
    with open_read_only(database) as connection:
        return {table: len(connection.table(f"{MARTS}.{table}")) for table in _list_marts(connection)}


def list_marts(database: Path) -> list[str]:
    """Names of the tables of the schema `marts`."""
    with open_read_only(database) as connection:
        return _list_marts(connection)


def hash_marts(database: Path) -> dict[str, str]:
    """A fingerprint of every mart, see `hash_rows`."""
    return {table: hash_rows(database, table) for table in list_marts(database)}


def link_spatial_extension(folder: Path) -> Path:
    """Put DuckDB's spatial extension where DuckDB looks for it, without a network, and return its path there.

    The extension comes in the wheel `duckdb-extension-spatial`; DuckDB wants it below its version and platform in the
    `extension_directory` that dbt's profile names.
    """
    with open_memory() as connection:
        row = connection.execute("select version(), (select platform from pragma_platform())").fetchone()
    version, platform = row if row else ("", "")
    wheel = resources.files("duckdb_extension_spatial") / "extensions" / version / "spatial.duckdb_extension"
    target = folder / version / platform / "spatial.duckdb_extension"
    with write_whole(target, durable=False) as partial:
        partial.symlink_to(Path(str(wheel)))
    return target


def count_values(database: Path) -> dict[str, dict[str, tuple[int, int]]]:
    """How many values each column of each mart has, and in how many rows."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    with open_read_only(database) as connection:
        for table in _list_marts(connection):
            relation = connection.table(f"{MARTS}.{table}")
            wanted = [duckdb.FunctionExpression("count", duckdb.ColumnExpression(name)) for name in relation.columns]
            *values, rows = relation.aggregate([*wanted, duckdb.FunctionExpression("count")]).fetchone() or ()
            found[table] = {name: (count, rows) for name, count in zip(relation.columns, values, strict=True)}
    return found


def copy_marts(
    database: Path, target: Path, comments: Mapping[str, tuple[str, Mapping[str, str]]] | None = None
) -> dict[str, int]:
    """Make a database that holds the tables of `marts` only, for readers; the number of rows of each.

    A copy of the file would carry views over landing files with absolute paths, which break elsewhere. `comments` is
    by table what the database says of it and of its columns.
    """
    with open_read_only(database) as source:
        copies = {table: source.table(f"{MARTS}.{table}").to_arrow_table() for table in _list_marts(source)}
    with write_whole(target) as partial, duckdb.connect(str(partial)) as writer:
        writer.execute(f"create schema {MARTS}")
        for table, rows in copies.items():
            writer.from_arrow(rows).create(f"{MARTS}.{table}")
            said, columns = (comments or {}).get(table, ("", {}))
            place = f"{MARTS}.{_quote(table)}"
            words = [
                f"comment on column {place}.{_quote(name)} is {_quote_text(text)}" for name, text in columns.items()
            ]
            writer.execute("; ".join([f"comment on table {place} is {_quote_text(said)}", *words]))
    return {table: rows.num_rows for table, rows in copies.items()}


def export_marts(
    database: Path,
    folder: Path,
    about: Mapping[str, Mapping[str, str]] | None = None,
    left_out: Mapping[str, Collection[str]] | None = None,
) -> list[Path]:
    """Write every mart as Parquet, and those of `CSV_TABLES` as CSV too, for people who open files; the files written.

    Args:
        database: The DuckDB file that dbt built.
        folder: Where to.
        about: By table, what the key-value metadata of its Parquet file says.
        left_out: By table, columns that the files do not have.
    """
    written = []
    with open_read_only(database) as source:
        for table in _list_marts(source):
            # Tables have no order of their own; the same rows shall have the same bytes.
            rows = source.table(f"{MARTS}.{table}").order("all").to_arrow_table()
            rows = rows.drop_columns(list((left_out or {}).get(table, ())))
            said = {name.encode(): text.encode() for name, text in (about or {}).get(table, {}).items()}
            path = folder / f"{table}.parquet"
            write_parquet(rows.replace_schema_metadata(said), path)
            written.append(path)
            if table in CSV_TABLES:
                with write_whole(path.with_suffix(".csv")) as partial:
                    partial.write_bytes(_write_rows(rows))
                written.append(path.with_suffix(".csv"))
    return written


def _write_rows(rows: pa.Table) -> bytes:
    """Rows as CSV, without columns of bytes. Arrow's types keep a count with gaps whole: pandas' print 12 as 12.0."""
    shapes = [field.name for field in rows.schema if pa.types.is_binary(field.type)]
    return write_csv(rows.drop_columns(shapes).to_pandas(types_mapper=pd.ArrowDtype), DIGITS)


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _list_marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables where table_schema = ? and table_type = 'BASE TABLE' "
        "order by table_name",
        [MARTS],
    ).fetchall()
    return [name for (name,) in rows]
