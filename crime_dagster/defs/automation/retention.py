"""Deletes old history of Dagster and dbt: runs with their events and logs, and what dbt compiled for them."""

import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.storage.event_log import SqliteEventLogStorage

from crime_dagster.core.settings import Settings, name_automation

DAILY = "0 3 * * *"
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def prune(
    settings: Settings, instance: dg.DagsterInstance, checks: Iterable[dg.AssetCheckKey], now: datetime
) -> list[str]:
    """Remove runs and dbt targets older than `CRIME_KEEP_DAYS`; return their ids and names.

    Runs that a release depends on stay, however old: those that last materialised an asset or evaluated a check.
    """
    before = now - timedelta(days=settings.keep_days)
    kept = {*_list_last_runs(instance, checks)}
    runs = instance.get_runs(filters=dg.RunsFilter(statuses=ENDED, updated_before=before))
    gone = [run.run_id for run in runs if run.run_id not in kept]
    for run_id in gone:
        instance.delete_run(run_id)
        # The steps' output, and the run's event file, which Dagster empties but keeps.
        shutil.rmtree(Path(instance.storage_directory()) / run_id, ignore_errors=True)
        if isinstance(instance.event_log_storage, SqliteEventLogStorage):
            file = Path(instance.event_log_storage.path_for_shard(run_id))
            for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
                file.with_name(name).unlink(missing_ok=True)
    targets = [path for path in settings.dbt_target_dir.glob("dbt_*") if path.stat().st_mtime < before.timestamp()]
    for target in targets:
        shutil.rmtree(target, ignore_errors=True)
    return [*gone, *(target.name for target in targets)]


def _list_last_runs(instance: dg.DagsterInstance, checks: Iterable[dg.AssetCheckKey]) -> list[str]:
    entries = [record.asset_entry.last_materialization_record for record in instance.get_asset_records()]
    evaluated = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(checks))
    return [*(one.run_id for one in entries if one is not None), *(one.run_id for one in evaluated.values())]


@dg.op(name="remove_old_history", description="Remove runs, events, logs and dbt targets older than CRIME_KEEP_DAYS.")
def remove_old_history(
    context: dg.OpExecutionContext,
    settings: dg.ResourceParam[Settings],
    load_graph: dg.ResourceParam[Callable[[], AssetGraph]],
) -> None:
    gone = prune(settings, context.instance, load_graph().asset_check_keys, datetime.now(UTC))
    context.log.info(f"{len(gone)} runs and dbt targets older than {settings.keep_days} days removed")


@dg.job(
    name="prune_history",
    description="Remove runs, events, logs and dbt targets older than CRIME_KEEP_DAYS. What a release is published on "
    "stays, and so do releases.",
    executor_def=dg.in_process_executor,
)
def prune_history_job() -> None:
    remove_old_history()


prune_history_schedule = dg.ScheduleDefinition(
    name="prune_history_schedule",
    job=prune_history_job,
    cron_schedule=DAILY,
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus(name_automation()),
    description="At three each day, London time.",
)
