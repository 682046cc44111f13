import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from crime_dagster.core import exports, warehouse
from crime_dagster.core.errors import InputError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema staging")
        connection.execute("create table marts.lsoa_features as select 'E01' as lsoa_code, 3 as crimes_total")
        connection.execute("create table marts.lsoas as select unnest(['a', 'b''c']) as lsoa_code")
        connection.execute("create table staging.secret as select 1 as one")
        connection.execute("create view marts.view_over_files as select 1 as one")
    return path


def test_read_mart_filters_by_value_without_building_sql(database: Path):
    assert warehouse.read_mart(database, "lsoas", {"lsoa_code": "b'c"})["lsoa_code"].tolist() == ["b'c"]


def test_read_mart_names_the_marts_there_are(database: Path):
    with pytest.raises(InputError, match="lsoa_features, lsoas"):
        warehouse.read_mart(database, "nothing")


def test_a_missing_database_says_what_to_run(tmp_path: Path):
    with pytest.raises(InputError, match="make run"):
        warehouse.read_mart(tmp_path / "none.duckdb", "lsoas")


def test_reading_leaves_the_database_free_for_the_writer(database: Path):
    warehouse.read_mart(database, "lsoas")
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into marts.lsoas values ('c')")


def test_a_table_that_is_read_again_is_as_the_last_writer_left_it(database: Path):
    before = warehouse.read_mart(database, "lsoas")
    before["lsoa_code"] = "changed by its reader"
    assert warehouse.read_mart(database, "lsoas")["lsoa_code"].tolist() == ["a", "b'c"]
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into marts.lsoas values ('c')")
    assert warehouse.read_mart(database, "lsoas")["lsoa_code"].tolist() == ["a", "b'c", "c"]


def test_a_database_that_is_held_open_is_free_for_the_writer_afterwards(database: Path):
    with warehouse.hold_open(database), warehouse.hold_open(database):
        assert warehouse.read_mart(database, "lsoas", {"lsoa_code": "a"}).shape == (1, 1)
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into marts.lsoas values ('c')")


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


def test_values_are_counted_by_column(database: Path):
    assert warehouse.count_values(database)["lsoas"] == {"lsoa_code": (2, 2)}


def test_spatial_extension_loads_without_a_network_from_an_odd_folder(tmp_path: Path):
    folder = tmp_path / "O'Neil & co [1]"
    link = warehouse.link_spatial_extension(folder)
    assert link == warehouse.link_spatial_extension(folder), "a second call must find its own link"
    with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
        connection.execute("load spatial")
        assert connection.execute("select st_astext(st_point(1, 2))").fetchone() == ("POINT (1 2)",)
    assert link.readlink().name == "spatial.duckdb_extension"


def test_a_database_that_another_program_holds_is_named(database: Path):
    code = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, str(database)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(InputError, match="close the program that has it open") as caught:
            warehouse.require_free(database)
        holder.kill()
    assert str(holder.pid) in str(caught.value)
    warehouse.require_free(database)
