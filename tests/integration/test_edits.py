"""The steps that an edit makes due: each depends on what it read, and on nothing beside it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pytest

from crime_dagster.core import code_version
from crime_dagster.core.records import name_input, read_record
from crime_dagster.core.settings import Settings
from crime_dagster.definitions import build_defs
from crime_dagster.defs.automation.execute import REFRESH, list_due
from crime_dagster.defs.dbt.dbt_steps import find_due, find_now
from crime_dagster.defs.dbt.node_versions import AFTER, BEFORE
from crime_dagster.defs.dbt.warehouse import YearConfig, build_project
from crime_dagster.defs.runtime import unchanged
from crime_dagster.defs.runtime.partitions import CRIME_TYPES
from crime_dagster.defs.runtime.unchanged import FORCE, find_digests, find_record, hash_config, is_of
from tests.conftest import PROJECT, SAMPLE, Run

CHARTS = {
    f"charts/{name}" for name in ("cumulative", "funnel", "impact", "map", "models", "multiples", "ranked", "trend")
}
PAGES = {
    f"gallery/{name}" for name in ("boroughs", "data", "downloads", "explorer", "index", "models", "places", "types")
}
GIFS = {"gifs/actual_and_predicted", "gifs/by_month"}
MAPS = {"maps/crimes_by_area"}


@dataclass(frozen=True)
class Built:
    """A built sample and a copy of the project, both to be edited."""

    settings: Settings
    definitions: dg.Definitions

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.settings.project_dir / name
        text = path.read_text(encoding="utf-8")
        assert old in text, name
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        code_version._read_module.cache_clear()

    def list_due(self) -> set[str]:
        """Return the steps that would work now, by name."""
        build_project(self.settings)
        graph = self.definitions.resolve_asset_graph()
        keys = self.definitions.resolve_job_def(REFRESH).asset_layer.executable_asset_keys
        due = {graph.assets_def_for_key(key).op.name for key in list_due(self.settings, graph, keys)}
        return {name.replace("__", "/") for name in due}

    def read_manifest(self) -> dict[str, Any]:
        return dict(json.loads(self.settings.manifest.read_text(encoding="utf-8")))

    def list_due_nodes(self) -> set[str]:
        """Return what the first dbt step would build and test, by name."""
        manifest = self.read_manifest()
        now = find_now(self.settings, manifest, BEFORE, hash_config(YearConfig()))
        return {key.split(".")[2] for key in find_due(self.settings, manifest, BEFORE, now)}

    def list_due_types(self, *key: str) -> set[str]:
        """Return the crime types of a step that are due."""
        asset = self.definitions.resolve_asset_graph().assets_def_for_key(dg.AssetKey(key))
        step: Any = asset.op.compute_fn
        types = CRIME_TYPES.get_partition_keys()
        return set(step.decorated_fn.find_due(self.settings, dg.AssetKey(key), types, find_digests(self.settings)))


@pytest.fixture(scope="module")
def copied(built_sample: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("edits")
    kept = shutil.ignore_patterns("dagster_home", "releases", "__pycache__")
    warehouse = shutil.copytree(built_sample.warehouse, folder / "warehouse", symlinks=True, ignore=kept)
    for name in ("crime_dagster", "dbt_project", "deploy"):
        shutil.copytree(PROJECT / name, folder / "project" / name, ignore=kept)
    settings = Settings(SAMPLE, warehouse, project_dir=folder / "project")
    with pytest.MonkeyPatch.context() as patch:
        for name in settings.child_environment():
            patch.setenv(name, "before")
        patch.setattr(code_version, "PACKAGE_DIR", settings.project_dir / "crime_dagster")
        yield Built(settings, build_defs(settings))
        code_version._read_module.cache_clear()


@pytest.fixture
def built(copied: Built) -> Iterator[Built]:
    """Restore what a test edits."""
    folders = [copied.settings.project_dir, copied.settings.landing_dir / "models", copied.settings.build_dir]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
    yield copied
    for path, (content, changed) in before.items():
        if path.stat().st_mtime_ns != changed:
            path.write_bytes(content)
    code_version._read_module.cache_clear()


def test_nothing_is_due_after_a_run(built: Built):
    assert built.list_due() == set()


def test_one_scenario(built: Built):
    built.edit("crime_dagster/defs/scenarios.yml", "change: 20%", "change: 25%")
    assert built.list_due() == {"models/impact"}


def test_a_borough(built: Built, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(vars(built.settings), "boroughs", ("anywhere",))
    assert built.list_due() == GIFS


def test_a_comment_or_a_docstring_in_a_module_that_all_import(built: Built):
    built.edit("crime_dagster/core/files.py", "import functools\n", "# Why.\nimport functools\n")
    built.edit("crime_dagster/core/files.py", '"""Atomic writes', '"""All atomic writes')
    assert built.list_due() == set()


def test_one_module(built: Built):
    built.edit("crime_dagster/drawing/charts/multiples_chart.py", "\n\n\n", "\n\nMORE = 1\n\n\n")
    assert built.list_due() == {"charts/multiples"}


def test_one_colour(built: Built):
    theme = (built.settings.project_dir / "crime_dagster/drawing/kit/theme.py").read_text(encoding="utf-8")
    colour = next(word for word in theme.split('"') if word.startswith("#") and len(word) == 7)
    built.edit("crime_dagster/drawing/kit/theme.py", f'"{colour}"', '"#123456"')
    assert built.list_due() == CHARTS | PAGES | GIFS | MAPS


def test_one_template(built: Built):
    built.edit("crime_dagster/drawing/maps/templates/explorer/explorer.css", "{", "{ color: red; ")
    assert built.list_due() == {"gallery/explorer"}


def test_one_crime_type_of_one_asset(built: Built):
    (built.settings.landing_dir / "models" / "impact_summary" / "burglary.parquet").write_bytes(b"of another config")
    assert built.list_due() == {"models/impact", AFTER}
    assert built.list_due_types("models", "impact") == {"burglary"}


def test_a_picture_that_was_drawn_again(built: Built):
    path = built.settings.build_dir / "gifs" / "burglary_by_month.gif"
    path.write_bytes(path.read_bytes() + b"\0")
    assert built.list_due_types("gifs", "by_month") == {"burglary"}
    assert built.list_due() == {"gifs/by_month", "gallery/types"}, "the page of the type says how many bytes it has"


def test_one_landed_source(built: Built):
    path = built.settings.landing_dir / "tfl" / "ptal.parquet"
    before = path.read_bytes()
    path.write_bytes(before + b"\0")
    try:
        assert built.list_due() == {BEFORE}
        manifest = json.loads(built.settings.manifest.read_text(encoding="utf-8"))
        nodes = built.list_due_nodes()
        assert {key.split(".")[2] for key in manifest["child_map"]["source.london_crime.tfl.ptal"]} <= nodes
        assert not nodes & {"lsoa_crimes", "coverage", "lsoas"}
    finally:
        path.write_bytes(before)


def test_what_a_step_reads_is_made_before_it(built: Built):
    """A run of the due steps takes what follows in Dagster's graph, so each file that a step reads must be declared."""
    graph = built.definitions.resolve_asset_graph()
    made: dict[str, dg.AssetKey] = {}
    records = {}
    for key in graph.materializable_asset_keys:
        for part in ("", *CRIME_TYPES.get_partition_keys()):
            if record := read_record(find_record(built.settings, key, part)):
                records[key, part] = record
                made |= dict.fromkeys(record.outputs, key)
    undeclared = set()
    for (key, _), record in records.items():
        upstream, waiting = set[dg.AssetKey](), [key]
        while waiting:
            for parent in graph.get(waiting.pop()).parent_keys - upstream:
                upstream.add(parent)
                waiting.append(parent)
        for one in record.inputs:
            reader, *args = json.loads(one)
            words = [str(each[1]) if isinstance(each, list) and len(each) == 2 else str(each) for each in args]
            path = "/".join(words[:2])
            if path in made and made[path] not in upstream | {key}:
                undeclared.add((key.to_user_string(), path))
            if reader.endswith(":read_mart") and dg.AssetKey(["marts", words[1]]) not in upstream:
                undeclared.add((key.to_user_string(), words[1]))
    assert undeclared == set()


