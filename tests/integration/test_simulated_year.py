"""A year without a human: a publisher on 127.0.0.1 publishes a month each month, and the schedules do the rest.

From an empty folder. Releases revise what earlier ones said, carry a stub of the month before their window, and rename
a category half-way. One month the publisher is late, one it names a column anew, one it is down, and one it has a
category that nobody has heard of: each is made good in the next. After each month the published counts are the files'
own, and after some of them all rows are those of a new warehouse.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
import pytest

from crime_dagster.core.last_refresh import list_touched
from crime_dagster.core.settings import Settings
from crime_dagster.definitions import build_defs
from crime_dagster.defs.automation.automation import LANDED
from crime_dagster.defs.ingest import publishers
from crime_dagster.defs.ingest.months import find_due_month, list_months
from crime_dagster.defs.runtime.alerts import describe_failures
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.synthetic.city import City, CityPlan, draw_city
from crime_dagster.sources.synthetic.police_files import save_release, save_street_months
from crime_dagster.sources.synthetic.writing import write_city
from tests.conftest import run_command
from tests.integration.town_publisher import RELEASES, Publisher, list_release_months
from tests.unit.sources.download.misbehaving_server import Server

pytestmark = pytest.mark.slow

# The first release is that of FIRST; four months bring none.
FIRST, LAST = "2024-11", "2026-02"
PLAN = CityPlan(areas=60, boroughs=4, months=42, last_month=LAST)
LATE, RENAMED, DOWN = "2025-03", "2025-08", "2025-10"
# After these a new warehouse is built beside it: the first revision, and the end.
COMPARED = ("2024-12", LAST)
# "tables" leaves models and pictures out of each month.
SCOPE = os.environ.get("CRIME_TEST_YEAR", "everything")
# One question instead of six, and pictures of one type: each would be drawn per crime type.
SCENARIOS = """scenarios:
  - name: less deprivation
    feature: income_deprivation_pct
    change: -20%
    percentile: 90
    crime_types: [total]
