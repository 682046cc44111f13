import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.check.check import check_path
from tests.unit.sources.landing import land

HEADER = "LSOA code,Area name,People\n"
ROWS = [f"E0100000{at},a,{at}\n" for at in range(1, 7)]


@pytest.fixture
def lists(make):
    return make(many_files=True)


def test_two_editions_of_one_list_are_refused_by_a_run_and_a_check(put, lists, tmp_path):
    put("table 2023.csv", HEADER + "".join(ROWS))
    put("table 2024.csv", HEADER + "".join(ROWS[:3]).replace(",a,", ",b,"))
    with pytest.raises(InputError, match=r"3 of 3 rows are in table 2023\.csv too"):
        land(lists, tmp_path)
    assert "3 of 3 rows are in table 2023.csv too" in str(check_path(tmp_path, {lists.key: lists}).all.error)


def test_a_few_rows_in_two_files_are_told(put, lists, tmp_path):
    put("table 1.csv", HEADER + "".join(ROWS[:4]))
    put("table 2.csv", HEADER + "".join(ROWS[3:]))
    warnings = land(lists, tmp_path).warnings
    assert warnings == ["table 2.csv: 1 rows are in table 1.csv too, and count twice"]


def test_a_copy_is_no_second_edition(put, lists, tmp_path):
    put("table 1.csv", HEADER + "".join(ROWS))
    put("table 2.csv", HEADER + "".join(ROWS))
    assert land(lists, tmp_path).rows.num_rows == 6
