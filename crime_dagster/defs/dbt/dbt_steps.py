"""The two dbt steps, done again only where files, SQL or the database are not as they were left.

dbt builds a copy of the database, which takes the database's place when every model and test has passed: what a refused
run leaves is the database as it was, and nothing that reads it can mix the two.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from crime_dagster.core.code_version import list_library_versions
from crime_dagster.core.errors import InputError
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.records import Record, hash_file, hash_text, name_few, read_record, write_record
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import count_marts
from crime_dagster.core.working_copy import discard_database
from crime_dagster.defs.dbt.dbt_checks import keep_check, repeat_checks, show_rows, tell_unit_tests
from crime_dagster.defs.dbt.dbt_columns import ColumnBook
from crime_dagster.defs.dbt.dbt_database import BEFORE, is_as_left, make_room, require_landed, take_over
from crime_dagster.defs.runtime.dbt_results import (
    discard_failures,
    keep_refusal,
    list_failed,
    list_unit_tests,
    write_unit_tests,
)
from crime_dagster.defs.runtime.previews import ROW_COUNT
from crime_dagster.defs.runtime.unchanged import MARTS, hash_files

LANDED, RESULTS, EARLIER = "landed files", "results of models", "tables before the models"


def build_where_changed(
    context: dg.AssetExecutionContext, settings: Settings, name: str, config: str, start: Callable[[], DbtCliInvocation]
) -> Iterator[Any]:
    """Run a dbt step, or yield again what it found when it last ran.

    A run of some of the step's models is always done, and leaves no record: the next whole one is done as well.

    Args:
        context: Of the step.
        settings: The data set.
        name: `BEFORE` or `AFTER`.
        config: What else dbt is given.
        start: Starts dbt.

    Raises:
        dagster.Failure: Another program has the database open or changed it, a source was not landed to its end, or a
            model or test failed; tests are named with their tables and rows.
    """
    with hold_warehouse(settings.warehouse_dir, context.log.info):
        yield from _build(context, settings, name, config, start)


def _build(
    context: dg.AssetExecutionContext, settings: Settings, name: str, config: str, start: Callable[[], DbtCliInvocation]
) -> Iterator[Any]:
    path = settings.records_dir / f"{name}.json"
    code = hash_text(list_library_versions(), hash_files(_list_code(settings), settings.dbt_dir))
    inputs = hash_step_inputs(settings, name)
    record = None if context.is_subset else read_record(path)
    reasons = _find_reasons(settings, record, code, config, inputs)
    if not reasons and record is not None:
        context.log.info("unchanged")
        yield from _say_again(context, record, _open_columns(settings), count_marts(settings.database))
        return
    context.log.debug(f"dbt runs: {name_few(reasons)}")
    require_landed(settings)
    make_room(settings, name, is_whole=not context.is_subset)
    version = _name_version(context, code, config, inputs)
    checks = []
    rows: dict[str, int] | None = None
    for event in _run(context, settings, name, start()):
        if isinstance(event, dg.AssetCheckResult) and event.asset_key is not None:
            checks.append(keep_check(event))
        if isinstance(event, dg.Output):
            # The copy is the database by now: nobody else could read it before.
            rows = count_marts(settings.database) if rows is None else rows
            key = context.asset_key_for_output(event.output_name)
            metadata: dict[str, Any] = {**event.metadata, **_describe_rows(key, rows)}
            yield dg.MaterializeResult(asset_key=key, metadata=metadata, data_version=version)
        else:
            yield event
    if not context.is_subset:
        write_record(Record(code, config, inputs, {}, context.run.run_id, tuple(checks)), path)


def _name_version(context: dg.AssetExecutionContext, code: str, config: str, inputs: dict[str, str]) -> dg.DataVersion:
    """One for all tables of a build: a check holds for a table of this version, whichever run evaluated it."""
    own = [context.run.run_id] if context.is_subset else []
    return dg.DataVersion(hash_text(code, config, *(text for pair in sorted(inputs.items()) for text in pair), *own))


def _run(
    context: dg.AssetExecutionContext, settings: Settings, name: str, invocation: DbtCliInvocation
) -> Iterator[Any]:
    """Dbt's events once the copy is the database; of a build that failed, only the checks that did.

    A table or a passed test of a copy that nobody will read is no event.
    """
    discard_failures(settings, name)
    events: list[Any] = []
    held: list[dg.AssetCheckResult] = []
    error: DagsterDbtCliRuntimeError | None = None
    columns = _open_columns(settings)
    try:
        for event in invocation.stream():
            if isinstance(event, dg.AssetCheckResult) and not event.passed:
                held.append(event)
            elif isinstance(event, dg.Output):
                events.append(_add_columns(context, event, columns, invocation.target_path))
            else:
                events.append(event)
    except DagsterDbtCliRuntimeError as caught:
        error = caught
    columns.keep()
    manifest = json.loads(settings.manifest.read_text(encoding="utf-8"))
    results = _read_results(invocation)
    failed = list_failed(settings, name, results, manifest)
    tests = list_unit_tests(results, manifest)
    if tests and not context.is_subset:
        write_unit_tests(tests, find_unit_tests(settings, name))
    told = [show_rows(check, failed) for check in held]
    if error is None:
        take_over(settings)
        yield from [*events, *told]
        return
    discard_database(settings.working_database)
    yield from (check for check in told if check.severity == dg.AssetCheckSeverity.ERROR)
    tell_unit_tests(context, tests, manifest)
    errors = [one.describe() for one in failed if not one.is_warning]
    warnings = [one.describe() for one in failed if one.is_warning]
    # Without any, dbt stopped before it ran a node.
    refusal = "\n".join([f"dbt did not finish: {len(errors)} failed", *errors]) if failed else str(error).strip()
    keep_refusal(settings, name, refusal)
    words = "\n".join([refusal, *warnings])
    raise dg.Failure(description=words, allow_retries=False) from error


def _describe_rows(key: dg.AssetKey, rows: dict[str, int]) -> dict[str, Any]:
    name = key.path[-1]
    return {ROW_COUNT: rows[name]} if key.path[0] == MARTS and name in rows else {}


def _open_columns(settings: Settings) -> ColumnBook:
    manifest = json.loads(settings.manifest.read_text(encoding="utf-8"))
    return ColumnBook(settings.records_dir / "_columns.json", manifest)


def _add_columns(context: dg.AssetExecutionContext, event: dg.Output, columns: ColumnBook, target: Path) -> dg.Output:
    """The event of a model that was built, with what its columns are made of."""
    unique_id = event.metadata.get("unique_id")
    try:
        columns.trace(str(unique_id.value) if unique_id else "", target)
    except InputError as error:
        # Words about a table: a table without them is still the table.
        context.log.warning(f"the columns of {event.output_name} are not traced\n{error}")
    key = context.asset_key_for_output(event.output_name)
    return event.with_metadata({**event.metadata, **columns.describe(key)})


def _read_results(invocation: DbtCliInvocation) -> list[dict[str, Any]]:
    """Nothing where dbt stopped before it ran a node."""
    path = invocation.target_path / "run_results.json"
    return list(json.loads(path.read_text(encoding="utf-8"))["results"]) if path.is_file() else []


def find_unit_tests(settings: Settings, name: str) -> Path:
    """Where a dbt step keeps what its unit tests said."""
    return settings.records_dir / f"_{name}_unit_tests.json"


def _find_reasons(
    settings: Settings, record: Record | None, code: str, config: str, inputs: dict[str, str]
) -> list[str]:
    if record is None:
        return ["it was not done before, not to its end, or not whole"]
    changes = record.find_changes(code, config, inputs)
    return changes if is_as_left(settings) else [*changes, "the database is not as it was left"]


def hash_step_inputs(settings: Settings, name: str) -> dict[str, str]:
    """A fingerprint of each thing that a dbt step reads, as it is now."""
    landing, models = settings.landing_dir, settings.landing_dir / "models"
    landed = hash_files((one for one in landing.rglob("*.parquet") if models not in one.parents), landing)
    if name == BEFORE:
        return {LANDED: landed}
    earlier = hash_file(settings.records_dir / f"{BEFORE}.json") or "none"
    return {LANDED: landed, RESULTS: hash_files(models.rglob("*.parquet"), models), EARLIER: earlier}


def _list_code(settings: Settings) -> list[Path]:
    return [path for path in settings.dbt_dir.rglob("*") if path.suffix in (".sql", ".yml", ".csv", ".md")]


def _say_again(
    context: dg.AssetExecutionContext, record: Record, columns: ColumnBook, rows: dict[str, int]
) -> Iterator[Any]:
    """What stands: the tables that are there, and what the tests said of them."""
    upstream = context.assets_def.asset_deps
    # Dagster wants an asset after those that it is made from.
    version = _name_version(context, record.code, record.config, record.inputs)
    ordered = TopologicalSorter({key: upstream[key] & upstream.keys() for key in sorted(upstream)}).static_order()
    for key in ordered:
        told = {**columns.describe(key), **_describe_rows(key, rows)}
        metadata = {"unchanged": True, "made_in_run": record.run_id, **told}
        yield dg.MaterializeResult(asset_key=key, metadata=metadata, data_version=version)
    yield from repeat_checks(context, record.checks, record.run_id)
