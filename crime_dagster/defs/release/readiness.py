"""Whether what is built may be published: every check holds, and every step was done from what is there now.

A run of a part, or one that was refused half-way, may leave pictures of one month beside tables of another. Each table
and picture passed its checks when it was made; only together are they wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from crime_dagster.core.errors import InputError
from crime_dagster.core.records import Record, hash_file, name_few, read_record
from crime_dagster.core.settings import Settings
from crime_dagster.defs.dbt.dbt_database import AFTER, BEFORE, is_as_left
from crime_dagster.defs.dbt.dbt_steps import EARLIER, RESULTS, hash_step_inputs
from crime_dagster.defs.models.evaluation import EVALUATIONS
from crime_dagster.defs.release.evaluations import find_latest
from crime_dagster.defs.runtime.dbt_results import read_refusal
from crime_dagster.defs.runtime.unchanged import MARTS, find_record, hash_input

BUILT = ("seeds", "staging", "intermediate", MARTS)
RECORDED = ("models", "maps", "charts", "gifs", "gallery")
# How the records of runs over some partitions are named.
TAIL = f"__{12 * '?'}"
MOST_NAMED = 10


def require_ready(
    settings: Settings, instance: dg.DagsterInstance, graph: AssetGraph, published: dg.AssetKey
) -> list[dict[str, Any]]:
    """The latest evaluation of every check of every asset in a release, for its manifest.

    Raises:
        dagster.Failure: A check failed, is missing or is older than its data, or a step is not of what is there now.
    """
    assets = list_release(graph, published)
    latest = find_latest(instance, [key for key in graph.asset_check_keys if key.asset_key in assets])
    flaws = [flaw for one in latest if (flaw := one.find_flaw())]
    flaws += [*_find_unbuilt(settings), *_find_unmade(settings, graph, assets - {published})]
    if not flaws:
        return [one.describe() for one in latest]
    more = [f"and {len(flaws) - MOST_NAMED} more"] if len(flaws) > MOST_NAMED else []
    words = InputError(
        file=settings.published_dir,
        found="\n            ".join([*flaws[:MOST_NAMED], *more]),
        expected="every check of what is published passed on the tables that are there, and every step done from them",
        remedy="fix what is named and run `make run`; what is published stays as it was",
    )
    raise dg.Failure(description=f"Not published.\n{words}", allow_retries=False)


def list_release(graph: AssetGraph, published: dg.AssetKey) -> set[dg.AssetKey]:
    """What a release is made from and holds: everything upstream of it, and everything that dbt builds."""
    found, todo = set(), [published, *(key for key in graph.materializable_asset_keys if key.path[0] in BUILT)]
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo.extend(graph.get(key).parent_keys)
    return found


def _find_unbuilt(settings: Settings) -> Iterator[str]:
    """Steps of dbt that were refused, or have not built all of their tables from what is there."""
    if not is_as_left(settings):
        yield f"{settings.database.name} is not as dbt left it: another program has changed it"
    for step in (BEFORE, AFTER):
        record = read_record(settings.records_dir / f"{step}.json")
        refusal = " ".join(read_refusal(settings, step).split())
        if record is None:
            yield f"step {step}: {refusal or 'its last run built some tables alone, or did not end'}"
            # The other one builds on this one.
            return
        if step == AFTER:
            # Files that were landed since are none of its business: the tables are of one landing all the same.
            now = hash_step_inputs(settings, step)
            changed = [name for name in (RESULTS, EARLIER) if now[name] != record.inputs[name]]
            yield from (f"step {step}: {name} changed" for name in changed)


def _find_unmade(settings: Settings, graph: AssetGraph, assets: set[dg.AssetKey]) -> Iterator[str]:
    """Models, pictures and pages that are not made, or not of the tables that are there."""
    known: dict[str, str] = {}
    made = [key for key in assets if key.path[0] in RECORDED and key not in EVALUATIONS]
    for key in sorted(made, key=lambda key: key.to_user_string()):
        if reasons := _find_reasons(settings, graph, key, known):
            yield f"{key.to_user_string()}: {name_few(reasons)}"


def _find_reasons(settings: Settings, graph: AssetGraph, key: dg.AssetKey, known: dict[str, str]) -> list[str]:
    """Why an asset's files are not those that would be made now, code and config aside.

    A run over some crime types has a record of its own, so that each file of the run over all of them, where there was
    one, may be of that or of a later one of these.
    """
    parted = graph.get(key).partitions_def
    whole = read_record(find_record(settings, key, parted.get_partition_keys() if parted else ()))
    paths = settings.records_dir.glob(f"{'__'.join(key.path)}{TAIL if parted else ''}.json")
    records = [record for path in paths if (record := read_record(path))]
    if not records:
        return ["not made, or not to the end"]
    current = [one for one in records if not _find_changed(settings, one, known)]
    wanted = [whole] if whole else records
    names = sorted({name for one in wanted for name in one.outputs})
    bad = [name for name in names if not _is_of(current, name, hash_file(settings.warehouse_dir / name))]
    if not bad and current:
        return []
    changed = sorted({change for one in wanted for change in _find_changed(settings, one, known)})
    return changed or [f"{name} is not as it was written" for name in bad]


def _is_of(records: list[Record], name: str, digest: str | None) -> bool:
    return digest is not None and digest in [one.outputs.get(name) for one in records]


def _find_changed(settings: Settings, record: Record, known: dict[str, str]) -> list[str]:
    """The tables and results of other steps that are not as they were when a step read them."""
    found = []
    for name in sorted(name for name in record.inputs if "/" in name):
        known.setdefault(name, hash_input(settings, name))
        found += [f"{name} changed"] if known[name] != record.inputs[name] else []
    return found
