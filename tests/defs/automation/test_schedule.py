"""Schedules: London's time over both clock changes, on in a service and off elsewhere, and the reason for a skip."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from crime_dagster.core.errors import InputError
from crime_dagster.core.last_refresh import begin_refresh, end_refresh
from crime_dagster.core.settings import Settings, name_automation
from crime_dagster.defs.automation.automation import refresh_monthly_schedule as schedule
from crime_dagster.defs.automation.retention import prune_history_schedule
from crime_dagster.defs.ingest.arrivals import files_arrived
from crime_dagster.defs.ingest.months import check_months_schedule
from crime_dagster.defs.ingest.publishers import check_publishers_schedule, download_sources_schedule
from tests.conftest import PROJECT

# A setting is read when a module is imported: another value needs another process.
LIST_STATUSES = "from tests.defs.automation.test_schedule import ALL; print(*(one.default_status.value for one in ALL))"
ALL = (
    schedule,
    download_sources_schedule,
    check_months_schedule,
    prune_history_schedule,
    check_publishers_schedule,
    files_arrived,
)


def tick(schedule: dg.ScheduleDefinition, settings: Settings) -> Any:
    moment = datetime(2026, 3, 12, 6, tzinfo=UTC)
    context = dg.build_schedule_context(scheduled_execution_time=moment, resources={"settings": settings})
    return schedule.evaluate_tick(context)


def test_six_in_london_is_another_hour_in_summer():
    assert schedule.execution_timezone == "Europe/London"
    start = datetime(2026, 2, 20, tzinfo=UTC).timestamp()
    cron = str(schedule.cron_schedule)
    found = schedule_execution_time_iterator(start, cron, schedule.execution_timezone, None)
    moments = [next(found).astimezone(UTC) for _ in range(12)]
    hours = {moment.month: moment.hour for moment in moments}
    assert hours == {1: 6, 2: 6, 3: 6, 4: 5, 5: 5, 6: 5, 7: 5, 8: 5, 9: 5, 10: 5, 11: 6, 12: 6}
    assert {moment.day for moment in moments} == {12}


def test_all_of_them_are_off():
    assert "CRIME_AUTOMATION" not in os.environ, "unset it: tests are of the default"
    assert {one.default_status.value for one in ALL} == {"STOPPED"}


def test_one_setting_switches_all_of_them_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CRIME_AUTOMATION", "on")
    found = subprocess.run(
        [sys.executable, "-c", LIST_STATUSES], capture_output=True, text=True, cwd=PROJECT, check=False
    )
    assert found.stdout.split() == ["RUNNING"] * 6, found.stderr


def test_another_word_for_the_setting_is_refused():
    with pytest.raises(InputError, match="CRIME_AUTOMATION"):
        name_automation({"CRIME_AUTOMATION": "yes"})


def test_the_refresh_is_skipped_where_nothing_changed(tmp_path: Path):
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    settings.warehouse_dir.mkdir()
    assert tick(schedule, settings).run_requests
    begin_refresh(settings, "a run")
    end_refresh(settings, "a run", release="0007")
    assert "release 0007" in str(tick(schedule, settings).skip_message)


def test_the_download_says_why_it_is_skipped(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    elsewhere = Settings(data, tmp_path / "warehouse", download_dir=tmp_path / "other")
    assert "CRIME_DOWNLOAD_DIR" in str(tick(download_sources_schedule, elsewhere).skip_message)
    here = Settings(data, tmp_path / "warehouse", download_dir=data)
    assert tick(download_sources_schedule, here).run_requests
    (data / "data_set.yml").write_text("place: Nowhere\nsynthetic: true\n", encoding="utf-8")
    assert "made up" in str(tick(download_sources_schedule, here).skip_message)
