"""The monthly schedule keeps London's time over both clock changes."""

from datetime import UTC, datetime

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from crime_dagster.core.settings import Settings
from crime_dagster.defs.automation.automation import build_automation


@pytest.fixture
def parts(sample_dir, tmp_path):
    return build_automation(Settings(sample_dir, tmp_path / "warehouse"))


def test_six_in_london_is_another_hour_in_summer(parts):
    _, (schedule, _), _ = parts
    assert schedule.execution_timezone == "Europe/London"
    start = datetime(2026, 2, 20, tzinfo=UTC).timestamp()
    found = schedule_execution_time_iterator(start, schedule.cron_schedule, schedule.execution_timezone, None)
    moments = [next(found).astimezone(UTC) for _ in range(12)]
    hours = {moment.month: moment.hour for moment in moments}
    assert hours == {1: 6, 2: 6, 3: 6, 4: 5, 5: 5, 6: 5, 7: 5, 8: 5, 9: 5, 10: 5, 11: 6, 12: 6}
    assert {moment.day for moment in moments} == {12}


def test_automation_is_on_and_jobs_have_their_names(parts):
    jobs, schedules, sensors = parts
    assert {job.name for job in jobs} >= {
        *("refresh_monthly", "evaluate_models", "land_sources", "draw_pictures", "run_scenarios"),
        *("download_sources", "check_publishers", "backfill_police_uk"),
    }
    assert [one.default_status for one in schedules] == 2 * [dg.DefaultScheduleStatus.RUNNING]
    assert [(one.name, one.default_status) for one in sensors] == [("files_arrived", dg.DefaultSensorStatus.RUNNING)]
