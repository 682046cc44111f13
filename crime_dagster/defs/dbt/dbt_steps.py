"""The two dbt steps: dbt rebuilds and retests what changed, in a copy of the database.

The copy replaces the database once every model and test has passed: a refused run leaves the database unchanged, and
nothing that reads it can mix the two.
"""

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from crime_dagster.core.code_version import list_library_versions
from crime_dagster.core.files import hash_text, read_json, write_json
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.settings import Settings
from crime_dagster.core.working_copy import discard_database
from crime_dagster.defs.dbt.dbt_columns import describe_tables, trace_columns
from crime_dagster.defs.dbt.dbt_database import (
    Half,
    discard_half,
    is_as_left,
    keep_half,
    keep_parse,
    make_room,
    read_half,
    require_landed,
    take_over,
)
from crime_dagster.defs.dbt.node_versions import AFTER, AFTER_MODELS, BEFORE, find_versions, list_descendants, list_step
from crime_dagster.defs.dbt.translator import find_tables
from crime_dagster.defs.runtime.dbt_results import (
    discard_failures,
    keep_check,
    keep_refusal,
    list_failed,
    repeat_checks,
    show_rows,
)
from crime_dagster.defs.runtime.progress import within_the_line
from crime_dagster.defs.runtime.unchanged import StepConfig, hash_config, is_forced

Start = Callable[[list[str]], DbtCliInvocation]
Manifest = Mapping[str, Any]
# Unit tests try the SQL with rows of their own, whatever the publishers serve: they belong to `dbt build` and to CI.
BUILD = ["build", "--exclude-resource-type", "unit_test"]
# A test belongs to several tables: each one is named, instead of letting dbt decide which of them count.
NAMED = [*BUILD, "--indirect-selection", "empty"]
# All of a step, which dbt finds sooner than by some hundred names.
ALL = {
    BEFORE: [*BUILD, "--exclude", f"tag:{AFTER_MODELS} source:models.*"],
    AFTER: [*BUILD, "--select", f"tag:{AFTER_MODELS} source:models.*"],
}
# dbt's words for a node that need not be built or tested again.
DONE_WELL = ("success", "pass")


def find_built(settings: Settings, step: str) -> Path:
    """Return the path of a step's node versions as built, with its test results."""
    return settings.records_dir / f"{step}.json"


def read_built(settings: Settings, step: str) -> dict[str, str]:
    """Return the versions of a step's nodes and everything they read, as built; empty if the step was incomplete."""
    return dict(read_json(find_built(settings, step)).get("nodes", {}))


def find_now(settings: Settings, manifest: Manifest, step: str, config: str) -> dict[str, str]:
    """Return the current versions of a step's nodes and everything they read."""
    earlier = read_built(settings, BEFORE) if step == AFTER else {}
    return find_versions(settings, manifest, step, hash_text(config, list_library_versions()), earlier)


def find_due(
    settings: Settings, manifest: Manifest, step: str, now: Mapping[str, str], half: Half | None = None
) -> set[str]:
    """Return the nodes of a step to rebuild: all of them if the database is not as the last step left it.

    Nodes that a failed run has since built and tested are left out.
    """
    before = {**(read_built(settings, step) if is_as_left(settings) else {}), **(half.nodes if half else {})}
    return {key for key in list_step(manifest, step) if before.get(key) != now[key]}


def build_where_changed(
    context: dg.AssetExecutionContext, settings: Settings, name: str, config: StepConfig, start: Start
) -> Iterator[Any]:
    """Run a dbt step (`BEFORE` or `AFTER`) for what changed, and yield the stored results of the rest.

    A run of only some of its models leaves no record: the next complete run repeats them. It fails if another program
    has the database open or changed it, a source was not landed completely, or a model or test failed.
    """
    with hold_warehouse(settings.warehouse_dir, context.log.info):
        manifest = json.loads(settings.manifest.read_text(encoding="utf-8"))
        own, tables = set(list_step(manifest, name)), find_tables(manifest)
        # Ignoring source tests, which a run may include without their sources.
        is_whole = context.selected_asset_keys >= {key for key, one in tables.items() if one in own}
        if not is_whole:
            yield from _build_part(context, settings, name, manifest, start)
            return
        now = find_now(settings, manifest, name, hash_config(config))
        half = None if is_forced(context, config) else read_half(settings, name)
        due = own if is_forced(context, config) else find_due(settings, manifest, name, now, half)
        said, events = read_json(find_built(settings, name)), list[Any]()
        if due or half:
            left = f", what run {half.run_id[:8]} left" if half else ""
            context.log.info(f"dbt builds {len(due)} of {len(own)} models, seeds and tests{left}")
            what = ALL[name] if due == own else _choose(manifest, due)
            events = yield from _run(context, settings, name, manifest, lambda: start(what), now=now, half=half)
        else:
            context.log.info("unchanged")
            discard_failures(settings, name)
        versions = {key: dg.DataVersion(now[one]) for key, one in tables.items() if one in own}
        finish = describe_tables(context, settings, manifest, versions)
        done = [finish(event) for event in events]
        fresh = [keep_check(event, context.run.run_id) for event in done if isinstance(event, dg.AssetCheckResult)]
        names = {(*one["asset"], one["name"]) for one in fresh}
        kept = {(*one["asset"], one["name"]): one for one in [*said.get("checks", []), *(half.checks if half else [])]}
        stale = [one for key, one in kept.items() if key not in names]
        built = {event.asset_key for event in done if isinstance(event, dg.MaterializeResult)}
        # Dagster needs an asset after its dependencies; an unchanged one depends on nothing that was built.
        upstream = context.assets_def.asset_deps
        for key in TopologicalSorter({key: upstream[key] & upstream.keys() for key in sorted(upstream)}).static_order():
            if key not in built:
                was_half = half is not None and tables.get(key) in half.nodes
                metadata: dict[str, Any] = {"built_in_run": half.run_id} if half and was_half else {"unchanged": True}
                yield finish(dg.MaterializeResult(asset_key=key, metadata=metadata))
        yield from repeat_checks(context, stale)
        yield from done
        write_json({"nodes": now, "checks": [*stale, *fresh]}, find_built(settings, name), durable=False)


