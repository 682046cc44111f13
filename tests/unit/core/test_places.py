from collections import Counter
from pathlib import Path

import pytest

from crime_dagster.core.data_set import DataSet
from crime_dagster.core.errors import InputError
from crime_dagster.core.places import fold, load_authorities, require_place
from crime_dagster.core.records import find_digest, watch
from crime_dagster.core.settings import Settings

COLP = "City of London Police"
MADE_UP = """\
place: Wex
synthetic: true
forces:
  Ebbshire Police: {E07900001: Ashby Quay, E07900002: Elmby}
  Holm Constabulary: {E07900003: Oakby}
"""


def test_every_authority_has_a_force_and_every_name_is_one_place():
    authorities = load_authorities()
    assert len({one.force for one in authorities}) == 43
    assert max(Counter(one.code for one in authorities).values()) == 1
    assert max(Counter(fold(one.name) for one in authorities).values()) == 1


@pytest.mark.parametrize(
    ("asked", "name", "authorities", "force"),
    [
        ("Greater Manchester", "Greater Manchester", 10, "Greater Manchester Police"),
        ("greater manchester police", "Greater Manchester", 10, "Greater Manchester Police"),
        ("City of London", "City of London", 1, "City of London Police"),
        ("london", "London", 33, "Metropolitan Police Service"),
        ("Metropolitan Police Service", "Metropolitan Police area", 32, "Metropolitan Police Service"),
        ("Kent", "Kent", 13, "Kent Police"),  # the force's area, with Medway
        ("East Sussex", "East Sussex", 5, "Sussex Police"),
        ("E08000003; Salford", "Manchester and Salford", 2, "Greater Manchester Police"),
        ("Bristol", "Bristol", 1, "Avon and Somerset Constabulary"),
        ("City of Westminster", "Westminster", 1, "Metropolitan Police Service"),
        ("00BK", "Westminster", 1, "Metropolitan Police Service"),
        ("Devon & Cornwall", "Devon & Cornwall", 12, "Devon & Cornwall Police"),
        ("devon and cornwall police", "Devon & Cornwall", 12, "Devon & Cornwall Police"),
        ("Metropolitan Police", "Metropolitan Police area", 32, "Metropolitan Police Service"),
        ("Manchester", "Manchester", 1, "Greater Manchester Police"),
        ("ST HELENS", "St. Helens", 1, "Merseyside Police"),
        ("The Wirral", "Wirral", 1, "Merseyside Police"),
        ("Kings Lynn & West Norfolk", "King's Lynn and West Norfolk", 1, "Norfolk Constabulary"),
        ("Caerdydd; Ynys Môn", "Cardiff and Isle of Anglesey", 2, "North Wales Police"),
        ("Cymru", "Wales", 22, "South Wales Police"),
        ("Kent; Essex; Surrey; Sussex", "Kent, Essex, Surrey and 1 more", 51, "Essex Police"),
        ("england-and-wales", "England and Wales", len(load_authorities()), "Metropolitan Police Service"),
    ],
)
def test_a_place_is_a_force_a_county_or_authorities(asked: str, name: str, authorities: int, force: str):
    place = require_place(asked, load_authorities())
    assert (place.name, len(place.authorities), place.force) == (name, authorities, force)


