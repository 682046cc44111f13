"""Rows that are sums of other rows count once."""

import pytest

CRIME = ["LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category", "202401", "202402"]
FORMATS = ["csv", "xlsx", "parquet"]


def split(*lines: str) -> list[list[str]]:
    return [line.split(",") for line in lines]


def crime(area: int, major: str, minor: str, *counts: int) -> list[str]:
    return [f"E0100000{area}", "a", "Camden", major, minor, *map(str, counts)]


OTHER, SHOPS = crime(6, "THEFT", "OTHER THEFT", 3, 4), crime(6, "THEFT", "SHOPLIFTING", 1, 1)
TOTAL = crime(6, "THEFT", "Total", 4, 5)
ALONE = [crime(7, "THEFT", "OTHER THEFT", 2, 2), crime(7, "THEFT", "Theft Total", 2, 2)]
TENURES = ("Owned outright,200", "Rented,299", "All households,499")
WARD = {"OTHER THEFT": "3,4", "SHOPLIFTING": "1,1", "Subtotal": "4,5"}.items()
HEADERS = {
    "MPS Ward Level Crime": "MajorText,MinorText,WardName,WardCode,LookUp_BoroughName,202401,202402",
    "household_tenure21": "lsoa21_code,total_households,tenure,n",
}
NAME = "MPS LSOA Level Crime"
# File, records below its header, number of totals, figures of the months, and words of a warning.
CASES = [
    (
        NAME,
        [OTHER, SHOPS, TOTAL, crime(6, "All", "All", 4, 5), *ALONE],
        (3, [6, 7], "rows called 'Total'; 'Theft Total': 2 are the sums of other rows"),
    ),
    (NAME, [OTHER, SHOPS, crime(6, "THEFT", "Sum", 4, 5)], (1, [4, 5], "")),
    (NAME, [OTHER, SHOPS, crime(6, "THEFT", "Overall", 4, 5)], (1, [4, 5], "")),
    (NAME, [OTHER, SHOPS, crime(6, "THEFT", "Sum of crimes", 4, 5)], (1, [4, 5], "")),
    (NAME, [OTHER, SHOPS, crime(6, "TOTAL OFFENCES", "TNO", 4, 5)], (1, [4, 5], "")),
    (NAME, [TOTAL], (0, [4, 5], "have no parts in the file and are kept as the only figure")),
    (
        NAME,
        [OTHER, crime(6, "THEFT", "Total", 400, 500)],
        (0, [403, 504], "are not the sums of the other rows and are kept"),
    ),
    # Totals of a borough among its areas are no crimes without a place.
    (NAME, [OTHER, *split(",,Camden Total,,,3,4", "E09000007,,Camden,THEFT,OTHER THEFT,3,4")], (2, [3, 4], "")),
    (
        "household_tenure21",
        split(*(f"{code},500,{kind}" for code in ("E01000001", "E01000002") for kind in TENURES)),
        (2, [], ""),
    ),
    (
        "MPS Ward Level Crime",
        split(*(f"THEFT,{kind},A,E05000001,Camden,{figures}" for kind, figures in WARD)),
        (1, [4, 5], ""),
    ),
]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(("name", "records", "expected"), CASES)
def test_rows_that_are_sums_count_once(account_of, ending, name, records, expected):
    totals, months, words = expected
    account = account_of(f"{name}.{ending}", [HEADERS[name].split(",") if name in HEADERS else CRIME, *records])
    assert account.rows_set_aside == ({"total_row": totals} if totals else {})
    assert list(account.months.values()) == months
    assert any(words in line for line in account.warnings) or not words


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


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", ["", "Alles zusammen", None])
def test_a_total_beside_its_only_part_is_known_by_the_totals_of_the_same_name(account_of, name, ending):
    """Without a name, each has that of its group."""
    records = [CRIME]
    for area in range(1, 8):
        records += [
            crime(area, "THEFT", "OTHER THEFT", area, 4),
            crime(area, "THEFT", "SHOPLIFTING", 1, 1),
            crime(area, "THEFT", "THEFT" if name is None else name, area + 1, 5),
            crime(area, "ROBBERY", "ROBBERY OF PERSONS", 2, area),
            crime(area, "ROBBERY", "ROBBERY" if name is None else name, 2, area),
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
