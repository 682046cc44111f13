import gzip
import hashlib

import pyarrow as pa
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.land import land as landing
from crime_dagster.sources.land.land import FILES, SET_ASIDE
from crime_dagster.sources.land.portions import combine_versions, plan_portions
from crime_dagster.sources.readers.formats.reading import Reading
from tests.unit.sources.landing import land

WIDE = "LSOA Code,Category,202401,202402\nE01000001,THEFT,1,2\nE01000002,THEFT,3,4\nTotal,,4,6\n"


def test_a_source_of_several_files_is_one_table_with_an_account_per_file(put, wide, tmp_path):
    first = put("mps/crime (to 2024-02).csv", WIDE)
    put("mps/crime (to 2024-03).csv", "LSOA Code,Category,202402,202403\nE01000001,THEFT,5,6\n")
    landed = land(wide, tmp_path)
    assert landed.rows.column_names == [
        *("lsoa_code", "lsoa_name", "category", "month", "crimes", "source_file", "row_number"),
    ]
    assert landed.rows.schema.field("row_number").type == pa.int64()
    assert landed.rows.num_rows == 6
    assert sum(map(int, landed.rows["crimes"].to_pylist())) == 21
    assert landed.files.schema == FILES
    assert landed.set_aside.schema == SET_ASIDE
    assert landed.files.to_pylist()[0] == {
        "publisher": "somebody",
        "thing": "table",
        "file": "mps/crime (to 2024-02).csv",
        "sha256": hashlib.sha256(WIDE.encode()).hexdigest(),
        "bytes": first.stat().st_size,
        "rows_in": 3,
        "rows_kept": 2,
        "rows_set_aside": 1,
        "rows_outside": 0,
        "first_month": "2024-01",
        "last_month": "2024-02",
        "lsoa_vintage": "2021",
        "excluded_because": None,
        "doubts": [],
    }
    assert landed.set_aside.to_pylist() == [
        {
            "publisher": "somebody",
            "thing": "table",
            "file": "mps/crime (to 2024-02).csv",
            "row_number": 3,
            "reason": "total_row",
            "content": "Total,,4,6",
        }
    ]


def test_months_with_a_hyphen_are_read_and_other_text_is_no_month(put, make, tmp_path):
    source = make(columns={"month": ["Month"], "kind": ["Kind"]}, unique=[])
    put("table.csv", "Month,Kind\n2024-03,a\n2024-01,a\nunknown,a\n")
    (account,) = land(source, tmp_path).files.to_pylist()
    assert (account["first_month"], account["last_month"]) == ("2024-01", "2024-03")


@pytest.mark.parametrize("name", ["b crime.csv", "b crime.csv.gz"])
def test_a_copy_of_a_file_is_counted_but_adds_nothing(put, wide, tmp_path, name):
    put("a crime.csv", WIDE)
    put(name, gzip.compress(WIDE.encode()) if name.endswith(".gz") else WIDE)
    landed = land(wide, tmp_path)
    assert landed.rows.num_rows == 4
    copy = landed.files.to_pylist()[1]
    assert (copy["rows_in"], copy["rows_kept"], copy["rows_set_aside"]) == (3, 0, 3)
    assert sorted(landed.set_aside["reason"].to_pylist()) == ["duplicate", "duplicate", "total_row", "total_row"]
    assert landed.warnings == [f"{name}: a copy of a crime.csv; excluded"]


def test_what_only_the_name_of_a_file_says_becomes_a_column(put, make, tmp_path):
    source = make(many_files=True, options={"from_file_name": {"kind": {"pub": "*pub*", "club": "*club*"}}})
    put("table of Pubs.csv", "LSOA code,People\nE01000001,1\n")
    put("table of clubs.csv", "LSOA code,People\nE01000001,2\nE01000002,2\n")
    put("table of libraries.csv", "Nothing that we know\n")
    landed = land(source, tmp_path)
    assert landed.rows["kind"].to_pylist() == ["pub", "club", "club"]
    assert landed.rows.column_names[0] == "kind"
    (warning,) = landed.warnings
    assert warning.startswith("table of libraries.csv: not used, found headers 'Nothing that we know'")