@pytest.mark.parametrize(
    ("asked", "found", "near"),
    [
        ("Grater Manchester", "Grater Manchester", "did you mean Greater Manchester or Manchester?"),
        ("Kent; Esex", "Esex", "did you mean Essex"),
        ("Hull", "Hull", "did you mean Kingston upon Hull?"),
        ("Bath", "Bath", "did you mean Bath and North East Somerset?"),
        ("City of Leicester", "City of Leicester", "did you mean Leicester"),
        ("Salford, Manchester", "Salford, Manchester", "did you mean Manchester or Salford"),
        ("Edinburgh", "Edinburgh", "correct the name"),
        ("E12000008", "E12000008", "correct the name"),  # a region's code
        ("Atlantis-on-Sea", "Atlantis-on-Sea", "to do:"),
        (";", ";", "correct the name"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(asked: str, found: str, near: str):
    with pytest.raises(InputError) as refused:
        Settings.from_environment({"CRIME_DATA_DIR": "/nowhere", "CRIME_PLACE": asked})
    assert refused.value.column == "CRIME_PLACE"
    assert refused.value.found == found
    assert near in str(refused.value)


def test_no_place_of_a_made_up_city_is_asked_for(tmp_path: Path):
    (tmp_path / "data_set.yml").write_text("place: Wexford Quay\nsynthetic: true\n")
    with pytest.raises(InputError, match="made-up city, which is published whole"):
        Settings(tmp_path, tmp_path / "w", place="Manchester").data_set  # noqa: B018 reading it is what refuses


def test_each_place_has_a_warehouse_of_its_own():
    settings = Settings.from_environment({"CRIME_DATA_DIR": "/data/national", "CRIME_PLACE": "Kent; Medway"})
    assert settings.warehouse_dir.name == "national-kent-medway"
    assert settings.child_environment()["CRIME_PLACE"] == "Kent; Medway"


def test_only_places_of_boroughs_alone_speak_of_boroughs():
    def read(place: str) -> Settings:
        return Settings.from_environment({"CRIME_DATA_DIR": "/nowhere", "CRIME_PLACE": place})

    assert read("").data_set.is_of_boroughs
    assert read("Camden; Barnet").data_set.is_of_boroughs
    assert not read("Camden; Watford").data_set.is_of_boroughs
    assert not read("").data_set.is_cut
    assert read("Camden").data_set.is_cut
    assert not read("London").data_set.is_cut, "the default place, by its name"


@pytest.mark.parametrize(
    ("asked", "force"),
    [("Kent; Camden", DataSet.force), ("City of London; Westminster", DataSet.force), ("City of London", COLP)],
)
def test_a_file_by_small_area_is_of_the_force_that_publishes_it(asked: str, force: str):
    assert Settings.from_environment({"CRIME_DATA_DIR": "/nowhere", "CRIME_PLACE": asked}).data_set.force == force


def test_a_data_set_may_name_its_place(tmp_path: Path):
    (tmp_path / "data_set.yml").write_text("place: greater manchester\nsynthetic: false\n")
    said = Settings(tmp_path, tmp_path / "w").data_set
    assert (said.place, said.force, said.is_cut) == ("Greater Manchester", "Greater Manchester Police", True)
    (tmp_path / "data_set.yml").write_text("place: Manchester\nsynthetic: true\n")
    made_up = Settings(tmp_path, tmp_path / "w").data_set
    assert (made_up.chosen, made_up.is_of_boroughs) == (None, True), "a made-up city is no real one"


def test_a_made_up_country_has_names_of_its_own(tmp_path: Path):
    (tmp_path / "data_set.yml").write_text(MADE_UP)
    whole = Settings(tmp_path, tmp_path / "w").data_set
    assert (whole.place, whole.force, whole.chosen, whole.is_of_boroughs) == ("Wex", "Ebbshire Police", None, False)
    part = Settings(tmp_path, tmp_path / "w", place="Holm; Elmby").data_set
    assert part.chosen is not None
    assert (part.place, sorted(part.chosen.authorities)) == ("Holm and Elmby", ["E07900002", "E07900003"])
    for everything in ("Wex", "england-and-wales"):
        assert Settings(tmp_path, tmp_path / "w", place=everything).data_set == whole
    with pytest.raises(InputError, match="did you mean Elmby"):
        Settings(tmp_path, tmp_path / "w", place="Elmbie").data_set  # noqa: B018 reading it is what refuses
    with pytest.raises(InputError, match="did you mean England and Wales"):
        Settings(tmp_path, tmp_path / "w", place="Wales").data_set  # noqa: B018 it has no authority there


def test_a_step_depends_on_the_place_that_is_asked_for_now(tmp_path: Path):
    first, other = (Settings(tmp_path, tmp_path / "w", place=name) for name in ("Kent", "Essex"))
    with watch(first) as watched:
        assert first.data_set.place == "Kent"
    (key,) = watched.read
    assert find_digest(key, first) == watched.read[key]
    assert find_digest(key, other) != watched.read[key]


@pytest.mark.parametrize("forces", ["[Ebbshire]", "{Ebbshire: [E07900001]}", "{Ebbshire: {E07900001: 3}}"])
def test_forces_without_names_are_refused(tmp_path: Path, forces: str):
    (tmp_path / "data_set.yml").write_text(f"place: Wex\nsynthetic: true\nforces: {forces}\n")
    with pytest.raises(InputError, match="forces"):
        Settings(tmp_path, tmp_path / "w").data_set  # noqa: B018 reading it is what refuses
