"""Impossible values: marks of "no value" that look like numbers."""

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.parsing import find_ranges

CODES = [f"E0100000{n}" for n in range(1, 8)]
CASES = {
    "lsoa21-2019-NO2": (["LSOA21CD", "NO2-2019-mean"], "41.2"),
    "gla-house-price-lsoa-estimate": (["LSOA11CD", "house.price"], "310000"),
    "gla-hh-income-lsoa-estimate": (["LSOA11CD", "mean.hh.income"], "75420.5"),
}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("mark", ["-999", "-9999", "-1", "999999999"])
def test_a_number_that_means_missing_is_excluded_and_named(account_of, name, ending, mark):
    header, value = CASES[name]
    values = [mark if place in (1, 4, 5) else value for place in range(len(CODES))]
    account = account_of(f"{name}.{ending}", [header, *map(list, zip(CODES, values, strict=True))])
    assert account.rows_set_aside == {"bad_number": 3}
    assert f"column '{header[1]}': {mark} in 3 rows (expected" in account.warnings[0]


@pytest.mark.parametrize("mark", ["-999", "9999"])
def test_a_count_that_cannot_be_is_set_aside(account_of, mark):
    header = ["LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category", "202401"]
    rows = [
        [code, "a", "Camden", "THEFT", "OTHER THEFT", mark if place < 2 else "3"] for place, code in enumerate(CODES)
    ]
    account = account_of("MPS LSOA Level Crime.csv", [header, *rows])
    assert (account.rows_set_aside, account.months) == ({"bad_number": 2}, {"2024-01": 15})


def test_the_first_glob_that_fits_counts():
    assert find_ranges(["a_rank", "a_score"], {"a_rank": [1, 9], "a_*": [0, 5]}) == {
        "a_rank": (1, 9),
        "a_score": (0, 5),
    }


@pytest.mark.parametrize(
    "ranges", [[0, 1], {"people": [1, 0]}, {"people": [0]}, {"people": ["0", 1]}, {"other": [0, 1]}]
)
def test_a_range_that_is_none_is_refused(make, ranges):
    with pytest.raises(InputError, match="ranges"):
        make(ranges=ranges)
