"""Nothing unchecked or outdated is published, whatever is run alone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from crime_dagster.core.files import write_json
from crime_dagster.core.records import read_record
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.core.working_copy import copy_database
from crime_dagster.defs.dbt.dbt_database import take_over
from crime_dagster.defs.dbt.dbt_steps import find_built
from crime_dagster.defs.dbt.node_versions import AFTER, BEFORE
from crime_dagster.defs.release.publish import list_release, require_ready
from crime_dagster.defs.runtime.dbt_results import discard_failures, keep_refusal
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.unchanged import find_record, recorded
from crime_dagster.drawing.kit.finish import save_file
from tests.conftest import save_marts

MART, CHART, PUBLISHED = (
    dg.AssetKey(path) for path in (["marts", "lsoas"], ["charts", "one"], ["gallery", "published"])
)
# dbt's two steps, with a table each.
NODE = {BEFORE: "model.p.lsoas", AFTER: "model.p.predictions"}
MANIFEST: dict[str, Any] = {
    "nodes": {
        key: {"resource_type": "model", "depends_on": {"nodes": []}, "tags": ["after_models"] * (step == AFTER)}
        for step, key in NODE.items()
    },
    "sources": {},
    "macros": {},
}
TYPES = dg.StaticPartitionsDefinition(["burglary", "total"])


class Town:
    """A mart with a check, a chart of it, and a release of both; each can be run alone."""

    def __init__(self, folder: Path, instance: dg.DagsterInstance) -> None:
        (folder / "data").mkdir()
        self.settings = Settings(folder / "data", folder / "warehouse")
        self.settings.build_dir.mkdir(parents=True)
        write_json(MANIFEST, self.settings.manifest)
        self.instance = instance
        self.value = 1
        self.passes, self.severity = True, dg.AssetCheckSeverity.ERROR
        self.broken = ""
        self.published: list[list[dict[str, Any]]] = []
        self.defs = dg.Definitions(
            assets=self._build(), asset_checks=[self._build_check()], resources={"settings": self.settings}
        )

    def _build(self) -> list[dg.AssetsDefinition]:
        settings = self.settings

        @dg.asset(key=MART)
        def lsoas() -> dg.MaterializeResult:
            """Works like the dbt steps: a copy, then the database, then the records."""
            if self.broken == "mart":
                raise RuntimeError("half-way")
            for step in (BEFORE, AFTER):
                discard_failures(settings, step)
            copy_database(settings.database, settings.working_database)
            save_marts(settings.working_database, lsoas=f"select {self.value} as one")
            take_over(settings)
            for step in (BEFORE, AFTER):
                write_json({"nodes": {NODE[step]: "1"}}, find_built(settings, step))
            return dg.MaterializeResult(data_version=dg.DataVersion(str(self.value)))

        @dg.asset(key=CHART, deps=[MART], partitions_def=TYPES, backfill_policy=dg.BackfillPolicy.single_run())
        @recorded
        def one(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
            number = read_mart(settings.database, "lsoas")["one"].iloc[0]
            for crime_type in (one.crime_type for one in list_chosen_types(context, settings)):
                save_file(f"{number}".encode(), settings.build_dir / f"{crime_type}.txt")
            if self.broken == "chart":
                raise RuntimeError("half-way")
            return dg.MaterializeResult()

        @dg.asset(key=PUBLISHED, deps=[CHART])
        def published(context: dg.AssetExecutionContext) -> None:
            graph = self.defs.resolve_asset_graph()
            self.published.append(require_ready(settings, context.instance, graph, PUBLISHED))

        return [lsoas, one, published]

    def _build_check(self) -> dg.AssetChecksDefinition:
        @dg.asset_check(asset=MART, name="rows_add_up", blocking=True)
        def check() -> dg.AssetCheckResult:
            return dg.AssetCheckResult(passed=self.passes, severity=self.severity, description="2 rows\nare gone")

        return check

    def run(self, *keys: dg.AssetKey, with_checks: bool = True, only: str = "") -> str:
        """Run some or all assets, and return the messages of failed steps."""
        assets = dg.AssetSelection.assets(*(keys or (MART, CHART, PUBLISHED)))
        selection = assets if with_checks else assets.without_checks()
        job = dg.define_asset_job("part", selection).resolve(asset_graph=self.defs.resolve_asset_graph())
        first, last = (only, only) if only else ("burglary", "total")
        tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
        parted = not keys or CHART in keys
        result = job.execute_in_process(instance=self.instance, tags=tags if parted else {}, raise_on_error=False)
        words = []
        for event in result.get_step_failure_events():
            failure = event.step_failure_data
            words.append(str(failure.user_failure_data.description if failure.user_failure_data else failure.error))
        return "\n".join(words)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with dg.DagsterInstance.ephemeral() as instance:
        found = Town(tmp_path, instance)
        assert found.run() == ""
        assert len(found.published) == 1
        yield found


def test_a_release_is_everything_upstream_and_every_mart(town: Town):
    assert list_release(town.defs.resolve_asset_graph(), PUBLISHED) == {MART, CHART, PUBLISHED}


def test_the_manifest_says_of_each_check_which_run_evaluated_it_and_when(town: Town):
    (first,) = town.published[0]
    assert town.run(PUBLISHED) == ""
    assert town.published[1] == [first], "another run publishes on the same evaluation"
    (run,) = [one.run_id for one in town.instance.get_runs() if one.run_id == first["run"]]
    assert run
    assert first["at"].endswith("+00:00")
    assert {**first, "run": 0, "at": 0} == {
        "asset": "marts/lsoas",
        "check": "rows_add_up",
        "passed": True,
        "severity": "ERROR",
        "run": 0,
        "at": 0,
    }


def fail_the_check(town: Town) -> None:
    town.value, town.passes = 2, False
    town.run(MART)


def refuse_a_dbt_step(town: Town) -> None:
    (town.settings.records_dir / f"{BEFORE}.json").unlink()
    keep_refusal(town.settings, BEFORE, "dbt did not finish: 1 failed\ntest rows_add_up on lsoas")


def build_a_mart_without_its_check(town: Town) -> None:
    town.value = 2
    assert town.run(MART, with_checks=False) == ""


def build_a_mart_alone(town: Town) -> None:
    town.value = 2
    assert town.run(MART) == ""


def draw_one_type_of_new_data(town: Town) -> None:
    build_a_mart_alone(town)
    assert town.run(CHART, only="total") == ""


def stop_a_picture_half_way(town: Town) -> None:
    build_a_mart_alone(town)
    town.broken = "chart"
    assert "half-way" in town.run(CHART)


def write_into_the_database(town: Town) -> None:
    with duckdb.connect(str(town.settings.database)) as connection:
        connection.execute("create table stray as select 1 as one")


@pytest.mark.parametrize(
    ("disturb", "named"),
    [
        (fail_the_check, "check rows_add_up of marts/lsoas failed at "),
        (fail_the_check, "2 rows are gone"),
        (refuse_a_dbt_step, "step dbt_before_models: dbt did not finish: 1 failed test rows_add_up on lsoas"),
        (build_a_mart_without_its_check, "and marts/lsoas has changed since"),
        (build_a_mart_alone, "charts/one: marts/lsoas changed"),
        (draw_one_type_of_new_data, "charts/one: marts/lsoas changed"),
        (stop_a_picture_half_way, "charts/one: not made, or not to the end"),
        (
            lambda town: (town.settings.build_dir / "total.txt").write_text("damaged"),
            "charts/one: build/total.txt is not as it was written",
        ),
        (write_into_the_database, "crime.duckdb is not as dbt left it"),
        (lambda town: town.instance.wipe_assets([MART]), "check rows_add_up of marts/lsoas was never evaluated"),
    ],
)
def test_nothing_is_published_on(town: Town, disturb: Callable[[Town], object], named: str):
    disturb(town)
    said = town.run(PUBLISHED)
    assert named in said
    assert "to do:    fix what is named and run `make run`" in said
    assert len(town.published) == 1
    town.passes, town.broken = True, ""
    assert town.run() == "", "a whole run puts it right"
    assert len(town.published) == 2


def test_a_failed_warning_is_listed_and_stops_nothing(town: Town):
    town.passes, town.severity = False, dg.AssetCheckSeverity.WARN
    assert town.run() == ""
    assert [(one["passed"], one["severity"]) for one in town.published[-1]] == [(False, "WARN")]


def test_a_check_holds_for_the_same_data_whichever_run_made_it(town: Town):
    assert town.run(MART, with_checks=False) == ""
    assert town.run(PUBLISHED) == ""


def test_a_check_that_a_stopped_run_only_planned_is_as_it_was(town: Town):
    town.broken = "mart"
    assert "half-way" in town.run(MART)
    key = dg.AssetCheckKey(MART, "rows_add_up")
    (latest,) = town.instance.event_log_storage.get_latest_asset_check_execution_by_key([key]).values()
    assert latest.status.value == "PLANNED"
    assert town.run(PUBLISHED) == ""


def test_types_that_were_drawn_one_by_one_make_a_whole(town: Town):
    build_a_mart_alone(town)
    assert town.run(CHART, only="total") == ""
    assert town.run(CHART, only="burglary") == ""
    assert town.run(PUBLISHED) == ""
    for key in TYPES.get_partition_keys():
        record = read_record(find_record(town.settings, CHART, key))
        assert record is not None
        assert list(record.outputs) == [f"build/{key}.txt"]


def test_a_warehouse_of_one_type_is_whole_by_itself(tmp_path: Path):
    with dg.DagsterInstance.ephemeral() as instance:
        town = Town(tmp_path, instance)
        assert town.run(only="total") == ""
        assert town.run(PUBLISHED) == ""
        build_a_mart_alone(town)
        assert "charts/one: marts/lsoas changed" in town.run(PUBLISHED)
