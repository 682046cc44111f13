"""A release: when it was made, when it was checked again, and what is done if it is damaged."""

import json
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.release.releases import DATABASE, MANIFEST, find_damage
from crime_dagster.defs.release.releasing import publish
from crime_dagster.drawing.kit.finish import save_file
from tests.conftest import save_marts

CHECKS = [{"asset": "marts/lsoas", "check": "rows_add_up", "passed": True, "severity": "ERROR", "run": "a", "at": "b"}]
MARTS = {
    "source_files": "select 'x.csv' as file",
    "lsoa_features": "select date '2025-12-01' as year_ending",
    "reported_places": "select 'total' as crime_type, 'London' as place, 'a' as force, 33 as areas_reported, "
    "'E09000001' as borough_codes, '' as source_note, '' as late_note",
    "city_months": "select date '2025-12-01' as month, 1 as crimes",
    "sources": "select 1 as sort_order, 1 as files, 'a' as credit, 'b' as title, "
    "'Open Government Licence v3.0' as licence, 'c' as attribution, 'https://example.org' as landing_page",
}
DBT = {"dbt_schema_version": "12", "dbt_version": "1.11", "project_name": "city", "adapter_type": "duckdb"}
WORDS = {
    "resource_type": "model",
    "schema": "marts",
    "name": "city_months",
    "unique_id": "model.city_months",
    "description": "Months.",
    "columns": {"month": {"name": "month", "data_type": "date", "description": "Its first day."}},
}


class Town:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = Settings(folder / "data", folder / "warehouse")
        save_file(b"page", self.settings.build_dir / "index.html")
        save_marts(self.settings.database, **MARTS)
        self.monkeypatch = monkeypatch
        # The page that lists the files needs the marts of a whole city; the sample's run draws it.
        monkeypatch.setattr("crime_dagster.defs.release.documents._list_files", lambda *_: None)
        self.describe(WORDS)

    def describe(self, words: dict[str, Any]) -> None:
        self.settings.manifest.parent.mkdir(parents=True, exist_ok=True)
        others: dict[str, dict[str, Any]] = {
            name: {} for name in ("sources", "macros", "docs", "parent_map", "child_map")
        }
        self.settings.manifest.write_text(
            json.dumps({"metadata": DBT, "nodes": {"model.city_months": words}, **others})
        )

    def publish(self, at: str, checks: list[dict[str, Any]] = CHECKS) -> dict[str, Any]:
        """Publish at a time, and return the manifest then published."""
        self.monkeypatch.setattr("crime_dagster.defs.release.releasing._now", lambda: at)
        publish(self.settings, dg.build_asset_context(), checks)
        assert find_damage(self.settings.published_dir) == []
        return dict(json.loads((self.settings.published_dir / MANIFEST).read_text()))


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    return Town(tmp_path, monkeypatch)


def list_releases(town: Town) -> list[str]:
    return sorted(one.name for one in town.settings.releases_dir.iterdir())


def test_a_refresh_that_changes_nothing_was_looked_at_and_not_built(town: Town):
    first = town.publish("monday")
    assert (first["built_at"], first["checked_at"]) == ("monday", "monday")
    others = [{**CHECKS[0], "passed": False, "severity": "WARN"}]
    second = town.publish("tuesday", others)
    assert second == {**first, "checked_at": "tuesday", "checks": others}
    assert list_releases(town) == ["000001"]


def test_other_content_is_another_release(town: Town):
    town.publish("monday")
    save_file(b"other page", town.settings.build_dir / "index.html")
    manifest = town.publish("tuesday")
    assert (manifest["built_at"], manifest["checked_at"]) == ("tuesday", "tuesday")
    assert list_releases(town) == ["000001", "000002"]


def test_a_release_says_what_it_holds_and_of_which_code(town: Town):
    manifest = town.publish("monday")
    assert manifest["version"]
    assert manifest["commit"]
    assert {"README.txt", "LICENCE.txt", "CITATION.cff", "datapackage.json", "data/dictionary.csv"} <= set(
        manifest["files"]
    )
    with duckdb.connect(str(town.settings.published_dir / DATABASE), read_only=True) as connection:
        said = connection.execute("select comment from duckdb_columns() where column_name = 'month'").fetchone()
    assert said == ("Its first day. Unit: none. NULL: none in this release.",)


def test_other_words_are_another_release(town: Town):
    town.publish("monday")
    town.describe({**WORDS, "description": "Months of crime."})
    town.publish("tuesday")
    assert list_releases(town) == ["000001", "000002"]


@pytest.mark.parametrize("name", [DATABASE, MANIFEST, "index.html", "data/city_months.parquet"])
@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_published_release_that_is_damaged_is_published_again(town: Town, name: str, damage: str):
    town.publish("monday")
    path = town.settings.published_dir / name
    content = path.read_bytes()
    path.unlink()
    if damage == "cut":
        path.write_bytes(content[:1])
    town.publish("tuesday")
    assert list_releases(town) == ["000001", "000002"]
    assert town.settings.published_dir.resolve().name == "000002"
