"""Assembles a release beside the published one, then publishes it atomically, if anything changed.

Apart from the asset that does it: the code of this module, and of what it imports, is part of a release's content.
"""

import json
import platform
import shutil
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg

from crime_dagster.core.code_version import find_code_version
from crime_dagster.core.files import hash_file, hash_files, hash_text, read_json, sync, sync_tree, write_json
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hash_marts, read_mart
from crime_dagster.defs.dbt.dbt_database import keep_snapshot
from crime_dagster.defs.release.documents import QUESTIONS, read_about, write_documents
from crime_dagster.defs.release.exports import copy_marts, export_marts
from crime_dagster.defs.release.releases import (
    DATABASE,
    MANIFEST,
    list_releases,
    name_next_release,
    point_to,
    read_whole,
)
from crime_dagster.defs.release.tables_page import draw_tables_page
from crime_dagster.drawing.downloads.package import LICENCE, README, About, describe_file
from crime_dagster.drawing.kit.rendering import TEMPLATES
from crime_dagster.drawing.pages.data_page import FILES_TEMPLATE

KEPT_RELEASES = 5
VERSIONS_OF = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "lightgbm", "pandas", "scikit-learn")


def publish(
    settings: Settings, context: dg.AssetExecutionContext, checks: list[dict[str, Any]]
) -> dg.MaterializeResult:
    """Publish the build, or record that the published release is up to date; `checks` go into the manifest."""
    about = read_about(settings, _now())
    page = draw_tables_page(read_json(settings.manifest), about)
    content = _hash_content(settings, about, page)
    current = read_whole(settings.published_dir.resolve())
    is_same = current is not None and current["content"] == content
    if current is not None and is_same:
        release = settings.published_dir.resolve()
        # Readers ask when the figures were made, which is not when they were last checked.
        manifest = {**current, "checked_at": _now(), "checks": checks}
        write_json(manifest, release / MANIFEST, indent=2)
        context.log.info("unchanged: the published release stays, and its manifest says that it was looked at")
    else:
        if current is None and settings.published_dir.exists():
            context.log.warning(f"{settings.published_dir} differs from what was published: it is published again")
        release = name_next_release(settings.releases_dir)
        manifest = _put_together(settings, release, content, checks, about, page)
    return dg.MaterializeResult(
        metadata={
            "index": dg.MetadataValue.path(settings.published_dir / "index.html"),
            "release": release.name,
            "unchanged": is_same,
            "files": len(manifest["files"]),
            "rows": dg.MetadataValue.json(manifest["rows"]),
        }
    )


def _put_together(
    settings: Settings, release: Path, content: str, checks: list[dict[str, Any]], about: About, page: str
) -> dict[str, Any]:
    """Assemble a release under a hidden name, rename it when complete, and point the symlink to it."""
    partial = release.with_name(f".{release.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    # A killed run's partial files have hidden names and are excluded.
    shutil.copytree(settings.build_dir, partial, ignore=shutil.ignore_patterns(".*"))
    comments = {
        one.name: (one.description, {column.name: column.write_comment() for column in one.columns})
        for one in about.tables
    }
    copy_marts(settings.database, partial / DATABASE, comments)
    # Readers may open it during a refresh; a read-only file cannot be locked against them.
    (partial / DATABASE).chmod(0o444)
    described = {one.name: describe_file(about, one) for one in about.tables}
    export_marts(settings.database, partial / "data", described, about.list_left_out())
    write_documents(settings, partial, about, page)
    manifest = _describe_release(settings, partial, content, checks, about)
    write_json(manifest, partial / MANIFEST, indent=2)
    sync_tree(partial)
    partial.rename(release)
    sync(release.parent)
    keep_snapshot(settings, release.name)
    point_to(settings.published_dir, release)
    _remove_old(settings.releases_dir, release)
    return manifest


def _hash_content(settings: Settings, about: About, page: str) -> str:
    """Hash a release's content: pages and pictures, marts and their descriptions, and the code that assembles them."""
    files = (path for path in settings.build_dir.rglob("*") if path.is_file() and not path.name.startswith("."))
    built = hash_files(files, settings.build_dir)
    marts = json.dumps(hash_marts(settings.database), sort_keys=True)
    questions = hash_file(settings.project_dir / QUESTIONS) or ""
    texts = [hash_file(TEMPLATES[name]) or "" for name in (FILES_TEMPLATE, README, LICENCE)]
    words = (repr(about.tables), page, questions, *texts)
    return hash_text(built, marts, *words, find_code_version(__name__))


def _remove_old(releases: Path, newest: Path) -> None:
    for folder in list_releases(releases)[:-KEPT_RELEASES]:
        if folder != newest:
            shutil.rmtree(folder)


def _describe_release(
    settings: Settings, release: Path, content: str, checks: list[dict[str, Any]], about: About
) -> dict[str, Any]:
    sources = read_mart(settings.database, "source_files")
    for name in sources.select_dtypes("datetime"):
        sources[name] = sources[name].dt.strftime("%Y-%m")
    features = read_mart(settings.database, "lsoa_features")
    months = read_mart(settings.database, "city_months").dropna(subset="crimes")["month"]
    return {
        "content": content,
        "version": about.version,
        "commit": about.commit,
        "data_set": settings.data_set.name,
        "place": about.place,
        "is_synthetic": about.is_synthetic,
        "built_at": about.built_at,
        "checked_at": about.built_at,
        "year_ending": str(features["year_ending"].max())[:7],
        "months": sorted({str(month)[:7] for month in months}),
        "sources": json.loads(sources.to_json(orient="records")),
        "rows": about.rows,
        "left_out": about.list_left_out(),
        "files": _list_files(release),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in VERSIONS_OF}},
        "checks": checks,
    }


def _list_files(release: Path) -> dict[str, str | None]:
    """Return the sha256 of every file of a release except its manifest, which cannot hold its own."""
    files = sorted(path for path in release.rglob("*") if path.is_file() and path.name.removeprefix(".") != MANIFEST)
    return {path.relative_to(release).as_posix(): hash_file(path) for path in files}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
