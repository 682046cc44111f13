"""Deletion of old history, except what a release still needs."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.automation.retention import prune

CHECK = dg.AssetCheckKey(dg.AssetKey("table"), "holds")


@dg.asset
def table() -> None: ...


@dg.asset
def chart() -> None: ...


@dg.asset_check(asset=table)
def holds() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


def find_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_old_runs_go_and_those_that_a_release_stands_on_stay(tmp_path: Path):
    settings = Settings(tmp_path / "data", tmp_path / "warehouse", keep_days=30)
    settings.dagster_home.mkdir(parents=True)
    targets = [settings.dbt_target_dir / name for name in ("dbt_before_models-old", "dbt_before_models-new")]
    for target in targets:
        target.mkdir(parents=True)
    now = datetime.now(UTC)
    old = (now - timedelta(days=5)).timestamp()
    os.utime(targets[0], (old, old))
    with dg.DagsterInstance.local_temp(str(settings.dagster_home)) as instance:

        def run(*chosen: dg.AssetsDefinition | dg.AssetChecksDefinition) -> str:
            return dg.materialize(list(chosen), instance=instance).run_id

        gone = [run(table, chart) for _ in range(3)]
        of_table, of_check = run(table), run(table, holds)
        last = run(table)
        of_chart = run(chart)
        before = find_size(settings.dagster_home)
        assert prune(settings, instance, [CHECK], now) == [], "nothing is that old"
        removed = prune(settings, instance, [CHECK], now + timedelta(days=31) - timedelta(days=2))
        assert removed == [targets[0].name]
        removed = prune(settings, instance, [CHECK], now + timedelta(days=31))
        assert set(removed) == {*gone, of_table, targets[1].name}
        assert {run.run_id for run in instance.get_runs()} == {of_check, last, of_chart}
        assert instance.get_latest_materialization_event(dg.AssetKey("table"))
        assert not [path for run_id in gone for path in settings.dagster_home.rglob(f"{run_id}*")]
        assert find_size(settings.dagster_home) < before


@pytest.mark.parametrize("said", ["0", "-3", "a month", "1.5"])
@pytest.mark.parametrize("name", ["CRIME_KEEP_DAYS", "CRIME_LOST_SECONDS"])
def test_a_whole_number_is_asked_for(name: str, said: str):
    with pytest.raises(InputError, match=name):
        Settings.from_environment({name: said})
