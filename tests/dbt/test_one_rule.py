"""`make check` and SQL choose the same release, month, area and archive."""

from tests.dbt.conftest import City
from tests.dbt.forked import Built
from tests.dbt.one_rule import STREETS, find_other_records, find_other_releases


def test_check_chooses_the_releases_that_sql_chooses(built_city: tuple[City, Built]):
    city, _ = built_city
    stubs = city.ask(
        "select count(*) filter (where is_stub), count(other_file) from intermediate.int_releases_compared"
    )
    assert (stubs >= 1).all(axis=None), "a stub, and months that two releases hold"
    assert find_other_releases(city.ask).empty


def test_check_counts_the_archives_that_sql_counts(built_city: tuple[City, Built]):
    city, _ = built_city
    assert sorted(city.ask(STREETS)["is_newest"].unique()) == [False, True], "a month in two archives"
    assert find_other_records(city.ask) == []
