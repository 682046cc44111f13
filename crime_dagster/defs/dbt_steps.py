"""The two dbt steps, done again only where files, SQL or the database are not as they were left."""

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
from crime_dagster.core.records import Record, hash_file, hash_text, name_few, read_record, write_json, write_record
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import count_marts, require_free
from crime_dagster.defs.dbt_checks import keep_check, repeat_checks, show_rows, tell_unit_tests
from crime_dagster.defs.dbt_columns import ColumnBook
from crime_dagster.defs.dbt_results import (
    discard_failures,
    list_failed,
    list_unit_tests,
    write_unit_tests,
)
from crime_dagster.defs.previews import ROW_COUNT
from crime_dagster.defs.unchanged import hash_files

BEFORE, AFTER = "dbt_before_models", "dbt_after_models"
LANDED, RESULTS, EARLIER = "landed files", "results of models", "tables before the models"


def build_where_changed(
    context: dg.AssetExecutionContext, settings: Settings, name: str, wishes: str, start: Callable[[], DbtCliInvocation]
) -> Iterator[Any]:
    """Run a dbt step, or yield again what it found when it last ran.

    A run of some of the step's models is always done, and leaves no record: the next whole one is done as well.

    Args:
        context: Of the step.
        settings: The data set.
        name: `BEFORE` or `AFTER`.
        wishes: What else dbt is told.
        start: Starts dbt.

    Raises:
        dagster.Failure: Another program holds the database, or a model or test failed; tests are named with their
            tables and rows.
    """
    with hold_warehouse(settings.warehouse_dir, context.log.info):
        yield from _build(context, settings, name, wishes, start)


def _build(
    context: dg.AssetExecutionContext, settings: Settings, name: str, wishes: str, start: Callable[[], DbtCliInvocation]
) -> Iterator[Any]:
    path = settings.records_dir / f"{name}.json"
    code = hash_text(list_library_versions(), hash_files(_list_code(settings), settings.dbt_dir))
    inputs = _hash_inputs(settings, name)
    record = None if context.is_subset else read_record(path)
    reasons = _find_reasons(settings, record, code, wishes, inputs)
    if not reasons and record is not None:
        context.log.info("unchanged")
        yield from _say_again(context, record, _open_columns(settings), count_marts(settings.database))
        return
    context.log.debug(f"dbt runs: {name_few(reasons)}")
    _make_room(settings, name, is_whole=not context.is_subset)
    checks, built = [], set()
    for event in _run(context, settings, name, start()):
        if isinstance(event, dg.AssetCheckResult) and event.asset_key is not None:
            checks.append(keep_check(event))
        if isinstance(event, dg.Output):
            built.add(context.asset_key_for_output(event.output_name))
        yield event
    _count_rows(context, settings, built)
    _write_state(settings)
    if not context.is_subset:
        write_record(Record(code, wishes, inputs, {}, context.run.run_id, tuple(checks)), path)


def _run(
    context: dg.AssetExecutionContext, settings: Settings, name: str, invocation: DbtCliInvocation
) -> Iterator[Any]:
    """Dbt's events; those of tests that found something come last, with the rows that they found."""
    discard_failures(settings, name)
    held: list[dg.AssetCheckResult] = []
    error: DagsterDbtCliRuntimeError | None = None
    columns = _open_columns(settings)
    try:
        for event in invocation.stream():
            if isinstance(event, dg.AssetCheckResult) and not event.passed:
                held.append(event)
            elif isinstance(event, dg.Output):
                yield _add_columns(context, event, columns, invocation.target_path)
            else:
                yield event
    except DagsterDbtCliRuntimeError as caught:
        error = caught
    columns.keep()
    manifest = json.loads(settings.manifest.read_text(encoding="utf-8"))
    results = _read_results(invocation)
    failed = list_failed(settings, name, results, manifest)
    tests = list_unit_tests(results, manifest)
    if tests and not context.is_subset:
        write_unit_tests(tests, find_unit_tests(settings, name))
    yield from (show_rows(check, failed) for check in held)
    if error is None:
        return
    if not failed:
        raise error
    tell_unit_tests(context, tests, manifest)
    words = "\n".join(one.describe() for one in failed)
    count = sum(not one.is_warning for one in failed)
    raise dg.Failure(description=f"dbt did not finish: {count} failed\n{words}", allow_retries=False) from error


def _count_rows(context: dg.AssetExecutionContext, settings: Settings, built: set[dg.AssetKey]) -> None:
    """Told after the step, as observations: while dbt builds, nobody else can read the database."""
    marts = {key.path[-1]: key for key in built if key.path[0] == "marts"}
    for name, rows in sorted(count_marts(settings.database).items()):
        if name in marts:
            context.log_event(dg.AssetObservation(asset_key=marts[name], metadata={ROW_COUNT: rows}))


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
    settings: Settings, record: Record | None, code: str, wishes: str, inputs: dict[str, str]
) -> list[str]:
    if record is None:
        return ["it was not done before, not to its end, or not whole"]
    is_ours = hash_file(settings.database) == _read_state(settings)
    return [*record.find_changes(code, wishes, inputs), *([] if is_ours else ["the database is not as it was left"])]


def _make_room(settings: Settings, name: str, *, is_whole: bool) -> None:
    """Take back what will not be true while dbt writes, and a database that is not the one that dbt left.

    All of it comes from landed files, so a damaged or foreign database is not mended but made anew.
    """
    try:
        require_free(settings.database)
    except InputError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    for step in (BEFORE, AFTER) if name == BEFORE else (AFTER,):
        (settings.records_dir / f"{step}.json").unlink(missing_ok=True)
    if name == BEFORE and is_whole and hash_file(settings.database) != _read_state(settings):
        for path in (settings.database, settings.database.with_name(f"{settings.database.name}.wal")):
            path.unlink(missing_ok=True)


def _hash_inputs(settings: Settings, name: str) -> dict[str, str]:
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
    ordered = TopologicalSorter({key: upstream[key] & upstream.keys() for key in sorted(upstream)}).static_order()
    for key in ordered:
        metadata = {"unchanged": True, "made_in_run": record.run_id, **columns.describe(key)}
        if key.path[0] == "marts" and key.path[-1] in rows:
            metadata[ROW_COUNT] = rows[key.path[-1]]
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)
    yield from repeat_checks(context, record.checks, record.run_id)


def _find_state(settings: Settings) -> Path:
    return settings.records_dir / "_database.json"


def _read_state(settings: Settings) -> str | None:
    """sha256 of the database as a dbt step left it; None where none was left whole."""
    try:
        return str(json.loads(_find_state(settings).read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_state(settings: Settings) -> None:
    write_json({"sha256": hash_file(settings.database)}, _find_state(settings))
