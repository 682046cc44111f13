"""Files are written atomically, and synced before they are renamed."""

import os
from pathlib import Path

import pytest

from crime_dagster.core.files import hash_file, hash_text, read_json, sync_tree, write_whole


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the system calls, in order."""
    told: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        told.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        fsync(descriptor)

    def note_replace(path: Path, target: Path) -> Path:
        told.append(f"{path.name} -> {target.name}")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    return told


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path, steps: list[str]):
    path = tmp_path / "new" / "map.html"
    with write_whole(path) as partial:
        partial.write_text("whole")
        assert not path.exists()
    assert steps == ["sync .map.html.partial", ".map.html.partial -> map.html"]
    assert path.read_text() == "whole"
    assert [one.name for one in path.parent.iterdir()] == ["map.html"]


def test_what_is_only_made_again_does_not_wait_for_the_disk(tmp_path: Path, steps: list[str]):
    with write_whole(tmp_path / "record.json", durable=False) as partial:
        partial.write_text("{}")
    assert steps == [".record.json.partial -> record.json"]


def test_what_a_killed_process_left_is_not_continued(tmp_path: Path):
    (tmp_path / ".crime.duckdb.partial").write_text("half")
    with write_whole(tmp_path / "crime.duckdb") as partial:
        assert not partial.exists()
        partial.write_text("whole")
    assert (tmp_path / "crime.duckdb").read_text() == "whole"


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "map.html"
    path.write_text("old")

    def fail() -> None:
        with write_whole(path) as partial:
            partial.write_text("ne")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["map.html"]


def test_a_tree_is_synced_from_its_leaves(tmp_path: Path, steps: list[str]):
    (tmp_path / "release" / "maps").mkdir(parents=True)
    (tmp_path / "release" / "maps" / "total.html").write_text("")
    sync_tree(tmp_path / "release")
    assert steps == ["sync total.html", "sync maps", "sync release"]


def test_texts_are_kept_apart():
    assert hash_text("ab", "c") != hash_text("a", "bc")
    assert hash_text() != hash_text("")


def test_a_file_that_is_none_has_no_hash(tmp_path: Path):
    assert hash_file(tmp_path / "absent") is None
    assert hash_file(tmp_path) is None


@pytest.mark.parametrize("text", ["{torn", "[1]", "\xff"])
def test_json_that_is_none_says_nothing(tmp_path: Path, text: str):
    (tmp_path / "a.json").write_text(text, encoding="latin-1")
    assert read_json(tmp_path / "a.json") == {}
    assert read_json(tmp_path / "absent.json") == {}
