"""Metadata of the features, and their lineage."""

import json
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from crime_dagster.core.dictionary import Column, read_columns
from crime_dagster.core.errors import InputError
from crime_dagster.core.lineage import Leaf, trace_parents
from crime_dagster.defs.dbt.dbt_columns import trace_origins
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from tests.dbt.conftest import City
from tests.dbt.forked import Built

Lineage = dict[str, frozenset[Leaf]]
LEARNED = ("feature", "recording", "exposure")
# Columns that only convert figures between areas: codes, polygons, and residents as weights.
CARRIERS = {
    "ons/density_2011",
    "ons/lsoa_2011_to_2021",
    "ons/lsoa_2011_to_msoa_2011",
    "ons/lsoa_2021_to_ward_2024",
    "ons/lsoa_boundaries",
    "ons/lsoa_boundaries_2011",
    "ons/population",
    "ons/population_before",
    "ons/population_by_year",
    "gla/lsoa_atlas",
}
# Places are counted in one table, by kind.
POINTS = {"fsa/establishments", "gla/pubs", "gla/venues", "mopac/front_counters", "tfl/stations"}


@pytest.fixture(scope="module")
def manifest(built_city: tuple[City, Built]) -> Path:
    return built_city[0].manifest


@pytest.fixture(scope="module")
def columns(manifest: Path) -> list[Column]:
    return read_columns(manifest, "lsoa_features")


@pytest.fixture(scope="module")
def lineage(manifest: Path) -> Lineage:
    content = json.loads(manifest.read_text(encoding="utf-8"))
    known = {(one["schema"], one["identifier"]): list(one["columns"]) for one in content["sources"].values()}
    nodes = {key: node for key, node in content["nodes"].items() if node["resource_type"] in ("model", "seed")}
    traced = {}
    for key in TopologicalSorter(
        {key: node["depends_on"].get("nodes", []) for key, node in nodes.items()}
    ).static_order():
        if key in nodes:
            node = nodes[key]
            place = node["schema"], node["alias"]
            known[place] = list(node["columns"])
            if node["resource_type"] == "model":
                traced[key] = {"columns": trace_parents(node["compiled_code"], known)}
                known[place] = list(traced[key]["columns"])
    return trace_origins(content, next(key for key in nodes if key.endswith(".lsoa_features")), traced)


def list_sources(lineage: Lineage, column: str) -> set[str]:
    return {f"{schema.removeprefix('landing_')}/{table}" for schema, table, _ in lineage[column]}


def test_every_feature_has_its_words(columns: list[Column]):
    features = [column for column in columns if column.role == "feature"]
    assert len(features) >= 110
    assert [name for name, count in Counter(column.label for column in columns).items() if count > 1] == []
    for column in features:
        missing = [word for word in ("label", "unit", "source", "vintage", "description") if not getattr(column, word)]
        assert missing == [], column.name


def test_every_source_of_a_column_is_in_the_catalogue(columns: list[Column]):
    catalogue = load_catalogue()
    unknown = {(column.name, key) for column in columns for key in column.source if key not in catalogue}
    assert unknown == set()


def test_features_are_made_of_what_they_say(columns: list[Column], lineage: Lineage):
    for column in columns:
        if column.role in LEARNED:
            found = list_sources(lineage, column.name)
            allowed = CARRIERS | set(column.source) | (POINTS if POINTS & set(column.source) else set())
            assert set(column.source) <= found <= allowed, column.name


def test_no_feature_descends_from_recorded_crime(columns: list[Column], lineage: Lineage):
    crime = set()
    for source in load_catalogue().values():
        marked = [column.name for column in source.columns if source.recorded_crime or column.recorded_crime]
        crime |= {(f"landing_{source.publisher}", source.thing, name) for name in marked}
    assert [column.name for column in columns if column.role in LEARNED and lineage[column.name] & crime] == []
    # The same lineage finds what is made of it.
    for name in ("crimes_total", "crime_score", "imd_decile"):
        assert lineage[name] & crime, name


def test_a_source_that_is_no_list_is_refused(manifest: Path, tmp_path: Path):
    content = json.loads(manifest.read_text(encoding="utf-8"))
    node = next(node for node in content["nodes"].values() if node["name"] == "lsoas")
    column = next(iter(node["columns"].values()))
    for words in (column.setdefault("meta", {}), column.setdefault("config", {}).setdefault("meta", {})):
        words |= {"role": "key", "source": "ons/population"}
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="a list of keys") as caught:
        read_columns(path, "lsoas")
    assert caught.value.column == column["name"]
