"""Records of what a step read and wrote."""

import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pytest

from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.records import (
    NotedFields,
    StepRecord,
    find_digest,
    hash_outputs,
    name_input,
    noted,
    read_record,
    watch,
    write_record,
)
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hash_marts, read_mart
from crime_dagster.drawing.kit.finish import save_file
from tests.conftest import save_marts

RECORD = StepRecord("code", "config", {'["a:read_b", "c"]': "2"}, {}, "run")


@noted()
def read_label(folder: Path, name: str) -> str:
    return (folder / name).read_text().split()[0]


@dataclass(frozen=True)
class Word(NotedFields):
    """A row whose label is a separate input."""

    folder: Path
    label: str = ""

    NOTED: ClassVar[tuple[str, ...]] = ("label",)

    def find_reader(self, name: str) -> tuple[str, tuple[Any, ...]] | None:
        return f"{__name__}:read_label", (self.folder, "label.txt")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(tmp_path / "data", tmp_path / "warehouse")
    save_marts(found.database, lsoas="select 1 as one, 'a' as kind")
    (found.warehouse_dir / "label.txt").write_text("red rest")
    return found


def test_what_goes_through_the_doors_is_watched(settings: Settings):
    path = settings.warehouse_dir / "a.parquet"
    with watch(settings) as watched:
        write_parquet(read_mart(settings.database, "lsoas", columns=["one"]), path)
        read_label(settings.warehouse_dir, "label.txt")
    assert watched.written == {path}
    assert [name_input(key) for key in watched.read] == ["marts/lsoas", "label . label.txt"]
    assert all(find_digest(key, settings) == digest for key, digest in watched.read.items())
    save_file(b"x", settings.warehouse_dir / "c.txt")
    assert len(watched.written) == 1, "what comes later is nobody's"


def change_another_column(settings: Settings) -> None:
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("update marts.lsoas set kind = 'b'")


def change_the_column(settings: Settings) -> None:
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("update marts.lsoas set one = 2")


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (change_another_column, []),
        (change_the_column, ["marts/lsoas"]),
        (lambda settings: (settings.warehouse_dir / "label.txt").write_text("red and more"), []),
        (lambda settings: (settings.warehouse_dir / "label.txt").write_text("blue"), ["label . label.txt"]),
        (lambda settings: (settings.warehouse_dir / "label.txt").unlink(), ["label . label.txt"]),
        (lambda settings: settings.database.unlink(), ["marts/lsoas"]),
    ],
)
def test_an_input_is_what_was_read_and_not_what_is_beside_it(
    settings: Settings, change: Callable[[Settings], object], changed: list[str]
):
    with watch(settings) as watched:
        read_mart(settings.database, "lsoas", columns=["one"])
        read_label(settings.warehouse_dir, "label.txt")
    change(settings)
    now = {name_input(key): find_digest(key, settings) == digest for key, digest in watched.read.items()}
    assert [name for name, is_same in now.items() if not is_same] == changed


def test_a_field_is_an_input_once_it_is_read_here_or_sent_to_another_process(settings: Settings):
    word = Word(settings.warehouse_dir, "red")
    with watch(settings) as watched:
        hash(word.folder)
    assert watched.read == {}
    for read in (lambda: word.label, lambda: pickle.dumps(word)):
        with watch(settings) as watched:
            read()
        assert list(watched.read.values()) == [find_digest(key, settings) for key in watched.read] != []


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({}, []),
        ({"code": "other"}, ["its code changed"]),
        ({"config": "other"}, ["its config changed"]),
        ({"inputs": {**RECORD.inputs, '["a:read_b", "c"]': "9"}}, ["b c changed"]),
    ],
)
def test_each_change_is_named(now: dict, words: list[str]):
    other = replace(RECORD, **now)
    assert RECORD.find_changes(other.code, other.config, other.inputs.__getitem__) == words


def test_files_that_are_gone_or_other_are_named(tmp_path: Path):
    for name in ("kept", "changed", "gone"):
        (tmp_path / name).write_text(name)
    record = replace(RECORD, outputs=hash_outputs({tmp_path / name for name in ("kept", "changed", "gone")}, tmp_path))
    assert record.find_damage(tmp_path) == []
    (tmp_path / "changed").write_text("something else")
    (tmp_path / "gone").unlink()
    assert record.find_damage(tmp_path) == ["changed is not as it was written", "gone is missing"]


def test_a_record_comes_back_and_a_damaged_one_is_none(tmp_path: Path):
    path = tmp_path / "records" / "one.json"
    write_record(RECORD, path)
    assert read_record(path) == RECORD
    assert [one.name for one in path.parent.iterdir()] == ["one.json"], "no partial file stays"
    path.write_text(path.read_text()[:-20])
    assert read_record(path) is None
    path.write_text(json.dumps({"code": "x"}))
    assert read_record(path) is None
    assert read_record(tmp_path / "absent.json") is None


@pytest.mark.parametrize(
    ("sql", "is_same"),
    [
        ("select * from (values (2, 'b'), (1, 'a')) as t(n, s)", True),
        ("select * from (values (1, 'a'), (2, 'c')) as t(n, s)", False),
        ("select * from (values (1, 'a'), (2, 'b'), (2, 'b')) as t(n, s)", False),
        ("select * from (values (1, 'a'), (2, 'b')) as t(n, other)", False),
        ("select n::bigint as n, s from (values (1, 'a'), (2, 'b')) as t(n, s)", False),
    ],
)
def test_a_mart_is_known_by_its_rows_and_not_by_their_order(tmp_path: Path, sql: str, is_same: bool):
    found = []
    for number, query in enumerate(("select * from (values (1, 'a'), (2, 'b')) as t(n, s)", sql)):
        path = tmp_path / f"{number}.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"create schema marts; create table marts.things as {query}")
        found.append(hash_marts(path))
    assert (found[0] == found[1]) is is_same
