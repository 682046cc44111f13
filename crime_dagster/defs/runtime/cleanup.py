"""Cleans up after a killed run: partial files, orphaned runs and their concurrency slots."""

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

import dagster as dg

from crime_dagster.core.records import read_record
from crime_dagster.core.settings import Settings

# Marks runs of the command line, which end with their process; the daemon watches its own.
OF_COMMAND = {"crime_dagster/started_by": "command line"}
IN_PROGRESS = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
OWN_PICTURES = "from_folder"
GONE = "Its process ended before the run did: it was killed, or the machine stopped."


def clear_away(settings: Settings, instance: dg.DagsterInstance) -> list[str]:
    """Remove partial files, mark orphaned runs as failed, and free their slots in pools; return what was done.

    Only for the process that holds the warehouse (`core.lock`), so that nobody else is writing. A run that `instance`
    believes in progress would block the queue for ever.
    """
    found = []
    for path in list(_find_partial(settings)):
        found.append(path.relative_to(settings.warehouse_dir).as_posix())
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=IN_PROGRESS, tags=OF_COMMAND)):
        instance.report_run_failed(run, GONE)
        found.append(f"run {run.run_id}")
    found.extend(f"slot of run {run_id}" for run_id in _free_slots(instance))
    return found


def remove_unmade(settings: Settings) -> None:
    """Remove models, results, pictures and pages that no record names: a step that was stopped wrote them.

    It may not write them again. Only for the process that holds the warehouse. What users made of their own pictures
    has no record.
    """
    made = list_made(settings)
    for folder in (settings.build_dir, settings.models_dir, settings.landing_dir / "models"):
        for path in [path for path in folder.rglob("*") if path.is_file() and OWN_PICTURES not in path.parts]:
            if path.relative_to(settings.warehouse_dir).as_posix() not in made:
                path.unlink()


def list_made(settings: Settings, but: Collection[Path] = ()) -> set[str]:
    """Return the files that steps have written, without those of some records."""
    records = [read_record(path) for path in settings.records_dir.glob("*.json") if path not in but]
    return {name for record in records if record for name in record.outputs}


def _free_slots(instance: dg.DagsterInstance) -> list[str]:
    """Free slots in the pool of writers, for which a step would wait for ever, and return their runs.

    The caller holds the warehouse and is the only writer: a live step with a slot is still waiting for the warehouse.
    """
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return []
    run_ids = sorted(storage.get_concurrency_run_ids())
    for run_id in run_ids:
        storage.free_concurrency_slots_for_run(run_id)
    return run_ids


def _find_partial(settings: Settings) -> Iterator[Path]:
    """Yield partial files: we write everything under a hidden name with `.partial`, then rename it."""
    folders = (settings.landing_dir, settings.models_dir, settings.build_dir, settings.records_dir)
    for folder in folders:
        yield from sorted(folder.rglob(".*.partial*"))
    if settings.working_database.exists():
        yield settings.working_database
    for folder in (settings.warehouse_dir, settings.releases_dir):
        yield from sorted(folder.glob(".*.partial*"))
    for release in settings.releases_dir.glob("*"):
        yield from sorted(release.glob(".*.partial*"))
