"""Tables as files for readers: a database of the marts alone, Parquet and CSV."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from crime_dagster.defs.release import exports


def test_copy_marts_holds_the_tables_of_marts_and_nothing_else(database: Path, tmp_path: Path):
    target = tmp_path / "out" / "crime.duckdb"
    assert exports.copy_marts(database, target) == {"lsoa_features": 1, "lsoas": 2}
    with duckdb.connect(str(target), read_only=True) as connection:
        found = connection.execute("select table_schema, table_name from information_schema.tables").fetchall()
    assert sorted(found) == [("marts", "lsoa_features"), ("marts", "lsoas")]
    assert [path.name for path in target.parent.iterdir()] == ["crime.duckdb"]


def test_a_copy_says_what_its_tables_and_columns_are(database: Path, tmp_path: Path):
    said = {"lsoas": ("It's the areas; all", {"lsoa_code": 'The area\'s "code".'})}
    exports.copy_marts(database, tmp_path / "crime.duckdb", said)
    with duckdb.connect(str(tmp_path / "crime.duckdb"), read_only=True) as connection:
        table = connection.execute("select comment from duckdb_tables() where table_name = 'lsoas'").fetchone()
        column = connection.execute("select comment from duckdb_columns() where table_name = 'lsoas'").fetchone()
    assert (table, column) == (("It's the areas; all",), ('The area\'s "code".',))


def test_export_marts_writes_every_mart_and_two_as_csv(database: Path, tmp_path: Path):
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create or replace table marts.lsoas as select 'a' as lsoa_code, 12.0::double as crimes, "
            "1.0 / 3 as share, date '2026-02-01' as month, 'x'::blob as shape, null::int as nothing"
        )
    about, left_out = {"lsoas": {"licence": "open"}}, {"lsoas": ["nothing"]}
    files = exports.export_marts(database, tmp_path / "data", about, left_out)
    names = ["lsoa_features.csv", "lsoa_features.parquet", "lsoas.csv", "lsoas.parquet"]
    assert sorted(path.name for path in files) == names
    assert (tmp_path / "data" / "lsoa_features.csv").read_text() == "lsoa_code,crimes_total\nE01,3\n"
    wanted = "lsoa_code,crimes,share,month\na,12,0.333333,2026-02-01\n"
    assert (tmp_path / "data" / "lsoas.csv").read_text() == wanted
    schema = pq.read_schema(tmp_path / "data" / "lsoas.parquet")
    assert (schema.names[-1], schema.metadata[b"licence"]) == ("shape", b"open")
