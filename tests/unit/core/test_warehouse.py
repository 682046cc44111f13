import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from crime_dagster.core import warehouse
from crime_dagster.core.errors import InputError


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
            warehouse.require_free(database, 0)
        holder.kill()
    assert str(holder.pid) in str(caught.value)
    warehouse.require_free(database)
