"""A run stopped by a dbt test, on a warehouse with a release: nothing of it is published, whatever runs next."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.definitions import build_defs
from tests.conftest import SAMPLE, Run, list_states, run_command
from tests.faults.parts import break_a_test, run_part
from tests.faults.trial import find_flaws, find_leftovers

MADE = ("published", "models", "landing/models", "build", "releases")
# Each publishes at its end.
PARTS = ("gallery/published", "draw_pictures", "run_scenarios")


@dataclass(frozen=True)
class Refused:
    """A copy of the built sample after a run on a file with rates above 1, and the states from before that run."""

    run: Run
    settings: Settings
    before: dict[str, dict[str, tuple[bytes, int]]]


@pytest.fixture(scope="module")
def refused(built_sample: Run, tmp_path_factory: pytest.TempPathFactory) -> Refused:
    folder = tmp_path_factory.mktemp("refused")
    data = Path(shutil.copytree(SAMPLE, folder / "sample"))
    warehouse = Path(shutil.copytree(built_sample.warehouse, folder / "warehouse", symlinks=True))
    break_a_test(data)
    before = {name: list_states(warehouse / name) for name in MADE}
    return Refused(run_command("run", data, warehouse), Settings(data, warehouse), before)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore what `prepare` sets for this process."""
    for name in Settings(Path(), Path()).child_environment():
        monkeypatch.setenv(name, "before")


def test_the_run_stops_before_any_model_or_picture(refused: Refused):
    everything = refused.run.output + refused.run.errors
    assert refused.run.status == 1, everything[-3000:]
    assert "income" in refused.run.errors
    assert "Gallery:" not in everything
    assert {name: list_states(refused.settings.warehouse_dir / name) for name in MADE} == refused.before


def test_the_tests_that_failed_are_named_with_their_rows(refused: Refused):
    found = sorted(refused.settings.failures_dir.rglob("*.csv"))
    for rows in found:
        assert rows.stem in refused.run.errors, "the test by its name"
        assert str(rows) in refused.run.errors
    (empty,) = (rows for rows in found if "deprivation" in rows.stem)
    # Landing excludes these rows, and one area in forty has no figure.
    assert "income_deprivation_pct,390,400" in empty.read_text(encoding="utf-8").split()


def test_no_part_that_is_run_next_publishes(refused: Refused, environment: None):
    definitions = build_defs(refused.settings)
    for part in PARTS:
        said = run_part(refused.settings, definitions, part)
        assert "Not published." in said, f"{part}: {said}"
        assert "deprivation of marts/lsoa_features failed" in said, f"{part}: {said}"
        assert list_states(refused.settings.published_dir) == refused.before["published"], part
    assert find_flaws(refused.settings.warehouse_dir) == []
    assert find_leftovers(refused.settings.warehouse_dir) == []
