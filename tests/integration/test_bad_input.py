"""Unusable input: one message with a remedy, no traceback, and nothing built."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Run, run_command


@pytest.fixture(scope="module")
def warehouse(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One warehouse for all tests here, none of which reaches a model."""
    return Path(shutil.copytree(prepared, tmp_path_factory.mktemp("refused") / "warehouse", symlinks=True))


@pytest.fixture
def data(sample_dir: Path, tmp_path: Path) -> Path:
    """A copy of the sample that a test may damage."""
    return Path(shutil.copytree(sample_dir, tmp_path / "data"))


def find_one(folder: Path, pattern: str) -> Path:
    (path,) = folder.rglob(pattern)
    return path


def assert_says(done: Run, *words: str) -> None:
    everything = done.output + done.errors
    assert done.status not in (0, None), everything[-2000:]
    assert "Traceback" not in everything, everything[-4000:]
    assert "Gallery:" not in everything
    for word in ("expected:", "to do:", *words):
        assert word in done.errors, done.errors[-3000:]


def test_a_folder_that_is_not_there(warehouse: Path, tmp_path: Path):
    assert_says(run_command("run", tmp_path / "nowhere", warehouse), "nowhere", "CRIME_DATA_DIR")


def test_an_empty_folder(warehouse: Path, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    assert_says(run_command("run", tmp_path / "empty", warehouse), "mps/lsoa_crime")


def test_a_missing_file(data: Path, warehouse: Path):
    find_one(data, "Pubs.csv").unlink()
    assert_says(run_command("run", data, warehouse), "gla/pubs", "Pubs.csv")


def test_a_file_with_a_missing_column_and_a_page_in_place_of_a_table(data: Path, warehouse: Path):
    path = find_one(data, "Pubs.csv")
    text = path.read_bytes().decode("utf-8-sig")
    path.write_bytes(text.replace("easting", "distance", 1).encode())
    page = find_one(data, "File_7*.csv")
    page.write_text("<!DOCTYPE html><html><body>503 Service Unavailable</body></html>")
    done = run_command("run", data, warehouse)
    assert_says(done, "Pubs.csv", "easting", "distance")
    assert_says(done, page.name)


def test_a_folder_with_blanks_and_quotes_reaches_the_command_whole(tmp_path: Path):
    folder = tmp_path / "O'Neil & co [1] no such folder"
    done = subprocess.run(
        ["make", "--no-print-directory", "-o", ".venv/.ready", "run", f"CRIME_DATA_DIR={folder}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert str(folder) in done.stderr
