"""What spreadsheets and databases do to dates and quotation marks when they save a table."""

import datetime as dt

import pytest

from crime_dagster.sources.check.check import check_path
from crime_dagster.sources.readers.formats.delimited import double_quotes
from crime_dagster.sources.vocabulary.calendar_months import find_serial_month

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
)


@pytest.mark.parametrize(
    ("serial", "month"), [("45292", "2024-01"), ("45323.5", "2024-02"), ("99999", None), ("4529", None)]
)
def test_a_day_counted_from_1900(serial, month):
    assert find_serial_month(serial) == month


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_serial_days_among_months_are_read_and_told(account_of, ending):
    months = ["45292", "45323", "2024-03"]
    if ending == "xlsx":
        months += [45413, "Jun-24", dt.date(2024, 7, 1)]
    records = [["Borough Code", "Month", "Officers"], *(["E09000007", month, "700.5"] for month in months)]
    account = account_of(f"MPS officers by borough.{ending}", records)
    assert (account.rows_kept, account.rows_set_aside) == (len(months), {})
    assert any("row 1 45292 is 2024-01; row 2 45323 is 2024-02" in line for line in account.warnings)


def test_marks_behind_backslashes_are_doubled_where_they_stand_inside_a_cell():
    assert double_quotes('a,"near \\"The Arms\\", High Road",1\n', ",") == 'a,"near ""The Arms"", High Road",1\n'


@pytest.mark.parametrize("text", ["a,b\n", 'a,"C:\\folder\\",1\n', 'a,"say ""no""",1\n', 'a,5\\" nails,1\n'])
def test_other_marks_are_left_alone(text):
    assert double_quotes(text, ",") == text


def test_a_crime_keeps_its_area_behind_escaped_marks(put, tmp_path, catalogue):
    place = '"On or near \\"The Made-up Arms\\", High Road"'
    rows = [
        f"{number:064x},2024-05,Metropolitan Police Service,Metropolitan Police Service,0.1111,51.5530,{where},"
        "E01000006,Barking and Dagenham 016A,Burglary,Under investigation,\n"
        for number, where in enumerate(["On or near Made-up Road", place, "On or near Made-up Road"])
    ]
    put("2024-05-metropolitan-street.csv", STREET + "".join(rows))
    (account,) = check_path(tmp_path / "2024-05-metropolitan-street.csv", catalogue).files
    assert (account.months, account.rows_set_aside) == ({"2024-05": 3}, {})
    assert any("backslashes before quotation marks" in line for line in account.warnings)


def test_a_place_keeps_its_columns_behind_escaped_marks(put, tmp_path, catalogue):
    put(
        "Pubs.csv",
        "name,borough_code,borough_name,easting,northing\n"
        '"The \\"Old\\" Arms, Camden",E09000007,Camden,529500,184200\n',
    )
    (account,) = check_path(tmp_path / "Pubs.csv", catalogue).files
    assert (account.rows_kept, account.error) == (1, None)
