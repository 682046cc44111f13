import datetime as dt

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.recognition import recognise
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile


@pytest.fixture
def store(tmp_path):
    def write(columns: dict, name: str = "table.parquet") -> SourceFile:
        pq.write_table(pa.table(columns), tmp_path / name)
        return SourceFile(path=tmp_path / name, name=name)

    return write


def read(file: SourceFile, source: Source) -> Reading:
    return READERS[source.reader](file, source)


def test_long_table_is_checked_as_text_is(store, table):
    file = store(
        {
            "lsoa21cd": ["E01000001", "E01000002", "E01000001", "somewhere", None],
            "people": [18.0, None, 3.0, 4.0, None],
            "Rate": ["1,000.5", None, "2", "3", None],
        }
    )

    reading = read(file, table)

    assert reading.rows.select(["lsoa_code", "people", "rate", "row_number"]).to_pylist() == [
        {"lsoa_code": "E01000001", "people": "18", "rate": "1000.5", "row_number": 1},
        {"lsoa_code": "E01000002", "people": None, "rate": None, "row_number": 2},
    ]
    assert [(one.row_number, one.reason) for one in reading.set_aside] == [
        (3, "duplicate"),
        (4, "bad_code"),
        (5, "blank_line"),
    ]
    assert reading.rows_in == 5


def test_wide_table_is_landed_long(store, wide):
    file = store(
        {"LSOA Code": ["E01000001"], "Category": ["ROBBERY"], "202401": [3], "202402": pa.array([0], pa.int8())}
    )

    rows = read(file, wide).rows

    assert rows.select(["lsoa_code", "month", "crimes"]).to_pylist() == [
        {"lsoa_code": "E01000001", "month": "202401", "crimes": "3"},
        {"lsoa_code": "E01000001", "month": "202402", "crimes": "0"},
    ]


def test_dates_and_packed_texts_are_text_and_row_numbers_of_pandas_are_left_out(tmp_path, make):
    frame = pd.DataFrame(
        {
            "kind": pd.Categorical(["a", None]),
            "day": [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, 6, 30)],
            "size": [1, 2],
        },
        index=[7, 9],
    )
    frame.to_parquet(tmp_path / "table.parquet")
    source = make(
        columns={"kind": ["kind"], "day": ["day"], "size": ["size"]}, unique=[], options={"no_other_columns": True}
    )
    file = SourceFile(path=tmp_path / "table.parquet", name="table.parquet")

    rows = read(file, source).rows

    assert rows.select(["kind", "day"]).to_pylist() == [
        {"kind": "a", "day": "2024-01-01"},
        {"kind": None, "day": "2024-01-01T06:30:00"},
    ]
    assert recognise(file, [source]).source is source


def test_another_kind_of_file_is_refused(put, table):
    path = put("table.parquet", "LSOA code,People\nE01000001,3\n")

    with pytest.raises(InputError, match="cannot be opened as Parquet"):
        read(SourceFile(path=path, name="table.parquet"), table)


def test_parquet_under_the_name_of_a_text_is_refused(store, table):
    with pytest.raises(InputError, match="a Parquet file without"):
        read(store({"LSOA code": ["E01000001"], "People": [3]}, "table.csv"), table)
