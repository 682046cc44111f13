"""A made-up country of two police forces, from its files to marts; one of them alone by its name."""

from pathlib import Path

import pytest

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import link_spatial_extension
from crime_dagster.defs.ingest.ingest import data_sets
from crime_dagster.defs.runtime.history import read_history
from crime_dagster.defs.runtime.landed import find_place
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.folder.inventory import find_files
from crime_dagster.sources.land.cuts import find_cut
from crime_dagster.sources.synthetic.city import CityPlan
from crime_dagster.sources.synthetic.writing import write_city
from tests.dbt.conftest import City
from tests.unit.sources.landing import land

PLAN = CityPlan(areas=20, boroughs=4, months=26, forces=2)
FIRST, SECOND = "Bollardshire Police", "Cormorshire Police"
SELECT = (
    "+reported_places",
    "+force_months",
    "+boroughs",
    "+lsoa_crimes",
    "+coverage",
    "+city_months",
    "+headline_totals",
    "+source_files",
    "+excluded_reasons",
    "+lsoas",
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country")
    write_city(folder, PLAN)
    return folder


def build(files: Path, warehouse: Path, place: str) -> City:
    settings = Settings(files, warehouse, place=place)
    cut = find_cut(settings.data_set, files)
    for source in load_catalogue().values():
        if find_files(source, files):
            landed = land(source, files, cut)
            find_place(source, settings.landing_dir, "").write([landed], "1")
    data_sets(settings)
    link_spatial_extension(warehouse / "extensions")
    city = City(warehouse)
    done = city.run_dbt("build", "--select", *SELECT, "--exclude-resource-type", "unit_test", "test")
    assert done.status == 0, done.output[-3000:]
    return city


@pytest.fixture(scope="module")
def country(files: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    return build(files, tmp_path_factory.mktemp("both"), "")


@pytest.fixture(scope="module")
def county(files: Path, tmp_path_factory: pytest.TempPathFactory) -> City:
    return build(files, tmp_path_factory.mktemp("one"), "Bollardshire")


def test_each_authority_counts_from_its_own_force(country: City):
    forces = country.ask("select force, force_group, count(*) as parts from marts.boroughs group by all order by 1")
    assert forces.to_dict("list") == {"force": [FIRST, SECOND], "force_group": [FIRST, SECOND], "parts": [2, 2]}
    place = country.ask("select place, boroughs_reported, source_note from marts.reported_places limit 1").iloc[0]
    assert (place["place"], place["boroughs_reported"]) == ("Aldermark", 4)
    assert place["source_note"].startswith("Figures are from street-level files of data.police.uk")


def test_months_of_a_force_are_those_of_its_authorities(country: City):
    sql = """
        select force, months.month, sum(months.crimes) as crimes, count(months.crimes) = count(*) as is_known
        from marts.borough_months as months join marts.boroughs using (borough_code, force)
        where crime_type = 'total' group by all order by all
    """
    forces = country.ask("select * from marts.force_months where crime_type = 'total' order by force, month")
    parts = country.ask(sql)
    assert list(forces["crimes"].notna()) == list(parts["is_known"])
    known = forces["crimes"].notna()
    assert list(forces["crimes"][known]) == list(parts["crimes"][known])
    years = forces[forces["force"] == FIRST].set_index("month")
    assert years["crimes_12_months"].iloc[-1] == years["crimes"].iloc[-12:].sum()
    assert years["crimes_12_months_before"].iloc[-1] == years["crimes"].iloc[-24:-12].sum()


def test_a_force_that_moved_to_another_records_system_is_marked_from_that_month(country: City):
    sql = "select distinct force, month, recording_break from marts.force_months where recording_break is not null"
    marked = country.ask(f"{sql} and crime_type = 'total'")
    said = country.ask("select force, starts_on, title from marts.recording_breaks")
    assert marked["force"].to_list() == said["force"].to_list() == [SECOND]
    assert marked["month"].to_list() == said["starts_on"].to_list()
    assert marked["recording_break"].to_list() == said["title"].to_list()


def test_a_chart_marks_it_with_the_name_of_the_force(country: City, files: Path):
    crime = CrimeType("total", "All crime", "crime", "crimes", 1)
    history = read_history(Settings(files, country.warehouse), crime)
    assert history is not None
    assert [title for _, title in history.line.breaks] == [f"{SECOND} changed its records system"]


def test_silent_months_are_not_reported_and_not_zero(country: City):
    sql = (
        "select force, count(*) filter (where not is_reported) as silent from marts.coverage group by force order by 1"
    )
    silent = country.ask(sql).set_index("force")["silent"]
    assert silent[FIRST] == 0
    assert silent[SECOND] == 4  # two months absent, one empty, one cut short
    gaps = country.ask("select count(*) as n from marts.lsoa_crimes where crimes is null and crime_type = 'total'")
    areas = country.ask("select force, sum(areas) as n from marts.boroughs group by force").set_index("force")["n"]
    assert gaps["n"][0] == 4 * areas[SECOND]


def test_one_force_by_name_has_its_areas_alone_and_its_rows_add_up(country: City, county: City):
    whole = country.ask("select borough_code, force from marts.boroughs order by 1").query("force == @FIRST")[
        ["borough_code"]
    ]
    whole = whole.reset_index(drop=True)
    assert county.ask("select borough_code from marts.boroughs order by 1").equals(whole)
    place = county.ask("select place, source_note from marts.reported_places limit 1").iloc[0]
    assert place["place"] == "Bollardshire"
    assert place["source_note"].startswith("Figures of Bollardshire Police are from street-level files")
    # The few records that the other force has in it count, and its months and changes are not told.
    assert county.ask("select distinct force from marts.coverage")["force"].to_list() == [FIRST]
    assert county.ask("select * from marts.recording_breaks").empty
    parts = county.ask(
        "select part, crimes from marts.headline_totals where crime_type = 'total' and place_code = 'city'"
    ).set_index("part")["crimes"]
    assert parts["by_others"] > 0
    assert parts["headline"] == parts.drop("headline").sum()
    unlocated = "select sum(unlocated_crimes) as n from (from marts.coverage order by month desc limit 12)"
    assert -parts["without_place"] == county.ask(unlocated)["n"][0]
    same = "select sum(crimes) as n from marts.lsoa_crimes join marts.lsoas using (lsoa_code) where borough_code in "
    codes = str(tuple(whole["borough_code"]))
    assert county.ask(same + codes).equals(country.ask(same + codes))
    sums = county.ask(
        "select sum(rows_in) as rows, sum(rows_kept + rows_set_aside) as added, sum(rows_outside) as outside "
        "from marts.source_files"
    ).iloc[0]
    assert sums["rows"] == sums["added"]
    listed = county.ask("select sum(row_count) as n from marts.excluded_reasons where reason = 'outside'")["n"][0]
    assert listed >= sums["outside"] > 0
