"""Skips steps whose code, config, inputs and outputs are unchanged.

Decided inside the step and per partition, so that it applies to the schedule, the sensor, the launchpad and the command
line; an unchanged step keeps its output.
"""

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, get_type_hints

import dagster as dg
from dagster._core.definitions.data_version import DATA_VERSION_TAG
from pydantic import Field, ValidationError

from crime_dagster.core.code_version import find_code_version
from crime_dagster.core.errors import list_some
from crime_dagster.core.files import hash_text
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.records import (
    StepRecord,
    find_digest,
    hash_outputs,
    read_record,
    watch,
    write_record,
)
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hold_open
from crime_dagster.defs.runtime.cleanup import list_made, remove_unmade
from crime_dagster.defs.runtime.invalid_config import explain_invalid, failing_for_good
from crime_dagster.defs.runtime.partitions import CRIME_TYPES, is_plain, list_run_types, narrow
from crime_dagster.defs.runtime.previews import describe_outputs

Step = Callable[..., dg.MaterializeResult]
Digest = Callable[[str], str]
# Run tag that repeats every step of the run.
FORCE = "crime_dagster/force"
NOT_DONE = "it was not done before, or not to its end"
LAUNCH_ENDED = "so what an earlier launch's Config said counts no more"


class StepConfig(dg.Config):
    """Config of every step."""

    # Whether a launch's config applies until the step is repeated for another reason, instead of being reverted at
    # once.
    counts_once: ClassVar[bool] = False

    force: bool = Field(
        default=False,
        description=f"Do this step again although nothing changed. The tag {FORCE}: true does so for a whole run.",
    )

    def __init__(self, **said: Any) -> None:
        try:
            super().__init__(**said)
        except ValidationError as error:
            words = explain_invalid(
                error, "the launch's Config", "correct it and launch again", type(self).model_fields
            )
            raise dg.Failure(description=str(words), allow_retries=False) from error

    def describe_override(self) -> str:
        """Return what this launch set that the next run will not; empty if nothing."""
        return ""


def recorded(function: Step, *, together: bool = False) -> Step:
    """Wrap an asset's function so that it does nothing if nothing changed.

    The function takes a context, the resource `settings` and, optionally, a Config, and writes only through this
    package's functions: files that it wrote last time and not again are deleted. An `InputError` fails the step for
    good, unless it is a passing one. `list_chosen_types` gives it the due partitions. `together` says that a partition
    shows figures of others, so that all must run together.
    """

    @functools.wraps(function)
    def step(context: dg.AssetExecutionContext, settings: Settings, config: dg.Config) -> dg.MaterializeResult:
        given = {"settings": settings, **({"config": config} if takes_config else {})}
        with hold_warehouse(settings.warehouse_dir, context.log.info), hold_open(settings.database):
            parts, code = _list_parts(context), find_code_version(function.__module__)
            due = {part: ["it was asked for"] for part in parts if is_forced(context, config)}
            due = due or find_due(settings, context.asset_key, parts, find_digests(settings), config)
            with failing_for_good():
                return _do(context, settings, due, code, config, lambda: function(context, **given))

    def find_due(
        settings: Settings, key: dg.AssetKey, parts: list[str], digest: Digest, config: dg.Config | None = None
    ) -> dict[str, list[str]]:
        """Return the due partitions, each with the reasons."""
        config = config or get_type_hints(step)["config"]()
        asked, nothing = hash_config(config), hash_config(type(config)())
        is_plain = getattr(config, "counts_once", False) and asked == nothing
        code = find_code_version(function.__module__)
        found = {
            part: _find_reasons(settings, find_record(settings, key, part), code, asked, digest, is_plain)
            for part in parts
        }
        if together and any(found.values()):
            found = {part: reasons or ["another partition changed"] for part, reasons in found.items()}
        return {part: reasons for part, reasons in found.items() if reasons}

    # Dagster reads the Config of a step from its signature: every step has one.
    signature = inspect.signature(function)
    takes_config = "config" in signature.parameters
    own = inspect.Parameter("config", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=StepConfig)
    parameters = [*signature.parameters.values(), *([] if takes_config else [own])]
    vars(step).update(__signature__=signature.replace(parameters=parameters), find_due=find_due)
    step.__annotations__ = {"config": StepConfig, **function.__annotations__}
    return step


def hash_config(config: dg.Config) -> str:
    """Hash a step's config, except `force`."""
    return hash_text(config.model_dump_json(exclude={"force"}))


def is_forced(context: dg.AssetExecutionContext, config: dg.Config) -> bool:
    return getattr(config, "force", False) or context.run.tags.get(FORCE, "").lower() == "true"


def find_record(settings: Settings, key: dg.AssetKey, partition: str = "") -> Path:
    """Return the path of the record of a step or of one of its partitions."""
    return settings.records_dir / f"{'__'.join([*key.path, *([partition] if partition else [])])}.json"


def find_digests(settings: Settings) -> Digest:
    """Return a function for the current hashes of inputs, each computed once."""
    return functools.cache(lambda key: find_digest(key, settings))


def _list_parts(context: dg.AssetExecutionContext) -> list[str]:
    # A run over all crime types has their partitions for every step, but few steps are partitioned by them.
    return list_run_types(context) if context.assets_def.partitions_def is not None else [""]


