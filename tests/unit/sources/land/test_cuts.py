"""The rows of a chosen place are landed, all others counted: in = kept + excluded."""

from pathlib import Path

import pytest

from crime_dagster.core.data_set import DataSet, choose_place
from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.check.check import check_path
from crime_dagster.sources.land.cuts import Cut, find_cut
from crime_dagster.sources.land.land import Landed
from crime_dagster.sources.land.portions import combine_versions, plan_portions
from tests.unit.sources.landing import land

CITY, CAMDEN, MANCHESTER, CARDIFF = "E01000001", "E01000842", "E01005065", "W01001694"
STREET = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context"  # noqa: E501 the header as published
TENURE = (
    "date,geography,geography code,Tenure of household: Total: All households,Tenure of household: Owned: Owns outright"
)
LINKS = "LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD,LAD22NM"
GMP, COLP = "Greater Manchester Police", "City of London Police"


def cut_to(place: str, folder: Path) -> Cut:
    cut = find_cut(choose_place(DataSet("d"), place), folder)
    assert cut is not None
    return cut


def write(folder: Path, name: str, *lines: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def record(number: int, force: str, area: str) -> str:
    return f"{number:064},2024-05,{force},{force},-1,52,On or near,{area},,Burglary,,"


def count(landed: Landed) -> tuple[int, ...]:
    names = ("rows_in", "rows_kept", "rows_set_aside", "rows_outside")
    return tuple(sum(landed.files[name].to_pylist()) for name in names)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    street = [record(1, COLP, CITY), record(2, COLP, CAMDEN), record(3, COLP, ""), record(4, COLP, CITY)]
    write(tmp_path, "2024-05/2024-05-city-of-london-street.csv", STREET, *street, street[0])
    street = [record(5, GMP, MANCHESTER), record(6, GMP, ""), record(7, GMP, CARDIFF)]
    write(tmp_path, "2024-05/2024-05-greater-manchester-street.csv", STREET, *street)
    write(tmp_path, "2024-06/2024-06-greater-manchester-street.csv", STREET)
    links = [f"{code},A,{code},A,U,E09000001,B" for code in (CITY, CAMDEN, MANCHESTER, CARDIFF)]
    write(tmp_path, "LSOA (2011) to LSOA (2021) to LAD (2022) Lookup.csv", LINKS, *links)
    return tmp_path


@pytest.mark.parametrize(
    ("key", "place", "counts"),
    [
        # A copy of a record is excluded as elsewhere; a record without an area is the force's that reported it.
        ("police_uk/street_crime", "City of London", (8, 3, 5, 4)),
        ("police_uk/street_crime", "Greater Manchester", (8, 2, 6, 6)),
        ("police_uk/street_crime", "City of London; Greater Manchester; South Wales", (8, 6, 2, 1)),
        ("police_uk/street_crime", "england-and-wales", (8, 7, 1, 0)),
        ("ons/lsoa_2011_to_2021", "Manchester", (4, 1, 3, 3)),
        ("ons/lsoa_2011_to_2021", "Wales", (4, 1, 3, 3)),
    ],
)
def test_rows_in_are_kept_or_excluded(folder: Path, key: str, place: str, counts: tuple[int, ...]):
    landed = land(load_catalogue()[key], folder, cut_to(place, folder))
    assert count(landed) == counts
    assert counts[0] == counts[1] + counts[2]
    assert landed.set_aside.num_rows == counts[2] - counts[3], "rows outside are counted, not listed"


def test_census_tables_are_cut_likewise(tmp_path: Path):
    write(
        tmp_path, "census2021-ts054-lsoa.csv", TENURE, *(f"2021,A,{code},9,9" for code in (CITY, MANCHESTER, CARDIFF))
    )
    source = load_catalogue()["ons/tenure"]
    landed = land(source, tmp_path, cut_to("Manchester", tmp_path))
    assert (count(landed), landed.rows["lsoa_code"].unique().to_pylist()) == ((3, 1, 2, 2), [MANCHESTER])
    assert "2 records outside the place Manchester" in landed.warnings[0]
    assert "City of London Police (1)" in landed.warnings[0], "what the file holds instead"
    nothing = land(source, tmp_path, cut_to("Kent", tmp_path))
    assert count(nothing) == (3, 0, 3, 3), "a file about elsewhere is not an error: the source is absent"


def test_another_place_lands_again(folder: Path):
    source = load_catalogue()["police_uk/street_crime"]
    places = [None, cut_to("Kent", folder), cut_to("Essex", folder)]
    assert len({combine_versions(plan_portions(source, folder, cut)) for cut in places}) == 3


def test_the_default_place_leaves_all_but_boundaries_as_they_are(folder: Path):
    default = find_cut(choose_place(DataSet("d"), ""), folder)
    assert default is not None
    assert count(land(load_catalogue()["police_uk/street_crime"], folder, default)) == (8, 7, 1, 0)


def test_sources_of_one_city_are_absent_elsewhere(tmp_path: Path):
    pubs, crimes = load_catalogue()["gla/pubs"], load_catalogue()["mps/lsoa_crime"]
    for place, used in (("Camden", (True, True)), ("Camden; Watford", (False, True)), ("Kent", (False, False))):
        cut = cut_to(place, tmp_path)
        assert (not cut.describe_absence(pubs), not cut.describe_absence(crimes)) == used, place


def test_a_check_counts_what_is_outside_the_place(folder: Path):
    checked = check_path(folder, load_catalogue(), "Greater Manchester")
    street = [one for one in checked.files if one.source == "police_uk/street_crime"]
    assert sum(one.rows_set_aside.get("outside", 0) for one in street) == 6
    assert all(one.rows_in == one.rows_kept + sum(one.rows_set_aside.values()) for one in street)
    assert checked.is_usable


def test_boundaries_elsewhere_are_refused_with_what_they_hold(tmp_path: Path):
    shape = '{"type":"Polygon","coordinates":[[[-0.1,51.5],[-0.1,51.6],[0,51.6],[-0.1,51.5]]]}'
    feature = f'{{"type":"Feature","properties":{{"LSOA21CD":"{CITY}","LSOA21NM":"A"}},"geometry":{shape}}}'
    write(tmp_path, "lsoa_2021.geojson", f'{{"type":"FeatureCollection","features":[{feature}]}}')
    with pytest.raises(InputError, match=r"no row of Kent.*City of London Police \(1\)"):
        land(load_catalogue()["ons/lsoa_boundaries"], tmp_path, cut_to("Kent", tmp_path))
    assert "CRIME_PLACE" in str(check_path(tmp_path, load_catalogue(), "Kent").all.error)


def test_areas_of_a_made_up_place_are_those_of_each_census(tmp_path: Path):
    lines = ("E01990001,A,E01995001,A,S,E07900001,B", "E01990001,A,E01995002,A,S,E07900001,B")
    write(tmp_path, "LSOA (2011) to LSOA (2021) to LAD (2022) Lookup.csv", LINKS, *lines)
    forces = {"Ebbshire Police": {"E07900001": "B"}, "Holm Police": {"E07900002": "C"}}
    cut = find_cut(choose_place(DataSet("d", place="Wex", synthetic=True, forces=forces), "Ebbshire"), tmp_path)
    assert cut is not None
    # A file of 2021 without the code of 2011 lacks nothing.
    assert cut.areas.codes == {"2021": {"E01995001", "E01995002"}, "2011": {"E01990001"}}
