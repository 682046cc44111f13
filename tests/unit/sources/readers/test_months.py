from datetime import UTC, datetime

import pytest

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_table
from crime_dagster.sources.readers.tables.wide import read_wide
from crime_dagster.sources.vocabulary.calendar_months import find_month, find_months


@pytest.mark.parametrize(
    "text",
    ["202401", "2024-01", "2024-1", "2024-01-31", "2024-01-31T23:59:00+00:00", "31/01/2024", "January 2024", "Jan-24"],
)
def test_a_month_is_known_in_every_usual_spelling(text):
    assert find_month(text) == "2024-01"


@pytest.mark.parametrize("text", ["190001", "1970-01-01", "2099-12", "9999-12-31"])
def test_a_month_that_no_figure_can_speak_of_is_none(text):
    assert find_month(text) is None


def test_a_clock_that_is_a_year_slow_costs_no_month():
    next_year = datetime.now(UTC).year + 1
    assert find_month(f"{next_year}12") == f"{next_year}-12"
    assert find_month(f"{next_year + 2}12") is None


@pytest.mark.parametrize("text", ["202413", "2024-00", "2024", "Smarch 2024", "measure", "1/2024", "180001"])
def test_what_is_no_month_is_none(text):
    assert find_month(text) is None


@pytest.mark.parametrize(
    ("texts", "months", "doubtful"),
    [
        (["2010-11", "2010-12"], ["2010-11", "2010-12"], []),
        (["2009-10"], ["2009-10"], []),
        (["2009-10", "2010-11"], [None, None], ["2009-10", "2010-11"]),
        (["2010-11", "2012-13"], [None, None], ["2010-11"]),
        (["2010-11", "2011/12"], [None, None], ["2010-11"]),
        (["2010-11", "2012/2013"], [None, None], ["2010-11"]),
        (["31/03/2024", "30/04/2024"], ["2024-03", "2024-04"], []),
        (["01/03/2024", "01/04/2024"], ["2024-03", "2024-04"], []),
        (["03/31/2024", "04/30/2024", "05/06/2024"], ["2024-03", "2024-04", "2024-05"], []),
        (["03/31/2024", "30/04/2024", "05/06/2024"], [None, "2024-04", None], ["05/06/2024"]),
        (["03/01/2024", "04/01/2024"], [None, None], ["03/01/2024", "04/01/2024"]),
        (["03/01/2024", "30/01/2024"], ["2024-01", "2024-01"], []),
        (["03/01/2024 00:06", "30/01/2024 23:59"], ["2024-01", "2024-01"], []),
        (["1/3/2024 12:06:00 AM", "1/30/2024 9:15"], ["2024-01", "2024-01"], []),
        (["2024-02-01", "2024-03-31T23:00:00Z"], ["2024-02", None], ["2024-03-31T23:00:00Z"]),
        (["2024-03-31T23:00:00Z", "2024-03-05T10:15:00Z"], ["2024-03", "2024-03"], []),
    ],
)
def test_what_a_cell_leaves_open_its_column_decides(texts, months, doubtful):
    found, open_ones = find_months(texts)
    assert [found[text] for text in texts] == months
    assert open_ones == set(doubtful)


@pytest.mark.parametrize("months", [["2009-10", "2010-11"], ["03/01/2024", "04/01/2024"]])
def test_a_column_of_doubtful_months_is_named(put, make, months):
    source = make(columns={"month": {"headers": ["Date"], "kind": "month"}, "people": ["People"]}, unique=[])
    path = put("table.csv", "Date,People\n" + "".join(f"{month},3\n" for month in months))
    reading = read_table(SourceFile(path=path, name="table.csv"), source)
    assert [one.reason for one in reading.set_aside] == ["bad_month", "bad_month"]
    assert "may be financial years, dates with the month first, or days an hour early: row 1" in reading.warnings[0]


def test_rows_without_a_month_are_set_aside(put, make):
    source = make(columns={"month": {"headers": ["Date"], "kind": "month"}, "people": ["People"]}, unique=[])
    path = put("table.csv", "Date,People\nMarch 2019,3\nnext spring,4\n")
    reading = read_table(SourceFile(path=path, name="table.csv"), source)
    assert reading.rows["month"].to_pylist() == ["2019-03"]
    assert [(one.row_number, one.reason) for one in reading.set_aside] == [(2, "bad_month")]
    assert "'next spring'" in reading.warnings[0]


def test_numbers_of_months_take_their_year_from_the_column_beside_them(put, make):
    columns = {"year": ["year"], "month": {"headers": ["month"], "kind": "month"}, "people": ["people"]}
    source = make(columns=columns, unique=["month"], options={"month_of_year": "year"})
    path = put("table.csv", "year,month,people\n2008,1,5\n2009,1,6\n2009,12,7\n,3,8\n2009,13,9\n")
    reading = read_table(SourceFile(path=path, name="table.csv"), source)
    assert reading.rows["month"].to_pylist() == ["2008-01", "2009-01", "2009-12"]
    assert [one.reason for one in reading.set_aside] == ["bad_month", "bad_month"]


STREET = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,Crime type\n"


def read_street_months(put, months):
    rows = "".join(f"id{i},{month},A,A,,,,E01000001,Burglary\n" for i, month in enumerate(months))
    path = put("2024-05-any-force-street.csv", STREET + rows)
    return read_table(SourceFile(path=path, name=path.name), load_catalogue()["police_uk/street_crime"])


def test_street_records_without_a_month_are_set_aside_and_counted(put):
    reading = read_street_months(put, ["2024-05", "", "2024-13", "next spring", "2099-01"])
    assert reading.rows["month"].to_pylist() == ["2024-05"]
    assert [(one.row_number, one.reason) for one in reading.set_aside] == [(n, "bad_month") for n in (2, 3, 4, 5)]
    assert "'2099-01'" in reading.warnings[0]


def test_street_records_of_another_month_than_their_file_are_kept_and_named(put):
    reading = read_street_months(put, ["2024-05", "2024-04", "2024-05", "2024-04", "2023-01"])
    assert reading.rows.num_rows == 5
    (warning,) = reading.warnings
    assert "3 records are of other months than 2024-05" in warning
    assert "2024-04 (2), 2023-01 (1)" in warning


def test_a_header_that_is_no_possible_month_is_named_and_not_landed(put):
    header = "LSOA Code,LSOA Name,Borough,Major Category,Minor Category,202401,209912\n"
    path = put("MPS LSOA Level Crime.csv", header + "E01000001,Anywhere 001A,Anywhere,THEFT,OTHER,1,2\n")
    reading = read_wide(SourceFile(path=path, name=path.name), load_catalogue()["mps/lsoa_crime"])
    assert reading.rows["month"].to_pylist() == ["202401"]
    assert any("not landed: 209912" in warning for warning in reading.warnings)
