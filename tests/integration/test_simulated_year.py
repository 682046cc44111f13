"""A year without a human: files arrive every month, the sensor and the schedule do the rest.

Releases revise earlier ones, have a stub of the month before their window, and rename a category half-way; one month
brings nothing, one a truncated file, one an unknown category. After each tick the published counts must equal those of
the files, and after some of them all rows must equal those of a new warehouse.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.definitions import build_defs
from crime_dagster.defs.automation.automation import LANDED
from crime_dagster.defs.runtime.alerts import describe_failures
from crime_dagster.sources.synthetic.city import City, CityPlan, draw_city
from crime_dagster.sources.synthetic.police_files import save_release, save_street_months
from crime_dagster.sources.synthetic.writing import write_city
from tests.conftest import run_command

pytestmark = pytest.mark.slow

FIRST, LAST = "2025-02", "2026-02"
AREAS, BOROUGHS, MONTHS = 60, 4, 26
NOTHING_ARRIVES, RENAMED = "2025-05", "2025-08"
# After these a new warehouse is built for comparison: the first revision, a corrected file, the end.
COMPARED = ("2025-03", "2025-12", "2026-02")
# "tables" skips models, pictures and unit tests of SQL.
SCOPE = os.environ.get("CRIME_TEST_YEAR", "everything")
# One what-if instead of six: each has a chart per crime type.
SCENARIOS = """scenarios:
  - name: less deprivation
    feature: income_deprivation_pct
    change: -20%
    percentile: 90