"""
PICTURES = "crime_types: [total]\n"
MARK = "place: Doggermouth\nsynthetic: false\nforce: Doggermouth Constabulary\n"


@dg.job
def fetch_at_once() -> None:
    """The download, with a second attempt that need not wait."""
    publishers.download_published_files.with_retry_policy(dg.RetryPolicy(max_retries=1))()


@dataclass
class Town:
    """A data set, who publishes it, what Dagster knows of it, and what has run.

    Args:
        settings: Where it is.
        publisher: Where it comes from.
        city: What its files are written from.
        defs: Its definitions.
        instance: Dagster's state.
        cursor: What the sensor's last tick left.
    """

    settings: Settings
    publisher: Publisher
    city: City
    defs: dg.Definitions
    instance: dg.DagsterInstance
    cursor: str | None = None

    def publish(self, month: pd.Period) -> Path:
        """What the publishers have at the end of a month; the release."""
        shelf, city = self.publisher.shelf, self.city
        until = city.plan.calendar[city.plan.calendar <= month]
        save_street_months(shelf, city, until)
        return save_release(shelf, city, until, old_names=month < pd.Period(RENAMED, "M"))

    def fetch(self) -> dg.ExecuteInProcessResult:
        """The schedule's tick of the download, and the run that it asks for."""
        schedule = self.defs.resolve_schedule_def("download_sources_schedule")
        resources = {"settings": self.settings}
        assert schedule.evaluate_tick(dg.build_schedule_context(self.instance, resources=resources)).run_requests
        return fetch_at_once.execute_in_process(instance=self.instance, resources=resources, raise_on_error=False)

    def look(self) -> list[dg.ExecuteInProcessResult]:
        """Run a tick of the sensor, an hour after the last file arrived, and the runs it requests."""
        hour_ago = time.time() - 3600
        for path in self.settings.data_dir.rglob("*"):
            if path.stat().st_mtime > hour_ago:
                os.utime(path, (hour_ago, hour_ago))
        sensor = self.defs.resolve_sensor_def("files_arrived")
        context = dg.build_sensor_context(self.instance, cursor=self.cursor, resources={"settings": self.settings})
        tick = sensor.evaluate_tick(context)
        self.cursor = tick.cursor or self.cursor
        return [self.execute(request) for request in tick.run_requests or []]

    def strike(self, month: pd.Period) -> list[dg.ExecuteInProcessResult]:
        """Run the schedule's tick on the twelfth after a month, and the runs it requests."""
        schedule = self.defs.resolve_schedule_def("refresh_monthly_schedule")
        moment = datetime((month + 1).year, (month + 1).month, 12, 6, tzinfo=UTC)
        resources = {"settings": self.settings}
        context = dg.build_schedule_context(self.instance, scheduled_execution_time=moment, resources=resources)
        return [self.execute(request) for request in schedule.evaluate_tick(context).run_requests or []]

    def execute(self, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
        started = time.process_time()
        job = self.defs.resolve_job_def(request.job_name or "refresh_monthly")
        result = job.execute_in_process(
            instance=self.instance,
            tags=dict(request.tags),
            raise_on_error=False,
            run_config={"loggers": {"progress": {}}},
            asset_selection=None if SCOPE == "everything" else self.list_tables(),
        )
        print(f"{'success' if result.success else 'failure'}, {time.process_time() - started:.0f} s of CPU", flush=True)
        return result

    def list_tables(self) -> list[dg.AssetKey]:
        """Return the assets that land files, make the models' input tables, and publish."""
        known = self.defs.get_repository_def().assets_defs_by_key
        landed = {key for one in LANDED for key in one.keys}
        return [
            key
            for key, one in known.items()
            if one.is_executable
            and (one.op.name == "dbt_before_models" or key in landed or key == dg.AssetKey(["gallery", "published"]))
        ]


@pytest.fixture
def publisher(tmp_path: Path, server: Server) -> Publisher:
    """The city's publishers, on the day before the first month."""
    shelf = tmp_path / "shelf"
    write_city(shelf, PLAN)
    (shelf / "data_set.yml").unlink()
    shutil.rmtree(shelf / "police_uk")
    for path in (shelf / "mps").glob("*24 months*"):
        path.unlink()
    return Publisher(shelf, server)


@pytest.fixture
def town(tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The city whose first month is published; nothing was fetched or built."""
    for name in list(os.environ):
        if name.startswith(("DAGSTER_", "DBT_", "CRIME_")):
            monkeypatch.delenv(name)
    # `Settings.prepare` sets these for its process; monkeypatch restores what it has recorded before.
    data = tmp_path / "town"
    settings = Settings(data, tmp_path / "warehouse", download_dir=data, publishers=publisher.server.url)
    for name, value in settings.child_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    if SCOPE != "everything":
        # Tables alone are normally never published: there are no models and pictures of them.
        monkeypatch.setattr("crime_dagster.defs.release.publish.require_ready", lambda *_: [])
    data.mkdir()
    for name, text in (("scenarios.yml", SCENARIOS), ("pictures.yml", PICTURES), ("data_set.yml", MARK)):
        (data / name).write_text(text, encoding="utf-8")
    defs = build_defs(settings)
    with dg.DagsterInstance.get() as instance:
        town = Town(settings, publisher, draw_city(PLAN), defs, instance)
        town.publish(pd.Period(FIRST, "M"))
        catalogue = publisher.list_sources()
        monkeypatch.setattr(publishers, "load_catalogue", lambda: catalogue)
        monkeypatch.setattr(publishers, "POLICY", Policy(sleep=lambda _: None))
        yield town


def add_up_files(data: Path) -> dict[str, int]:
    """Return the releases' crimes per month from the files alone: the newest release with the full month.

    A release has its window and, before it, a stub; the oldest release has none to fall back on.
    """
    counted: dict[str, int] = {}
    for path in sorted((data / "mps").rglob("*24 months*.csv"), key=list_release_months, reverse=True):
        table = pd.read_csv(path)
        for month in list_release_months(path)[1:]:
            counted.setdefault(month, int(table[month.replace("-", "")].sum()))
    return counted


def add_up_published(release: Path) -> dict[str, int]:
    """Return the same from the published database."""
    with duckdb.connect(str(release / "crime.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select strftime(month, '%Y-%m'), sum(crimes)::bigint from marts.lsoa_crimes "
            "join marts.lsoas using (lsoa_code) where crime_type = 'total' and borough_name not like 'City of %' "
            "group by all having sum(crimes) is not null"
        ).fetchall()
    return dict(rows)


def read_all(folder: Path) -> list[Any]:
    with duckdb.connect(str(folder / "crime.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select lsoa_code, month, crime_type, crimes from marts.lsoa_crimes order by all"
        ).fetchall()


def say_why(results: list[dg.ExecuteInProcessResult]) -> str:
    return "\n".join(describe_failures("refresh_monthly", one.get_step_failure_events()) for one in results)


def check_published(town: Town, results: list[dg.ExecuteInProcessResult]) -> None:
    assert all(one.success for one in results), say_why(results)
    found, expected = add_up_published(town.settings.published_dir), add_up_files(town.settings.data_dir)
    assert {month: found.get(month) for month in expected} == expected


def coin(content: bytes) -> bytes:
    """Rename a category in every row, like a publisher."""
    return content.replace(b",THEFT,", b",LARCENY,")


def rename(content: bytes) -> bytes:
    """A publisher's new name for a column."""
    return content.replace(b"LSOA Code,", b"Neighbourhood,", 1)


# What is wrong with a month's release until the publisher makes it good, whether it is fetched, and what is said of it.
SPOILED: dict[str, tuple[Callable[[bytes], bytes], bool, str]] = {
    "2025-06": (rename, False, "Neighbourhood"),
    "2025-12": (coin, True, "most_unknown"),
}


def check_clean(town: Town, folder: Path) -> None:
    """Check that every row equals that of a new warehouse over the same files."""
    clean = run_command("dbt", town.settings.data_dir, folder)
    assert clean.status == 0, clean.output[-3000:] + clean.errors
    assert read_all(folder) == read_all(town.settings.published_dir)


def report(month: object, arrived: str, town: Town) -> None:
    """A line per month."""
    release = town.settings.published_dir.resolve()
    totals = add_up_published(release)
    newest = max(totals)
    print(
        f"{month}: {arrived}; release {release.name}, {newest}: {totals[newest]:,}, all: {sum(totals.values()):,}",
        flush=True,
    )


def say_failure(result: dg.ExecuteInProcessResult) -> str:
    return describe_failures("download_sources", result.get_step_failure_events())


def check_nothing_new(town: Town, month: pd.Period, why: str) -> None:
    """The last release stays, nothing runs, and once the month is due it is missed."""
    before = town.settings.published_dir.resolve()
    assert town.look() == []
    # A refresh of some assets is not one after which the schedule has nothing to do.
    assert SCOPE != "everything" or town.strike(month) == []
    assert town.settings.published_dir.resolve() == before, "no news, no release"
    source = load_catalogue()[RELEASES]
    overdue = date(*((month + 1).end_time.timetuple()[:3]))
    assert max(list_months(source, town.settings)) < find_due_month(source, overdue), "the check of months would warn"
    report(month, why, town)


def check_spoiled(town: Town, path: Path, month: pd.Period) -> None:
    """Nothing is published of a file that cannot be used; whether it is fetched at all is told by its header."""
    spoil, is_fetched, words = SPOILED[str(month)]
    before, whole = town.settings.published_dir.resolve(), path.read_bytes()
    path.write_bytes(spoil(whole))
    assert path.read_bytes() != whole
    fetched = town.fetch()
    assert fetched.success is is_fetched, say_failure(fetched)
    if not is_fetched:
        assert words in say_failure(fetched)
        # What else was published this month has arrived, and is refreshed from.
        check_published(town, town.look())
        report(month, f"a release that is spoiled ({spoil.__name__}), which is not fetched", town)
    else:
        results = town.look()
        assert [one.success for one in results] == [False]
        assert words in say_why(results)
        assert town.look() == [], "the same files are not tried again and again"
        assert not town.strike(month)[0].success, "nor is it published when the schedule strikes"
        assert town.settings.published_dir.resolve() == before, "last month's stays"
        report(month, f"a release that is spoiled ({spoil.__name__})", town)
    path.write_bytes(whole)


def check_release(town: Town, month: pd.Period) -> None:
    """A month that was published is fetched and refreshed from, once, and the command has nothing left to do."""
    before = town.settings.published_dir.resolve()
    fetched = town.fetch()
    assert fetched.success, say_failure(fetched)
    results = town.look()
    assert len(results) == 1
    check_published(town, results)
    after = town.settings.published_dir.resolve()
    assert after != before
    assert town.fetch().success
    assert town.look() == [], "once each"
    if SCOPE == "everything":
        assert list_touched(town.settings) == [], "the command has nothing to do after the daemon"
        assert town.strike(month) == []
    assert max(add_up_published(after)) == str(month)
    report(month, "a release", town)


def test_a_year_of_months_from_an_empty_folder(town: Town, tmp_path: Path):
    releases = 0
    for month in pd.period_range(FIRST, LAST, freq="M"):
        if str(month) == LATE:
            assert town.fetch().success
            check_nothing_new(town, month, "the publisher is late")
            continue
        path = town.publish(month)
        if str(month) == DOWN:
            town.publisher.is_down = True
            fetched = town.fetch()
            assert not fetched.success
            assert "503" in say_failure(fetched)
            check_nothing_new(town, month, "the publisher is down")
            town.publisher.is_down = False
            continue
        if str(month) in SPOILED:
            check_spoiled(town, path, month)
            continue
        before = town.settings.published_dir.resolve()
        check_release(town, month)
        releases += 1
        if before.name.isdigit():
            old, new = add_up_published(before), add_up_published(town.settings.published_dir.resolve())
            assert any(old[one] != new[one] for one in old.keys() & new.keys()), "earlier months were revised"
        if str(month) in COMPARED:
            check_clean(town, tmp_path / "clean" / str(month))
    assert releases >= 12
