"""The last step: publishes what was built if every check passes and every step used current inputs.

A partial or refused run may leave pictures of one month beside tables of another. Each passed its own checks; only the
combination is wrong.
"""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from crime_dagster.core.errors import InputError, list_some
from crime_dagster.core.files import read_json
from crime_dagster.core.last_refresh import end_refresh
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.records import read_record
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hold_open
from crime_dagster.defs.dbt.dbt_database import is_as_left, list_half_landed
from crime_dagster.defs.dbt.dbt_steps import read_built
from crime_dagster.defs.dbt.node_versions import AFTER, BEFORE, find_versions, list_step
from crime_dagster.defs.ingest.doubtful import list_doubts
from crime_dagster.defs.ingest.excluded import list_exclusions
from crime_dagster.defs.ingest.left_out import find_reading, list_left_out
from crime_dagster.defs.models.evaluation import EVALUATIONS
from crime_dagster.defs.release.evaluations import find_latest
from crime_dagster.defs.release.releasing import publish
from crime_dagster.defs.runtime.dbt_results import read_refusal
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.defs.runtime.unchanged import find_digests, find_record

PUBLISHED = dg.AssetKey(["gallery", "published"])
EXPORTED_MARTS = (
    *("source_files", "set_aside_rows", "left_out_files", "file_doubts", "coverage", "borough_reconciliations"),
    *("reported_places", "boroughs", "impact_areas", "impact_officers", "impact_summary", "lsoa_hotspots"),
    *("feature_importances", "feature_effects", "model_fairness"),
)
BUILT = ("seeds", "staging", "intermediate", "marts")
RECORDED = ("models", "maps", "charts", "gifs", "gallery")
MOST_NAMED = 10


@dg.asset(
    key=PUBLISHED,
    group_name="gallery",
    owners=[OWNER],
    kinds={"html", "duckdb"},
    deps=[
        *(dg.AssetKey(["gallery", name]) for name in ("index", "data", "models", "boroughs", "types", "downloads")),
        *(dg.AssetKey(["marts", name]) for name in EXPORTED_MARTS),
    ],
    description="What readers open: pages, pictures, data and a read-only database, replaced in one step.",
)
def published(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    load_graph: dg.ResourceParam[Callable[[], AssetGraph]],
) -> dg.MaterializeResult:
    with hold_warehouse(settings.warehouse_dir, context.log.info), hold_open(settings.database):
        result = publish(settings, context, require_ready(settings, context.instance, load_graph(), PUBLISHED))
        # Everything else in a refresh comes before this step.
        warnings = [*list_exclusions(settings), *list_left_out(settings), *list_doubts(settings)]
        release = settings.published_dir.resolve().name
        end_refresh(settings, context.run_id, reading=find_reading(), warnings=warnings, release=release)
        return result


def require_ready(
    settings: Settings, instance: dg.DagsterInstance, graph: AssetGraph, published: dg.AssetKey
) -> list[dict[str, Any]]:
    """Return the latest evaluation of every check of every asset in a release, for its manifest.

    A check that failed, is missing or is older than its data, and a step with outdated inputs, stop the release.
    """
    assets = list_release(graph, published)
    judged = assets - {*EVALUATIONS}
    latest = find_latest(instance, [key for key in graph.asset_check_keys if key.asset_key in judged])
    found = [(one.passed is False, flaw) for one in latest if (flaw := one.find_flaw())]
    # Failures come first: other checks may be outdated because of them.
    flaws = [flaw for is_failed, flaw in found if is_failed] + [*_find_unbuilt(settings)]
    flaws += [flaw for is_failed, flaw in found if not is_failed]
    flaws += _find_unmade(settings, graph, assets - {published})
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
    """Return the assets of a release: everything upstream of it, and everything that dbt builds."""
    found, todo = set(), [published, *(key for key in graph.materializable_asset_keys if key.path[0] in BUILT)]
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo.extend(graph.get(key).parent_keys)
    return found


def _find_unbuilt(settings: Settings) -> Iterator[str]:
    """Yield refused files, and dbt steps that were refused or have outdated tables."""
    yield from list_half_landed(settings)
    if not is_as_left(settings):
        yield f"{settings.database.name} is not as dbt left it: another program has changed it"
    manifest = read_json(settings.manifest)
    built = {step: read_built(settings, step) for step in (BEFORE, AFTER)}
    for step, versions in built.items():
        refusal = " ".join(read_refusal(settings, step).split())
        if refusal or not versions or not set(list_step(manifest, step)) <= versions.keys():
            yield f"step {step}: {refusal or 'its last run built some tables alone, or did not end'}"
            # The other step builds on this one.
            return
    # Files landed since are acceptable: the tables are still of a single landing. Newer model results are not.
    read = {key: version for key, version in built[AFTER].items() if key not in list_step(manifest, AFTER)}
    now = find_versions(settings, manifest, AFTER, "", built[BEFORE])
    changed = [key.partition(".")[2].partition(".")[2] for key, version in read.items() if now.get(key) != version]
    yield from (f"step {AFTER}: {name} changed" for name in sorted(changed))


def _find_unmade(settings: Settings, graph: AssetGraph, assets: set[dg.AssetKey]) -> Iterator[str]:
    """Yield models, pictures and pages that are missing or not made from the current tables and files.

    Code and config are ignored: publishing after a change of these publishes what was made.
    """
    digest = find_digests(settings)
    for key in sorted(assets, key=lambda key: key.to_user_string()):
        if key.path[0] not in RECORDED or key in EVALUATIONS:
            continue
        parted = graph.get(key).partitions_def
        parts = parted.get_partition_keys() if parted else [""]
        records = [record for part in parts if (record := read_record(find_record(settings, key, part)))]
        reasons = [] if records and all(record.code for record in records) else ["not made, or not to the end"]
        for record in records:
            reasons += [*record.find_changed_inputs(digest), *record.find_damage(settings.warehouse_dir)]
        if reasons:
            yield f"{key.to_user_string()}: {list_some(list(dict.fromkeys(reasons)))}"
