"""Steps that do nothing where nothing changed, and everything again where something did."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.unchanged import find_record, keep_whole, recorded
from crime_dagster.drawing.kit.finish import save_file

KEY = dg.AssetKey(["charts", "one"])


class TitleConfig(dg.Config):
    title: str = "a"


class City:
    """One asset that reads a mart and another asset's file, and counts how often it works."""

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
        with duckdb.connect(str(self.settings.database)) as connection:
            connection.execute("create schema if not exists marts")
            connection.execute(f"create or replace table marts.lsoas as select {value} as one")

    def _build(self) -> list[dg.AssetsDefinition]:
        settings = self.settings

        @dg.asset(key=["models", "up"])
        @recorded(settings)
        def up(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
            self.worked.append("up")
            save_file(b"upstream", settings.build_dir / "up.txt")
            return dg.MaterializeResult()

        @dg.asset(key=KEY, deps=[dg.AssetKey(["models", "up"])])
        @recorded(settings)
        def one(context: dg.AssetExecutionContext, config: TitleConfig) -> dg.MaterializeResult:
            self.worked.append("one")
            number = read_mart(settings.database, "lsoas")["one"].iloc[0]
            save_file(f"{number} {config.title}".encode(), settings.build_dir / "one.txt")
            if self.fails:
                raise RuntimeError("half-way")
            return dg.MaterializeResult(metadata={"number": int(number)})

        return [up, one]

    def run(self, title: str = "a") -> list[str]:
        """Which steps worked."""
        self.worked.clear()
        config = {"ops": {"charts__one": {"config": {"title": title}}}}
        dg.materialize(self.assets, instance=self.instance, run_config=config, raise_on_error=not self.fails)
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


def test_a_step_that_is_stopped_half_way_is_done_again_whatever_it_left(city: City):
    city.set_mart(2)
    city.fails = True
    assert city.run() == ["one"]
    city.fails = False
    city.set_mart(1)
    # The mart is what it was when the record was written, and the file is not.
    assert city.run() == ["one"]
    assert (city.settings.build_dir / "one.txt").read_text() == "1 a"


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
