"""dbt's exposures say which marts are read for what, as the graph of assets has it."""

import json
from pathlib import Path

import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.definitions import build_defs
from crime_dagster.defs.dbt.exposures import EXPOSURES, draft_exposures
from tests.conftest import PROJECT, SAMPLE


@pytest.fixture
def settings(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    found = Settings(SAMPLE, prepared)
    for name, value in found.child_environment().items():
        monkeypatch.setenv(name, value)
    return found


def test_exposures_are_those_of_the_graph(settings: Settings):
    drafted = draft_exposures(build_defs(settings).resolve_asset_graph())[EXPOSURES]
    assert drafted == (PROJECT / EXPOSURES).read_text(encoding="utf-8"), "stale; the remedy: make docs"


def test_marts_are_public_and_what_they_are_made_of_is_private(settings: Settings):
    manifest = json.loads(settings.manifest.read_text(encoding="utf-8"))
    models = [one for one in manifest["nodes"].values() if one["resource_type"] == "model"]
    for model in models:
        assert model["group"] == "crime_data"
        assert model["access"] == ("public" if model["schema"] == "marts" else "private"), model["name"]