"""


@dataclass
class Town:
    """A data set, what Dagster knows of it, and what has run.

    Args:
        settings: Where it is.
        city: What its files are written from.
        defs: Its definitions.
        instance: Dagster's state.
        cursor: What the sensor's last tick left.
    """

    settings: Settings
    city: City
    defs: dg.Definitions
    instance: dg.DagsterInstance
    cursor: str | None = None

    def deliver(self, month: pd.Period) -> Path:
        """Write the publishers' files for the end of a month; return the release."""
        data, city = self.settings.data_dir, self.city
        until = city.plan.calendar[city.plan.calendar <= month]
        renamed = month >= pd.Period(RENAMED, "M")
        path = save_release(data, city, until, old_names=not renamed)
        save_street_months(data, city, until)
        return path

    def look(self) -> list[dg.ExecuteInProcessResult]:
        """Run a tick of the sensor, an hour after the last file arrived, and the runs it requests."""
        hour_ago = time.time() - 3600
        for path in self.settings.data_dir.rglob("*"):
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
        started = time.monotonic()
        job = self.defs.resolve_job_def(request.job_name or "refresh_monthly")
        result = job.execute_in_process(
            instance=self.instance,
            tags=dict(request.tags),
            raise_on_error=False,
            run_config={"loggers": {"progress": {}}},
            asset_selection=None if SCOPE == "everything" else self.list_tables(),
        )
        print(f"{'success' if result.success else 'failure'} in {time.monotonic() - started:.0f} s", flush=True)
        return result

    def list_tables(self) -> list[dg.AssetKey]:
        """Return the assets that land files, make the models' input tables, and publish."""
        known = self.defs.get_repository_def().assets_defs_by_key
        return [
            key
            for key, one in known.items()
            if one.op.name == "dbt_before_models" or one in LANDED or key == dg.AssetKey(["gallery", "published"])
        ]


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The city on the day before the year begins: its first release is there, nothing is built."""
    for name in list(os.environ):
        if name.startswith(("DAGSTER_", "DBT_", "CRIME_")):
            monkeypatch.delenv(name)
    # `Settings.prepare` sets these for its process; monkeypatch restores what it has recorded before.
    settings = Settings(tmp_path / "town", tmp_path / "warehouse")
    for name, value in settings.child_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    if SCOPE != "everything":
        # SQL unit tests have their own figures: their result is the same each month.
        monkeypatch.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "unit_test")
        # Tables alone are normally never published: there are no models and pictures of them.
        monkeypatch.setattr("crime_dagster.defs.release.publish.require_ready", lambda *_: [])
    city = draw_city(CityPlan(areas=AREAS, boroughs=BOROUGHS, months=MONTHS + 12, last_month=LAST))
    write_city(settings.data_dir, CityPlan(areas=AREAS, boroughs=BOROUGHS, months=MONTHS + 12, last_month=LAST))
    shutil.rmtree(settings.data_dir / "police_uk")
    for path in (settings.data_dir / "mps").glob("*24 months*"):
        path.unlink()
    (settings.data_dir / "scenarios.yml").write_text(SCENARIOS, encoding="utf-8")
    defs = build_defs(settings)
    with dg.DagsterInstance.get() as instance:
        town = Town(settings, city, defs, instance)
        town.deliver(pd.Period(FIRST, "M"))
        yield town


def add_up_files(data: Path) -> dict[str, int]:
    """Return the releases' crimes per month from the files alone: the newest release with the full month.

    A release has its window and, before it, a stub; the oldest release has none to fall back on.
    """
    counted: dict[str, int] = {}
    for path in sorted((data / "mps").glob("*24 months*.csv"), reverse=True):
        table = pd.read_csv(path)
        months = sorted(name for name in table.columns if name.isdigit())
        for month in months[1:]:
            counted.setdefault(f"{month[:4]}-{month[4:]}", int(table[month].sum()))
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


def cut(content: bytes) -> bytes:
    """Truncate, like an interrupted copy."""
    return content[: len(content) // 2]


def coin(content: bytes) -> bytes:
    """Rename a category in every row, like a publisher."""
    return content.replace(b",THEFT,", b",LARCENY,")


# How a month's release is damaged until the publisher corrects it, and what the failure must name.
SPOILED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "2025-10": (cut, "to 2025-10.csv"),
    "2025-12": (coin, "most_unknown"),
}


def check_clean(town: Town, folder: Path) -> None:
    """Check that every row equals that of a new warehouse over the same files."""
    clean = run_command("dbt", town.settings.data_dir, folder)
    assert clean.status == 0, clean.output[-3000:] + clean.errors
    assert read_all(folder) == read_all(town.settings.published_dir)


def report(month: object, arrived: str, town: Town) -> None:
    release = town.settings.published_dir.resolve()
    totals = add_up_published(release)
    newest = max(totals)
    print(
        f"tick {month}: {arrived}; release {release.name}, {newest}: {totals[newest]:,}, all: {sum(totals.values()):,}"
    )


def check_spoiled(town: Town, path: Path, month: str) -> None:
    """Check that nothing is published of an unusable file, and that only the schedule retries it."""
    spoil, words = SPOILED[month]
    before, whole = town.settings.published_dir.resolve(), path.read_bytes()
    path.write_bytes(spoil(whole))
    assert path.read_bytes() != whole
    results = town.look()
    assert [one.success for one in results] == [False]
    assert words in say_why(results)
    assert town.settings.published_dir.resolve() == before, "last month's stays"
    assert town.look() == [], "the same files are not tried again and again"
    assert not town.strike(pd.Period(month, "M"))[0].success, "nor is it published when the schedule strikes"
    assert town.settings.published_dir.resolve() == before
    report(month, f"a release that is spoiled ({spoil.__name__})", town)
    path.write_bytes(whole)


def test_a_year_of_arrivals(town: Town, tmp_path: Path):
    results = town.look()
    assert len(results) == 1, "what was never published is refreshed"
    check_published(town, results)
    report(FIRST, "the first release", town)
    check_clean(town, tmp_path / "clean" / FIRST)
    for month in pd.period_range(FIRST, LAST, freq="M")[1:]:
        before = town.settings.published_dir.resolve()
        if str(month) == NOTHING_ARRIVES:
            assert town.look() == []
            check_published(town, town.strike(month))
            assert town.settings.published_dir.resolve() == before, "no news, no release"
            report(month, "nothing", town)
            continue
        path = town.deliver(month)
        if str(month) in SPOILED:
            check_spoiled(town, path, str(month))
        results = town.look()
        assert len(results) == 1
        check_published(town, results)
        after = town.settings.published_dir.resolve()
        assert after != before
        assert town.look() == [], "once each"
        report(month, "a release", town)
        old, new = add_up_published(before), add_up_published(after)
        assert any(old[one] != new[one] for one in old.keys() & new.keys()), "earlier months were revised"
        if str(month) in COMPARED:
            check_clean(town, tmp_path / "clean" / str(month))
    check_published(town, town.strike(month))
