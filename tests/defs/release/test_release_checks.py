"""A new release compared with the published one, which may be damaged."""

from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from crime_dagster.core.files import hash_file, write_json
from crime_dagster.core.settings import Settings
from crime_dagster.defs.release.release_checks import (
    features_are_like_the_last_release,
    months_are_like_the_last_release,
)
from crime_dagster.defs.release.releases import DATABASE, MANIFEST, point_to
from tests.conftest import save_marts


def save_months(database: Path, crimes: int, no2: float = 30.0) -> None:
    months = f"select 'total' as crime_type, date '2025-01-01' as month, {crimes} as crimes"
    features = pd.DataFrame({"lsoa_code": range(9), "no2": no2})
    save_marts(database, city_months=months, lsoa_features=features)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A city with a published release of 100 crimes, and 100 in the tables built since."""
    save_months(settings.database, 100)
    release = settings.releases_dir / "000001"
    save_months(release / DATABASE, 100)
    write_json({"content": "", "files": {DATABASE: hash_file(release / DATABASE)}}, release / MANIFEST)
    point_to(settings.published_dir, release)
    return settings


def check(settings: Settings) -> tuple[bool, str, str]:
    found = months_are_like_the_last_release(settings)
    assert isinstance(found, dg.AssetCheckResult)
    return found.passed, found.severity.value, found.description or ""


def test_months_like_those_that_are_published_pass(settings: Settings):
    assert check(settings) == (True, "WARN", "every month is as expected")


@pytest.mark.parametrize("name", [DATABASE, MANIFEST])
@pytest.mark.parametrize("damage", ["gone", "overwritten", "cut"])
def test_a_published_release_that_is_damaged_is_a_warning_and_stops_nothing(settings: Settings, name: str, damage: str):
    path = settings.published_dir / name
    content = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes(b"x" * len(content) if damage == "overwritten" else content[: len(content) // 2])
    passed, severity, words = check(settings)
    assert (passed, severity) == (False, "WARN")
    assert "is not as it was published. This run publishes a new release" in words


def test_nothing_published_is_nothing_to_compare_with(settings: Settings):
    settings.published_dir.unlink()
    assert check(settings) == (True, "ERROR", "nothing is published yet to compare it with")


def test_a_feature_whose_median_moved_by_a_factor_is_a_warning(settings: Settings):
    def check_features() -> dg.AssetCheckResult:
        found = features_are_like_the_last_release(settings)
        assert isinstance(found, dg.AssetCheckResult)
        return found

    assert check_features().passed
    settings.database.unlink()
    save_months(settings.database, 100, no2=30_000.0)
    found = check_features()
    assert (found.passed, found.severity.value) == (False, "WARN")
    assert "no2: the median of the areas is 3e+04; the last release had 30" in (found.description or "")
    (settings.published_dir / DATABASE).write_bytes(b"damaged")
    assert "not compared" in (check_features().description or "")
