"""Damaged landed files: dbt stops and names the problem."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.dbt.conftest import City, make_city
from tests.dbt.tiny_city import NEW, STUB, crime, list_crimes, record, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bad") / "warehouse"


@pytest.fixture
def city(folder: Path) -> City:
    # Landed again for every test, in one folder, so that dbt need not parse the project again.
    return make_city(folder)


def test_missing_file_and_missing_column_are_named_with_the_remedy(city: City):
    (city.landing / "gla" / "pubs.parquet").unlink()
    ns_sec = city.landing / "ons" / "ns_sec.parquet"
    pq.write_table(pq.read_table(ns_sec).drop_columns(["students"]), ns_sec)
    done = city.run_dbt("build")
    assert done.status != 0
    assert "landing/gla/pubs.parquet is missing" in done.output
    assert "landing/ons/ns_sec has no column students" in done.output
    assert "`make dbt` or `make run`" in done.output
    assert not done.results.get("lsoas")


def test_planted_rows_stop_the_build_and_name_the_test(city: City):
    planted = [
        crime(NEW, 1, "E01000011", "BURGLARY", STUB, 2),  # already in the file
        crime(NEW, 5, "E01000012", "THEFT", "202405", "10.5"),
        crime(NEW, 6, "E01000012", "THEFT", "202413", 1),
        crime(NEW, 8, "E01000012", "ROBBERY", "202406", -1),
        crime(NEW, 7, "E01000012", "WITCHCRAFT", "202406", 1),
    ]
    write(city.landing / "mps" / "lsoa_crime.parquet", list_crimes() + planted)
    done = city.run_dbt(
        "build", "--select", "source:mps.lsoa_crime+1", "source:mps.lsoa_crime+2", "crime_type_categories"
    )
    assert done.status != 0
    claim = "mps_lsoa_crime_is_landed_as_catalogued"
    assert done.results[claim] == "fail", done.output[-3000:]
    # The repeated row, half a crime, a negative count, and a thirteenth month.
    assert f"Failure in test {claim}" in done.output
    assert "Got 4 results" in done.output
    assert done.results["int_crime_sources_chosen"] == "skipped"


def test_accounts_that_do_not_add_up_stop_the_build(city: City):
    def change(path: Path, **values: object) -> None:
        (row,) = pq.read_table(path).to_pylist()
        write(path, [row | values])

    # One row is neither kept nor excluded, one is excluded and not listed, one is listed for an uncounted file.
    change(city.landing / "_source_files" / "gla__pubs.parquet", rows_kept=4)
    change(city.landing / "_source_files" / "ons__ns_sec.parquet", rows_kept=5, rows_set_aside=1)
    names = {"publisher": "mhclg", "thing": "deprivation", "file": "mhclg/unknown.csv"}
    listed = {**names, "row_number": 1, "reason": "bad_number", "content": "x"}
    write(city.landing / "_set_aside" / "mhclg__deprivation.parquet", [listed])
    # A context file that was excluded entirely has only an account, and even its checksum may be unknown: no error.
    nothing = {"rows_in": 0, "rows_kept": 0, "sha256": None, "excluded_because": "it cannot be opened"}
    unread = pq.read_table(city.landing / "_source_files" / "gla__pubs.parquet").to_pylist()[0]
    borough = {"publisher": "mps", "thing": "borough_crime", "file": "mps/borough.csv"}
    write(city.landing / "_source_files" / "mps__borough_crime.parquet", [unread | borough | nothing])
    # Cautious: only tests of which every parent is built.
    chosen = ("--select", "+source_files", "+set_aside_rows", "--indirect-selection", "cautious")
    done = city.run_dbt("build", *chosen, "--exclude", "test_type:unit")
    assert done.status != 0
    assert {name for name, status in done.results.items() if status in ("fail", "error")} == {"rows_add_up"}
    # Two from landing's counts, and the row of the unknown file from landing's list and from the mart's.
    assert "Got 4 results" in done.output, done.output[-3000:]


def test_unknown_category_stops_what_depends_on_it(city: City):
    planted = [crime(NEW, 7, "E01000012", "WITCHCRAFT", "202406", 1)]
    write(city.landing / "mps" / "lsoa_crime.parquet", list_crimes() + planted)
    write(city.landing / "police_uk" / "street_crime.parquet", [record("E01000001", "Sorcery", "2024-06")])
    done = city.run_dbt("build", "--select", "+int_crimes_counted", "--exclude", "test_type:unit")
    assert done.status != 0
    assert done.results["assert_every_category_is_known"] == "fail"
    assert done.results["int_crimes_counted"] == "skipped"
