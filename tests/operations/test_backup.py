"""A warehouse is saved and restored unchanged; half an archive and a warehouse in use are refused."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT

SCRIPT = PROJECT / "deploy" / "backup.sh"


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SCRIPT), *map(str, arguments)],
        env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    folder = tmp_path / "a ware'house (é)"
    (folder / "releases" / "000001").mkdir(parents=True)
    (folder / "releases" / "000001" / "index.html").write_text("a page")
    (folder / "published").symlink_to("releases/000001", target_is_directory=True)
    (folder / "dbt" / "target").mkdir(parents=True)
    (folder / "dbt" / "target" / "manifest.json").write_text("{}")
    (folder / "releases" / ".000002.partial").mkdir()
    with duckdb.connect(str(folder / "crime.duckdb")) as database:
        database.execute("create table t as select 42 as answer")
    return folder


def test_what_was_saved_comes_back_and_what_was_there_is_kept(warehouse: Path, tmp_path: Path):
    archive = tmp_path / "saved.tar.gz"
    saved = call("save", warehouse, archive)
    assert saved.returncode == 0, saved.stderr
    (warehouse / "crime.duckdb").write_bytes(b"damaged")
    restored = call("restore", archive, warehouse)
    assert restored.returncode == 0, restored.stderr
    with duckdb.connect(str(warehouse / "crime.duckdb"), read_only=True) as database:
        assert database.execute("select answer from t").fetchall() == [(42,)]
    assert (warehouse / "published" / "index.html").read_text() == "a page"
    assert (warehouse / "published").is_symlink()
    assert not (warehouse / "dbt").exists()
    assert not (warehouse / "releases" / ".000002.partial").exists()
    assert Path(f"{warehouse}.before", "crime.duckdb").read_bytes() == b"damaged"
    again = call("restore", archive, warehouse)
    assert again.returncode == 2
    assert "move it away" in again.stderr


def test_a_warehouse_that_is_written_to_is_not_saved(warehouse: Path, tmp_path: Path):
    with duckdb.connect(str(warehouse / "crime.duckdb")):
        done = call("save", warehouse, tmp_path / "saved.tar.gz")
    assert done.returncode == 2
    assert "in use" in done.stderr
    assert not (tmp_path / "saved.tar.gz").exists()


def test_half_an_archive_touches_nothing(warehouse: Path, tmp_path: Path):
    archive = tmp_path / "saved.tar.gz"
    assert call("save", warehouse, archive).returncode == 0
    archive.write_bytes(archive.read_bytes()[:200])
    assert call("restore", archive, warehouse).returncode != 0
    with duckdb.connect(str(warehouse / "crime.duckdb"), read_only=True) as database:
        assert database.execute("select answer from t").fetchall() == [(42,)]


def test_without_words_it_says_how_it_is_called():
    done = call()
    assert done.returncode == 2
    assert "deploy/backup.sh save" in done.stderr
