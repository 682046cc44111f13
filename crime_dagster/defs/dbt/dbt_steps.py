"""The two dbt steps: of each, dbt builds and tests again what changed, in a copy of the database.

The copy takes the database's place when every model and test has passed: what a refused run leaves is the database as
it was, and nothing that reads it can mix the two.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from crime_dagster.core.code_version import list_library_versions
from crime_dagster.core.errors import InputError
from crime_dagster.core.files import hash_text, read_json, write_json
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import MARTS, count_marts
from crime_dagster.core.working_copy import discard_database
from crime_dagster.defs.dbt.dbt_checks import keep_check, repeat_checks, show_rows, tell_unit_tests
from crime_dagster.defs.dbt.dbt_columns import ColumnBook
from crime_dagster.defs.dbt.dbt_database import (
    Half,
    discard_half,
    is_as_left,
    keep_half,
    make_room,
    read_half,
    require_landed,
    take_over,
)
from crime_dagster.defs.dbt.node_versions import AFTER, BEFORE, find_versions, list_descendants, list_step
from crime_dagster.defs.dbt.translator import TRANSLATOR
from crime_dagster.defs.runtime.dbt_results import (
    discard_failures,
    keep_refusal,
    keep_unit_tests,
    list_failed,
    list_unit_tests,
)
from crime_dagster.defs.runtime.previews import ROW_COUNT
from crime_dagster.defs.runtime.progress import within_the_line
from crime_dagster.defs.runtime.unchanged import StepConfig, hash_config, is_forced

Start = Callable[[list[str]], DbtCliInvocation]
Manifest = Mapping[str, Any]
# dbt's words for a node that need not be built or tested again.
DONE_WELL = ("success", "pass")


def find_built(settings: Settings, step: str) -> Path:
    """Where the versions of a step's nodes stand, as they were built, with what its tests said."""
    return settings.records_dir / f"{step}.json"


def read_built(settings: Settings, step: str) -> dict[str, str]:
    """The versions of a step's nodes, and of all that they read, as they were built; empty where it was not whole."""
    return dict(read_json(find_built(settings, step)).get("nodes", {}))


def find_now(settings: Settings, manifest: Manifest, step: str, config: str) -> dict[str, str]:
    """The versions of a step's nodes, and of all that they read, as they would be built now."""
    earlier = read_built(settings, BEFORE) if step == AFTER else {}
    return find_versions(settings, manifest, step, hash_text(config, list_library_versions()), earlier)


def find_due(
    settings: Settings, manifest: Manifest, step: str, now: Mapping[str, str], half: Half | None = None
) -> set[str]:
    """The nodes of a step that are to be built again: all of them where the database is not as it was left.

    Not those that a failed run did well since.
    """
    before = {**(read_built(settings, step) if is_as_left(settings) else {}), **(half.nodes if half else {})}
    return {key for key in list_step(manifest, step) if before.get(key) != now[key]}


def build_where_changed(
    context: dg.AssetExecutionContext, settings: Settings, name: str, config: StepConfig, start: Start
) -> Iterator[Any]:
    """Run a dbt step for what changed, and yield again what it found of the rest.

    A run of some of the step's models does these, and leaves no record of them: the next whole one does them as well.

    Args:
        context: Of the step.
        settings: The data set.
        name: `BEFORE` or `AFTER`.
        config: What the step was told.
        start: Starts dbt with arguments.

    Raises:
        dagster.Failure: Another program has the database open or changed it, a source was not landed to its end, or a
            model or test failed; tests are named with their tables and rows.
    """
    with hold_warehouse(settings.warehouse_dir, context.log.info):
        manifest = json.loads(settings.manifest.read_text(encoding="utf-8"))
        now = find_now(settings, manifest, name, hash_config(config))
        own = set(list_step(manifest, name))
        half = None if is_forced(context, config) else read_half(settings, name)
        due = own if is_forced(context, config) else find_due(settings, manifest, name, now, half)
        tables = find_tables(manifest)
        # Tests of sources aside, which a run may have without their sources.
        is_whole = context.selected_asset_keys >= {key for key, one in tables.items() if one in own}
        if not is_whole:
            yield from _build_part(context, settings, name, manifest, start)
            return
        said, events = read_json(find_built(settings, name)), list[Any]()
        if due or half:
            left = f", what run {half.run_id[:8]} left" if half else ""
            context.log.info(f"dbt builds {len(due)} of {len(own)} models, seeds and tests{left}")
            what = _choose(manifest, due)
            events = yield from _run(context, settings, name, manifest, lambda: start(what), now=now, half=half)
        else:
            context.log.info("unchanged")
            discard_failures(settings, name)
        versions = {key: dg.DataVersion(now[one]) for key, one in tables.items() if one in own}
        finish = _describe_tables(context, settings, manifest, versions)
        done = [finish(event) for event in events]
        fresh = [keep_check(event, context.run.run_id) for event in done if isinstance(event, dg.AssetCheckResult)]
        names = {(*one["asset"], one["name"]) for one in fresh}
        kept = {(*one["asset"], one["name"]): one for one in [*said.get("checks", []), *(half.checks if half else [])]}
        stale = [one for key, one in kept.items() if key not in names]
        built = {event.asset_key for event in done if isinstance(event, dg.MaterializeResult)}
        # Dagster wants an asset after those that it is made from; what stays is made from nothing that was built.
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
    """Some of the tables alone, beside the others as they are; or tests of what was landed alone."""
    if not context.selected_asset_keys and not is_as_left(settings):
        context.log.info("not tested before there is a database: dbt tests what was landed when it builds")
        return
    events = yield from _run(context, settings, name, manifest, lambda: start(["build"]))
    tables = find_tables(manifest)
    again = list_descendants(manifest, [tables[key] for key in context.selected_asset_keys if key in tables])
    for step in (BEFORE, AFTER):
        if said := read_json(find_built(settings, step)):
            kept = {key: one for key, one in said["nodes"].items() if key not in again}
            write_json({**said, "nodes": kept}, find_built(settings, step), durable=False)
    versions = dict.fromkeys(tables, dg.DataVersion(context.run.run_id))
    yield from map(_describe_tables(context, settings, manifest, versions), events)


