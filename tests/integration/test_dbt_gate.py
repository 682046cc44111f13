"""A failing dbt test turns the command red and nothing that depends on the table is built."""

import csv
import shutil
from pathlib import Path

from tests.conftest import run_command


def test_a_failing_dbt_test_stops_the_run_before_any_model_or_picture(sample_dir: Path, tmp_path: Path):
    data = Path(shutil.copytree(sample_dir, tmp_path / "data"))
    (path,) = data.rglob("File_7*.csv")
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    column = next(index for index, name in enumerate(rows[0]) if name.startswith("Income Score"))
    rows[1][column] = "7.5"  # a rate cannot be above 1
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    done = run_command("run", data, tmp_path / "warehouse")
    everything = done.output + done.errors
    assert done.status == 1, everything[-3000:]
    assert "income" in done.errors
    assert "Gallery:" not in everything
    assert not (tmp_path / "warehouse" / "landing" / "models").exists()
    assert not (tmp_path / "warehouse" / "published").exists()
