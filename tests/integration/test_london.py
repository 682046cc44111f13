"""The published files of London against the totals that were computed from the very files.

Landing and dbt only; models and pictures are in `test_london_models`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Run, run_command

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def built(real_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    done = run_command("dbt", real_data_dir, tmp_path_factory.mktemp("london") / "warehouse")
    assert done.status == 0, done.output[-4000:] + done.errors[-3000:]
    return done


@pytest.fixture(scope="module")
def marts(built: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built.warehouse / "crime.duckdb"), read_only=True) as connection:
        yield connection


def ask(marts: duckdb.DuckDBPyConnection, sql: str):
    row = marts.execute(sql).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


@pytest.mark.parametrize(
    ("crime_type", "crimes"),
    [
        ("total", 2_246_428),
        ("violent", 606_469),
        ("drug", 112_498),
        ("burglary", 131_715),
        ("theft", 748_838),
        ("vehicle", 237_600),
        ("damage", 141_639),
        ("public_order", 141_396),
        ("robbery", 84_053),
    ],
)
def test_crimes_of_31_months(marts: duckdb.DuckDBPyConnection, crime_type: str, crimes: int):
    sql = "select sum(crimes)::bigint from marts.lsoa_crimes where crime_type = ?"
    assert marts.execute(sql, [crime_type]).fetchone() == (crimes,)


@pytest.mark.parametrize(
    ("month", "total", "violent", "drug", "burglary"),
    [
        ("2023-08-01", 73_540, 20_563, 3_662, 4_753),
        ("2024-02-01", 71_785, None, None, None),
        ("2024-03-01", 71_366, None, None, None),
        ("2024-07-01", 74_921, 20_050, 2_901, 4_164),
        ("2025-07-01", 78_831, None, None, None),
        ("2026-02-01", 65_031, 19_031, 3_493, 3_962),
    ],
)
def test_crimes_of_a_month(marts: duckdb.DuckDBPyConnection, month, total, violent, drug, burglary):
    found = dict(
        marts.execute(
            "select crime_type, sum(crimes)::bigint from marts.lsoa_crimes where month = cast(? as date) group by 1",
            [month],
        ).fetchall()
    )
    wanted = {"total": total, "violent": violent, "drug": drug, "burglary": burglary}
    assert {name: found[name] for name, value in wanted.items() if value is not None} == {
        name: value for name, value in wanted.items() if value is not None
    }


def test_areas_and_months_that_report(marts: duckdb.DuckDBPyConnection):
    sql = """
        select count(distinct lsoa_code), count(distinct month), count(*), count(*) filter (crimes = 0)
        from marts.lsoa_crimes where crime_type = 'total' and crimes is not null
    """
    assert ask(marts, sql) == (4_988, 31, 4_988 * 31, 992)


def test_the_city_of_london_is_not_reported_and_never_zero(marts: duckdb.DuckDBPyConnection):
    sql = """
        select count(distinct lsoa_code), count(crimes), count(distinct month)
        from marts.lsoa_crimes join marts.lsoas using (lsoa_code) where borough_code = 'E09000001'
    """
    assert ask(marts, sql) == (6, 0, 31)


def test_highest_and_lowest_areas(marts: duckdb.DuckDBPyConnection):
    sql = """
        with areas as (
            select lsoa_code, sum(crimes)::bigint as crimes from marts.lsoa_crimes
            where crime_type = 'total' and crimes is not null group by 1
        )
        select max_by(lsoa_code, crimes), max(crimes), min_by(lsoa_code, crimes), min(crimes), median(crimes)::bigint
        from areas
    """
    assert ask(marts, sql) == ("E01035716", 37_246, "E01032775", 48, 293)


def test_boroughs(marts: duckdb.DuckDBPyConnection):
    sql = """
        with boroughs as (
            select borough_code, sum(crimes)::bigint as crimes from marts.lsoa_crimes join marts.lsoas using (lsoa_code)
            where crime_type = 'total' and crimes is not null group by 1
        )
        select count(*), max_by(borough_code, crimes), max(crimes), min_by(borough_code, crimes), min(crimes)
        from boroughs
    """
    assert ask(marts, sql) == (32, "E09000033", 218_878, "E09000021", 28_573)


def test_areas_people_and_land(marts: duckdb.DuckDBPyConnection):
    areas, km2 = ask(marts, "select count(*), round(sum(area_km2), 2) from marts.lsoas")
    assert areas == 4_994
    assert km2 == pytest.approx(1_572.06, rel=2e-3), "the boundaries are generalised to 20 m, the figure is published"
    assert ask(marts, "select sum(residents)::bigint from marts.lsoa_features") == 8_869_043
    sql = "select sum(residents)::bigint from marts.lsoa_features where crimes_total is not null"
    assert ask(marts, sql) == 8_857_586


def test_pubs(marts: duckdb.DuckDBPyConnection):
    sql = """
        select sum(pubs)::bigint, count(*) filter (pubs > 0), max_by(lsoa_code, pubs), max(pubs)::bigint,
            (sum(pubs) filter (crimes_total is not null))::bigint
        from marts.lsoa_features
    """
    assert ask(marts, sql) == (4_094, 1_801, "E01032739", 148, 3_879)


def test_deprivation(marts: duckdb.DuckDBPyConnection):
    sql = """
        select round(sum(imd_score), 3), round(sum(employment_deprivation_pct) / 100, 3),
            round(sum(income_deprivation_pct) / 100, 3), count(*) filter (imd_decile = 1)
        from marts.lsoa_features
    """
    assert ask(marts, sql) == (110_510.601, 634.174, 1_353.084, 201)


def test_every_published_file_is_counted(marts: duckdb.DuckDBPyConnection):
    files = marts.table("marts.source_files").df()
    assert (files["rows_in"] == files["rows_kept"] + files["rows_set_aside"]).all()
    releases = files[files["thing"] == "lsoa_crime"]
    assert sorted(releases["rows_in"]) == [101_048, 105_620]
    (pubs,) = files.loc[files["thing"] == "pubs", "rows_in"]
    assert pubs == 4_098


def test_the_stub_month_is_reported_as_a_warning(built: Run):
    assert re.search(r"WARN \d+ assert_newest_release_is_whole", built.output)


def test_the_city_force_shows_in_the_coverage(marts: duckdb.DuckDBPyConnection):
    sql = """
        select count(*), sum(crimes)::bigint from marts.coverage
        where force ilike '%city of london%' and month >= date '2023-08-01' and is_reported
    """
    months, _ = ask(marts, sql)
    assert months == 29
