"""A made-up country of two police forces, from its files to marts; one of them alone by its name."""

from pathlib import Path

import pandas as pd
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
    "+stop_and_search",
)
SEARCHED = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country")
    write_city(folder, PLAN)
    write_searches(folder)
    return folder


def write_searches(folder: Path) -> None:
    """Write a month of searches by both forces: two of the first, one of the second and three elsewhere or nowhere."""
    points = []
    for slug in ("bollardshire", "cormorshire"):
        records = pd.read_csv(min((folder / "police_uk").rglob(f"*-{slug}-street.csv")))
        own = records[records["LSOA code"] == records["LSOA code"].mode()[0]].iloc[0]
        points.append((own["Latitude"], own["Longitude"]))
    in_first, in_second, nowhere, at_sea = (
        f"{latitude},{longitude}" for latitude, longitude in (*points, ("", ""), (60.5, -8.5))
    )
    for folder_name, slug, places in (
        ("old", "bollardshire", [in_first]),
        ("police_uk", "bollardshire", [in_first, in_first, in_second, nowhere]),
        ("police_uk", "cormorshire", [in_first, in_second, nowhere, at_sea]),
    ):
        rows = [f"Person search,2024-01-01T09:00:00+00:00,,,{place},,,,,,Firearms,Arrest" for place in places]
        path = folder / folder_name / f"2024-01-{slug}-stop-and-search.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([SEARCHED, *rows, ""]), encoding="utf-8")


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
    totals = "select part, crimes from marts.headline_totals where crime_type = 'total' and place_code = 'city'"
    parts = county.ask(totals).set_index("part")["crimes"]
    # Its crimes in the other force's areas have an area, and those of one place are not landed.
    assert parts.drop("headline").equals(country.ask(f"{totals} and force = '{FIRST}'").set_index("part")["crimes"])
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


def test_searches_are_those_in_the_place_and_all_others_are_counted_with_a_reason(country: City, county: City):
    counted = (
        "select force, borough_code is null as is_nowhere, sum(searches) as n from marts.stop_and_search group by all"
    )
    files = """
        select regexp_extract(file, '[^/]+/') || split_part(file, '-', 3) as name, rows_in, rows_kept, rows_outside,
        rows_set_aside from marts.source_files where thing = 'stop_and_search' order by file
    """
    found = {}
    for name, city in (("country", country), ("county", county)):
        rows = city.ask(counted)
        accounts = city.ask(files)
        assert (accounts["rows_in"] == accounts["rows_kept"] + accounts["rows_set_aside"]).all()
        assert accounts["rows_kept"].sum() == rows["n"].sum()
        places = rows.set_index(["force", "is_nowhere"])["n"].astype(int).to_dict()
        found[name] = (places, accounts["rows_outside"].astype(int).to_list())
    assert found == {
        "country": (
            {
                ("bollardshire", False): 3,
                ("bollardshire", True): 1,
                ("cormorshire", False): 2,
                ("cormorshire", True): 1,
            },
            [0, 0, 1],
        ),
        # Of the other force's searches without a place nobody knows that they were here.
        "county": ({("bollardshire", False): 2, ("bollardshire", True): 1, ("cormorshire", False): 1}, [0, 1, 3]),
    }
    reasons = "select reason, row_count from marts.excluded_reasons where thing = 'stop_and_search' order by reason"
    assert county.ask(reasons).to_dict("list") == {"reason": ["outside", "superseded"], "row_count": [4, 1]}
