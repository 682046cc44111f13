"""Cells that a spreadsheet, an editor or a broken copy has changed are told, and never counted without a word."""

from datetime import UTC, datetime, timedelta

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_table
from crime_dagster.sources.readers.tables.wide import read_wide

HEADER = "LSOA code,Area name,People,Rate\n"


@pytest.fixture
def read(put, table):
    def read_text(content: str | bytes):
        return read_table(SourceFile(path=put("table.csv", content), name="table.csv"), table)

    return read_text


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("E01000001,Oct-17,1,1", "1 cells are dates, which a spreadsheet makes of codes"),
        ("E01000001,02-Jan,1,1", "row 1 '02-Jan'"),
        ("E01000001,2024-01-02,1,1", "row 1 '2024-01-02'"),
        ("E01000001,CafÃ© Rouge,1,1", "1 cells are letters read in a wrong encoding before"),
        ("E01000001,a â€“ b,1,1", "row 1 'a â€“ b'"),
        ("E01000001,a,1,5.16E+05", "shortened to three digits in 'Rate' (1, such as 5.16E+05)"),
        ("E01000010,a,1,1", "1 codes are not among those of 2021 but of another census: E01000010"),
    ],
)
def test_a_cell_that_was_changed_is_told_and_kept(read, row, words):
    reading = read(f"{HEADER}{row}\nE01000002,b,2,2\n")
    assert reading.rows.num_rows == 2
    assert any(words in warning for warning in reading.warnings)


@pytest.mark.parametrize("name", ["São Paulo", "Â", "1/2", "10-17", "May-fair", "Mar 2024", "ÉCOLE"])
def test_a_name_that_only_looks_like_it_is_not_told(read, name):
    assert read(f"{HEADER}E01000001,{name},1,1\n").warnings == []


def test_the_mark_of_an_end_is_no_record(read):
    assert read(f"{HEADER}E01000001,a,1,1\n\x1a").rows_in == 1


def test_blocks_of_zeros_are_a_copy_that_broke_off(read):
    with pytest.raises(InputError, match="the copy broke off") as caught:
        read(HEADER.encode() + b"E01000001,a,1,1\n" * 300 + b"\x00" * 512)
    assert caught.value.row == 301


@pytest.mark.parametrize(
    "end",
    ["<b>Fatal error</b>: Allowed memory size of 1 bytes exhausted", "E0100<br />", "java.sql.SQLException: timed out"],
)
def test_a_table_that_ends_with_an_error_of_its_server_is_refused(read, end):
    with pytest.raises(InputError, match="an error message at the end of the table") as caught:
        read(f"{HEADER}E01000001,a,1,1\n{end}\n")
    assert caught.value.row == 2


def test_a_note_at_the_end_is_no_error(read):
    assert read(f"{HEADER}E01000001,a,1,1\nSource: ONS; values <5 are suppressed\n").rows.num_rows == 1


def test_months_still_to_come_are_told(put, wide):
    month = f"{datetime.now(UTC) + timedelta(days=40):%Y%m}"
    path = put("crime.csv", f"LSOA Code,Category,202401,{month}\nE01000001,Theft,1,2\n")
    reading = read_wide(SourceFile(path=path, name="crime.csv"), wide)
    assert f"crime.csv: columns of months still to come: {month[:4]}-{month[4:]}" in reading.warnings


@pytest.mark.parametrize(("rate", "is_told"), [("0.5", True), ("1", True), ("5.5", False), ("0", False)])
def test_per_cents_that_may_be_fractions_are_told(read, rate, is_told):
    rows = "".join(f"E010020{at:02d},a,1,{rate}\n" for at in range(20))
    assert any("100 times too small" in warning for warning in read(HEADER + rows).warnings) == is_told


def test_coordinates_elsewhere_of_records_that_count_by_their_area_are_told(put, make):
    columns = {"lsoa_code": ["LSOA code"], "longitude": ["Longitude"], "latitude": ["Latitude"]}
    path = put("table.csv", "LSOA code,Longitude,Latitude\nE01000001,51.5,-0.1\nE01000002,-0.1,51.5\nE01000003,,\n")
    reading = read_table(SourceFile(path=path, name="table.csv"), make(columns=columns, unique=[]))
    words = "1 records have coordinates outside Great Britain; they count by their area alone (rows 1...)"
    assert reading.warnings == [f"table.csv: {words}"]


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (lambda at: 40.5, "the same figure in every row, in 'Rate' (40.5)"),
        (lambda at: at, "rise by the same step"),
        (lambda at: at * at, "figures and codes are both in order, in 'Rate'"),
        (lambda at: at * at % 19, ""),
    ],
)
def test_columns_that_a_spreadsheet_has_filled_are_told(read, figure, words):
    rows = "".join(f"E010020{at:02d},a,{at % 3},{figure(at)}\n" for at in range(20))
    warnings = read(HEADER + rows).warnings
    assert any(words in warning for warning in warnings) if words else warnings == []


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (
            lambda at: 5 * (at % 9),
            "all figures are multiples of one number, as rounded or doubled ones are, in 'People' (5)",
        ),
        (lambda at: 3 + at % 9, "no figure is 1 or 2"),
        (lambda at: 2 * (at % 9), "doubled ones are, in 'People' (2)"),
        (lambda at: at % 9, ""),
        (lambda at: 300 + at % 9 + (at == 50) - 292 * (at == 51), ""),  # one small figure in a hundred
    ],
)
def test_counts_that_are_rounded_or_suppressed_are_told(read, put, make, figure, words):
    rows = HEADER + "".join(f"E010020{at:02d},a,{figure(at)},{at % 7}\n" for at in range(75))
    warnings = read(rows).warnings
    assert any(words in warning for warning in warnings) if words else warnings == []
    # A publisher may round all that it gives.
    source = make(options={"rounded": True})
    path = put("table.csv", rows)
    assert not any("'People'" in one for one in read_table(SourceFile(path=path, name="table.csv"), source).warnings)


def test_years_still_to_come_are_told(put, make):
    columns = {
        "lsoa_code": ["LSOA code"],
        "people": {"spread": r"^Mid-(?P<year>\d{4})$", "kind": "count", "unit": "people"},
    }
    this = datetime.now(UTC).year
    path = put("table.csv", f"LSOA code,Mid-{this},Mid-{this + 1}\nE01000001,1,2\n")
    reading = read_wide(SourceFile(path=path, name="table.csv"), make(reader="wide", columns=columns))
    assert reading.warnings == [f"table.csv: columns of years still to come: {this + 1}; they may be projections"]
