"""Incomplete places are not published as complete: dbt stops, or titles name the boroughs with figures."""

import pytest

from tests.dbt.conftest import City, make_city
from tests.dbt.forked import Built
from tests.dbt.tiny_city import Rows, crime, record, write

MONTHS = [f"2023-{month:02}" for month in range(1, 13)]
KINDS = ("Shoplifting", "Burglary", "Drugs")
CITY, NORTH, SOUTH = "E01000001", ("E01000011", "E01000012", "E01000013"), ("E01000021", "E01000022")
MET = {"reported_by": "Metropolitan Police Service", "falls_within": "Metropolitan Police Service"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return make_city(tmp_path_factory.mktemp("whole"))


def land(city: City, records: Rows, crimes: Rows | None = None, *, is_partial: bool | None = None) -> Built:
    """Land these records, and build the models that decide whether the place is complete."""
    for key, rows in (("police_uk/street_crime", records), ("mps/lsoa_crime", crimes or [])):
        path = city.landing / f"{key}.parquet"
        counted = city.landing / "_source_files" / f"{key.replace('/', '__')}.parquet"
        path.unlink(missing_ok=True)
        if rows:
            write(path, [{**row, "row_number": number} for number, row in enumerate(rows, start=1)])
        else:
            counted.unlink(missing_ok=True)
    marker = city.landing / "_data_set.parquet"
    marker.unlink(missing_ok=True)
    if is_partial is not None:
        known = {"place": "Wex", "is_synthetic": True, "force": MET["reported_by"], "recording_breaks": "[]"}
        write(marker, [{**known, "is_partial": is_partial}])
    parts = ("+reported_places", "+coverage_by_type")
    return city.run_dbt("build", "--select", *parts, "--exclude-resource-type", "test", "unit_test")


def list_city_records() -> Rows:
    """Return a year of the City's own force, which also recorded a crime a month in the North."""
    rows = [record(CITY, kind, month) for month in MONTHS for kind in KINDS]
    return rows + [record(NORTH[0], "Drugs", month) for month in MONTHS]


def list_met_records(areas: tuple[str, ...], kinds: tuple[str, ...] = KINDS) -> Rows:
    file = "police_uk/2024-06/metropolitan.csv"
    return [record(area, kind, month, file) | MET for area in areas for month in MONTHS for kind in kinds]


def read_place(city: City, crime_type: str = "total") -> dict[str, object]:
    return dict(city.ask("select * from marts.reported_places").set_index("crime_type").loc[crime_type])


def test_one_forces_files_alone_stop_with_the_boroughs_and_the_files_that_lack(city: City):
    done = land(city, list_city_records())
    said = " ".join(done.output.split())
    assert done.status == 1
    assert "Metropolitan Police Service: North, South. They would come from mps/lsoa_crime" in said
    for words in ("*-metropolitan-street.csv", "https://data.police.uk/data/", "make download", "partial: true"):
        assert words in said


def test_a_part_that_says_so_is_named_after_its_boroughs(city: City):
    done = land(city, list_city_records(), is_partial=True)
    assert done.status == 0, done.output[-3000:]
    place = read_place(city)
    assert (place["place"], place["force"], place["source_note"]) == ("City", "City of London Police", "")
    sql = "select sum(crimes) from intermediate.int_area_years_counted where crime_type = 'total' and lsoa_code {} '{}'"
    assert city.ask(sql.format("=", CITY)).iloc[0, 0] == len(MONTHS) * len(KINDS)
    assert city.ask(sql.format("!=", CITY)).isna().iloc[0, 0]  # a few crimes in the North are no figures of it


def test_files_of_small_areas_with_one_of_two_boroughs_stop_likewise(city: City):
    kinds = ("BURGLARY", "THEFT")
    rows = [crime("mps/a.csv", 1, NORTH[0], kind, month.replace("-", ""), 1) for month in MONTHS for kind in kinds]
    done = land(city, list_city_records(), rows)
    assert done.status == 1
    assert "Metropolitan Police Service: South. They" in " ".join(done.output.split())


def test_street_files_of_both_forces_are_the_whole_place_and_say_so(city: City):
    done = land(city, list_city_records() + list_met_records((*NORTH, *SOUTH)), is_partial=False)
    assert done.status == 0, done.output[-3000:]
    place = read_place(city)
    assert (place["place"], bool(place["is_whole"])) == ("Wex", True)
    assert "street-level files of data.police.uk" in str(place["source_note"])
    assert city.ask("select distinct counted_from from intermediate.int_areas_reported")["counted_from"].tolist() == [
        "street files"
    ]


def test_street_files_cut_to_one_category_are_no_figures_of_all_crime(city: City):
    records = list_city_records() + list_met_records((*NORTH, *SOUTH), ("Burglary",))
    done = land(city, records, is_partial=True)
    assert done.status == 0, done.output[-3000:]
    assert read_place(city)["place"] == "City"
    assert read_place(city, "burglary")["place"] == "Wex"
    met = city.ask(f"from marts.coverage_by_type where force = '{MET['reported_by']}' and is_reported")
    assert (set(met["crime_type"]), met["month"].nunique()) == ({"burglary"}, len(MONTHS))
    cut = city.ask(f"from marts.coverage where force = '{MET['reported_by']}'")
    assert (cut["is_reported"].any(), cut["crimes"].count(), cut["street_crimes"].count()) == (False, 0, 0)
    assert set(cut["types_reported"]) == {1}


def test_a_release_cut_to_one_category_is_no_figure_of_all_crime(city: City):
    areas = (*NORTH, *SOUTH)
    rows = [crime("mps/a.csv", 1, area, "BURGLARY", month.replace("-", ""), 1) for area in areas for month in MONTHS]
    done = land(city, list_city_records(), rows, is_partial=True)
    assert done.status == 0, done.output[-3000:]
    assert (read_place(city)["place"], read_place(city, "burglary")["place"]) == ("City", "Wex")
