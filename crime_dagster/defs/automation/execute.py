"""Runs from the command line: a job in this process; of a refresh, only the steps that may be out of date."""

import json
import sys
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.reconstruct import ReconstructableRepository

from crime_dagster.core.files import read_json, write_json
from crime_dagster.core.lake.place import require_lake
from crime_dagster.core.last_refresh import REFRESH, begin_refresh, forget_refresh, list_touched, read_refresh
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.settings import Settings
from crime_dagster.core.terminal import tell
from crime_dagster.core.warehouse import hold_open
from crime_dagster.defs.automation.retention import prune
from crime_dagster.defs.dbt.dbt_steps import find_due, find_now
from crime_dagster.defs.dbt.node_versions import AFTER, BEFORE
from crime_dagster.defs.dbt.warehouse import YearConfig
from crime_dagster.defs.ingest.left_out import find_reading
from crime_dagster.defs.release.publish import PUBLISHED
from crime_dagster.defs.runtime.alerts import describe_failures, send_message
from crime_dagster.defs.runtime.cleanup import OF_COMMAND, clear_away
from crime_dagster.defs.runtime.dbt_results import read_refusal
from crime_dagster.defs.runtime.exchange import exchanged, open_published
from crime_dagster.defs.runtime.scenario_settings import require_scenarios
from crime_dagster.defs.runtime.state import explain_state
from crime_dagster.defs.runtime.unchanged import FORCE, StepConfig, find_digests, hash_config

# Duration in seconds of each step's last run.
LASTED = "lasted.json"


def execute(settings: Settings, definitions: dg.Definitions, job_name: str, *, force: bool = False) -> int:
    """Run a job and return the exit status of its command; `force` repeats every step."""
    with (
        explain_state(settings),
        hold_warehouse(settings.warehouse_dir, tell),
        dg.DagsterInstance.get() as instance,
    ):
        run_id = str(uuid.uuid4())
        if job_name == REFRESH:
            # Before anything is read: a change from here on is for the next run.
            begin_refresh(settings, run_id)
            require_scenarios(settings)
        job = definitions.resolve_job_def(job_name)
        for what in clear_away(settings, instance):
            tell(f"Removed what a stopped run left: {what}")
        with hold_open(settings.database):
            # Workers have what the choice would be made from; each step decides there.
            is_all = force or job_name != REFRESH or settings.broker
            chosen = None if is_all else choose_assets(settings, definitions, job)
        graph = definitions.resolve_asset_graph()
        if chosen is not None:
            job = job.get_subset(asset_selection={*chosen}, asset_check_selection=choose_checks(graph, job, chosen))
        forget_refresh(settings)
        lasted = settings.warehouse_dir / LASTED
        tags = {**OF_COMMAND, **({FORCE: "true"} if force else {})}
        config = {"loggers": {"progress": {"config": {"lasted": str(lasted)}}}}
        result: dg.ExecuteInProcessResult | dg.JobExecutionResult
        if settings.broker:
            result = execute_on_workers(settings, job_name, instance, tags)
        else:
            result = job.execute_in_process(
                run_config=config, instance=instance, tags=tags, raise_on_error=False, run_id=run_id
            )
        ended = [event for event in result.all_node_events if event.is_step_success]
        done = {str(event.step_key): event.step_success_data.duration_ms / 1000 for event in ended}
        write_json({**read_json(lasted), **done}, lasted, durable=False)
        if result.success and job_name == REFRESH:
            prune(settings, instance, graph.asset_check_keys, datetime.now(UTC))
    if result.success:
        return 0
    forget_refresh(settings)
    words = describe_failures(job_name, result.get_step_failure_events())
    print(f"\n{words}", file=sys.stderr)
    if settings.webhook_url:
        send_message(settings.webhook_url, words)
    return 1


def execute_on_workers(
    settings: Settings, job_name: str, instance: dg.DagsterInstance, tags: dict[str, str]
) -> dg.JobExecutionResult:
    """Send the published files to the store, let workers do a job, and fetch what they made."""
    lake = require_lake(settings.lake, settings.database)
    open_published(settings, lake).send()
    code = ReconstructableRepository.for_module("crime_dagster.definitions", "defs", str(settings.project_dir))
    result = dg.execute_job(code.get_reconstructable_job(job_name), instance, tags=tags)
    with exchanged(settings, lake):
        return result


def choose_assets(settings: Settings, definitions: dg.Definitions, job: dg.JobDefinition) -> list[dg.AssetKey] | None:
    """Return the outdated assets of a refresh: steps that are due, everything downstream, and the release.

    A step that is left out reports nothing: its tables, pictures and checks are those of its last run. None is all
    assets: a published file, or the code that reads it, changed since the last refresh.
    """
    before = read_refresh(settings)
    if {"files", "landed"} & set(list_touched(settings)) or before["reading"] != find_reading():
        return None
    graph = definitions.resolve_asset_graph()
    keys = job.asset_layer.executable_asset_keys
    chosen, waiting = {PUBLISHED}, list(list_due(settings, graph, keys))
    while waiting:
        key = waiting.pop()
        if key in keys and key not in chosen:
            chosen.add(key)
            # The tables of a dbt step are one step, which is run completely.
            waiting.extend([*graph.get(key).child_keys, *graph.assets_def_for_key(key).keys])
    return sorted(chosen, key=lambda key: key.to_user_string())


def choose_checks(
    graph: AssetGraph, job: dg.JobDefinition, chosen: Iterable[dg.AssetKey]
) -> frozenset[dg.AssetCheckKey]:
    """Return the checks of some assets, and those that their steps evaluate of others: dbt also tests landed data."""
    keys = {*chosen}
    checks = job.asset_layer.asset_graph.asset_check_keys
    return frozenset(one for one in checks if one.asset_key in keys or graph.assets_def_for_key(one).keys & keys)


def list_due(settings: Settings, graph: AssetGraph, keys: Iterable[dg.AssetKey]) -> Iterator[dg.AssetKey]:
    """Yield an asset of each step that would work if it ran now, except landing, which checks the files itself."""
    manifest = json.loads(settings.manifest.read_text(encoding="utf-8"))
    digest = find_digests(settings)
    # A dbt step has some hundred assets.
    for asset, key in {graph.assets_def_for_key(key): key for key in keys}.items():
        name = asset.op.name
        if name in (BEFORE, AFTER):
            config = hash_config(YearConfig() if name == BEFORE else StepConfig())
            due = find_due(settings, manifest, name, find_now(settings, manifest, name, config))
            # A refused step reports it until it runs again.
            is_due = bool(due or read_refusal(settings, name))
        else:
            ask = getattr(getattr(asset.op.compute_fn, "decorated_fn", None), "find_due", None)
            parts = asset.partitions_def.get_partition_keys() if asset.partitions_def else [""]
            is_due = ask is not None and bool(ask(settings, key, parts, digest))
        if is_due:
            yield key
