"""What a step was made from and what it wrote."""

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from crime_dagster.core import records
from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.records import Record, hash_file, hash_outputs, hash_text, read_record, watch, write_record
from crime_dagster.core.warehouse import hash_marts, read_mart
from crime_dagster.drawing.kit.finish import save_file

RECORD = Record("code", "config", {"marts/lsoas": "1", "models/explain": "2"}, {}, "run")


def test_what_goes_through_the_doors_is_watched(tmp_path: Path):
    with duckdb.connect(str(tmp_path / "crime.duckdb")) as connection:
        connection.execute("create schema marts; create table marts.lsoas as select 1 as one")
    with watch() as outer:
        with watch() as inner:
            rows = read_mart(tmp_path / "crime.duckdb", "lsoas")
            write_parquet(rows, tmp_path / "a.parquet")
        save_file(b"x", tmp_path / "b.txt")
    assert inner.written == {tmp_path / "a.parquet"}
    assert outer.written == {tmp_path / "a.parquet", tmp_path / "b.txt"}
    assert inner.read == outer.read == {"lsoas"}
    save_file(b"x", tmp_path / "c.txt")
    assert tmp_path / "c.txt" not in outer.written, "what comes later is nobody's"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({}, []),
        ({"code": "other"}, ["its code changed"]),
        ({"config": "other"}, ["its settings changed"]),
        ({"inputs": {"marts/lsoas": "9", "models/explain": "2"}}, ["marts/lsoas changed"]),
        ({"inputs": {**RECORD.inputs, "gifs/by_month": "3"}}, ["gifs/by_month changed"]),
    ],
)
def test_each_change_is_named(now: dict, words: list[str]):
    other = replace(RECORD, **now)
    assert RECORD.find_changes(other.code, other.config, other.inputs) == words


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


def test_texts_are_kept_apart():
    assert hash_text("ab", "c") != hash_text("a", "bc")
    assert hash_text() != hash_text("")


def test_a_file_that_is_none_has_no_hash(tmp_path: Path):
    assert hash_file(tmp_path / "absent") is None
    assert hash_file(tmp_path) is None


def test_long_lists_are_cut():
    assert records.name_few([str(number) for number in range(7)]) == "0; 1; 2; 3; 4; and 2 more"


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
