"""A lake: which one the environment names, and what its readers see while it is written."""

from pathlib import Path

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.lake.tables import LAKE
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hold_open, list_marts, open_lake, open_read_only, read_mart
from crime_dagster.core.working_copy import copy_database, discard_database, is_at_head, point_to_head, replace_database

SHARED = {
    "CRIME_TARGET": "lake",
    "CRIME_LAKE_CATALOGUE": "postgres:dbname=crime host=db",
    "CRIME_LAKE_DATA": "s3://crime/london",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9000",
    "AWS_SECRET_ACCESS_KEY": "a made-up key",
}
POSTGRES = {f"CRIME_POSTGRES_{name}": "1" for name in ("HOST", "PORT", "DB", "USER", "PASSWORD")}


def test_a_lake_is_used_only_where_it_is_asked_for():
    assert Settings.from_environment({}).lake is None
    assert Settings.from_environment({}).database.name == "crime.duckdb"
    asked = Settings.from_environment({"CRIME_TARGET": "lake", "CRIME_WAREHOUSE_DIR": "/w"})
    assert asked.lake is not None
    assert (asked.lake.catalogue, asked.lake.data, asked.lake.is_shared) == ("/w/crime.ducklake", "/w/lake/", False)
    assert asked.database == Path("/w/crime.lake")


def test_a_store_is_reached_by_the_variables_of_s3_and_its_key_is_in_no_message():
    lake = Settings.from_environment(SHARED).lake
    assert lake is not None
    assert lake.is_shared
    assert (lake.store["endpoint"], lake.store["use_ssl"]) == ("127.0.0.1:9000", "false")
    assert "made-up" not in repr(lake)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"CRIME_TARGET": "cloud"}, "warehouse or lake"),
        ({"CRIME_LAKE_CATALOGUE": "postgres:dbname=crime password=word"}, "PGPASSWORD"),
        ({"CRIME_BROKER": "redis://db"}, "CRIME_POSTGRES_HOST"),
        ({"CRIME_BROKER": "redis://db", **POSTGRES, "CRIME_LAKE_DATA": "/srv/lake"}, "CRIME_LAKE_DATA in a store"),
    ],
)
def test_what_does_not_fit_together_is_refused(changed: dict[str, str], named: str):
    with pytest.raises(InputError) as refused:
        Settings.from_environment({**SHARED, **changed})
    assert named in str(refused.value)
    assert "word" not in str(refused.value).replace("password", "").replace("words", "")


def test_a_folder_is_of_one_target(tmp_path: Path):
    (tmp_path / "crime.duckdb").touch()
    with pytest.raises(InputError, match="another CRIME_TARGET"):
        Settings.from_environment({"CRIME_TARGET": "lake", "CRIME_WAREHOUSE_DIR": str(tmp_path)}).prepare()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    pytest.importorskip("duckdb_extension_ducklake", reason="a lake needs pip install '.[lake]'")
    monkeypatch.setenv("CRIME_TARGET", "lake")
    monkeypatch.setenv("CRIME_WAREHOUSE_DIR", str(tmp_path))
    return Settings.from_environment()


def write(settings: Settings, *statements: str) -> None:
    assert settings.lake is not None
    with open_lake(settings.lake) as connection:
        for statement in statements:
            connection.execute(statement)


def count(settings: Settings) -> int:
    return len(read_mart(settings.database, "areas"))


def test_readers_see_what_was_built_until_the_next_build_has_passed(settings: Settings):
    copy_database(settings.database, settings.working_database)
    write(settings, "create schema marts", "create table marts.areas as select 1 as area")
    replace_database(settings.working_database, settings.database)
    assert settings.database.suffix == LAKE
    assert is_at_head(settings.database)

    copy_database(settings.database, settings.working_database)
    with hold_open(settings.database):
        before = count(settings)
    write(settings, "insert into marts.areas values (2)")
    assert (before, count(settings), len(read_mart(settings.working_database, "areas"))) == (1, 1, 2)
    assert not is_at_head(settings.database)

    discard_database(settings.working_database)
    assert count(settings) == 1
    copy_database(settings.database, settings.working_database, is_empty=True)
    assert (list_marts(settings.working_database), count(settings)) == ([], 1)


def test_a_publication_is_found_by_its_name(settings: Settings):
    write(settings, "create schema marts", "create table marts.areas as select 1 as area")
    point_to_head(settings.database, "000001")
    write(settings, "insert into marts.areas values (2)")
    point_to_head(settings.database, "000002")
    with open_read_only(settings.database) as connection:
        found = connection.execute(
            "select commit_message, snapshot_id from crime.snapshots() where commit_message like 'release %' order by 2"
        ).fetchall()
        earlier = f"from marts.areas at (version => {found[0][1]})"
        then = len(connection.execute(earlier).fetchall())
    assert [name for name, _ in found] == ["release 000001", "release 000002"]
    assert (then, count(settings)) == (1, 2)


def test_a_pointer_alone_opens_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    write(settings, "create schema marts")
    point_to_head(settings.database)
    monkeypatch.delenv("CRIME_TARGET")
    with pytest.raises(InputError, match="CRIME_TARGET=lake"):
        list_marts(settings.database)
