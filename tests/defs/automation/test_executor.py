"""What a job that the UI starts does where nothing has changed since the last refresh."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.last_refresh import begin_refresh, end_refresh
from crime_dagster.core.settings import Settings
from crime_dagster.defs.automation.executor import one_process_executor
from crime_dagster.defs.runtime.unchanged import FORCE, StepConfig

CHECK = dg.AssetCheckKey(dg.AssetKey("landed"), "is_whole")


@dg.asset(check_specs=[dg.AssetCheckSpec("is_whole", asset="landed")])
def landed(config: StepConfig) -> dg.MaterializeResult:
    """A source."""
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


def build_job() -> dg.JobDefinition:
    job = dg.define_asset_job("land_sources", executor_def=one_process_executor)
    return dg.Definitions([landed], jobs=[job]).resolve_job_def("land_sources")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Nothing has changed since its last refresh."""
    found = Settings(tmp_path / "data", tmp_path / "warehouse")
    for name, folder in (("CRIME_DATA_DIR", found.data_dir), ("CRIME_WAREHOUSE_DIR", found.warehouse_dir)):
        folder.mkdir()
        monkeypatch.setenv(name, str(folder))
    begin_refresh(found, "a run")
    end_refresh(found, "a run", release="0007")
    return found


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as one:
        yield one


def run_job(instance: dg.DagsterInstance, *, is_forced: bool = False, tag: str = "") -> tuple[bool, str]:
    """Launch as the launchpad does, with every default; return whether a step was done, and what was said."""
    config = {"ops": {"landed": {"config": {"force": is_forced}}}}
    result = dg.execute_job(dg.reconstructable(build_job), instance, config, tags={FORCE: tag})
    assert result.success
    events = [event for event in result.all_events if not event.event_type_value.endswith("PLANNED")]
    return any(event.step_key for event in events), " ".join(str(event.message) for event in events)


def test_nothing_is_done_where_nothing_changed(settings: Settings, instance: dg.DagsterInstance):
    is_done, said = run_job(instance)
    assert not is_done
    assert "release 0007" in said
    assert run_job(instance, tag="true")[0]
    assert run_job(instance, is_forced=True)[0]
    (settings.data_dir / "new.csv").touch()
    assert run_job(instance)[0]


@pytest.mark.usefixtures("settings")
def test_checks_stay_as_they_were_last_evaluated(instance: dg.DagsterInstance):
    run_job(instance, tag="true")
    run_job(instance)
    (last,) = instance.event_log_storage.get_latest_asset_check_execution_by_key([CHECK]).values()
    assert last.status.value == "SUCCEEDED"
