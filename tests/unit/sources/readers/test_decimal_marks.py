"""Comma and point in numbers, by country and program."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import SourceColumn
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.marks import Cells, settle_marks

FILE = SourceFile(path=Path("table.csv"), name="table.csv")
CODES = ["E01000001", "E01000002", "E01000006"]


def settle(*columns: list[str], kind: str = "number", limits=(0, 100_000), delimiter: str | None = ";") -> list[str]:
    cells = [
        Cells(SourceColumn("x", ("x",), kind, range=limits), f"column {n}", pa.array(values, pa.string()))
        for n, values in enumerate(columns)
    ]
    return settle_marks(cells, delimiter, FILE)


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["41,205", "28,5"], ","),
        (["41.205", "28.5"], "."),
        (["0,133"], ","),
        ([",5"], ","),
        (["1234,567"], ","),
        (["1.401,750"], ","),
        (["1,401.750"], "."),
        (["1,401,750"], "."),
        (["1.401.750"], ","),
        (["-12,5 %"], ","),
        (["1.5e3"], "."),
        (["12", "n/a"], "."),
        ([], "."),
    ],
)
def test_a_column_shows_its_own_mark(values, mark):
    assert settle(values) == [mark]


def test_a_count_shows_its_mark_where_only_thousands_are_whole():
    assert settle(["1.204", "2.000"], kind="count") == [","]
    assert settle(["1,204"], kind="count") == ["."]
    assert settle(["18.0", "2.0"], kind="count") == ["."]


def test_other_columns_of_the_file_decide_for_one_that_can_be_read_both_ways():
    assert settle(["41,205"], ["0,5", "0,25"]) == [",", ","]
    assert settle(["2.000", "8"], ["1.204"], kind="count") == [",", ","]


def test_a_single_slip_decides_for_no_other_column():
    assert settle(["41.205"], [f"{n}.5" for n in range(40)] + ["0,5"]) == [".", "."]


def test_the_range_decides_where_cells_do_not():
    assert settle(["41,205", "23,380"], limits=(0, 200)) == [","]
    assert settle(["310.000", "125.500"], limits=(10_000, 20_000_000)) == [","]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", None])
@pytest.mark.parametrize("kind", ["number", "count"])
def test_what_nothing_decides_is_refused_with_both_readings(delimiter, kind):
    with pytest.raises(InputError) as caught:
        settle(["2,000", "3,000"], kind=kind, delimiter=delimiter)
    assert (
        "'2,000' and 1 more cells like it: 2.000 if the comma separates decimals, 2000 if it separates thousands"
        in str(caught.value)
    )
    assert "column 0" in str(caught.value)


def test_a_range_against_the_rest_of_the_file_is_refused():
    with pytest.raises(InputError, match=r"41\.205"):
        settle(["41.205"], ["0,5", "0,25"], limits=(0, 200))


def test_a_file_separated_by_commas_has_points_before_decimals():
    assert settle(["41.205"], delimiter=",") == ["."]
    assert settle(["41,205"], delimiter=",") == ["."]
    with pytest.raises(InputError):
        settle(["2.000"], kind="count", delimiter=",")


def test_a_number_that_is_stored_as_one_has_a_point():
    assert settle(["1.204", "3"], kind="count", delimiter=None) == ["."]
    assert settle(["41.2", "28,5"], delimiter=None) == [","]


@pytest.mark.parametrize("name", ["lsoa21-2019-NO2.csv", "no2.csv", "no2.xlsx", "no2.parquet"])
@pytest.mark.parametrize(
    "values", [["41,205", "40,118", "28,500"], ["41,2", "40", "28,55"], ["41.205", "40.118", "28.500"]]
)
def test_nitrogen_dioxide_is_read_whatever_the_mark_and_the_format(account_of, name, values):
    records = [["LSOA21CD", "NO2-2019-mean"], *map(list, zip(CODES, values, strict=True))]
    account = account_of(name, records, ";")
    assert account.error is None
    assert account.rows_set_aside == {}
    assert account.totals["no2_mean"] == pytest.approx(sum(float(value.replace(",", ".")) for value in values))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_points_between_thousands_of_counts(account_of, ending, delimiter):
    header = ["LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category", "202401", "202402"]
    rows = [
        [code, "a", "Camden", "THEFT", "OTHER THEFT", *cells]
        for code, cells in zip(CODES, [("12", "8"), ("1.204", "2.000"), ("1.000", "15")], strict=True)
    ]
    account = account_of(f"MPS LSOA Level Crime.{ending}", [header, *rows], delimiter)
    assert account.error is None
    assert account.months == {"2024-01": 2216, "2024-02": 2023}


@pytest.mark.parametrize("name", ["population_by_year_lsoa.csv", "population_by_year_lsoa.xlsx"])
def test_whole_thousands_alone_are_refused(account_of, name):
    rows = [[code, "2022", value] for code, value in zip(CODES, ["2.000", "1.000", "3.000"], strict=True)]
    account = account_of(name, [["LSOA", "year", "population"], *rows], ";")
    assert "'2.000' and 2 more cells like it: 2.000 if the point separates decimals, 2000 if" in account.error


def test_decimals_of_a_database_are_numbers_and_no_text(account_of):
    rows = [[code, 2022, Decimal(value)] for code, value in zip(CODES, ["2.000", "1.000", "3.000"], strict=True)]
    account = account_of("population_by_year_lsoa.parquet", [["LSOA", "year", "population"], *rows])
    assert (account.error, account.totals) == (None, {"population": 6})


def test_a_cell_with_the_other_mark_is_no_number(account_of):
    values = ["41,205", "28.5", "40,1", "39,7"]
    rows = [[f"E0100000{place}", value] for place, value in enumerate(values, start=1)]
    account = account_of("no2.csv", [["LSOA21CD", "NO2-2019-mean"], *rows], ";")
    assert account.rows_set_aside == {"bad_number": 1}
    assert "row 2, column 'NO2-2019-mean', value '28.5'" in account.warnings[0]
