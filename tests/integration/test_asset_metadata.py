"""Asset pages in Dagster's UI after a whole run of the sample."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.definitions import build_defs
from tests.conftest import SAMPLE, Run

ROWS = "dagster/row_count"
PICTURED = ("charts", "gifs")


@pytest.fixture(scope="module")
def specs(built_sample: Run) -> dict[str, dg.AssetSpec]:
    """Of the assets that a refresh makes."""
    defs = build_defs(Settings(SAMPLE, built_sample.warehouse))
    graph = defs.resolve_asset_graph()
    keys = defs.resolve_job_def("refresh_monthly").asset_layer.executable_asset_keys
    return {key.to_user_string(): graph.get(key).to_asset_spec() for key in keys}


@pytest.fixture(scope="module")
def instance(built_sample: Run) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(built_sample.warehouse / "dagster_home")) as found:
        yield found


@pytest.fixture(scope="module")
def said(instance: dg.DagsterInstance, specs: dict[str, dg.AssetSpec]) -> dict[str, dict[str, Any]]:
    """Return the metadata of the assets that the run made, by key."""
    found = {}
    for name, spec in specs.items():
        event = instance.get_latest_materialization_event(spec.key)
        if event is not None and event.asset_materialization is not None:
            found[name] = {key: value.value for key, value in event.asset_materialization.metadata.items()}
    return found


def test_every_asset_says_what_it_is_and_whose(specs: dict[str, dg.AssetSpec]):
    lacking = [
        name
        for name, spec in specs.items()
        if not (spec.group_name and spec.group_name != "default" and spec.owners and spec.kinds and spec.description)
    ]
    assert lacking == []


def test_the_run_made_every_asset_of_its_job(specs: dict[str, dg.AssetSpec], said: dict[str, dict[str, Any]]):
    assert len(specs) > 200
    assert set(specs) - set(said) == set()


def test_tables_have_their_rows(specs, said):
    for name, metadata in said.items():
        group = specs[name].group_name
        is_landed = "tier" in specs[name].tags
        if is_landed and metadata.get("files") == 0:
            assert "optional" in metadata["note"]
        elif is_landed or group in ("landing", "models"):
            assert metadata[ROWS] >= 0, name
            assert "|" in metadata["preview"], name
        elif group == "marts" and name.startswith("marts/"):
            assert metadata[ROWS] >= 0, name


def test_sources_say_months_and_hashes(said):
    crimes = said["mps/lsoa_crime"]
    assert re.search(r"\b[0-9a-f]{64}\b", crimes["files"])
    assert re.search(r"\b20\d\d-\d\d", crimes["files"])
    assert crimes["rows_in"] == crimes["rows_kept"] + crimes["rows_set_aside"]


def test_models_have_their_scores(said):
    for name in ("models/explain", "models/forecast_year", "models/forecast_month"):
        assert "|" in said[name]["scores"], name


def test_pictures_have_a_preview_a_link_and_hashes(said, built_sample: Run):
    pictured = [name for name in said if name.split("/")[0] in PICTURED]
    assert len(pictured) > 5
    for name in pictured:
        metadata = said[name]
        assert metadata["preview"].startswith("!["), name
        assert "data:image/webp;base64," in metadata["preview"]
        assert len(metadata["preview"]) < 60_000
        path = Path(metadata["open"])
        assert path.is_file(), name
        assert hashlib.sha256(path.read_bytes()).hexdigest() in metadata["files"], name


def test_pages_have_a_link(said):
    assert "All crime" in said["maps/crimes_by_area"]["preview"]
    for name in ("maps/crimes_by_area", "gallery/index", "gallery/data", "gallery/models", "gallery/explorer"):
        assert Path(said[name]["open"]).suffix == ".html"
    assert Path(said["gallery/published"]["index"]).is_file()
