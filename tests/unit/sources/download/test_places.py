"""What `make download` fetches for another place than the default."""

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.places import find_place, load_authorities
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.download.places import fit_to_place, name_forces


def test_the_default_place_changes_nothing():
    catalogue = load_catalogue()
    assert fit_to_place(catalogue, "") == fit_to_place(catalogue, "london") == dict(catalogue)


def test_forces_are_named_as_in_file_names():
    place = find_place("Devon & Cornwall; City of London; Metropolitan; Durham", load_authorities())
    assert place is not None
    assert name_forces(place) == ["city-of-london", "devon-and-cornwall", "durham", "metropolitan"]


def test_files_and_queries_are_those_of_the_place():
    found = {key: source.download for key, source in fit_to_place(load_catalogue(), "Norfolk").items()}
    assert found["police_uk/street_crime"].members == ("*-norfolk-street.csv",)
    assert "'E07000146'" in found["ons/borough_boundaries"].query["where"]
    assert found["ons/borough_boundaries"].file == "norfolk_lad_2022_bgc.geojson"
    lsoas = found["ons/lsoa_boundaries"]
    assert "LSOA21NM LIKE 'King''s Lynn and West Norfolk 0%'" in lsoas.query["where"]
    assert "geometry" not in lsoas.query
    assert lsoas.join is not None
    assert lsoas.join.query["where"].startswith("LAD22CD IN ('E07000143'")
    assert found["ons/tenure"] == load_catalogue()["ons/tenure"].download, "a national file"
    for key in ("mps/lsoa_crime", "gla/pubs", "ons/postcodes", "fsa/establishments", "ons/cars_2011"):
        assert found[key].kind == "manual", key


def test_all_of_the_country_is_one_query():
    found = fit_to_place(load_catalogue(), "england-and-wales")
    assert found["ons/lsoa_boundaries"].download.query["where"] == "1=1"
    assert len(found["police_uk/street_crime"].download.members) == 43
    assert found["mps/lsoa_crime"].download == load_catalogue()["mps/lsoa_crime"].download


def test_an_unknown_place_is_refused():
    with pytest.raises(InputError, match="did you mean Norfolk"):
        fit_to_place(load_catalogue(), "Norfok")
