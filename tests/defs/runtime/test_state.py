"""Damaged Dagster storage: the file is named, with a remedy that works."""

import logging
import shutil
import sqlite3
import traceback
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy
from dagster._daemon.auto_run_reexecution.event_log_consumer import DAGSTER_EVENT_TYPES, _fetch_persisted_cursors

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.state import explain_state, find_engine, follow_from_now
from tests.conftest import PROJECT


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(tmp_path / "data", tmp_path / "warehouse")
    found.dagster_home.mkdir(parents=True)
    shutil.copy(PROJECT / "deploy" / "dagster.yaml", found.dagster_home)
    with dg.DagsterInstance.from_config(str(found.dagster_home)) as instance:
        assert instance.get_runs() == []
    find_engine.cache_clear()
    return found


def ask(settings: Settings) -> None:
    # Another process does: none of its files is open yet.
    find_engine.cache_clear()
    with explain_state(settings), dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        instance.get_runs()
        instance.all_asset_keys()


@pytest.mark.parametrize("name", ["runs.db", "index.db"])
@pytest.mark.parametrize("damage", ["overwritten", "cut"])
def test_a_damaged_database_is_named_and_renaming_its_folder_is_the_way_out(settings: Settings, name: str, damage: str):
    (path,) = settings.dagster_home.rglob(name)
    content = path.read_bytes()
    path.write_bytes(b"x" * len(content) if damage == "overwritten" else content[: len(content) // 2])
    with pytest.raises(InputError) as refused:
        ask(settings)
    assert refused.value.file == str(path)
    assert f"rename the folder {settings.dagster_home}" in refused.value.remedy
    assert len(str(refused.value).splitlines()) == 4
    settings.dagster_home.rename(settings.dagster_home.with_name("damaged"))
    settings.dagster_home.mkdir()
    shutil.copy(PROJECT / "deploy" / "dagster.yaml", settings.dagster_home)
    ask(settings)


def test_a_full_disk_or_a_lock_is_no_damage(settings: Settings):
    with pytest.raises(InputError, match="database or disk is full") as refused, explain_state(settings):
        raise sqlite3.OperationalError("database or disk is full")
    assert "free some space" in refused.value.remedy


def test_a_database_server_that_does_not_answer_is_named_without_the_password(tmp_path: Path):
    pytest.importorskip("psycopg2")
    secret = "a-made-up-word"  # noqa: S105 of no database
    engine = sqlalchemy.create_engine(f"postgresql+psycopg2://dagster:{secret}@127.0.0.1:1/dagster")

    def connect() -> None:
        try:
            engine.connect()
        except sqlalchemy.exc.DBAPIError as error:
            # Like Dagster: its own message, with the server's as the cause.
            raise RuntimeError("too many retries for DB connection") from error

    settings = Settings(tmp_path / "data", tmp_path / "warehouse", has_postgres=True)
    with pytest.raises(InputError, match="Connection refused") as refused, explain_state(settings):
        connect()
    assert "have the database server answer" in refused.value.remedy
    assert len(str(refused.value).splitlines()) == 4
    assert secret not in "".join(traceback.format_exception(refused.value))


def test_other_errors_are_none_of_the_storages(settings: Settings):
    with pytest.raises(ZeroDivisionError), explain_state(settings):
        raise ZeroDivisionError


def test_a_runs_history_is_opened_once(settings: Settings):
    @dg.asset
    def one() -> None:
        """Nothing."""

    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        result = dg.materialize([one], instance=instance)
        assert instance.get_latest_materialization_event(one.key) is not None
    files = {path.stem: path for path in (settings.dagster_home / "history" / "runs").glob("*.db")}
    assert sorted(files) == sorted(["index", result.run_id])
    pools = [find_engine(f"sqlite:///{path}").pool for path in files.values()]
    assert all(0 < pool.checkedin() < 3 for pool in pools), "as many as are open at once, not one per event"
    assert [pool.checkedout() for pool in pools] == [0, 0]


def test_the_daemon_follows_runs_from_now_on(settings: Settings, caplog: pytest.LogCaptureFixture):
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        follow_from_now(instance)
        cursors = _fetch_persisted_cursors(instance, DAGSTER_EVENT_TYPES, logging.getLogger("daemon"))
    assert set(cursors.values()) == {0}
    assert not caplog.records
