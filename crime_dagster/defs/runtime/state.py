"""Dagster's storage: where it is, kept open during a run, with messages for when it is unusable."""

import logging
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import dagster as dg
from dagster._cli.utils import TMP_DAGSTER_HOME_PREFIX
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log import SqlEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings


class WarehouseInstance(dg.DagsterInstance):
    """Dagster's own instance, except that a bare `dg dev` or `dg launch` uses the warehouse's runs, events and logs.

    `dagster.yaml` names it; DAGSTER_HOME comes first.
    """

    @classmethod
    def config_schema(cls) -> Mapping[str, Any]:
        return {}

    @classmethod
    def config_defaults(cls, base_dir: str) -> Mapping[str, Any]:
        """Return what keeps the state in the given folder, unless it is one that Dagster deletes in the end."""
        if Path(base_dir).name.startswith(TMP_DAGSTER_HOME_PREFIX):
            base_dir = str(Settings.from_environment().dagster_home)
            logging.getLogger("dagster").info(f"Nothing is stored there: runs, events and logs are in {base_dir}.")
        return InstanceRef.config_defaults(base_dir)


@contextmanager
def explain_state(settings: Settings) -> Iterator[None]:
    """Turn an error of Dagster's storage in this block (damaged, full, unreachable) into an InputError."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        fault = _find_fault(error)
        if fault is None:
            raise
        said = str(fault.orig if isinstance(fault, DBAPIError) else fault).splitlines()[0]
        damaged = [] if settings.has_postgres else list(_find_damaged(settings.dagster_home))
        remedy = "free some space on the disk, or have the database server answer, and run again"
        if damaged:
            remedy = f"rename the folder {settings.dagster_home} and run again: only the history of runs is lost"
        raise InputError(
            file=damaged[0] if damaged else settings.dagster_home,
            found=f"Dagster's history of runs cannot be used: {said}",
            expected="Dagster's own databases as Dagster left them, with room to write",
            remedy=remedy,
        ) from error


class _KeptOpen(QueuePool):
    """Keeps a file open when Dagster disposes of its engine, which it does after each event.

    When the last connection to a file closes, SQLite checkpoints its log with several disk syncs.
    """

    def dispose(self) -> None:
        """Close nothing: the process does, at its end."""

    def recreate(self) -> Self:
        """Return this pool, with its connections."""
        return self


@lru_cache(maxsize=16)  # a file per run, and one for all
def find_engine(url: str) -> Engine:
    """Return the engine of one of Dagster's event files."""
    engine = create_engine(
        url, poolclass=_KeptOpen, connect_args={"timeout": sqlite_event_log.SQLITE_BUSY_TIMEOUT_SECONDS}
    )
    event.listen(engine, "connect", lambda made, _: made.execute("pragma synchronous=normal"))
    return engine


# Dagster makes an engine for each of some three thousand events, and SQLAlchemy compiles the same few statements again
# for it: here a file keeps its own, in every process that has a `WarehouseInstance`. Nor is each event synced to the
# disk: a power cut may take the last ones with it, of a run that did not end.
sqlite_event_log.create_engine = lambda url, **_: find_engine(url)


def forget_planned(instance: dg.DagsterInstance, run_id: str) -> None:
    """Forget the checks that a run planned and did not evaluate: the UI then shows each as it was last evaluated."""
    storage, columns = instance.event_log_storage, AssetCheckExecutionsTable.c
    if isinstance(storage, SqlEventLogStorage):
        of_run = columns.run_id == run_id, columns.execution_status == AssetCheckExecutionRecordStatus.PLANNED.value
        with storage.index_connection() as connection:
            connection.execute(AssetCheckExecutionsTable.delete().where(*of_run))


def follow_from_now(instance: dg.DagsterInstance) -> None:
    """Have the daemon retry runs that fail from now on, without warnings at its first start of older ones."""
    kinds = (dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_SUCCESS)
    keys = {f"EVENT_LOG_CONSUMER_CURSOR-{kind.value}" for kind in kinds}
    new = keys - instance.daemon_cursor_storage.get_cursor_values(keys).keys()
    if new:
        last = str(instance.event_log_storage.get_maximum_record_id() or 0)
        instance.daemon_cursor_storage.set_cursor_values(dict.fromkeys(new, last))


def _find_fault(error: BaseException | None) -> DBAPIError | sqlite3.Error | None:
    """Return the database error behind another one: Dagster's own only says that it retried too often."""
    while error is not None and not isinstance(error, DBAPIError | sqlite3.Error):
        error = error.__cause__
    return error


def _find_damaged(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.db")):
        try:
            with closing(sqlite3.connect(path)) as connection:
                (said,) = connection.execute("pragma quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            said = str(error)
        if said != "ok" and "full" not in said and "locked" not in said:
            yield path
