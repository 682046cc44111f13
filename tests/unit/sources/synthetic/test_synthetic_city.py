"""The committed sample is what the program writes, small enough, and marked as made up."""

import gzip
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import yaml
from geopandas.testing import assert_geodataframe_equal

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.synthetic.__main__ import main
from crime_dagster.sources.synthetic.city import CityPlan
from crime_dagster.sources.synthetic.writing import write_city

SAMPLE = Path(__file__).parents[4] / "data_raw" / "sample"
LARGEST_SAMPLE, LARGEST_FILE = 3_000_000, 1_000_000  # bytes


def list_files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    write_city(folder)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    write_city(folder, CityPlan(seed=3, areas=60, boroughs=4, months=15))
    return folder


def test_sample_holds_the_files_that_the_program_makes(made: Path) -> None:
    assert list_files(made) == list_files(SAMPLE)


def test_texts_of_the_sample_are_made_again_to_the_byte(made: Path) -> None:
    texts = [name for name in list_files(made) if name.endswith((".csv", ".yml", ".md"))]
    assert len(texts) > 40
    different = [name for name in texts if (made / name).read_bytes() != (SAMPLE / name).read_bytes()]
    assert different == [], "run `python -m crime_dagster.sources.synthetic data_raw/sample`"


def test_compressed_texts_of_the_sample_are_made_again(made: Path) -> None:
    packed = [name for name in list_files(made) if name.endswith(".gz")]
    assert packed
    for name in packed:
        assert gzip.decompress((made / name).read_bytes()) == gzip.decompress((SAMPLE / name).read_bytes()), name


def test_boundaries_of_the_sample_are_made_again(made: Path) -> None:
    name = "ons/boundaries/doggermouth-2021-lsoa-gen20.shp"
    assert_geodataframe_equal(gpd.read_file(made / name), gpd.read_file(SAMPLE / name))
    name = "ons/boundaries/doggermouth-2021-lad22-gen20.geojson"
    again, committed = gpd.read_file(made / name), gpd.read_file(SAMPLE / name)
    assert_geodataframe_equal(again, committed, check_less_precise=True)


def test_shapefile_carries_no_date_of_writing() -> None:
    attributes = (SAMPLE / "ons/boundaries/doggermouth-2021-lsoa-gen20.dbf").read_bytes()
    assert tuple(attributes[1:4]) == (122, 12, 31)


def test_sample_is_small() -> None:
    sizes = {name: (SAMPLE / name).stat().st_size for name in list_files(SAMPLE)}
    assert sum(sizes.values()) <= LARGEST_SAMPLE
    assert max(sizes.values()) < LARGEST_FILE


def test_sample_says_that_it_is_made_up() -> None:
    marker = yaml.safe_load((SAMPLE / "data_set.yml").read_text())
    said = {name: marker[name] for name in ("place", "synthetic", "force")}
    assert said == {"place": "Doggermouth", "synthetic": True, "force": "Doggermouth Constabulary"}
    assert set(marker["needs"]) <= set(load_catalogue())
    readme = (SAMPLE / "README.md").read_text()
    assert "Nothing in this folder is real" in readme
    assert "python -m crime_dagster.sources.synthetic" in readme
    assert "--seed 14 --areas 400 --boroughs 6 --months 36 --last-month 2026-02" in readme


def test_readme_lists_every_effect_and_every_feature_without_one() -> None:
    from crime_dagster.sources.synthetic.effects import DRIVERS, WITHOUT_EFFECT

    readme = (SAMPLE / "README.md").read_text()
    for driver in DRIVERS:
        row = next(line for line in readme.splitlines() if line.startswith(f"| `{driver.feature}`"))
        cells = [cell.strip() for cell in row.split("|")]
        assert sorted(cell for cell in cells[3:] if cell) == sorted(f"{v:+g}" for v in driver.effects.values())
    assert not set(WITHOUT_EFFECT) & {driver.feature for driver in DRIVERS}
    assert all(f"`{feature}`" in readme for feature in WITHOUT_EFFECT)


def test_another_seed_gives_another_city(small: Path, tmp_path: Path) -> None:
    write_city(tmp_path, CityPlan(seed=4, areas=60, boroughs=4, months=15))
    crimes = "mps/MPS LSOA Level Crime (most recent 24 months) to 2026-02.csv"
    assert (small / crimes).read_bytes() != (tmp_path / crimes).read_bytes()


def test_a_city_written_over_itself_has_the_same_bytes(small: Path) -> None:
    before = {name: (small / name).read_bytes() for name in list_files(small)}
    write_city(small, CityPlan(seed=3, areas=60, boroughs=4, months=15))
    assert {name: (small / name).read_bytes() for name in list_files(small)} == before


def test_a_city_has_the_size_that_is_asked_for(small: Path) -> None:
    lsoas = gpd.read_file(small / "ons/boundaries/doggermouth-2021-lsoa-gen20.shp")
    assert len(lsoas) == 60
    assert lsoas["LAD22CD"].nunique() == 4
    releases = sorted((small / "mps").glob("*LSOA Level Crime*.csv"))
    months = {column for path in releases for column in pd.read_csv(path, nrows=0).columns if column.isdigit()}
    assert len(months) == 15
    assert max(months) == "202602"
    boroughs = json.loads((small / "ons/boundaries/doggermouth-2021-lad22-gen20.geojson").read_text())
    assert len(boroughs["features"]) == 4


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("areas", 20),
        ("boroughs", 2),
        ("boroughs", 401),
        ("areas", 45_001),
        ("months", 12),
        ("seed", -1),
        ("last_month", "2026-13"),
        ("crime_level", 0),
    ],
)
def test_an_impossible_option_is_refused_by_name(tmp_path: Path, option: str, value: Any) -> None:
    with pytest.raises(InputError) as refused:
        write_city(tmp_path / "city", CityPlan(**{option: value}))
    assert refused.value.column == option
    assert refused.value.found == str(value)
    assert not (tmp_path / "city").exists()


def test_command_line_writes_a_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([str(tmp_path / "city"), "--seed", "3", "--areas", "60", "--boroughs", "4", "--months", "15"])
    assert status == 0
    assert (tmp_path / "city" / "data_set.yml").is_file()
    assert "60 areas" in capsys.readouterr().out


def test_command_line_refuses_impossible_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "city"), "--areas", "7"]) == 2
    message = capsys.readouterr().err
    assert "areas" in message
    assert "at least 10 per borough" in message


def test_command_line_answers_an_unusable_folder_with_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert main([str(tmp_path / "file" / "city"), "--areas", "60", "--boroughs", "4"]) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err
