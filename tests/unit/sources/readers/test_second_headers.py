"""Concatenated files: rows below a second header belong to it."""

import pytest

CRIME = ["LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category"]
MONTHS = ["202401", "202402"]
PLACE = ["name", "borough_code", "borough_name", "easting", "northing"]
ARMS = ["The Made-up Arms", "E09000007", "Camden", "529500", "184200"]
FORMATS = ["csv", "xlsx", "parquet"]


def split(*lines: str) -> list[list[str]]:
    return [line.split(",") for line in lines]


def crimes(code: str, *counts: str) -> list[str]:
    return [code, "a", "Camden", "THEFT", "OTHER THEFT", *counts]


FIRST = [[*CRIME, *MONTHS], crimes("E01000006", "3", "4")]
WORKERS = "Workplace population: Total; measures: Value"
ORDER = "a second header, with other columns or another order: "


# File, records, words of the refusal, and formats: a Parquet file has one width.
REFUSED = [
    (
        "MPS LSOA Level Crime",
        [*FIRST, [*CRIME, "202403", "202404"], crimes("E01000006", "50", "60")],
        ["row 2", f"{ORDER}'LSOA Code'", "'202403', '202404'"],
        FORMATS,
    ),
    (
        # Another column's name is in the column of codes.
        "MPS LSOA Level Crime",
        [*FIRST, [*reversed(FIRST[0])], ["4", "3", "OTHER THEFT", "THEFT", "Camden", "a", "E01000007"]],
        ["row 2", f"{ORDER}'202402', '202401'"],
        FORMATS,
    ),
    (
        "population_by_year_lsoa",
        split("LSOA,year,population", "E01000001,2021,1500", "LSOA,population,year", "E01000001,1541,2022"),
        ["row 2", "'LSOA', 'population', 'year'"],
        FORMATS,
    ),
    (
        "census2021-wp001-msoa",
        split(f"geography code,{WORKERS}", "E02000001,4000", f"{WORKERS},geography code", "300,E02000002"),
        ["row 2", f"{ORDER}'{WORKERS}'"],
        ["csv"],
    ),
    (
        "gla-house-price-lsoa-estimate",
        split("LSOA11CD,house.price", "E01000001,700000", "LSOA11CD,year,house.price", "E01000006,2019,310000"),
        ["a second header"],
        ["csv", "xlsx"],
    ),
    (
        "Pubs",
        [PLACE, ARMS, [*PLACE[:3], "northing", "easting"], ["The Other Arms", *ARMS[1:3], "184000", "529700"]],
        ["row 2"],
        ["csv", "xlsx"],
    ),
]


@pytest.mark.parametrize(
    ("ending", "name", "records", "words"), [(ending, *case) for *case, endings in REFUSED for ending in endings]
)
def test_another_second_header_is_refused(account_of, ending, name, records, words):
    account = account_of(f"{name}.{ending}", records)
    assert [said for said in words if said not in account.error] == []


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_header_in_other_words_is_no_second_table(account_of, ending):
    again = ["lsoa code", "LSOA Name", "Borough", "MajorText", "Minor Category", *MONTHS]
    account = account_of(f"MPS LSOA Level Crime.{ending}", [*FIRST, again, crimes("E01000007", "1", "2")])
    assert (account.error, account.months) == (None, {"2024-01": 4, "2024-02": 6})
    assert account.rows_set_aside == {"repeated_header": 1}


def test_a_place_that_is_called_like_a_column_is_no_header(account_of):
    assert account_of("Pubs.csv", [PLACE, ["Name", *ARMS[1:]]]).rows_kept == 1


@pytest.mark.parametrize("ending", FORMATS)
def test_figures_that_look_like_years_are_no_header(account_of, ending):
    records = split("LSOA11CD,LSOA11NM,2011,2012,2013", "E01000001,a,2012,2013,2011", "E01000002,b,5,6,7")
    account = account_of(f"london-2011-2021-major-theft.{ending}", records)
    assert (account.error, account.rows_kept) == (None, 2)
