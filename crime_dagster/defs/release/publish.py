"""The last step: publishes what was built if all of it is valid."""

from collections.abc import Callable

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from crime_dagster.core.last_refresh import end_refresh
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hold_open
from crime_dagster.defs.ingest.excluded import list_exclusions
from crime_dagster.defs.ingest.left_out import find_reading, list_left_out
from crime_dagster.defs.release.readiness import require_ready
from crime_dagster.defs.release.releasing import publish
from crime_dagster.defs.runtime.partitions import OWNER

PUBLISHED = dg.AssetKey(["gallery", "published"])
EXPORTED_MARTS = (
    *("source_files", "set_aside_rows", "left_out_files", "coverage", "reported_places", "borough_reconciliations"),
    *("boroughs", "impact_areas", "impact_officers", "impact_summary", "lsoa_hotspots"),
    *("feature_importances", "feature_effects", "model_fairness"),
)


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
        warnings, release = (
            [*list_exclusions(settings), *list_left_out(settings)],
            settings.published_dir.resolve().name,
        )
        end_refresh(settings, context.run_id, reading=find_reading(), warnings=warnings, release=release)
        return result
