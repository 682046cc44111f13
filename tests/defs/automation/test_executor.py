"""What a job started in the UI does where nothing has changed since the last refresh."""

from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.last_refresh import find_states, write_refresh
from crime_dagster.core.settings import Settings
from crime_dagster.defs.automation.executor import one_process_executor
from crime_dagster.defs.runtime.unchanged import FORCE


@dg.op
def land() -> None:
    """A step."""


@dg.job(executor_def=one_process_executor)
def land_sources() -> None:
    land()


def run_job(**how: object) -> list[dg.DagsterEvent]:
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.execute_job(dg.reconstructable(land_sources), instance, **how).all_events  # type: ignore[arg-type]


def test_nothing_is_done_where_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    for folder in (settings.data_dir, settings.warehouse_dir):
        folder.mkdir()
    monkeypatch.setenv("CRIME_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CRIME_WAREHOUSE_DIR", str(settings.warehouse_dir))
    write_refresh(settings, find_states(settings), release="0007")
    events = run_job()
    assert [event.event_type_value for event in events if event.step_key] == []
    assert "release 0007" in " ".join(str(event.message) for event in events)
    assert any(event.step_key for event in run_job(tags={FORCE: "true"}))
    (settings.data_dir / "new.csv").touch()
    assert any(event.step_key for event in run_job())
