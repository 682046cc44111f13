from __future__ import annotations

import pytest

from crime_dagster.sources.readers.months import find_month
from crime_dagster.sources.readers.reading import SourceFile
from crime_dagster.sources.readers.table import read_table


@pytest.mark.parametrize(
    "text",
    ["202401", "2024-01", "2024-1", "2024-01-31", "2024-01-31T23:59:00+00:00", "31/01/2024", "January 2024", "Jan-24"],
)
def test_a_month_is_known_in_every_usual_spelling(text):
    assert find_month(text) == "2024-01"


@pytest.mark.parametrize("text", ["202413", "2024-00", "2024", "Smarch 2024", "measure", "1/2024", "180001"])
def test_what_is_no_month_is_none(text):
    assert find_month(text) is None


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
