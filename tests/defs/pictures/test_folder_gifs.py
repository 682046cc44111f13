"""GIFs from user-made pictures, which stay unchanged."""

from pathlib import Path

import dagster as dg
import numpy as np
import pytest
from PIL import Image

from crime_dagster.core.settings import Settings
from crime_dagster.defs.pictures.folder_gifs import find_pairs, from_folder
from crime_dagster.defs.runtime.alerts import describe_failures


def put(folder: Path, name: str, size: tuple[int, int] = (120, 80), shade: int = 200) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (shade, 10, 10)).save(folder / name)


def make(folder: Path, tmp_path: Path, **config) -> dg.ExecuteInProcessResult:
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    settings.data_dir.mkdir(exist_ok=True)
    run_config = {"ops": {"gifs__from_folder": {"config": {"folder": str(folder), **config}}}}
    return dg.materialize([from_folder], resources={"settings": settings}, run_config=run_config, raise_on_error=False)


def test_pairs_are_found_by_name_and_halves_are_named():
    pairs, missing = find_pairs(
        ["drug crimes.png", "Predicted Drug crimes.png", "theft crimes.png", "notes.txt", "predicted x crimes.png"]
    )
    assert pairs == [("Drug", "drug crimes.png", "Predicted Drug crimes.png")]
    assert missing == ["predicted theft crimes.png", "x crimes.png"]


def test_every_whole_pair_becomes_a_gif_and_pictures_stay(tmp_path: Path):
    folder = tmp_path / "d'été [1]"
    put(folder, "drug crimes.png")
    put(folder, "predicted drug crimes.png", size=(121, 78), shade=90)
    put(folder, "theft crimes.png")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = make(folder, tmp_path, seconds=0.5, loop=3)
    assert result.success
    made = sorted((tmp_path / "warehouse" / "build" / "gifs" / "from_folder").glob("*.gif"))
    assert [path.name for path in made] == ["drug_actual_and_predicted.gif"]
    with Image.open(made[0]) as image:
        assert getattr(image, "n_frames", 1) == 2
        assert image.width == 121, "padded to the larger one, not cut"
        assert image.height > 80
        assert image.info["duration"] == 500
    metadata = result.asset_materializations_for_node("gifs__from_folder")[0].metadata
    assert metadata["missing"].value == ["predicted theft crimes.png"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("names", [[], ["theft crimes.png"]])
def test_nothing_to_do_is_said(tmp_path: Path, names: list[str]):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in names:
        put(folder, name)
    result = make(folder, tmp_path)
    assert not result.success
    words = describe_failures("gifs_from_folder", result.get_step_failure_events())
    assert "predicted <type> crimes.png" in words
    assert ("predicted theft crimes.png" in words) == bool(names)


def test_a_file_that_is_no_picture_is_named(tmp_path: Path):
    folder = tmp_path / "pictures"
    put(folder, "drug crimes.png")
    (folder / "predicted drug crimes.png").write_bytes(np.arange(50, dtype=np.uint8).tobytes())
    words = describe_failures("gifs_from_folder", make(folder, tmp_path).get_step_failure_events())
    assert "predicted drug crimes.png" in words
