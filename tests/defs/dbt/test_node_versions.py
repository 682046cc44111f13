"""The dbt nodes whose version an edit changes."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.dbt.node_versions import (
    AFTER,
    BEFORE,
    find_versions,
    list_descendants,
    list_step,
    strip_comments,
)

PUBS, BOROUGHS, SCORES = "model.p.stg_pubs", "model.p.boroughs", "model.p.scores"
TEST = "test.p.pubs_are_counted"


def build_node(kind: str, sql: str, parents: list[str], macros: list[str] | None = None, **more: Any) -> dict[str, Any]:
    depends = {"nodes": parents, "macros": macros or []}
    node = {"resource_type": kind, "raw_code": sql, "depends_on": depends, "config": {"materialized": "table"}}
    return {
        **node,
        "columns": {"a": {"name": "a", "data_type": "integer", "description": "Words."}},
        "tags": [],
        **more,
    }


MANIFEST: dict[str, Any] = {
    "nodes": {
        PUBS: build_node("model", "select 1 -- pubs", ["source.p.gla.pubs"], ["macro.p.clean"]),
        BOROUGHS: build_node("model", "select '--' from pubs", [PUBS]),
        SCORES: build_node("model", "select 2", [BOROUGHS, "source.p.models.scores"], tags=["after_models"]),
        TEST: build_node("test", "select 3", [PUBS, BOROUGHS]),
    },
    "sources": {
        f"source.p.{name}.{thing}": {"source_name": name, "name": thing, "config": {"meta": {"optional": True}}}
        for name, thing in (("gla", "pubs"), ("models", "scores"))
    },
    "macros": {
        "macro.p.clean": {
            "macro_sql": "{% macro clean() %}1{% endmacro %}",
            "depends_on": {"macros": ["macro.p.trim"]},
        },
        "macro.p.trim": {"macro_sql": "{# why #}{% macro trim() %}2{% endmacro %}", "depends_on": {"macros": []}},
    },
    "child_map": {PUBS: [BOROUGHS, TEST], BOROUGHS: [SCORES, TEST]},
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(tmp_path / "data", tmp_path / "warehouse")
    (found.landing_dir / "gla").mkdir(parents=True)
    (found.landing_dir / "gla" / "pubs.parquet").write_text("rows")
    return found


def find_both(settings: Settings, manifest: dict[str, Any], config: str = "") -> dict[str, str]:
    before = find_versions(settings, manifest, BEFORE, config, {})
    return before | find_versions(settings, manifest, AFTER, config, before)


def set_sql(key: str, sql: str) -> Callable[[Settings, dict[str, Any]], object]:
    return lambda _, manifest: manifest["nodes"][key].update(raw_code=sql)


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        (set_sql(PUBS, "/* all */ select   1"), set()),
        (set_sql(PUBS, "select 2"), {PUBS, BOROUGHS, SCORES, TEST}),
        (set_sql(BOROUGHS, "select '-- ' from pubs"), {BOROUGHS, SCORES, TEST}),
        (set_sql(TEST, "select 4"), {TEST}),
        (lambda _, manifest: manifest["nodes"][PUBS]["columns"]["a"].update(description="Others."), set()),
        (lambda _, manifest: manifest["nodes"][SCORES]["columns"]["a"].update(data_type="double"), {SCORES}),
        (lambda _, manifest: manifest["nodes"][SCORES]["config"].update(materialized="view"), {SCORES}),
        (lambda _, manifest: manifest["macros"]["macro.p.trim"].update(macro_sql="3"), {PUBS, BOROUGHS, SCORES, TEST}),
        (
            lambda settings, _: (settings.landing_dir / "gla" / "pubs.parquet").write_text("others"),
            {PUBS, BOROUGHS, SCORES, TEST},
        ),
        (lambda settings, _: (settings.landing_dir / "gla" / "pubs.parquet").unlink(), {PUBS, BOROUGHS, SCORES, TEST}),
        (lambda settings, _: (settings.landing_dir / "other.parquet").write_text("others"), set()),
    ],
)
def test_an_edit_changes_what_builds_on_it_alone(
    settings: Settings, edit: Callable[[Settings, dict[str, Any]], object], changed: set[str]
):
    before, manifest = find_both(settings, MANIFEST), copy.deepcopy(MANIFEST)
    edit(settings, manifest)
    after = find_both(settings, manifest)
    assert {key for key in before if before[key] != after[key]} - manifest["sources"].keys() == changed


def test_what_dbt_is_told_counts_for_all(settings: Settings):
    before, after = find_both(settings, MANIFEST), find_both(settings, MANIFEST, "year_ending: 2024-12")
    assert {key for key in before if before[key] == after[key]} == set(MANIFEST["sources"])


def test_a_test_is_of_the_step_that_builds_its_last_table(settings: Settings):
    assert set(list_step(MANIFEST, BEFORE)) == {PUBS, BOROUGHS, TEST}
    assert set(list_step(MANIFEST, AFTER)) == {SCORES}
    manifest = copy.deepcopy(MANIFEST)
    manifest["nodes"][TEST]["depends_on"]["nodes"].append(SCORES)
    assert TEST in list_step(manifest, AFTER)


def test_what_follows_from_a_table():
    assert list_descendants(MANIFEST, [BOROUGHS]) == {BOROUGHS, SCORES, TEST}


@pytest.mark.parametrize(
    ("sql", "bare"),
    [
        ("select 1 -- it's one\n, 2", "select 1 , 2"),
        ("select '--no', \"/* no */\" /* yes\n */ from t", "select '--no', \"/* no */\" from t"),
        ("{# why -- #}{{ ref('a') }}", "{{ ref('a') }}"),
        ("select 'it''s -- one'", "select 'it''s -- one'"),
    ],
)
def test_comments_are_told_from_strings(sql: str, bare: str):
    assert strip_comments(sql) == bare
