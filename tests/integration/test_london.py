"""London's published files against totals computed from the same files.

Landing and dbt only; models and pictures are in `test_london_models`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from crime_dagster.core.dictionary import read_columns
from crime_dagster.sources.folder.inventory import take_inventory
from tests.conftest import Run
from tests.dbt.one_rule import find_other_records, find_other_releases

pytestmark = pytest.mark.real

# Crimes in the areas of the Metropolitan Police Service.
RELEASES = """
    create temp view releases as
    select crimes.*, areas.borough_code from marts.lsoa_crimes as crimes join marts.lsoas as areas using (lsoa_code)
    where areas.borough_code != 'E09000001'
"""


@pytest.fixture(scope="module")
def marts(built_london: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built_london.warehouse / "crime.duckdb"), read_only=True) as connection:
        connection.execute(RELEASES)
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
    sql = "select sum(crimes) from releases where crime_type = ?"
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
            "select crime_type, sum(crimes)::bigint from releases where month = cast(? as date) group by 1",
            [month],
        ).fetchall()
    )
    wanted = {"total": total, "violent": violent, "drug": drug, "burglary": burglary}
    assert {name: found[name] for name, value in wanted.items() if value is not None} == {
        name: value for name, value in wanted.items() if value is not None
    }


def test_the_rise_of_drug_offences_that_readers_are_told_of(marts: duckdb.DuckDBPyConnection):
    rises = marts.execute(
        """
        select
            round(100 * (
                sum(crimes) filter (month between '2024-09-01' and '2025-02-01')
                / sum(crimes) filter (month between '2024-03-01' and '2024-08-01') - 1
            ))
        from intermediate.int_release_cells_summed
        where minor_category in ('TRAFFICKING OF DRUGS', 'POSSESSION OF DRUGS') and source_file like '%2026-02%'
        group by minor_category
        order by minor_category desc
        """
    ).fetchall()
    said = ask(marts, "select words from marts.recording_breaks where starts_on = '2024-09-01'")
    assert f"{rises[0][0]:.0f}% more drug trafficking and {rises[1][0]:.0f}% more possession" in said


def test_areas_and_months_that_report(marts: duckdb.DuckDBPyConnection):
    sql = """
        select count(distinct lsoa_code), count(distinct month), count(*), count(*) filter (crimes = 0)
        from releases where crime_type = 'total' and crimes is not null
    """
    assert ask(marts, sql) == (4_988, 31, 4_988 * 31, 992)
    assert ask(marts, "select count(crimes) from releases where crime_type = 'antisocial'") == 0


def test_the_city_of_london_counts_from_its_own_force(marts: duckdb.DuckDBPyConnection):
    sql = """
        select count(distinct lsoa_code), count(distinct month), count(crimes), sum(crimes)
        from marts.lsoa_crimes join marts.lsoas using (lsoa_code)
        where borough_code = 'E09000001' and crime_type = '{}'
    """
    # 29 months of 31: there is no file for 2026-01 and 2026-02, which is not 0.
    antisocial = ask(marts, sql.format("antisocial"))
    assert antisocial == (6, 31, 6 * 29, 502)
    *shape, crimes = ask(marts, sql.format("total"))
    assert shape == [6, 31, 6 * 29]
    repeated = """
        select count(*) from marts.set_aside_rows join marts.lsoas on contains(content, lsoa_code)
        where reason = 'duplicate' and borough_code = 'E09000001' and file like '%/city_of_london/%'
            and regexp_extract(file, '(\\d{4}-\\d\\d)-city', 1) between '2023-08' and '2025-12'
    """
    assert crimes + 502 + ask(marts, repeated) == 19_963
    sql = """
        select list(month::varchar order by month) from marts.lsoa_crimes
        where lsoa_code = 'E01000001' and crime_type = 'total' and crimes is null
    """
    assert ask(marts, sql) == ["2026-01-01", "2026-02-01"]


def test_highest_and_lowest_areas(marts: duckdb.DuckDBPyConnection):
    sql = """
        with areas as (
            select lsoa_code, sum(crimes)::bigint as crimes from releases
            where crime_type = 'total' group by 1
        )
        select max_by(lsoa_code, crimes), max(crimes), min_by(lsoa_code, crimes), min(crimes), median(crimes)::bigint
        from areas
    """
    assert ask(marts, sql) == ("E01035716", 37_246, "E01032775", 48, 293)


def test_boroughs(marts: duckdb.DuckDBPyConnection):
    sql = """
        with boroughs as (
            select borough_code, sum(crimes)::bigint as crimes from releases
            where crime_type = 'total' group by 1
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


def test_a_run_reads_the_files_that_check_would_use(marts: duckdb.DuckDBPyConnection, real_data_dir: Path):
    inventory = take_inventory(real_data_dir)
    assert set(marts.table("marts.source_files").df()["file"]) == {file.name for file, _ in inventory.known}
    said = marts.table("marts.left_out_files").df()
    assert set(said.loc[~said["reason"].isin(["delivered_empty", "duplicate"]), "file"]) == {
        one.file for one in inventory.left_out
    }


@pytest.mark.parametrize(
    ("thing", "files", "rows_in", "reasons"),
    [
        ("mps/lsoa_crime_years", 11, 53_119, {}),
        ("mps/ward_crime", 1, 18_688, {}),
        ("mps/borough_crime", 4, 4_724, {}),
        ("mps/crime_dashboard", 1, 59_431, {}),
        ("mps/police_stations", 1, 21, {}),
        ("police_uk/outcomes", 2, 4_808, {"duplicate": 2_469}),
        ("police_uk/stop_and_search", 1, 9_689, {}),
        # 41 are identical, one differs only in blanks.
        ("police_uk/offence_categories", 1, 1_482, {"duplicate": 42}),
        ("mopac/front_counters", 1, 137, {}),
        ("home_office/police_officers", 1, 62, {"blank_line": 5}),
        (
            "nomis/borough_claimants",
            1,
            166,
            {"blank_line": 6, "footnote": 10, "title_row": 5, "repeated_header": 1},
        ),
        ("ons/msoa_2011_to_2021", 1, 7_287, {}),
        ("ons/lsoa_2011_to_msoa_2011", 1, 4_835, {}),
        ("ons/local_authority_codes", 1, 415, {}),
        ("gla/borough_boundaries", 1, 33, {}),
    ],
)
def test_context_files_are_counted(marts: duckdb.DuckDBPyConnection, thing, files, rows_in, reasons):
    key = thing.split("/")
    sql = "select count(*), sum(rows_in)::bigint from marts.source_files where publisher = ? and thing = ?"
    assert marts.execute(sql, key).fetchone() == (files, rows_in)
    sql = "select reason, count(*) from marts.set_aside_rows where publisher = ? and thing = ? group by reason"
    assert dict(marts.execute(sql, key).fetchall()) == reasons


@pytest.mark.parametrize(
    ("thing", "files", "rows_in", "reasons"),
    [
        ("ons/economic_activity_2011", 1, 13_841, {"blank_line": 6, "footnote": 4}),
        ("ons/age_2011", 1, 13_841, {"blank_line": 6, "footnote": 4}),
        ("ons/density_2011", 1, 13_841, {"blank_line": 6, "footnote": 4}),
        ("ons/tenure_2011", 1, 13_841, {"blank_line": 6, "footnote": 4}),
        ("ons/cars_2011", 1, 13_841, {"blank_line": 6, "footnote": 4}),
        ("ons/qualifications_2011", 1, 13_841, {"blank_line": 6, "footnote": 4}),
        ("ons/hours_worked_2011", 1, 13_841, {"blank_line": 6, "footnote": 4}),
        ("ons/travel_to_work", 1, 4_994, {}),
        ("ons/ethnic_group", 1, 4_994, {}),
        ("nomis/claimants", 4, 131_376, {}),
        ("gla/night_economy", 1, 5_908, {"total_row": 10}),
        ("gla/earnings", 1, 50, {"blank_line": 3, "outside": 14}),
        ("gla/borough_profiles", 1, 38, {"blank_line": 5}),
        ("gla/lsoa_atlas", 1, 4_837, {"blank_line": 2}),
        ("tfl/accessibility", 1, 4_835, {}),
        ("tfl/station_counts", 1, 270, {"blank_line": 1, "total_row": 1}),
        ("mopac/police_counter_times", 1, 4_969, {}),
        ("os/greenspace", 1, 989, {}),
        ("mhclg/deprivation_2019", 1, 4_835, {}),
    ],
)
def test_files_of_features_are_counted(marts: duckdb.DuckDBPyConnection, thing, files, rows_in, reasons):
    test_context_files_are_counted(marts, thing, files, rows_in, reasons)


def test_features_are_filled(built_london: Run, marts: duckdb.DuckDBPyConnection):
    words = read_columns(built_london.warehouse / "dbt" / "target" / "manifest.json", "lsoa_features")
    names = [column.name for column in words if column.role == "feature"]
    filled = marts.table("marts.lsoa_features").df()[names].count()
    # The folder lacks the sources of these, or has an older copy without the column.
    assert set(filled[filled == 0].index) == {
        *("in_employment_pct", "unemployment_pct", "pubs_and_bars_borough"),
        *("bars", "bars_within_250m", "food_places", "food_places_within_250m", "food_shops", "hotels", "chains"),
        *("hospitals", "hospitals_within_250m", "nitrogen_dioxide_ratio", "noisy_pct"),
    }
    assert (filled > 0).sum() >= 130
    assert filled[filled > 0].min() >= 4_980


def test_figures_of_features(marts: duckdb.DuckDBPyConnection):
    claimants = """
        select round(12 * sum(claimants))::bigint from staging.stg_nomis__claimants
        where claimant_year = 2022 and lsoa11_code in (select lsoa11_code from staging.stg_ons__msoa_links_2011)
    """
    assert ask(marts, claimants) == 3_540_365
    assert ask(marts, "select distinct deprivation_edition from marts.lsoa_features") == "2025"
    # The two workbooks' figures for one area.
    row = "select round(commute_home_pct, 3), round(ethnic_white_pct, 3) from marts.lsoa_features"
    assert ask(marts, f"{row} where lsoa_code = 'E01000001'") == (
        round(100 * 639 / 863, 3),
        round(100 * (822 + 31 + 0 + 11 + 318) / 1473, 3),
    )
    parks = "select sum(parks_pct / 100 * area_km2) from marts.lsoa_features"
    assert 80 < ask(marts, parks) < 105


def test_sums_of_other_vintages_and_files(built_london: Run, marts: duckdb.DuckDBPyConnection):
    years = """
        select count(distinct lsoa_code), count(distinct major_category),
            sum(crimes) filter (crime_year = 2011)::bigint,
            sum(crimes) filter (crime_year = 2021)::bigint
        from staging.stg_mps__lsoa_crime_years
    """
    assert ask(marts, years) == (4_829, 11, 771_152, 749_588)
    # Context that no table reads yet: as landed.
    landing = built_london.warehouse / "landing"
    officers = f"""
        select list(officers::double order by officers::double) from '{landing}/home_office/police_officers.parquet'
        where area_name = 'West Midlands' and counted_on = '2019-09-30'
    """  # noqa: S608 a path of the test's own
    assert ask(marts, officers) == pytest.approx([6_405.063575, 11_058.303575])
    claimants = f"""
        select list(coalesce(claimants, claimant_share)::double order by row_number)
        from '{landing}/nomis/borough_claimants.parquet'
        where borough_name = 'Barking and Dagenham' and month = '2019-01'
    """  # noqa: S608 a path of the test's own
    assert ask(marts, claimants) == pytest.approx([4_325, 0.041])


def test_small_areas_lack_a_few_per_cent_of_the_boroughs(marts: duckdb.DuckDBPyConnection):
    sql = """
        select month, 100 - 100 * sum(lsoa_crimes) / sum(borough_crimes) as lacking_pct
        from marts.borough_reconciliations where is_in_lsoa_files group by month order by month
    """
    lacking = marts.execute(sql).df().set_index("month")["lacking_pct"]
    assert len(lacking) == 31
    assert lacking.mean() == pytest.approx(3, abs=0.1)
    # In October 2023 the borough file has 8,000 crimes of unknown boroughs.
    assert lacking.drop("2023-10-01").between(0, 6.5).all()
    assert lacking["2023-10-01"] == pytest.approx(9.7, abs=0.1)
    categories = "select list(distinct major_category order by major_category) from marts.borough_reconciliations"
    absent = ask(marts, f"{categories} where not is_in_lsoa_files")
    assert absent == ["FRAUD AND FORGERY", "NFIB FRAUD", "SEXUAL OFFENCES"]


def test_the_stub_month_is_reported_as_a_warning(built_london: Run):
    assert re.search(r"WARN \d+ assert_newest_release_is_whole", built_london.output)


def test_the_city_force_shows_in_the_coverage(marts: duckdb.DuckDBPyConnection):
    sql = """
        select count(*), sum(crimes)::bigint from marts.coverage
        where force ilike '%city of london%' and month >= date '2023-08-01' and is_reported
    """
    months, _ = ask(marts, sql)
    assert months == 29


def test_check_and_sql_choose_the_same_releases_and_archives(marts: duckdb.DuckDBPyConnection):
    assert find_other_releases(lambda sql: marts.execute(sql).df()).empty
    assert find_other_records(lambda sql: marts.execute(sql).df()) == []
