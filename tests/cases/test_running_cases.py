"""A run beside others, on a full disk, and from a read-only folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.artefacts import ZIP, write_artefact
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.parquet import write_parquet
from crime_dagster.drawing.kit.finish import save_gif, save_page
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.sources.synthetic.city import CityPlan
from crime_dagster.sources.synthetic.writing import write_city
from tests.conftest import PROJECT, mount_small_disk, name_environment, obey_modes, run_command

STAMP = Stamp("Nowhere", True, "2025", ("Nobody",), "No licence", "")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("running") / "town"
    write_city(folder, CityPlan(areas=60, boroughs=4, months=26))
    return folder


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Install the project as another user's files in a read-only folder."""
    folder = tmp_path_factory.mktemp("installed") / "code"
    folder.mkdir()
    for name in ("crime_dagster", "dbt_project", "deploy"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(PROJECT / "pyproject.toml", folder / "pyproject.toml")
    tree = [folder, *folder.rglob("*")]
    for path in tree:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in tree:
        path.chmod(0o755)


def start(code: Path, town: Path, warehouse: Path | None) -> subprocess.Popen[str]:
    """Start `dbt` from read-only code, with as few open files as some systems allow."""
    words = (*obey_modes(), *(["prlimit", "--nofile=64"] if shutil.which("prlimit") else []))
    environment = name_environment(town, warehouse or Path()) | {"PYTHONPATH": str(code)}
    if warehouse is None:
        del environment["CRIME_WAREHOUSE_DIR"]
    return subprocess.Popen(
        [*words, sys.executable, "-m", "crime_dagster", "dbt"],
        cwd=code,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True)
class Waited:
    """A build that waited for another run's warehouse: its first line, and the files of its code."""

    warehouse: Path
    told: str
    before: list[Path]
    after: list[Path]


@pytest.fixture(scope="module")
def waited(tmp_path_factory: pytest.TempPathFactory, code: Path, town: Path) -> Waited:
    folder = tmp_path_factory.mktemp("built") / "warehouse"
    folder.mkdir()
    before = sorted(code.rglob("*"))
    with hold_warehouse(folder):
        waiting = start(code, town, folder)
        assert waiting.stdout is not None
        told = waiting.stdout.readline()
        assert not (folder / "crime.duckdb").exists()
    output, errors = waiting.communicate(timeout=900)
    assert waiting.returncode == 0, output[-3000:] + errors[-3000:]
    return Waited(folder, told, before, sorted(code.rglob("*")))


@pytest.fixture(scope="module")
def warehouse(waited: Waited) -> Path:
    """A database that dbt built; tests must not change it."""
    return waited.warehouse


def count_crimes(warehouse: Path) -> tuple[object, ...] | None:
    with duckdb.connect(str(warehouse / "crime.duckdb"), read_only=True) as connection:
        return connection.execute("select count(*), sum(crimes) from marts.lsoa_crimes").fetchone()


def test_a_run_waits_for_another_one_and_says_for_which(waited: Waited):
    process = f"(process {os.getpid()})"
    assert waited.told == f"Another run is building in {waited.warehouse} {process}; waiting for it ...\n"
    assert count_crimes(waited.warehouse) is not None


def test_a_foreign_lock_is_named_and_no_table_is_touched(town: Path, warehouse: Path):
    before = count_crimes(warehouse)
    hold = "import sys, duckdb; held = duckdb.connect(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    database = warehouse / "crime.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = run_command("dbt", town, warehouse)
        holder.kill()
    assert done.status == 2
    assert f"Another program has {database} open; waiting 15 seconds" in done.output
    assert str(database) in done.errors
    assert f"PID {holder.pid}" in done.errors
    assert "Traceback" not in done.output + done.errors
    assert count_crimes(warehouse) == before, "no table is half-updated"


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


def test_code_that_may_not_be_written_runs_with_a_warehouse_elsewhere(code: Path, town: Path, waited: Waited):
    assert waited.after == waited.before, "nothing is written into the code folder"
    assert count_crimes(waited.warehouse) is not None
    # Without the setting the warehouse would be in the code folder: refused at once, with its name.
    done = start(code, town, None)
    _, errors = done.communicate(timeout=900)
    assert done.returncode == 2
    assert str(code / "warehouse" / "town") in errors
    assert "CRIME_WAREHOUSE_DIR" in errors
    assert "Traceback" not in errors
