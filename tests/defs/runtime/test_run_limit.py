"""An abandoned run does not block the queue for ever."""

import logging
import shutil
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.run_coordinator import QueuedRunCoordinator
from dagster._core.test_utils import create_run_for_test
from dagster._daemon.monitoring import run_monitoring

from tests.conftest import PROJECT


def test_one_run_at_a_time_and_one_writer(tmp_path: Path):
    shutil.copy(PROJECT / "deploy" / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        concurrency = instance.get_concurrency_config()
        assert concurrency.run_queue_config is not None
        assert concurrency.run_queue_config.max_concurrent_runs == 1
        assert concurrency.pool_config.default_pool_limit == 1
        assert isinstance(instance.run_coordinator, QueuedRunCoordinator)


@pytest.mark.parametrize(
    ("minutes", "status"), [(100, dg.DagsterRunStatus.STARTED), (121, dg.DagsterRunStatus.FAILURE)]
)
def test_a_run_ends_after_two_hours_at_the_latest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minutes: int, status: dg.DagsterRunStatus
):
    shutil.copy(PROJECT / "deploy" / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_settings["free_slots_after_run_end_seconds"] == 60
        run = create_run_for_test(instance, job_name="refresh_monthly", status=dg.DagsterRunStatus.STARTING)
        start = dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, job_name="refresh_monthly")
        instance.report_dagster_event(start, run.run_id)
        record = instance.get_run_record_by_id(run.run_id)
        assert record is not None
        monkeypatch.setattr(run_monitoring, "get_current_timestamp", lambda: time.time() + 60 * minutes)
        limit = float(instance.run_monitoring_max_runtime_seconds)
        run_monitoring.check_run_timeout(instance, record, logging.getLogger(), limit)
        after = instance.get_run_by_id(run.run_id)
        assert after is not None
        assert after.status == status