def find_tables(manifest: Manifest) -> dict[dg.AssetKey, str]:
    """The nodes of dbt that are assets."""
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")}
    return {TRANSLATOR.get_asset_key(node): key for key, node in nodes.items()}


def _choose(manifest: Manifest, due: set[str]) -> list[str]:
    """Dbt's arguments to build some nodes of a step."""
    nodes = {**manifest["nodes"], **manifest.get("unit_tests", {})}
    # A test belongs to several tables: each is named, instead of leaving it to dbt which of them count.
    left = {key for step in (BEFORE, AFTER) for key in list_step(manifest, step)} - due
    names = [sorted(nodes[key]["name"] for key in keys) for keys in (due, left)]
    return ["build", "--indirect-selection", "empty", "--select", " ".join(names[0]), "--exclude", " ".join(names[1])]


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
    """Dbt's events once the copy is the database; of a build that failed, only the checks that did are yielded.

    A table or a passed test of a copy that nobody reads is no event. A whole step, of which the versions `now` are
    given, keeps the copy for the next: `half` is what the last one kept.
    """
    require_landed(settings)
    make_room(settings, name, context.log.warning, is_whole=now is not None, half=half)
    discard_failures(settings, name)
    invocation, events = start(), list[Any]()
    error: DagsterDbtCliRuntimeError | None = None
    columns = open_columns(settings, manifest)
    try:
        with within_the_line():
            for event in invocation.stream():
                if isinstance(event, dg.Output):
                    _trace(context, event, columns, invocation.target_path)
                events.append(event)
    except DagsterDbtCliRuntimeError as caught:
        error = caught
    columns.keep()
    results = _read_results(invocation)
    failed = list_failed(settings, name, results, manifest)
    tests = list_unit_tests(results, manifest)
    if tests:
        keep_unit_tests(tests, find_unit_tests(settings, name))
    events = [
        show_rows(event, failed) if isinstance(event, dg.AssetCheckResult) and not event.passed else event
        for event in events
    ]
    if error is None:
        take_over(settings)
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
    tell_unit_tests(context, tests, manifest)
    errors = [one.describe() for one in failed if not one.is_warning]
    warnings = [one.describe() for one in failed if one.is_warning]
    # Without any, dbt stopped before it ran a node.
    refusal = "\n".join([f"dbt did not finish: {len(errors)} failed", *errors]) if failed else str(error).strip()
    keep_refusal(settings, name, refusal)
    raise dg.Failure(description="\n".join([refusal, *warnings]), allow_retries=False) from error


def _describe_tables(
    context: dg.AssetExecutionContext,
    settings: Settings,
    manifest: Manifest,
    versions: Mapping[dg.AssetKey, dg.DataVersion],
) -> Callable[[Any], Any]:
    """Gives a table's event its version, its rows and what its columns are made of.

    A check holds for a table of a version, whichever run evaluated it.
    """
    columns, rows = open_columns(settings, manifest), count_marts(settings.database)

    def describe(event: Any) -> Any:
        if isinstance(event, dg.Output):
            key = context.asset_key_for_output(event.output_name)
        elif isinstance(event, dg.MaterializeResult) and event.asset_key:
            key = event.asset_key
        else:
            return event
        counted = {ROW_COUNT: rows[key.path[-1]]} if key.path[0] == MARTS and key.path[-1] in rows else {}
        metadata: dict[str, Any] = {**(event.metadata or {}), **columns.describe(key), **counted}
        return dg.MaterializeResult(asset_key=key, metadata=metadata, data_version=versions.get(key))

    return describe


def open_columns(settings: Settings, manifest: Manifest) -> ColumnBook:
    """The lineage of columns."""
    return ColumnBook(settings.records_dir / "_columns.json", manifest)


def _trace(context: dg.AssetExecutionContext, event: dg.Output, columns: ColumnBook, target: Path) -> None:
    unique_id = event.metadata.get("unique_id")
    try:
        columns.trace(str(unique_id.value) if unique_id else "", target)
    except InputError as error:
        # Words about a table: a table without them is still the table.
        context.log.warning(f"the columns of {event.output_name} are not traced\n{error}")


def _read_results(invocation: DbtCliInvocation) -> list[dict[str, Any]]:
    """Nothing where dbt stopped before it ran a node."""
    return list(read_json(invocation.target_path / "run_results.json").get("results", []))


def find_unit_tests(settings: Settings, name: str) -> Path:
    """Where a dbt step keeps what its unit tests said."""
    return settings.records_dir / f"_{name}_unit_tests.json"