def test_a_step_of_one_crime_type_reads_no_other(built: Built, monkeypatch: pytest.MonkeyPatch):
    """A read for another type is left out of a type's record, so only steps that do all types may make one."""
    graph = built.definitions.resolve_asset_graph()
    keys = built.definitions.resolve_job_def(REFRESH).asset_layer.executable_asset_keys
    parted = [key for key in keys if graph.get(key).partitions_def and key.path[0] not in ("models", "maps")]
    parted.append(dg.AssetKey(["models", "hotspots"]))
    job = dg.define_asset_job("alone", parted).resolve(asset_graph=graph)
    tags = {FORCE: "true", **{f"dagster/asset_partition_range_{end}": "drug" for end in ("start", "end")}}
    monkeypatch.setattr(unchanged, "is_of", lambda *_: True)
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(instance=instance, tags=tags).success
    types = CRIME_TYPES.get_partition_keys()
    foreign = {}
    for key in parted:
        record = read_record(find_record(built.settings, key, "drug"))
        assert record is not None
        assert len(record.inputs) > 3, key
        foreign[key] = [name_input(one) for one in record.inputs if not is_of("drug", one, types)]
    assert {key.to_user_string(): names for key, names in foreign.items() if names} == {}


def test_edits_of_dbt(built: Built):
    """Descriptions and comments first, then SQL and a label: dbt parses its project again after each."""
    marts = "dbt_project/models/marts"
    features, mart = f"{marts}/areas/lsoa_features.yml", f"{marts}/areas/lsoa_features.sql"
    test = "dbt_project/tests/singular/assert_every_pub_is_counted_or_set_aside.sql"
    # Descriptions of the analysis table are only used in publishing, those of places also in tables.
    built.edit(features, "Code of the LSOA", "The code of the LSOA")
    built.edit(f"{marts}/areas/lsoas.yml", "Code of the LSOA", "The code of the LSOA")
    built.edit(mart, "-- The analysis table", "-- This is the analysis table")
    built.edit(test, "-- Each", "-- Each and every")
    assert built.list_due() == {"gallery/boroughs", "gallery/downloads", "gallery/types"}

    built.edit(f"{marts}/data/coverage.sql", "select", "select distinct")
    built.edit(test, "select", "select distinct")
    built.edit("dbt_project/seeds/crime_types.csv", "Robbery", "Robberies")
    due, nodes = built.list_due(), built.list_due_nodes()
    assert {"coverage", "assert_every_pub_is_counted_or_set_aside", "crime_types"} <= nodes
    assert not nodes & {"lsoas", "stg_mps__lsoa_crimes", "int_residents_counted"}
    assert BEFORE in due
    (said,) = (node for node in built.read_manifest()["nodes"].values() if test.endswith(node["original_file_path"]))
    assert said["config"]["meta"]["dagster"], "dbt's partial parsing forgets it where the SQL alone changed"
    assert not [name for name in due if name.startswith("models/")], "no model reads a label"
    assert built.list_due_types("gifs", "actual_and_predicted") == {"robbery"}
