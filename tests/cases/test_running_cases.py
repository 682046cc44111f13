"""A run beside another program, and on a full disk."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from crime_dagster import __main__
from crime_dagster.core.artefacts import ZIP, write_artefact
from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import require_free
from crime_dagster.drawing.kit.finish import save_gif, save_page
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.sources.synthetic.city import CityPlan
from crime_dagster.sources.synthetic.writing import write_city
from tests.conftest import mount_small_disk

STAMP = Stamp("Nowhere", True, "2025", ("Nobody",), "No licence", "")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("running") / "town"
    write_city(folder, CityPlan(areas=60, boroughs=4, months=26))
    return folder


def test_a_foreign_lock_is_named_and_no_table_is_touched(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    settings = Settings(town, tmp_path / "warehouse")
    for name, value in settings.child_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(__main__, "require_free", partial(require_free, seconds=1.0))
    settings.warehouse_dir.mkdir()
    duckdb.connect(str(settings.database)).close()
    before = settings.database.read_bytes()
    hold = "import sys, duckdb; held = duckdb.connect(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(settings.database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        status = __main__.main(["dbt"])
        holder.kill()
    said = capsys.readouterr()
    assert status == 2
    assert f"Another program has {settings.database} open; waiting 1 seconds" in said.out
    assert str(settings.database) in said.err
    assert f"PID {holder.pid}" in said.err
    assert "Traceback" not in said.out + said.err
    assert settings.database.read_bytes() == before


def test_a_second_row_of_an_area_never_reaches_a_staging_table(town: Path, tmp_path: Path, check_one):
    path = sorted(town.rglob("*24 months*.csv"))[-1]
    lines = path.read_text(encoding="utf-8").splitlines()
    # The same area and category with other figures, so not a mere copy.
    again = [str(int(cell) + 1) if cell.isdigit() else cell for cell in lines[1].split(",")]
    copy = tmp_path / path.name
    copy.write_text("\n".join([*lines, ",".join(again)]) + "\n", encoding="utf-8")
    account = check_one(copy)
    assert account.rows_set_aside == {"duplicate": 1}
    assert account.rows_kept == len(lines) - 1


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    with mount_small_disk(tmp_path / "disk", "1m") as folder:
        yield folder


def write_table(path: Path, size: int) -> None:
    write_parquet(pd.DataFrame({"number": np.random.default_rng(size).integers(0, 2**60, size)}), path)


def write_model(path: Path, size: int) -> None:
    write_artefact(path, ZIP + bytes(size * 8), {"size": size})


def write_map(path: Path, size: int) -> None:
    save_page(f"<!doctype html><p>{'x' * size * 8}</p></html>", path)


def write_gif(path: Path, size: int) -> None:
    # Grey only: the palette of a million colours would take half a minute.
    noise = np.random.default_rng(size).integers(0, 250, (2, 20, size // 20, 1), dtype=np.uint8)
    save_gif(list(noise.repeat(3, axis=3)), path, 1, STAMP, "Noise.")


@pytest.mark.parametrize(
    ("name", "write"),
    [("table.parquet", write_table), ("model.skops", write_model), ("map.html", write_map), ("moving.gif", write_gif)],
)
def test_what_does_not_fit_on_the_disk_leaves_the_old_file(
    name: str, write: Callable[[Path, int], None], tiny_disk: Path
):
    path = tiny_disk / name
    write(path, 2_000)
    before = {one.name: one.read_bytes() for one in tiny_disk.iterdir()}
    with pytest.raises(OSError, match="No space left on device"):
        write(path, 600_000)
    # The text and the still picture beside the file are unchanged too.
    assert {one.name: one.read_bytes() for one in tiny_disk.iterdir()} == before