def test_a_file_without_rows_is_told_among_others_and_refused_alone(put, wide, tmp_path):
    put("a crime.csv", "LSOA Code,Category,202401\n")
    with pytest.raises(InputError, match="no rows below the header"):
        land(wide, tmp_path)
    put("b crime.csv", WIDE)
    assert land(wide, tmp_path).warnings == ["a crime.csv: delivered empty, no rows below the header"]


def test_a_file_of_which_nothing_is_left_is_refused_among_others_too(put, wide, tmp_path):
    put("a crime.csv", WIDE)
    put("b crime.csv", "LSOA Code,Category,202401\nE01000001,X,0.5\n")
    with pytest.raises(InputError, match="b crime"):
        land(wide, tmp_path)


def test_a_file_that_ends_in_the_middle_of_a_record_is_refused(put, wide, tmp_path):
    put("a crime.csv", WIDE.rstrip("\n").rpartition(",")[0])
    with pytest.raises(InputError, match="without an end of line") as caught:
        land(wide, tmp_path)
    assert "download it again" in caught.value.remedy


def test_a_source_of_which_nothing_is_left_is_refused_with_the_reasons(put, table, tmp_path):
    put("table.csv", "LSOA code,People\nBarking 001A,1\nBarking 001B,1\nE01000001,many\n")
    with pytest.raises(InputError, match="no usable row \\(2 bad_code, 1 bad_number\\)"):
        land(table, tmp_path)


def test_an_absent_source_is_refused_with_where_to_get_it(put, table, tmp_path):
    put("other.csv", "x")
    with pytest.raises(InputError, match=r"https://example.org/table") as caught:
        land(table, tmp_path)
    assert "'table*.csv' or 'table*.xlsx'" in caught.value.expected


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"", "an empty file"), (b"<html>", "a web page"), (b"PK\x03\x04", "a zip archive"), (b"a,b\n1,2\n", "headers")],
)
def test_a_file_that_cannot_be_used_is_named_by_its_path_below_the_folder(put, table, tmp_path, content, found):
    put("some where/table [x].csv", content)
    with pytest.raises(InputError, match=found) as caught:
        land(table, tmp_path)
    assert caught.value.file == "some where/table [x].csv"


def test_a_reader_that_loses_a_record_does_not_get_away_with_it(put, table, tmp_path, monkeypatch):
    put("table.csv", "LSOA code,People\nE01000001,1\nE01000002,1\n")
    read = landing.READERS["table"]

    def lose(file, source):
        reading = read(file, source)
        return Reading(rows=reading.rows.slice(1), set_aside=reading.set_aside, rows_in=reading.rows_in)

    monkeypatch.setitem(landing.READERS, "table", lose)
    with pytest.raises(RuntimeError, match="2 rows in, but 1 kept and 0 excluded"):
        land(table, tmp_path)


def test_landing_twice_gives_the_same(put, wide, tmp_path):
    put("crime.csv", WIDE)
    assert land(wide, tmp_path).rows.equals(land(wide, tmp_path).rows)


def test_the_version_follows_names_bytes_and_the_catalogue(put, make, tmp_path):
    source = make()
    path = put("table.csv", "LSOA code,People\nE01000001,1\n")
    version = combine_versions(plan_portions(source, tmp_path))
    assert version == combine_versions(plan_portions(make(), tmp_path))
    assert version != combine_versions(plan_portions(make(vintage="2031"), tmp_path))
    path.write_text("LSOA code,People\nE01000001,2\n")
    changed = combine_versions(plan_portions(source, tmp_path))
    assert changed != version
    path.rename(tmp_path / "table 2.csv")
    assert combine_versions(plan_portions(source, tmp_path)) != changed


def test_a_source_without_a_file_names_what_is_nearest_to_one(put, table, tmp_path):
    put("table.csv.download/table.csv", "LSOA code,People\nE01000001,1\n")
    with pytest.raises(
        InputError, match=r"no file for somebody/table; table\.csv\.download: not used, part of a download"
    ):
        land(table, tmp_path)
