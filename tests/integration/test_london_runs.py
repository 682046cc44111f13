"""Data sets of other vintages and sources, assembled from London's published files: landing and dbt only."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import build_tables

pytestmark = pytest.mark.real

LOOKUP = "ons/lookups/LSOA_(2011)_to_LSOA_(2021)*.csv"
YEARS = ["mps/lsoa11_annual_2011_2021/*.csv", "ons/boundaries/london-2011-lsoa-gen20.*", LOOKUP]
STREET = [
    "police_uk/metropolitan_burglary_only/*-street.csv",
    "police_uk/city_of_london/*-street.csv",
    "ons/boundaries/london-2021-lsoa-gen20.*",
    "ons/population/*.csv",
    LOOKUP,
]


@dataclass(frozen=True)
class Marts:
    """The database of a data set."""

    database: Path

    def ask(self, sql: str):
        with duckdb.connect(str(self.database), read_only=True) as connection:
            row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0] if len(row) == 1 else row


@pytest.fixture(scope="module")
def build(real_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Marts]:
    def run(patterns: list[str], *marts: str) -> Marts:
        folder = tmp_path_factory.mktemp("set")
        for pattern in patterns:
            found = sorted(real_data_dir.glob(pattern.replace("[", "[[]")))
            assert found, pattern
            for file in found:
                link = folder / "data" / file.relative_to(real_data_dir)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(file)
        # They lack figures of all crime for the City, or for all boroughs but the City.
        (folder / "data" / "data_set.yml").write_text("follow_links: true\npartial: true\n", encoding="utf-8")
        done = build_tables(folder / "data", folder / "warehouse", *marts)
        assert done.status == 0, done.output[-4000:]
        return Marts(done.warehouse / "crime.duckdb")

    return run


@pytest.fixture(scope="module")
def years(build: Callable[..., Marts]) -> Marts:
    """Everything: of all data sets this one has least, not even a month."""
    return build(YEARS)


@pytest.fixture(scope="module")
def street(build: Callable[..., Marts]) -> Marts:
    return build(STREET, "lsoa_crimes", "lsoas", "source_files", "set_aside_rows")


def test_figures_per_year_have_no_months_and_agree_with_figures_by_month(years: Marts, real_data_dir: Path):
    assert years.ask("select count(*) from marts.lsoa_crimes") == 0
    assert years.ask("select count(*) from marts.coverage") == 0
    sql = """
        select count(crimes_total), count(*), any_value(year_ending)::varchar, sum(crimes_total)
        from marts.lsoa_features
    """
    # 2021 is an incomplete year. The City's areas are in no file.
    assert years.ask(sql) == (4_829, 4_835, "2020-12-01", 873_658)
    assert years.ask("select any_value(lsoa_vintage) from marts.lsoas") == "2011"
    # A panel of months made by others, not by a publisher, as an external check.
    witness = real_data_dir / "lsoa_month" / "mps_total_by_lsoa_month_2008_2016.parquet"
    sql = """
        with witness as (
            select lsoa_code, year, sum(crime_count) as crimes from read_parquet('WITNESS') group by all
        )
        select min(r) from (
            select corr(witness.crimes, figures.crimes) as r
            from witness join intermediate.int_year_figures_placed as figures
                on witness.lsoa_code = figures.lsoa_code and witness.year = year(figures.year_ending)
            where figures.crime_type = 'total' and witness.year between 2012 and 2016 group by witness.year
        )
    """
    assert years.ask(sql.replace("WITNESS", str(witness))) == pytest.approx(0.998, abs=6e-4)


def test_street_files_alone_count_burglary_and_the_city(street: Marts):
    assert street.ask("select count(*), any_value(lsoa_vintage) from marts.lsoas") == (4_994, "2021")
    sql = """
        select sum(rows_in)::bigint, sum(rows_kept)::bigint, list(distinct lsoa_vintage order by lsoa_vintage)
        from marts.source_files where file like '%-metropolitan-street.csv'
    """
    rows_in, rows_kept, vintages = street.ask(sql)
    assert (rows_in, vintages) == (135_700, ["2021", "mixed"])
    reasons = "from marts.set_aside_rows where file like '%-metropolitan-street.csv'"
    assert rows_in - rows_kept == street.ask(f"select count(*) {reasons}")
    assert street.ask(f"select list(distinct reason order by reason) {reasons}") == [
        "duplicate",
        "outside",
        "unlocated",
    ]
    # Every located burglary counts, whichever force recorded it; a split code divides its crimes and loses none. From
    # 2025 there is only the City's file, and the areas of the other force are not reported.
    located = """
        select sum(crimes) from intermediate.int_street_cells_placed
        where category = 'Burglary' and fate = 'located' and month < date '2025-01-01'
    """
    counted = "select sum(crimes) from marts.lsoa_crimes where crime_type = 'burglary' and month < date '2025-01-01'"
    assert street.ask(counted) == pytest.approx(street.ask(located), abs=1e-6)
    assert street.ask(counted) == pytest.approx(132_711, abs=1e-6)


def test_every_burglary_of_the_city_is_there_or_repeats_one(street: Marts):
    landed = """
        select count(*) from staging.stg_police_uk__street_crimes
        where reported_by = 'City of London Police' and crime_type_as_published = 'Burglary'
            and month < date '2025-01-01'
    """
    repeated = """
        select count(*) from marts.set_aside_rows
        where reason = 'duplicate' and file like '%city-of-london-street.csv' and content like '%,Burglary,%'
            and content not like '%,2025-%'
    """
    assert street.ask(landed) + street.ask(repeated) == 823


def test_force_cut_to_burglary_has_no_total_and_no_month_without_a_file(street: Marts):
    sql = """
        select count(crimes), count(distinct month) filter (crimes is not null),
            (max(month) filter (crimes is not null))::varchar
        from marts.lsoa_crimes join marts.lsoas using (lsoa_code)
        where borough_code != 'E09000001' and crime_type = '{}'
    """
    assert street.ask(sql.format("burglary")) == (4_988 * 30, 30, "2024-12-01")
    assert street.ask(sql.format("total")) == (0, 0, None)
