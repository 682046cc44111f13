"""Rows that are sums of other rows count once."""

import pytest

CRIME = ["LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category", "202401", "202402"]
FORMATS = ["csv", "xlsx", "parquet"]


def crime(area: int, major: str, minor: str, *counts: int) -> list[str]:
    return [f"E0100000{area}", "a", "Camden", major, minor, *map(str, counts)]


@pytest.mark.parametrize("ending", FORMATS)
def test_totals_among_the_minor_categories_are_set_aside(account_of, ending):
    records = [
        CRIME,
        crime(6, "THEFT", "OTHER THEFT", 3, 4),
        crime(6, "THEFT", "SHOPLIFTING", 1, 1),
        crime(6, "THEFT", "Total", 4, 5),
        crime(6, "All", "All", 4, 5),
        crime(7, "THEFT", "OTHER THEFT", 2, 2),
        crime(7, "THEFT", "Theft Total", 2, 2),
    ]
    account = account_of(f"MPS LSOA Level Crime.{ending}", records)
    assert account.months == {"2024-01": 6, "2024-02": 7}
    assert account.rows_set_aside == {"total_row": 3}
    assert any("rows called 'Total'; 'Theft Total': 2 are the sums of other rows" in line for line in account.warnings)


@pytest.mark.parametrize("ending", FORMATS)
def test_totals_without_a_word_are_known_by_their_sums(account_of, ending):
    parts = [(area, {"OTHER THEFT": area, "SHOPLIFTING": 2 * area + 1, "BICYCLE THEFT": 1}) for area in range(1, 8)]
    records = [CRIME]
    for area, minors in parts:
        records += [crime(area, "THEFT", minor, count, count + 1) for minor, count in minors.items()]
        records.append(crime(area, "THEFT", "THEFT", sum(minors.values()), sum(minors.values()) + 3))
    account = account_of(f"MPS LSOA Level Crime.{ending}", records)
    assert account.rows_set_aside == {"total_row": 7}
    assert account.months["2024-01"] == sum(sum(minors.values()) for _, minors in parts)


def test_sums_by_chance_and_honest_names_are_kept(account_of):
    records = [CRIME]
    for area in range(1, 8):
        records += [
            crime(area, "THEFT", "ALL OTHER THEFT", 3, 4),
            crime(area, "THEFT", "SHOPLIFTING", 1, 1),
            crime(area, "THEFT", "BICYCLE THEFT", 2, 3 if area < 7 else 2),
            crime(area, "DRUG OFFENCES", "POSSESSION OF DRUGS", 0, 0),
            crime(area, "DRUG OFFENCES", "DRUG TRAFFICKING", 0, 0),
        ]
    account = account_of("MPS LSOA Level Crime.csv", records)
    assert (account.rows_set_aside, account.rows_kept) == ({}, 35)


def test_a_total_without_parts_is_the_only_figure(account_of):
    account = account_of("MPS LSOA Level Crime.csv", [CRIME, crime(6, "THEFT", "Total", 4, 5)])
    assert account.months == {"2024-01": 4, "2024-02": 5}
    assert any("have no parts in the file and are kept as the only figure" in line for line in account.warnings)


def test_a_total_of_something_else_is_kept_and_told(account_of):
    records = [CRIME, crime(6, "THEFT", "OTHER THEFT", 3, 4), crime(6, "THEFT", "Total", 400, 500)]
    account = account_of("MPS LSOA Level Crime.csv", records)
    assert account.rows_kept == 2
    assert any("are not the sums of the other rows and are kept" in line for line in account.warnings)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_totals_of_a_borough_among_its_areas_are_no_crimes_without_a_place(account_of, ending):
    records = [
        CRIME,
        crime(6, "THEFT", "OTHER THEFT", 3, 4),
        ["", "", "Camden Total", "", "", "3", "4"],
        ["E09000007", "", "Camden", "THEFT", "OTHER THEFT", "3", "4"],
    ]
    account = account_of(f"MPS LSOA Level Crime.{ending}", records)
    assert account.rows_set_aside == {"total_row": 2}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_all_households_among_the_tenures(account_of, ending):
    header = ["lsoa21_code", "total_households", "tenure", "n"]
    tenures = {"Owned outright": 200, "Rented": 299, "All households": 499}
    records = [
        header,
        *([code, "500", name, str(n)] for code in ("E01000001", "E01000002") for name, n in tenures.items()),
    ]
    account = account_of(f"household_tenure21.{ending}", records)
    assert account.rows_set_aside == {"total_row": 2}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_totals_of_wards_and_boroughs(account_of, ending):
    header = ["MajorText", "MinorText", "WardName", "WardCode", "LookUp_BoroughName", "202401", "202402"]
    records = [
        header,
        ["THEFT", "OTHER THEFT", "A", "E05000001", "Camden", "3", "4"],
        ["THEFT", "SHOPLIFTING", "A", "E05000001", "Camden", "1", "1"],
        ["THEFT", "Subtotal", "A", "E05000001", "Camden", "4", "5"],
    ]
    account = account_of(f"MPS Ward Level Crime.{ending}", records)
    assert account.rows_set_aside == {"total_row": 1}
    assert account.months == {"2024-01": 4, "2024-02": 5}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", ["", "Alles zusammen"])
def test_a_total_beside_its_only_part_is_known_by_the_totals_of_the_same_name(account_of, name, ending):
    records = [CRIME]
    for area in range(1, 8):
        records += [
            crime(area, "THEFT", "OTHER THEFT", area, 4),
            crime(area, "THEFT", "SHOPLIFTING", 1, 1),
            crime(area, "THEFT", name, area + 1, 5),
            crime(area, "ROBBERY", "ROBBERY OF PERSONS", 2, area),
            crime(area, "ROBBERY", name, 2, area),
        ]
    account = account_of(f"MPS LSOA Level Crime.{ending}", records)
    assert account.rows_set_aside == {"total_row": 14}
    assert account.months["2024-01"] == sum(range(1, 8)) + 7 + 14


def test_a_category_called_as_a_total_elsewhere_keeps_its_own_figures(account_of):
    records = [CRIME]
    for area in range(1, 8):
        records += [
            crime(area, "THEFT", "OTHER THEFT", area, 4),
            crime(area, "THEFT", "SHOPLIFTING", 1, 1),
            crime(area, "THEFT", "ANY", area + 1, 5),
            crime(area, "ROBBERY", "ROBBERY OF PERSONS", 2, area),
            crime(area, "ROBBERY", "ANY", 3, area),
        ]
    account = account_of("MPS LSOA Level Crime.csv", records)
    assert account.rows_set_aside == {"total_row": 7}


@pytest.mark.parametrize("word", ["Sum", "Overall", "Sum of crimes"])
def test_few_rows_with_a_word_for_a_sum_are_set_aside(account_of, word):
    records = [
        CRIME,
        crime(6, "THEFT", "OTHER THEFT", 3, 4),
        crime(6, "THEFT", "SHOPLIFTING", 1, 1),
        crime(6, "THEFT", word, 4, 5),
    ]
    assert account_of("MPS LSOA Level Crime.csv", records).rows_set_aside == {"total_row": 1}
