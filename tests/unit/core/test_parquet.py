from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from crime_dagster.core import parquet


def test_write_parquet_leaves_the_old_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "a" / "rows.parquet"
    parquet.write_parquet(pd.DataFrame({"x": [1]}), path, version="one")

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(parquet.pq.ParquetWriter, "write_table", fail)
    with pytest.raises(OSError, match="disk full"):
        parquet.write_parquet(pd.DataFrame({"x": [2]}), path, version="two")
    assert pd.read_parquet(path)["x"].tolist() == [1]
    assert parquet.read_parquet_version(path) == "one"


def test_version_of_a_damaged_or_missing_file_is_none(tmp_path: Path):
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(b"PAR1 half a file")
    assert parquet.read_parquet_version(damaged) is None
    assert parquet.read_parquet_version(tmp_path / "none.parquet") is None


def test_the_head_of_a_file_is_its_first_rows_without_bytes(tmp_path: Path):
    path = tmp_path / "lsoas.parquet"
    parquet.write_parquet(pa.table({"lsoa_code": ["E1", "E2", "E3"], "geometry": [b"1", b"2", b"3"]}), path)
    assert parquet.read_head(path, 2).to_pydict() == {"lsoa_code": ["E1", "E2"]}
    parquet.write_parquet(pa.table({"lsoa_code": pa.array([], pa.string())}), path)
    assert parquet.read_head(path, 2).num_rows == 0


def test_rows_are_the_same_whatever_version_they_were_written_with(tmp_path: Path):
    paths = [tmp_path / f"{number}.parquet" for number in range(4)]
    parquet.write_parquet(pd.DataFrame({"x": [1]}), paths[0], version="one")
    parquet.write_parquet(pd.DataFrame({"x": [1]}), paths[1], version="two, and longer")
    parquet.write_parquet(pd.DataFrame({"x": [2]}), paths[2], version="one")
    paths[3].write_bytes(paths[0].read_bytes() + b"\0")
    first, *others = map(parquet.hash_rows_of, paths)
    assert [other == first for other in others] == [True, False, False]


def test_parts_are_one_file_of_which_the_distinct_values_are_read_in_batches(tmp_path: Path):
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    with parquet.write_parquet_parts(first, "one") as add:
        add(pa.table({"month": ["2024-01", "2024-01"], "x": [1, 2]}))
        assert not first.exists()
        add(pa.table({"month": ["2024-02"], "x": [3]}))
    parquet.write_parquet(pa.table({"month": pa.array([], pa.string()), "x": pa.array([], pa.int64())}), second)
    assert parquet.read_parquet([first])["x"].to_pylist() == [1, 2, 3]
    assert parquet.read_parquet_version(first) == "one"
    assert sorted(parquet.read_distinct([first, second], ["month"])["month"].to_pylist()) == ["2024-01", "2024-02"]
    assert parquet.read_distinct([second], ["month"]).num_rows == 0


def test_rows_are_read_by_file_and_of_a_group_with_two_files_none(tmp_path: Path):
    parts = [pa.table({"source_file": [name] * 2, "x": [at, at + 1]}) for at, name in enumerate(("a.csv", "b.csv"))]
    apart, together = tmp_path / "apart.parquet", tmp_path / "together.parquet"
    with parquet.write_parquet_parts(apart) as add:
        for part in parts:
            add(part)
    parquet.write_parquet(pa.concat_tables(parts), together)
    read = {name: rows["x"].to_pylist() for name, rows in parquet.read_by_file(apart)}
    assert read == {"a.csv": [0, 1], "b.csv": [1, 2]}
    with pytest.raises(ValueError, match=r"rows of a\.csv and of b\.csv"):
        list(parquet.read_by_file(together))
