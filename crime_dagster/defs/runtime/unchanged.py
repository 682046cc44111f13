"""Steps that are done again only where something changed: their code, config, what they read or what they wrote.

A step that finds everything as it left it says so and keeps what is there. That is decided inside the step, so that it
holds for the schedule, the sensor, the launchpad and the command line, and each run's records tell which steps
worked and why.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg

from crime_dagster.core.code_version import find_code_version
from crime_dagster.core.data_set import MARKER
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.records import (
    Record,
    hash_file,
    hash_outputs,
    hash_text,
    name_few,
    read_record,
    watch,
    write_json,
    write_record,
)
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import MARTS, hash_marts
from crime_dagster.defs.runtime.landed import is_landed
from crime_dagster.defs.runtime.previews import describe_outputs
from crime_dagster.sources.catalogue.catalogue import load_catalogue

Step = Callable[..., dg.MaterializeResult]
# What every step may read besides the marts: what the data set says of itself, the words of columns, who is credited.
DATA_SET, SCENARIOS, WORDS, SOURCES = MARKER, "scenarios", "words of dbt", "list of sources"
ABSENT = "none"


def recorded(settings: Settings) -> Callable[[Step], Step]:
    """Make an asset's function one that does nothing where nothing changed.

    Args:
        settings: The data set.

    Returns:
        A decorator for functions of a context and, optionally, a Config, that write through this package's doors alone.
    """

    def decorate(function: Step) -> Step:
        @functools.wraps(function)
        def step(context: dg.AssetExecutionContext, *args: Any, **kwargs: Any) -> dg.MaterializeResult:
            with hold_warehouse(settings.warehouse_dir, context.log.info):
                return work(context, *args, **kwargs)

        def work(context: dg.AssetExecutionContext, *args: Any, **kwargs: Any) -> dg.MaterializeResult:
            code = find_code_version(function.__module__)
            config = _hash_config(context, settings, [*args, *kwargs.values()])
            path = find_record(settings, context.asset_key, _list_partitions(context))
            reasons = _find_reasons(context, settings, read_record(path), code, config)
            if not reasons:
                return _say_unchanged(context)
            context.log.debug(f"done again: {name_few(reasons)}")
            # A step that is stopped half-way leaves no record, so that the next run does it again whatever it left.
            path.unlink(missing_ok=True)
            with watch() as watched:
                result = function(context, *args, **kwargs)
            names = {*_list_inputs(context), *(f"{MARTS}/{mart}" for mart in watched.read)}
            outputs = hash_outputs(watched.written, settings.warehouse_dir)
            write_record(
                Record(
                    code=code,
                    config=config,
                    inputs={name: hash_input(settings, name) for name in sorted(names)},
                    outputs=outputs,
                    run_id=context.run.run_id,
                ),
                path,
            )
            glance = describe_outputs(outputs, settings.warehouse_dir)
            if partitions := _list_partitions(context):
                # One run over several partitions writes one event with the same facts for each of them.
                glance["facts_of"] = f"one run over {', '.join(partitions)}"
            return dg.MaterializeResult(
                metadata={**glance, **(result.metadata or {}), "made_because": "; ".join(reasons)},
                data_version=result.data_version,
                check_results=result.check_results,
            )

        return step

    return decorate


def find_record(settings: Settings, key: dg.AssetKey, partitions: Iterable[str] = ()) -> Path:
    """Where the record of a step stands; a step over other partitions has another one."""
    chosen = ",".join(partitions)
    tail = f"__{hash_text(chosen)[:12]}" if chosen else ""
    return settings.records_dir / f"{'__'.join(key.path)}{tail}.json"


def hash_input(settings: Settings, name: str) -> str:
    """A fingerprint of what a step reads, as it is now.

    Args:
        settings: The data set.
        name: `marts/<mart>`, `<place>/<thing>` of another asset, or one of the names above.
    """
    if name == DATA_SET:
        return hash_file(settings.data_dir / MARKER) or ABSENT
    if name == SCENARIOS:
        return hash_file(settings.scenarios_file) or ABSENT
    if name == WORDS:
        files = (path for path in settings.dbt_dir.rglob("*") if path.suffix in (".yml", ".csv", ".md"))
        return hash_files(files, settings.dbt_dir)
    if name == SOURCES:
        landed = [key for key, source in load_catalogue().items() if is_landed(source, settings.landing_dir)]
        return hash_text(*landed)
    place, _, thing = name.partition("/")
    if place == MARTS:
        return read_mart_hashes(settings).get(thing, ABSENT)
    return _hash_results(settings, f"{place}__{thing}")


def hash_files(paths: Iterable[Path], folder: Path) -> str:
    """A fingerprint of files, their paths below a folder and their content."""
    named = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    return hash_text(*(text for name, path in named for text in (name, hash_file(path) or ABSENT)))


def read_mart_hashes(settings: Settings) -> dict[str, str]:
    """The fingerprint of every mart; counted again only when the database file is another than the one last counted."""
    database = hash_file(settings.database)
    if database is None:
        return {}
    path = settings.records_dir / "_marts.json"
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        if known["database"] == database:
            return dict(known["marts"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # None yet, or not readable: counted below.
    found = hash_marts(settings.database)
    write_json({"database": database, "marts": found}, path)
    return found


def _hash_results(settings: Settings, name: str) -> str:
    """What an asset has written, as it lies there now, over all partitions that were run."""
    paths = [*settings.records_dir.glob(f"{name}.json"), *settings.records_dir.glob(f"{name}__{12 * '?'}.json")]
    found = [read_record(path) for path in sorted(paths)]
    names = sorted({one for record in found if record for one in record.outputs})
    texts = (text for one in names for text in (one, hash_file(settings.warehouse_dir / one) or ABSENT))
    return hash_text(*texts) if names else ABSENT


def _find_reasons(
    context: dg.AssetExecutionContext, settings: Settings, record: Record | None, code: str, config: str
) -> list[str]:
    if record is None:
        return ["it was not done before, or not to its end"]
    names = {*record.inputs, *_list_inputs(context)}
    inputs = {name: hash_input(settings, name) for name in names}
    return [*record.find_changes(code, config, inputs), *record.find_damage(settings.warehouse_dir)]


def _say_unchanged(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The facts of the run that did the work, and that they stand."""
    event = context.instance.get_latest_materialization_event(context.asset_key)
    before = event.asset_materialization if event else None
    metadata = {name: value for name, value in (before.metadata if before else {}).items() if name != "made_because"}
    context.log.info("unchanged")
    return dg.MaterializeResult(metadata={**metadata, "unchanged": True})


