"""Damaged Dagster storage: the file is named, with a remedy that works."""

import logging
import shutil
import sqlite3
import traceback
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._daemon.auto_run_reexecution.event_log_consumer import DAGSTER_EVENT_TYPES, _fetch_persisted_cursors

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.state import explain_state, follow_from_now, hold_history
from tests.conftest import PROJECT


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(tmp_path / "data", tmp_path / "warehouse")
    found.dagster_home.mkdir(parents=True)
    shutil.copy(PROJECT / "deploy" / "dagster.yaml", found.dagster_home)
    with dg.DagsterInstance.from_config(str(found.dagster_home)) as instance:
        assert instance.get_runs() == []
    return found


def ask(settings: Settings) -> None:
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


def test_a_runs_history_is_kept_open_until_it_has_ended(settings: Settings):
    @dg.asset
    def one() -> None:
        """Nothing."""

    job = dg.define_asset_job("all").resolve(asset_graph=dg.Definitions(assets=[one]).resolve_asset_graph())
    run_id = "3d2f9a52-8f0c-4b3f-9c0e-0c2a4b7d1e11"
    folder = settings.dagster_home / "history" / "runs"
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        with hold_history(instance, run_id):
            assert job.execute_in_process(instance=instance, run_id=run_id).success
            assert {path.name for path in folder.glob("*-wal")} == {"index.db-wal", f"{run_id}.db-wal"}
        address = f"sqlite:///{folder / run_id}.db"
        assert sqlite_event_log.create_engine(address) is sqlite_event_log.create_engine(address), "not one per event"
        assert [path.name for path in folder.glob("*-wal")] == []
        assert instance.get_latest_materialization_event(one.key) is not None


def test_the_daemon_follows_runs_from_now_on(settings: Settings, caplog: pytest.LogCaptureFixture):
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        follow_from_now(instance)
        cursors = _fetch_persisted_cursors(instance, DAGSTER_EVENT_TYPES, logging.getLogger("daemon"))
    assert set(cursors.values()) == {0}
    assert not caplog.records
