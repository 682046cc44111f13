"""The landed months of a monthly source, and whether the newest is the one that is due."""

import datetime as dt

import dagster as dg
import pandas as pd
import pytest

from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest import months
from crime_dagster.defs.runtime.landed import find_place
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import WHOLE

RELEASE, STREET = load_catalogue()["mps/lsoa_crime"], load_catalogue()["police_uk/street_crime"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A release of two months, written as a publisher does, and street files of one."""
    for source, portion, found in ((RELEASE, WHOLE, ["202601", "202602"]), (STREET, "2025-11", ["2025-11"])):
        write_parquet(pd.DataFrame({"month": found}), find_place(source, settings.landing_dir, portion).rows)
    return settings


@pytest.mark.parametrize(
    ("day", "due"), [("2026-03-20", "2026-01"), ("2026-03-22", "2026-02"), ("2026-04-22", "2026-03")]
)
def test_a_month_is_due_so_many_days_after_its_end(day: str, due: str):
    assert RELEASE.due_days == 21
    assert months.find_due_month(RELEASE, dt.date.fromisoformat(day)) == due


def test_each_landed_month_is_reported_once(settings: Settings):
    @dg.op
    def land(context: dg.OpExecutionContext) -> None:
        months.report_months(context, RELEASE, settings)

    @dg.job
    def landing() -> None:
        land()

    with dg.DagsterInstance.ephemeral() as instance:
        first, second = (landing.execute_in_process(instance=instance) for _ in range(2))
        assert instance.get_materialized_partitions(months.find_key(RELEASE)) == {"2026-01", "2026-02"}
    counts = [
        sum(event.event_type_value == "ASSET_MATERIALIZATION" for event in one.all_events) for one in (first, second)
    ]
    assert counts == [2, 0]


def test_a_late_month_is_a_warning_per_source_and_a_message_to_the_webhook(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    class Today(dt.date):
        @classmethod
        def today(cls) -> "Today":
            return cls(2026, 3, 20)

    told: list[str] = []
    monkeypatch.setattr(months.dt, "date", Today)
    monkeypatch.setattr(months, "send_message", lambda _, text: told.append(text))
    settings = Settings(settings.data_dir, settings.warehouse_dir, webhook_url="http://127.0.0.1:1")
    defs = dg.Definitions(
        assets=months.MONTH_ASSETS,
        asset_checks=[months.newest_months],
        jobs=[months.check_months],
        resources={"settings": settings},
    )
    result = defs.resolve_job_def("check_months").execute_in_process()
    found = {one.asset_key.path[-1]: one for one in result.get_asset_check_evaluations()}
    assert found["mps_lsoa_crime"].passed
    late = found["police_uk_street_crime"]
    assert not late.passed
    assert late.severity is dg.AssetCheckSeverity.WARN
    assert late.description == "newest month 2025-11; due by now 2025-12"
    assert found["mps_officers"].passed, "not in this data set"
    assert len(told) == 1
    assert "police_uk/street_crime" in told[0]
    assert "mps/lsoa_crime" not in told[0]
