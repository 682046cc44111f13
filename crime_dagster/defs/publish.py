"""The last step: a whole release is put together beside the published one, then takes its place in one atomic step."""

import json
import platform
import shutil
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg

from crime_dagster.core.code_version import find_code_version
from crime_dagster.core.files import sync, sync_tree
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.records import hash_file, hash_text, write_json
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import copy_marts, count_marts, export_marts, read_mart
from crime_dagster.defs.partitions import OWNER
from crime_dagster.defs.releases import list_releases, name_next_release, point_to
from crime_dagster.defs.reported_place import read_place
from crime_dagster.defs.unchanged import hash_files, read_mart_hashes

KEPT_RELEASES = 5
MANIFEST, DATABASE = "manifest.json", "crime.duckdb"
EXPORTED_MARTS = (
    *("source_files", "set_aside_rows", "coverage", "reported_places", "borough_reconciliations"),
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
        # A month is published on the twelfth; a refresh that changes nothing says so, and counts as fresh.
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=45), warn_window=timedelta(days=35)),
        description="What readers open: pages, pictures, data and a read-only database, swapped in as one.",
    )
    def published(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        with hold_warehouse(settings.warehouse_dir, context.log.info):
            return publish(settings, context)

    return [published]


def publish(settings: Settings, context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Publish what was built, or say of the published release that it is what was built."""
    content = _hash_content(settings)
    checks = _read_checks(context)
    release = find_same(settings, content)
    is_same = release is not None
    if release is None:
        release = name_next_release(settings.releases_dir)
        manifest = _put_together(settings, release, content, checks)
    else:
        manifest = _describe_release(settings, release, content, checks)
        write_json(manifest, release / MANIFEST, indent=2)
        context.log.info("unchanged: the published release stays, and its manifest says that it was looked at")
    return dg.MaterializeResult(
        metadata={
            "index": dg.MetadataValue.path(settings.published_dir / "index.html"),
            "release": release.name,
            "unchanged": is_same,
            "files": len(manifest["files"]),
            "rows": dg.MetadataValue.json(manifest["rows"]),
        }
    )


def find_same(settings: Settings, content: str) -> Path | None:
    """The published release where it holds this very content, and every file of it is as it was written."""
    release = settings.published_dir.resolve()
    try:
        manifest = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
        is_same = manifest["content"] == content
        is_whole = all(hash_file(release / name) == digest for name, digest in manifest["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # Nothing is published yet, or by a version that wrote no such manifest.
    return release if is_same and is_whole else None


def _put_together(settings: Settings, release: Path, content: str, checks: list[dict[str, Any]]) -> dict[str, Any]:
    """Put a release together under a hidden name, rename it when it is whole, and let the link lead to it."""
    partial = release.with_name(f".{release.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    # What a killed run left half-written has a hidden name, and is none of it.
    shutil.copytree(settings.build_dir, partial, ignore=shutil.ignore_patterns(".*"))
    copy_marts(settings.database, partial / DATABASE)
    # Readers may open it while a refresh runs; a file that cannot be written cannot be locked against them.
    (partial / DATABASE).chmod(0o444)
    export_marts(settings.database, partial / "data")
    manifest = _describe_release(settings, partial, content, checks)
    write_json(manifest, partial / MANIFEST, indent=2)
    sync_tree(partial)
    partial.rename(release)
    sync(release.parent)
    point_to(settings.published_dir, release)
    _remove_old(settings.releases_dir, release)
    return manifest


def _hash_content(settings: Settings) -> str:
    """What a release would hold: pages and pictures, marts, and the code that puts them together."""
    files = (path for path in settings.build_dir.rglob("*") if path.is_file() and not path.name.startswith("."))
    built = hash_files(files, settings.build_dir)
    return hash_text(built, json.dumps(read_mart_hashes(settings), sort_keys=True), find_code_version(__name__))


def _remove_old(releases: Path, newest: Path) -> None:
    for folder in list_releases(releases)[:-KEPT_RELEASES]:
        if folder != newest:
            shutil.rmtree(folder)


def _read_checks(context: dg.AssetExecutionContext) -> list[dict[str, Any]]:
    records = context.instance.all_logs(context.run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
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


def _describe_release(settings: Settings, release: Path, content: str, checks: list[dict[str, Any]]) -> dict[str, Any]:
    sources = read_mart(settings.database, "source_files")
    features = read_mart(settings.database, "lsoa_features")
    months = read_mart(settings.database, "city_months")["month"]
    return {
        "content": content,
        "data_set": settings.data_set.name,
        "place": read_place(settings).name,
        "is_synthetic": settings.data_set.synthetic,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "year_ending": str(features["year_ending"].max())[:7],
        "months": sorted({str(month)[:7] for month in months}),
        "sources": json.loads(sources.to_json(orient="records", date_format="iso")),
        "rows": count_marts(settings.database),
        "files": _list_files(release),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in VERSIONS_OF}},
        "checks": checks,
    }


def _list_files(release: Path) -> dict[str, str | None]:
    """sha256 of every file of a release but its manifest, which could not hold its own."""
    files = sorted(path for path in release.rglob("*") if path.is_file() and path.name.removeprefix(".") != MANIFEST)
    return {path.relative_to(release).as_posix(): hash_file(path) for path in files}
