"""Files that workers exchange: a folder of the disk takes the place of the store."""

from pathlib import Path

import pytest
from pyarrow import fs

from crime_dagster.defs.runtime.exchange import Folder


@pytest.fixture
def workers(tmp_path: Path) -> tuple[Folder, Folder]:
    """Two workers, each with a folder of its own, and their store."""
    (tmp_path / "store").mkdir()
    store = fs.SubTreeFileSystem(str(tmp_path / "store"), fs.LocalFileSystem())
    made = []
    for name in ("one", "two"):
        (tmp_path / name / "landing").mkdir(parents=True)
        known = tmp_path / f"{name}.json"
        made.append(Folder(store, "built/", tmp_path / name, known, ("landing", "crime.lake")))
    (tmp_path / "store" / "built" / "landing").mkdir(parents=True)
    return made[0], made[1]


def test_what_one_worker_made_or_deleted_the_other_has(workers: tuple[Folder, Folder]):
    one, two = workers
    (one.path / "landing" / "a.parquet").write_text("a")
    (one.path / "landing" / "b.parquet").write_text("b")
    (one.path / "crime.lake").write_text("1")
    (one.path / "own.txt").write_text("not for others")
    one.send()
    two.fetch()
    assert sorted(path.name for path in two.path.rglob("*") if path.is_file()) == [
        "a.parquet",
        "b.parquet",
        "crime.lake",
    ]

    (two.path / "landing" / "a.parquet").unlink()
    (two.path / "crime.lake").write_text("22")
    two.send()
    one.fetch()
    assert [path.name for path in (one.path / "landing").iterdir()] == ["b.parquet"]
    assert (one.path / "crime.lake").read_text() == "22"


def test_what_is_the_same_is_not_written_again(workers: tuple[Folder, Folder]):
    one, two = workers
    (one.path / "landing" / "a.parquet").write_text("a")
    one.send()
    two.fetch()
    before = (two.path / "landing" / "a.parquet").stat().st_mtime_ns
    one.send()
    two.fetch()
    two.send()
    assert (two.path / "landing" / "a.parquet").stat().st_mtime_ns == before


def test_a_half_written_file_is_for_nobody(workers: tuple[Folder, Folder]):
    one, two = workers
    (one.path / "landing" / ".a.parquet.partial").write_text("half")
    one.send()
    two.fetch()
    assert not list((two.path / "landing").iterdir())
