"""A dbt step builds a copy of the database: a refused one leaves the database unchanged."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from dagster_dbt.core.dbt_cli_invocation import PARTIAL_PARSE_FILE_NAME
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from crime_dagster.core.files import hash_file
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.dbt.dbt_steps import ALL, NAMED, build_where_changed, read_built
from crime_dagster.defs.dbt.node_versions import BEFORE
from crime_dagster.defs.runtime.dbt_results import read_refusal
from crime_dagster.defs.runtime.landed import find_place
from crime_dagster.defs.runtime.unchanged import StepConfig
from crime_dagster.drawing.kit.finish import save_file
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import WHOLE
from tests.conftest import save_marts

LSOAS, BOROUGHS = dg.AssetKey(["marts", "lsoas"]), dg.AssetKey(["marts", "boroughs"])
TEST = "test.p.rows_add_up.1a"
TABLE = {
    "resource_type": "model",
    "config": {"schema": "marts", "meta": {}},
    "columns": {},
    "tags": [],
    "original_file_path": "",
}
THINGS = {"model.p.lsoas": "source.p.ons.x", "model.p.boroughs": "source.p.ons.y"}
MANIFEST: dict[str, Any] = {
    "nodes": {
        **{
            key: {
                **TABLE,
                "name": key.split(".")[2],
                "alias": key.split(".")[2],
                "schema": "marts",
                "raw_code": "select 1",
            }
            | {"depends_on": {"nodes": [source]}}
            for key, source in THINGS.items()
        },
        TEST: {"name": "rows_add_up", "resource_type": "test", "depends_on": {"nodes": ["model.p.lsoas"]}},
    },
    "sources": {key: {"config": {}, "source_name": "ons", "name": key[-1]} for key in THINGS.values()},
    "child_map": {},
    "macros": {},
}


class Dbt:
    """A step of two tables and a test, and a stand-in for dbt that builds them from `value`."""

    def __init__(self, folder: Path, instance: dg.DagsterInstance) -> None:
        self.settings = Settings(folder / "data", folder / "warehouse")
        self.instance = instance
        self.target_path = folder / "target"
        for path in (self.settings.manifest.parent, self.settings.landing_dir, self.target_path):
            path.mkdir(parents=True)
        self.settings.manifest.write_text(json.dumps(MANIFEST))
        self.value, self.passes = 1, True
        self.arguments = list[str]()
        self.step = self._build()

    def _build(self) -> dg.AssetsDefinition:
        @dg.multi_asset(
            name=BEFORE,
            specs=[dg.AssetSpec(key, skippable=True) for key in (LSOAS, BOROUGHS)],
            check_specs=[dg.AssetCheckSpec("rows_add_up", asset=LSOAS)],
            can_subset=True,
        )
        def step(context: dg.AssetExecutionContext) -> Iterator[Any]:
            # Stands in for dbt's process; the step uses no more of it.
            yield from build_where_changed(context, self.settings, BEFORE, StepConfig(), self.start)

        return step

    def start(self, arguments: list[str]) -> Any:
        self.arguments = arguments
        return self

    def stream(self) -> Iterator[Any]:
        marts = {key.path[-1]: f"select {self.value} as one" for key in self.list_chosen()}
        save_marts(self.settings.working_database, **marts)
        for key in self.list_chosen():
            yield dg.Output(None, key.to_python_identifier())
        yield dg.AssetCheckResult(asset_key=LSOAS, check_name="rows_add_up", passed=self.passes)
        found = {"unique_id": TEST, "status": "fail", "failures": 1, "compiled_code": "select * from marts.lsoas"}
        built: list[dict[str, object]] = [
            {"unique_id": f"model.p.{key.path[-1]}", "status": "success"} for key in self.list_chosen()
        ]
        results = built if self.passes else [*built, {**found, "message": "Got 1 result"}]
        (self.target_path / "run_results.json").write_text(json.dumps({"results": results}))
        if not self.passes:
            raise DagsterDbtCliRuntimeError("dbt failed")

    def list_chosen(self) -> list[dg.AssetKey]:
        said = self.arguments
        named = said[said.index("--select") + 1].split() if {"--select", "--exclude"} <= {*said} else self.asked
        return [key for key in (LSOAS, BOROUGHS) if key.path[-1] in named]

    def run(self, *keys: dg.AssetKey, value: int, passes: bool = True) -> str:
        """Build from a value, and return the message if the step failed."""
        self.value, self.passes = value, passes
        self.asked = [key.path[-1] for key in keys or (LSOAS, BOROUGHS)]
        # Another landed file makes a step work again.
        save_file(str(value).encode(), self.settings.landing_dir / "ons" / "x.parquet")
        result = dg.materialize([self.step], instance=self.instance, selection=list(keys) or None, raise_on_error=False)
        failures = [event.step_failure_data.user_failure_data for event in result.get_step_failure_events()]
        return "\n".join(str(one.description) for one in failures if one)

    def read(self) -> list[int]:
        return [int(read_mart(self.settings.database, key.path[-1])["one"].iloc[0]) for key in (LSOAS, BOROUGHS)]

    def count_materializations(self) -> int:
        return len(self.instance.fetch_materializations(LSOAS, limit=10).records)


@pytest.fixture
def dbt(tmp_path: Path) -> Iterator[Dbt]:
    with dg.DagsterInstance.ephemeral() as instance:
        found = Dbt(tmp_path, instance)
        assert found.run(value=1) == ""
        assert found.read() == [1, 1]
        yield found


def test_what_a_refused_step_built_is_never_read(dbt: Dbt):
    before = hash_file(dbt.settings.database)
    said = dbt.run(value=2, passes=False)
    assert "test rows_add_up on lsoas\n  found:    1 row\n  first:    one 2\n  rows:     " in said
    assert hash_file(dbt.settings.database) == before
    assert not dbt.settings.working_database.exists()
    assert dbt.count_materializations() == 1, "a table that nobody can read is not materialised"
    (latest,) = dbt.instance.event_log_storage.get_latest_asset_check_execution_by_key(
        [dg.AssetCheckKey(LSOAS, "rows_add_up")]
    ).values()
    assert latest.status.value == "FAILED"
    assert read_refusal(dbt.settings, BEFORE) == said
    assert (dbt.settings.failures_dir / BEFORE / "rows_add_up.csv").read_text() == "one\n2\n", "the rows it refused"


def test_the_next_whole_run_puts_it_right(dbt: Dbt):
    dbt.run(value=2, passes=False)
    assert dbt.run(value=3) == ""
    assert dbt.read() == [3, 1]
    assert read_refusal(dbt.settings, BEFORE) == ""
    assert dbt.count_materializations() == 2


def test_a_run_after_a_repair_does_what_is_left(dbt: Dbt):
    dbt.run(value=2, passes=False)
    assert dbt.run(value=2) == ""
    assert dbt.arguments[-3:] == ["rows_add_up", "--exclude", "boroughs lsoas"]
    assert dbt.read() == [2, 1], "of the table that the failed run built"
    assert dbt.count_materializations() == 2
    assert not dbt.settings.half_database.exists()


def test_what_a_failed_run_left_is_not_used_beside_another_database(dbt: Dbt):
    dbt.run(value=2, passes=False)
    assert dbt.run(BOROUGHS, value=2) == ""
    assert dbt.run(value=2) == ""
    assert dbt.arguments == ALL[BEFORE]
    assert dbt.read()[0] == 2


def test_a_part_is_built_beside_the_rest_and_leaves_no_record_of_it(dbt: Dbt):
    assert dbt.run(LSOAS, value=2) == ""
    assert dbt.read() == [2, 1]
    assert dbt.arguments == [*NAMED, "--select", "rows_add_up"], "no other's tests"
    assert "model.p.lsoas" not in read_built(dbt.settings, BEFORE)
    assert "model.p.boroughs" in read_built(dbt.settings, BEFORE)
    dbt.run(value=2)
    assert dbt.arguments[-3:] == ["lsoas rows_add_up", "--exclude", "boroughs"]


def test_the_next_run_begins_with_what_dbt_read_of_the_project(dbt: Dbt):
    parsed = dbt.target_path / PARTIAL_PARSE_FILE_NAME
    parsed.write_bytes(b"as dbt read it")
    assert dbt.run(value=2) == ""
    assert (dbt.settings.dbt_target_dir / parsed.name).read_bytes() == b"as dbt read it"


def test_only_what_reads_a_changed_file_is_built(dbt: Dbt):
    assert dbt.run(value=2) == ""
    assert dbt.arguments == [*NAMED, "--select", "lsoas rows_add_up", "--exclude", "boroughs"]
    assert dbt.read() == [2, 1]


def test_the_data_version_is_that_of_the_build_also_where_nothing_is_done(dbt: Dbt):
    for value in (1, 2):
        dbt.run(value=value)
    newest = dbt.instance.fetch_materializations(LSOAS, limit=3).records
    found = [one.asset_materialization.tags or {} for one in newest if one.asset_materialization]
    last, middle, first = (tags["dagster/data_version"] for tags in found)
    assert last != middle
    assert middle == first


def test_a_table_says_its_rows_whether_it_was_built_or_stays(dbt: Dbt):
    dbt.run(value=1)
    newest = dbt.instance.fetch_materializations(LSOAS, limit=2).records
    found = [one.asset_materialization.metadata for one in newest if one.asset_materialization]
    assert [metadata["dagster/row_count"].value for metadata in found] == [1, 1]
    assert ["unchanged" in metadata for metadata in found] == [True, False]


@pytest.mark.parametrize("end", ["checkpoint", "pragma disable_checkpoint_on_shutdown"])
def test_a_database_that_another_program_changed_is_built_anew_and_no_part_is_added_to_it(dbt: Dbt, end: str):
    with duckdb.connect(str(dbt.settings.database)) as connection:
        connection.execute("create table marts.stray as select 1 as one")
        # The second leaves it in the log, as a program does that is killed.
        connection.execute(end)
    assert "another program has changed" in dbt.run(LSOAS, value=1)
    assert dbt.run(value=1) == ""
    with pytest.raises(Exception, match="a mart named stray"):
        read_mart(dbt.settings.database, "stray")


def test_nothing_is_built_of_a_source_that_was_refused_half_way(dbt: Dbt):
    source = next(iter(load_catalogue().values()))
    place = find_place(source, dbt.settings.landing_dir, WHOLE)
    save_file(b"rows", place.rows)
    said = dbt.run(value=2)
    assert f"{source.publisher}/{source.thing} not landed to the end" in said
    assert dbt.read() == [1, 1]
