"""Steps that do nothing if nothing changed, and everything if something did."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.errors import InputError, PassingError
from crime_dagster.core.records import StepRecord, note_file, write_record
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.ingest.ingest import keep_whole
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.unchanged import FORCE, find_record, is_of, recorded
from crime_dagster.drawing.kit.finish import save_file
from tests.conftest import save_marts

KEY = dg.AssetKey(["charts", "one"])


class TitleConfig(dg.Config):
    title: str = "a"


class City:
    """One asset that reads a mart and another asset's file, and counts its runs."""

    def __init__(self, folder: Path, instance: dg.DagsterInstance) -> None:
        (folder / "data").mkdir()
        self.settings = Settings(folder / "data", folder / "warehouse")
        self.settings.build_dir.mkdir(parents=True)
        self.instance = instance
        self.worked: list[str] = []
        self.fails = False
        self.set_mart(1)
        save_file(b"upstream", self.settings.build_dir / "up.txt")
        self.assets = self._build()

    def set_mart(self, value: int) -> None:
        save_marts(self.settings.database, lsoas=f"select {value} as one")

    def _build(self) -> list[dg.AssetsDefinition]:
        @dg.asset(key=["models", "up"])
        @recorded
        def up(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
            self.worked.append("up")
            save_file(b"upstream", settings.build_dir / "up.txt")
            return dg.MaterializeResult()

        @dg.asset(key=KEY, deps=[dg.AssetKey(["models", "up"])])
        @recorded
        def one(
            context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: TitleConfig
        ) -> dg.MaterializeResult:
            self.worked.append("one")
            number = read_mart(settings.database, "lsoas")["one"].iloc[0]
            save_file(f"{number} {config.title}".encode(), settings.build_dir / "one.txt")
            if self.fails:
                raise RuntimeError("half-way")
            return dg.MaterializeResult(metadata={"number": int(number)})

        return [up, one]

    def run(self, title: str = "a") -> list[str]:
        """Return the steps that worked."""
        self.worked.clear()
        config = {"ops": {"charts__one": {"config": {"title": title}}}}
        dg.materialize(
            self.assets,
            instance=self.instance,
            resources={"settings": self.settings},
            run_config=config,
            raise_on_error=not self.fails,
        )
        return list(self.worked)

    def said(self) -> dict:
        event = self.instance.get_latest_materialization_event(KEY)
        assert event is not None
        assert event.asset_materialization is not None
        return {name: value.value for name, value in event.asset_materialization.metadata.items()}


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with dg.DagsterInstance.ephemeral() as instance:
        found = City(tmp_path, instance)
        assert found.run() == ["up", "one"]
        yield found


def test_nothing_is_done_twice_and_the_facts_stay(city: City):
    assert city.said()["made_because"] == "it was not done before, or not to its end"
    assert city.run() == []
    said = city.said()
    assert (said["number"], said["unchanged"]) == (1, True)
    assert "made_because" not in said
    digest = hashlib.sha256((city.settings.build_dir / "one.txt").read_bytes()).hexdigest()
    assert digest in said["files"]


@pytest.mark.parametrize(
    ("change", "because", "worked"),
    [
        (lambda city: city.set_mart(2), "marts/lsoas changed", ["one"]),
        (lambda city: (city.settings.build_dir / "one.txt").unlink(), "build/one.txt is missing", ["one"]),
        (
            lambda city: (city.settings.build_dir / "one.txt").write_text("damaged"),
            "build/one.txt is not as it was written",
            ["one"],
        ),
        (
            lambda city: find_record(city.settings, KEY).write_text("{torn"),
            "it was not done before, or not to its end",
            ["one"],
        ),
    ],
)
def test_what_changed_is_done_again(city: City, change: Callable[[City], object], because: str, worked: list[str]):
    change(city)
    assert city.run() == worked
    assert city.said()["made_because"] == because
    assert city.run() == []


def test_an_upstream_step_that_writes_the_same_changes_nothing_below(city: City):
    (city.settings.build_dir / "up.txt").unlink()
    assert city.run() == ["up"]


def test_another_config_is_another_picture_and_back_again(city: City):
    assert city.run(title="b") == ["one"]
    assert city.run(title="b") == []
    assert city.run(title="a") == ["one"]


@pytest.mark.parametrize("asked", ["config", "tag"])
def test_a_step_can_be_asked_to_work_although_nothing_changed(city: City, asked: str):
    config = {"ops": {"models__up": {"config": {"force": True}}}} if asked == "config" else {}
    tags = {FORCE: "true"} if asked == "tag" else {}
    city.worked.clear()
    resources = {"settings": city.settings}
    dg.materialize(city.assets, instance=city.instance, resources=resources, run_config=config, tags=tags)
    assert city.worked == (["up"] if asked == "config" else ["up", "one"])
    assert city.run() == []


def test_a_step_works_for_the_partitions_that_are_due(city: City):
    settings, types = city.settings, dg.StaticPartitionsDefinition(["burglary", "total"])
    for name in ("total", "burglary"):
        save_file(b"1", settings.build_dir / f"{name}.in")
    drawn: list[list[str]] = []

    @dg.asset(partitions_def=types, backfill_policy=dg.BackfillPolicy.single_run())
    @recorded
    def chart(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        chosen = [crime.crime_type for crime in list_chosen_types(context, settings)]
        drawn.append(chosen)
        for name in chosen:
            note_file(settings.build_dir / f"{name}.in")
            save_file(b"picture", settings.build_dir / f"{name}_map.txt")
        return dg.MaterializeResult()

    def run() -> list[list[str]]:
        drawn.clear()
        tags = {"dagster/asset_partition_range_start": "burglary", "dagster/asset_partition_range_end": "total"}
        dg.materialize([chart], instance=city.instance, resources={"settings": settings}, tags=tags)
        return list(drawn)

    assert run() == [["total", "burglary"]]
    assert run() == []
    (settings.build_dir / "burglary.in").write_text("2")
    assert run() == [["burglary"]]
    (settings.build_dir / "total_map.txt").unlink()
    assert run() == [["total"]]
    assert run() == []


@pytest.mark.parametrize(
    ("partition", "name", "is_so"),
    [
        ("drug", "build/charts/drug_map.png", True),
        ("drug", "build/charts/total_map.png", False),
        ("drug", "build/gifs/camden_drug_by_month.gif", True),
        ("drug", "build/charts/types.png", True),
        ("drug", "build/charts/total_impact_fewer-drug-offences.png", False),
        ("public_order", "build/charts/public_order_impact_fewer-drug-offences.png", True),
        ("", "build/charts/total_map.png", True),
        ("drug", '["a:read", "lsoa_years", {"crime_type": "total"}]', False),
        ("drug", '["a:read", "crimes_total", "label"]', True),
        ("drug", '["a:note_file", ["<warehouse_dir>", "build/total.png"]]', False),
    ],
)
def test_what_is_of_a_partition(partition: str, name: str, is_so: bool):
    assert is_of(partition, name, ["drug", "total", "public_order"]) is is_so


def test_a_step_that_is_stopped_half_way_is_done_again_whatever_it_left(city: City):
    city.set_mart(2)
    city.fails = True
    assert city.run() == ["one"]
    city.fails = False
    city.set_mart(1)
    # The mart is as it was when the record was written, but the file is not.
    assert city.run() == ["one"]
    assert (city.settings.build_dir / "one.txt").read_text() == "1 a"


@pytest.mark.parametrize("is_stopped", [False, True])
def test_what_a_step_does_not_write_again_is_deleted(city: City, is_stopped: bool):
    """Other partitions and steps keep their files, also one that names two types; so does whoever has no record."""
    types = dg.StaticPartitionsDefinition(["burglary", "total"])
    build, wanted = city.settings.build_dir, {"burglary": ["", "_old", "_moved"], "total": ["", "_like_burglary"]}
    own = build / "gifs" / "from_folder" / "burglary.gif"
    save_file(b"made by hand", own)

    @dg.asset(partitions_def=types, backfill_policy=dg.BackfillPolicy.single_run())
    @recorded
    def chart(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        for crime in list_chosen_types(context, settings):
            for ending in wanted[crime.crime_type]:
                save_file(b"picture", build / "charts" / f"{crime.crime_type}{ending}.txt")
        if city.fails:
            raise RuntimeError("half-way")
        return dg.MaterializeResult()

    def run(last: str) -> set[str]:
        ends = {"dagster/asset_partition_range_start": "burglary", "dagster/asset_partition_range_end": last}
        resources, tags = {"settings": city.settings}, {FORCE: "true", **ends}
        dg.materialize([chart], instance=city.instance, resources=resources, tags=tags, raise_on_error=not city.fails)
        return {path.stem for path in (build / "charts").iterdir()}

    assert run("total") == {"burglary", "burglary_old", "burglary_moved", "total", "total_like_burglary"}
    moved = {"build/charts/burglary_moved.txt": "its digest"}
    write_record(StepRecord("code", "", {}, moved, ""), find_record(city.settings, dg.AssetKey("another")))
    if is_stopped:
        wanted["burglary"], city.fails = ["_stopped"], True
        assert run("burglary") > {"burglary", "burglary_stopped"}
        city.fails = False
    wanted["burglary"] = [""]
    assert run("burglary") == {"burglary", "burglary_moved", "total", "total_like_burglary"}
    assert own.exists()


def test_a_landed_file_that_is_damaged_is_taken_away(city: City):
    path = city.settings.landing_dir / "ons" / "things.parquet"
    seen = []

    @dg.asset(key=["ons", "things"])
    def land(context: dg.AssetExecutionContext) -> None:
        with keep_whole(city.settings, context):
            seen.append(path.exists())
            if not path.exists():
                save_file(b"rows", path)

    for damage in (None, None, b"other"):
        if damage:
            path.write_bytes(damage)
        dg.materialize([land], instance=city.instance)
    assert seen == [False, True, False]
    assert path.read_bytes() == b"rows"


def test_refused_input_fails_the_step_and_is_not_tried_again(tmp_path: Path):
    @dg.asset(key=KEY, retry_policy=dg.RetryPolicy(max_retries=3))
    @recorded
    def one(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        raise InputError(file="some.csv", found="nothing", expected="a figure", remedy="send it again")

    settings = Settings(tmp_path, tmp_path / "warehouse")
    settings.warehouse_dir.mkdir()
    result = dg.materialize([one], resources={"settings": settings}, raise_on_error=False)
    assert "some.csv" in str(result.get_step_failure_events()[0].step_failure_data.user_failure_data)
    assert not [event for event in result.all_events if event.event_type_value == "STEP_UP_FOR_RETRY"]


def test_a_passing_error_is_tried_again(tmp_path: Path):
    tries = []

    @dg.asset(key=KEY, retry_policy=dg.RetryPolicy(max_retries=1))
    @recorded
    def one(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        tries.append(context.retry_number)
        if len(tries) == 1:
            raise PassingError(file="crime.duckdb", found="a writer", expected="none", remedy="wait")
        return dg.MaterializeResult()

    settings = Settings(tmp_path, tmp_path / "warehouse")
    settings.warehouse_dir.mkdir()
    assert dg.materialize([one], resources={"settings": settings}).success
    assert tries == [0, 1]
