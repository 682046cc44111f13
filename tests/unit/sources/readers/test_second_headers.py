"""Concatenated files: rows below a second header belong to it."""

import pytest

CRIME = ["LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category"]
FORMATS = ["csv", "xlsx", "parquet"]


def crimes(code: str, *counts: str) -> list[str]:
    return [code, "a", "Camden", "THEFT", "OTHER THEFT", *counts]


@pytest.mark.parametrize("ending", FORMATS)
def test_other_months_below_a_second_header_are_refused(account_of, ending):
    records = [
        [*CRIME, "202401", "202402"],
        crimes("E01000006", "3", "4"),
        [*CRIME, "202403", "202404"],
        crimes("E01000006", "50", "60"),
    ]
    account = account_of(f"MPS LSOA Level Crime.{ending}", records)
    assert "row 2" in account.error
    assert "a second header, with other columns or another order: 'LSOA Code'" in account.error
    assert "'202403', '202404'" in account.error


@pytest.mark.parametrize("ending", FORMATS)
def test_another_order_below_a_second_header_is_refused(account_of, ending):
    records = [
        ["LSOA", "year", "population"],
        ["E01000001", "2021", "1500"],
        ["LSOA", "population", "year"],
        ["E01000001", "1541", "2022"],
    ]
    account = account_of(f"population_by_year_lsoa.{ending}", records)
    assert "row 2" in account.error
    assert "'LSOA', 'population', 'year'" in account.error


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_second_header_of_another_width_is_refused(account_of, ending):
    records = [
        ["LSOA11CD", "house.price"],
        ["E01000001", "700000"],
        ["LSOA11CD", "year", "house.price"],
        ["E01000006", "2019", "310000"],
    ]
    assert "a second header" in account_of(f"gla-house-price-lsoa-estimate.{ending}", records).error


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_second_header_in_a_table_of_places_is_refused(account_of, ending):
    header = ["name", "borough_code", "borough_name", "easting", "northing"]
    records = [
        header,
        ["The Made-up Arms", "E09000007", "Camden", "529500", "184200"],
        [*header[:3], "northing", "easting"],
        ["The Other Arms", "E09000007", "Camden", "184000", "529700"],
    ]
    assert "row 2" in account_of(f"Pubs.{ending}", records).error


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_header_in_other_words_is_no_second_table(account_of, ending):
    records = [
        [*CRIME, "202401", "202402"],
        crimes("E01000006", "3", "4"),
        ["lsoa code", "LSOA Name", "Borough", "MajorText", "Minor Category", "202401", "202402"],
        crimes("E01000007", "1", "2"),
    ]
    account = account_of(f"MPS LSOA Level Crime.{ending}", records)
    assert (account.error, account.months) == (None, {"2024-01": 4, "2024-02": 6})
    assert account.rows_set_aside == {"repeated_header": 1}


def test_a_place_that_is_called_like_a_column_is_no_header(account_of):
    records = [
        ["name", "borough_code", "borough_name", "easting", "northing"],
        ["Name", "E09000007", "Camden", "529500", "184200"],
    ]
    assert account_of("Pubs.csv", records).rows_kept == 1


def test_columns_turned_round_below_a_second_header_are_refused(account_of):
    """Another column's name is in the column of codes."""
    records = [[*CRIME, "202401", "202402"], crimes("E01000006", "3", "4")]
    turned = [[*reversed(records[0])], ["4", "3", "OTHER THEFT", "THEFT", "Camden", "a", "E01000007"]]
    account = account_of("MPS LSOA Level Crime.csv", [*records, *turned])
    assert "row 2" in account.error
    assert "a second header, with other columns or another order: '202402', '202401'" in account.error


@pytest.mark.parametrize("ending", FORMATS)
def test_figures_that_look_like_years_are_no_header(account_of, ending):
    records = [
        ["LSOA11CD", "LSOA11NM", "2011", "2012", "2013"],
        ["E01000001", "a", "2012", "2013", "2011"],
        ["E01000002", "b", "5", "6", "7"],
    ]
    account = account_of(f"london-2011-2021-major-theft.{ending}", records)
    assert (account.error, account.rows_kept) == (None, 2)