def _build_part(
    context: dg.AssetExecutionContext, settings: Settings, name: str, manifest: Manifest, start: Start
) -> Iterator[Any]:
    """Build only some of the tables, leaving the others; or only test landed data."""
    if not context.selected_asset_keys and not is_as_left(settings):
        context.log.info("not tested before there is a database: dbt tests what was landed when it builds")
        return
    tables = find_tables(manifest)
    own = {tables[key] for key in context.selected_asset_keys if key in tables}
    chosen = {key.name for key in context.selected_asset_check_keys}
    # dagster-dbt selects the tables. Their tests are named, because dbt would add those shared with other tables.
    tests = [node["name"] for node in manifest["nodes"].values() if node["name"] in chosen]
    select = ["--select", " ".join(tests)] if tests else []
    events = yield from _run(context, settings, name, manifest, lambda: start([*NAMED, *select]))
    again = list_descendants(manifest, own)
    for step in (BEFORE, AFTER):
        if said := read_json(find_built(settings, step)):
            kept = {key: one for key, one in said["nodes"].items() if key not in again}
            write_json({**said, "nodes": kept}, find_built(settings, step), durable=False)
    versions = dict.fromkeys(tables, dg.DataVersion(context.run.run_id))
    finish = describe_tables(context, settings, manifest, versions)
    for event in map(finish, events):
        # dagster-dbt also tests sources; Dagster warns about checks that were not requested.
        if not isinstance(event, dg.AssetCheckResult) or event.check_name in chosen:
            yield event


def _choose(manifest: Manifest, due: set[str]) -> list[str]:
    """Return dbt's arguments to build some nodes of a step."""
    left = {key for step in (BEFORE, AFTER) for key in list_step(manifest, step)} - due
    names = [sorted(manifest["nodes"][key]["name"] for key in keys) for keys in (due, left)]
    return [*NAMED, "--select", " ".join(names[0]), "--exclude", " ".join(names[1])]


def _run(
    context: dg.AssetExecutionContext,
    settings: Settings,
    name: str,
    manifest: Manifest,
    start: Callable[[], DbtCliInvocation],
    *,
    now: Mapping[str, str] | None = None,
    half: Half | None = None,
) -> Generator[Any, None, list[Any]]:
    """Yield dbt's events once the copy is the database; for a failed build, only its failed checks.

    Tables and passed tests of a discarded copy are not reported. A whole step, which gives its versions as `now`, keeps
    the copy of a failed build for the next run; `half` is what the last one kept.
    """
    require_landed(settings)
    make_room(settings, name, context.log.warning, is_whole=now is not None, half=half)
    discard_failures(settings, name)
    invocation, events = start(), list[Any]()
    error: DagsterDbtCliRuntimeError | None = None
    try:
        with within_the_line():
            for event in invocation.stream():
                events.append(event)
    except DagsterDbtCliRuntimeError as caught:
        error = caught
    tables = find_tables(manifest)
    built = [tables[context.asset_key_for_output(one.output_name)] for one in events if isinstance(one, dg.Output)]
    for fault in trace_columns(settings, manifest, built, invocation.target_path):
        context.log.warning(fault)
    results = _read_results(invocation)
    failed = list_failed(settings, name, results, manifest)
    events = [
        show_rows(event, failed) if isinstance(event, dg.AssetCheckResult) and not event.passed else event
        for event in events
    ]
    if error is None:
        take_over(settings)
        keep_parse(settings, invocation.target_path)
        discard_half(settings, name)
        return events
    results_of = [one for one in events if isinstance(one, dg.AssetCheckResult)]
    checks = [one for one in results_of if not one.passed]
    if now is not None and results:
        well = {one["unique_id"] for one in results if one["status"] in DONE_WELL}
        nodes = {**(half.nodes if half else {}), **{key: now[key] for key in well if key in now}}
        passed = [keep_check(one, context.run.run_id) for one in results_of if one.passed]
        earlier = half.checks if half else []
        keep_half(settings, name, Half("", "", context.run.run_id, nodes, [*earlier, *passed]))
    else:
        discard_database(settings.working_database)
    yield from (one for one in checks if one.severity == dg.AssetCheckSeverity.ERROR)
    errors = [one.describe() for one in failed if not one.is_warning]
    warnings = [one.describe() for one in failed if one.is_warning]
    # If no node failed, dbt stopped before it ran one.
    refusal = "\n".join([f"dbt did not finish: {len(errors)} failed", *errors]) if failed else str(error).strip()
    keep_refusal(settings, name, refusal)
    raise dg.Failure(description="\n".join([refusal, *warnings]), allow_retries=False) from error


def _read_results(invocation: DbtCliInvocation) -> list[dict[str, Any]]:
    """Return dbt's results; empty if dbt stopped before it ran a node."""
    return list(read_json(invocation.target_path / "run_results.json").get("results", []))