def _list_inputs(context: dg.AssetExecutionContext) -> list[str]:
    upstream = context.assets_def.asset_deps[context.asset_key]
    return [DATA_SET, SCENARIOS, WORDS, SOURCES, *sorted("/".join(key.path) for key in upstream)]


def _list_partitions(context: dg.AssetExecutionContext) -> list[str]:
    # A run over all crime types carries them for every step, and few steps are partitioned by them.
    return list(context.partition_keys) if context.assets_def.partitions_def is not None else []


def _hash_config(context: dg.AssetExecutionContext, settings: Settings, given: list[Any]) -> str:
    configs = [one.model_dump_json() for one in given if isinstance(one, dg.Config)]
    return hash_text(*_list_partitions(context), *configs, *settings.boroughs, settings.data_set.name)


@contextmanager
def keep_whole(settings: Settings, context: dg.AssetExecutionContext) -> Iterator[None]:
    """For a step that knows by itself what is unchanged: take away what is damaged, and record what it leaves.

    Args:
        settings: The data set.
        context: Of the step.
    """
    with hold_warehouse(settings.warehouse_dir, context.log.info):
        yield from _keep_whole(settings, context)


def _keep_whole(settings: Settings, context: dg.AssetExecutionContext) -> Iterator[None]:
    path = find_record(settings, context.asset_key)
    record = read_record(path)
    before = record.outputs if record else {}
    folder = settings.warehouse_dir
    for name in [name for name, digest in before.items() if hash_file(folder / name) not in (digest, None)]:
        context.log.warning(f"{name} differs from what was written: it is made again")
        (folder / name).unlink()
    path.unlink(missing_ok=True)
    with watch() as watched:
        yield
    left = {*watched.written, *(folder / name for name in before)}
    write_record(Record("", "", {}, hash_outputs(left, folder), context.run.run_id), path)
