"""What `pictures.yml` and the Config of a launch say of pictures, and which of them counts."""

from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
import yaml

from crime_dagster.core.errors import InputError
from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.settings import PICTURES, Settings
from crime_dagster.defs.pictures.gifs import GifConfig, MonthGifConfig
from crime_dagster.defs.runtime.picture_settings import (
    PictureConfig,
    load_pictures,
    read_bands,
    read_pictures,
    require_known,
)
from crime_dagster.defs.runtime.unchanged import LAUNCH_ENDED, recorded
from crime_dagster.drawing.kit.finish import save_file


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.build_dir.mkdir(parents=True)
    return settings


def say(settings: Settings, text: str) -> None:
    (settings.data_dir / PICTURES).write_text(text, encoding="utf-8")


def test_a_file_changes_what_it_names_and_leaves_the_rest(settings: Settings):
    before = load_pictures(settings)
    say(settings, "by_month: {seconds: 1}\nbands: {total: log, drug: [1, 5]}\nboroughs:\nmaps: {zoom: }\n")
    after = load_pictures(settings)
    assert after.by_month == before.by_month.model_copy(update={"seconds": 1})
    assert (after.maps, after.boroughs) == (before.maps, [])
    assert [read_bands(settings, one) for one in ("total", "drug", "theft")] == ["log", [1, 5], "quantile"]


@pytest.mark.parametrize(
    ("text", "line", "found", "expected"),
    [
        ("\nbands: [3, 1]", 2, "[3, 1]", "rising numbers above 0"),
        ("bands: {totl: log}", 1, "totl", "total"),
        ("by_month:\n  loop: 0\n  seconds: 0", 3, "0", "greater than or equal to 0.02"),
        ("by_month:\n  second: 1", 2, "second", "one of seconds"),
        ("maps:\n  start_layer: crimes", 2, "crimes", "one of recorded"),
        ("boroughs: Camden", 1, "Camden", "list"),
        ("colour: red", 1, "colour", "one of boroughs"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_its_line(
    settings: Settings, text: str, line: int, found: str, expected: str
):
    say(settings, text)
    with pytest.raises(InputError, match=f"{PICTURES}, line {line}") as refused:
        load_pictures(settings)
    assert found in str(refused.value.found)
    assert expected in refused.value.expected


def test_a_launch_counts_over_the_file(settings: Settings):
    say(settings, "by_month: {seconds: 1, loop: 4}")
    play = read_pictures(settings, "by_month").over(MonthGifConfig(seconds=3, boroughs=["Camden"]))
    assert (play.seconds, play.loop, play.last_seconds) == (3, 4, 2)


def test_a_launch_says_how_to_keep_what_it_said(settings: Settings):
    assert GifConfig(force=True).describe_override() == ""
    kept = GifConfig(seconds=3, boroughs=["Camden"]).describe_override().partition("```yaml\n")[2].removesuffix("```")
    assert yaml.safe_load(kept) == {"boroughs": ["Camden"], "actual_and_predicted": {"seconds": 3}}
    say(settings, kept)
    assert load_pictures(settings).actual_and_predicted.seconds == 3


def test_a_launch_out_of_range_is_refused_in_words():
    with pytest.raises(dg.Failure) as refused:
        GifConfig(seconds=0)
    assert "found:    0\n  expected: greater than or equal to 0.02" in str(refused.value.description)


class TitleConfig(PictureConfig):
    title: str | None = None


def test_what_a_launch_drew_stays_until_something_changes(settings: Settings):
    drawn = []

    @dg.asset(key=["gifs", "one"])
    @recorded
    def one(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: TitleConfig
    ) -> dg.MaterializeResult:
        drawn.append(config.title or read_pictures(settings, "bands"))
        save_file(drawn[-1].encode(), settings.build_dir / "one.txt")
        return dg.MaterializeResult()

    with dg.DagsterInstance.ephemeral() as instance:

        def run(**config: str) -> dict[str, object]:
            told = {"ops": {"gifs__one": {"config": config}}} if config else {}
            done = dg.materialize([one], instance=instance, resources={"settings": settings}, run_config=told)
            (event,) = done.asset_materializations_for_node("gifs__one")
            return {name: value.value for name, value in event.metadata.items()}

        run()
        assert "title" in str(run(title="mine")["this_launch"])
        # It is published as it was launched: a run that says nothing is no reason to draw it back.
        assert run()["unchanged"]
        (settings.build_dir / "one.txt").unlink()
        said = run()
        assert LAUNCH_ENDED in str(said["made_because"])
        assert "this_launch" not in said
    assert drawn == ["quantile", "mine", "quantile"]


NAMES = pd.DataFrame({"borough_code": ["E09000001", "E09000002"], "borough_name": ["Marshwick", None]})


def test_nothing_is_refused_before_a_name_is_known(tmp_path: Path):
    require_known(Settings(tmp_path, tmp_path, boroughs=("Marswick",)))


@pytest.mark.parametrize("name", ["marshwick", "E09000001", " Marshwick "])
def test_names_and_codes_are_known(tmp_path: Path, name: str):
    settings = Settings(tmp_path, tmp_path, boroughs=(name,))
    write_parquet(NAMES, settings.landing_dir / "ons" / "lsoa_boundaries.parquet")
    require_known(settings)


def test_a_misspelt_borough_is_named_with_those_that_there_are(tmp_path: Path):
    settings = Settings(tmp_path, tmp_path, boroughs=("Marswick",))
    write_parquet(NAMES, settings.landing_dir / "ons" / "lsoa_boundaries.parquet")
    write_parquet(NAMES[["borough_code"]], settings.landing_dir / "ons" / "population.parquet")
    with pytest.raises(InputError, match="Marswick") as refused:
        require_known(settings)
    assert "Marshwick" in str(refused.value)
