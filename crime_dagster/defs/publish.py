"""The last step: a whole release is put together beside the published one, then takes its place in one atomic step."""

import json
import platform
import shutil
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import copy_marts, export_marts, read_mart
from crime_dagster.defs.partitions import OWNER
from crime_dagster.defs.releases import list_releases, name_next_release, point_to

KEPT_RELEASES = 5
EXPORTED_MARTS = (
    *("source_files", "set_aside_rows", "coverage", "borough_reconciliations"),
    *("boroughs", "impact_areas", "impact_officers", "impact_summary", "lsoa_hotspots"),
    *("feature_importances", "feature_effects", "model_fairness"),
)
VERSIONS_OF = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "lightgbm", "pandas", "scikit-learn")


def build_publish_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset: the published folder."""

    @dg.asset(
        key=["gallery", "published"],
        group_name="gallery",
        owners=[OWNER],
        kinds={"html", "duckdb"},
        deps=[
            dg.AssetKey(["gallery", "index"]),
            dg.AssetKey(["gallery", "data"]),
            dg.AssetKey(["gallery", "models"]),
            dg.AssetKey(["gallery", "boroughs"]),
            dg.AssetKey(["gallery", "downloads"]),
            *(dg.AssetKey(["marts", name]) for name in EXPORTED_MARTS),
        ],
        description="What readers open: pages, pictures, data and a read-only database, swapped in as one.",
    )
    def published(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        release = name_next_release(settings.releases_dir)
        partial = release.with_name(f".{release.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(settings.build_dir, partial)
        rows = copy_marts(settings.database, partial / "crime.duckdb")
        # Readers may open it while a refresh runs; a file that cannot be written cannot be locked against them.
        (partial / "crime.duckdb").chmod(0o444)
        export_marts(settings.database, partial / "data")
        manifest = _describe_release(settings, _read_checks(context), rows)
        (partial / "manifest.json").write_text(json.dumps(manifest, indent=2, default=str) + "\n", encoding="utf-8")
        partial.rename(release)
        point_to(settings.published_dir, release)
        _remove_old(settings.releases_dir, release)
        return dg.MaterializeResult(
            metadata={
                "index": dg.MetadataValue.path(settings.published_dir / "index.html"),
                "release": release.name,
                "files": sum(1 for file in release.rglob("*") if file.is_file()),
                "rows": dg.MetadataValue.json(rows),
            }
        )

    return [published]


def _remove_old(releases: Path, newest: Path) -> None:
    for folder in list_releases(releases)[:-KEPT_RELEASES]:
        if folder != newest:
            shutil.rmtree(folder)


def _read_checks(context: dg.AssetExecutionContext) -> list[dict[str, Any]]:
    records = context.instance.all_logs(context.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [record.dagster_event.asset_check_evaluation_data for record in records if record.dagster_event]
    return [
        {
            "asset": check.asset_key.to_user_string(),
            "check": check.check_name,
            "passed": check.passed,
            "severity": check.severity.value,
        }
        for check in found
    ]


def _describe_release(settings: Settings, checks: list[dict[str, Any]], rows: dict[str, int]) -> dict[str, Any]:
    sources = read_mart(settings.database, "source_files")
    features = read_mart(settings.database, "lsoa_features")
    months = read_mart(settings.database, "city_months")["month"]
    return {
        "data_set": settings.data_set.name,
        "place": settings.data_set.place,
        "is_synthetic": settings.data_set.synthetic,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "year_ending": str(features["year_ending"].max())[:7],
        "months": sorted({str(month)[:7] for month in months}),
        "sources": json.loads(sources.to_json(orient="records", date_format="iso")),
        "rows": rows,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in VERSIONS_OF}},
        "checks": checks,
    }
