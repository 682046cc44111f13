"""Checks say what they claim."""

from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.definitions import build_defs
from tests.conftest import SAMPLE


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dg.AssetCheckSpec]:
    folder: Path = tmp_path_factory.mktemp("translated")
    graph = build_defs(Settings(SAMPLE, folder / "warehouse")).resolve_asset_graph()
    return {key.name: graph.get_check_spec(key) for key in graph.asset_check_keys}


def test_every_check_has_words(checks: dict[str, dg.AssetCheckSpec]):
    assert [name for name, check in checks.items() if not check.description] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("assert_no_crime_is_lost", "Crimes landed = crimes counted + crimes excluded"),
        ("lsoa_features_are_about_known_areas", "Every lsoa_code is a lsoa_code of ref('lsoas')."),
        ("source_files_have_one_row_per_file", "no row lacks one of them. Here: publisher, thing, file."),
    ],
)
def test_a_check_says_what_it_claims(checks: dict[str, dg.AssetCheckSpec], name: str, words: str):
    assert words in str(checks[name].description)