def _find_reasons(settings: Settings, path: Path, code: str, config: str, digest: Digest, is_plain: bool) -> list[str]:
    """Return why a partition is due; a picture is not if only an earlier launch set something and this one nothing."""
    record = read_record(path)
    if record is None or not record.code:
        return [NOT_DONE]
    config_counts = record.config if is_plain else config
    found = [*record.find_changes(code, config_counts, digest), *record.find_damage(settings.warehouse_dir)]
    return [*found, LAUNCH_ENDED] if found and config != config_counts else found


def _do(
    context: dg.AssetExecutionContext,
    settings: Settings,
    due: Mapping[str, list[str]],
    code: str,
    config: dg.Config,
    work: Callable[[], dg.MaterializeResult],
) -> dg.MaterializeResult:
    parts, key = _list_parts(context), context.asset_key
    result: dg.MaterializeResult[Any] = dg.MaterializeResult(metadata=_read_facts(context))
    if due:
        reasons = list(dict.fromkeys(reason for each in due.values() for reason in each))
        context.log.debug(f"done again: {list_some(reasons)}")
        before = _begin(settings, key, due, context.run.run_id)
        with watch(settings) as watched, narrow(due if parts != [""] else None):
            result = work()
        written = hash_outputs(watched.written, settings.warehouse_dir)
        known = CRIME_TYPES.get_partition_keys() if parts != [""] else [""]
        # What was not written again would be published with old figures, unless it is another partition's or step's.
        if gone := {name for part in due for name in before[part]} - written.keys():
            for name in gone - list_made(settings, [find_record(settings, key, part) for part in due]):
                (settings.warehouse_dir / name).unlink(missing_ok=True)
        for part in due:
            inputs = {one: digest for one, digest in watched.read.items() if is_of(part, one, known)}
            outputs = {name: digest for name, digest in written.items() if is_of(part, name, known)}
            record = StepRecord(code, hash_config(config), inputs, outputs, context.run.run_id)
            write_record(record, find_record(settings, key, part))
    else:
        context.log.info("unchanged")
    records = [read_record(find_record(settings, key, part)) for part in parts]
    outputs = {name: digest for record in records if record for name, digest in record.outputs.items()}
    metadata = dict(result.metadata or {})
    if due:
        # A run over several partitions writes one event with the same metadata for each of them.
        of = {"facts_of": f"one run over {', '.join(due)}"} if parts != [""] else {}
        metadata = {**describe_outputs(outputs, settings.warehouse_dir), **metadata, "made_because": "; ".join(reasons)}
        metadata |= of
        if isinstance(config, StepConfig) and (said := config.describe_override()):
            context.log.info(said)
            metadata["this_launch"] = dg.MetadataValue.md(said)
    else:
        metadata["unchanged"] = True
    version = result.data_version or dg.DataVersion(hash_text(*(f"{one} {outputs[one]}" for one in outputs)))
    if parts != [""] and is_plain(context):
        # Dagster writes one event without a partition: the UI would show none of them as materialised.
        known, tags = context.instance.get_materialized_partitions(key), {DATA_VERSION_TAG: version.value}
        for part in [part for part in parts if part in due or part not in known]:
            context.log_event(dg.AssetMaterialization(key, partition=part, metadata=metadata, tags=tags))
    return dg.MaterializeResult(metadata=metadata, data_version=version, check_results=result.check_results)


def _begin(settings: Settings, key: dg.AssetKey, due: Iterable[str], run_id: str) -> dict[str, dict[str, str]]:
    """Mark partitions as under way, so that the next run repeats them if this one ends, and return their files."""
    paths = {part: find_record(settings, key, part) for part in due}
    records = {part: read_record(path) for part, path in paths.items()}
    was_stopped = any(path.is_file() and not getattr(records[part], "code", "") for part, path in paths.items())
    # Of several workers, another one's files may be here before their record.
    if was_stopped and not settings.broker:
        remove_unmade(settings)
    before = {part: record.outputs if record else {} for part, record in records.items()}
    for part, path in paths.items():
        write_record(StepRecord("", "", {}, before[part], run_id), path)
    return before


def is_of(partition: str, name: str, known: Iterable[str]) -> bool:
    """Whether a file or an input belongs to a partition: it names that one (a file first), or no known one."""
    named = re.compile(rf"(?<![a-z])(?:{'|'.join(known)})(?![a-z])").findall
    if name.startswith("["):
        # In an input, an argument that is the partition or one of its files; a column `crimes_total` belongs to every
        # type.
        found = [one for word in re.findall(r'"([^"]*)"', name) if word in known or "/" in word for one in named(word)]
    else:
        # What follows in a file's name may be that of a what-if.
        found = named(name)[:1]
    return not partition or not found or partition in found


def _read_facts(context: dg.AssetExecutionContext) -> dict[str, Any]:
    """Return the metadata of the run that last did the work."""
    event = context.instance.get_latest_materialization_event(context.asset_key)
    before = event.asset_materialization if event else None
    return {name: value for name, value in (before.metadata if before else {}).items() if name != "made_because"}
