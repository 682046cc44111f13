"""The monthly schedule keeps London's time over both clock changes."""

from datetime import UTC, datetime

from dagster._utils.schedules import schedule_execution_time_iterator

from crime_dagster.defs.automation.automation import refresh_monthly_schedule as schedule


def test_six_in_london_is_another_hour_in_summer():
    assert schedule.execution_timezone == "Europe/London"
    start = datetime(2026, 2, 20, tzinfo=UTC).timestamp()
    cron = str(schedule.cron_schedule)
    found = schedule_execution_time_iterator(start, cron, schedule.execution_timezone, None)
    moments = [next(found).astimezone(UTC) for _ in range(12)]
    hours = {moment.month: moment.hour for moment in moments}
    assert hours == {1: 6, 2: 6, 3: 6, 4: 5, 5: 5, 6: 5, 7: 5, 8: 5, 9: 5, 10: 5, 11: 6, 12: 6}
    assert {moment.day for moment in moments} == {12}
