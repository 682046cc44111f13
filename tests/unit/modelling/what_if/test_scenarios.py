from pathlib import Path

import pandas as pd
import pytest
import yaml

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.errors import InputError
from crime_dagster.modelling.what_if.officers import DRACA
from crime_dagster.modelling.what_if.scenarios import (
    Scenario,
    check_scenario,
    check_scenarios,
    find_places,
    read_scenario,
    read_scenario_file,
)

PROJECT = Path(__file__).parents[4]
SHIPPED = PROJECT / "crime_dagster" / "defs" / "scenarios.yml"
DBT = PROJECT / "dbt_project"


@pytest.mark.parametrize(
    ("scenario", "column", "listed"),
    [
        (Scenario("x", "pups"), "feature", "one of pubs, shops"),
        (Scenario("x", "shop"), "feature", "one of shops, pubs"),
        (Scenario("x", "pubs", change=-20), "change", "from -1 to 5"),
        (Scenario("x", "pubs", change=float("nan")), "change", "from -1 to 5"),
        (Scenario("x", "pubs", change=float("inf"), kind="absolute"), "change", "an amount"),
        (Scenario("x", "pubs", percentile=100), "percentile", "to below 100"),
        (Scenario("x", "pubs", percentile=-1), "percentile", "from 0"),
        (Scenario("x", "pubs", percentile=0.9), "percentile", "no share of 1"),
        (Scenario("x", "pubs", kind="half"), "kind", "one of absolute, relative"),
        (Scenario("x", "pubs", crime_types=("total", "burglery")), "crime_types", "one of burglary, robbery, total"),
    ],
)
def test_what_cannot_be_asked_is_named_and_the_allowed_is_listed(scenario, column, listed):
    with pytest.raises(InputError, match=listed) as error:
        check_scenario(scenario, ["shops", "pubs"], ["total", "robbery", "burglary"])
    assert error.value.column == column


def test_a_scenario_that_can_be_asked_passes():
    check_scenario(Scenario("x", "pubs", change=-1, percentile=0), ["pubs"])
    check_scenario(Scenario("x", "pubs", change=40, kind="absolute"), ["pubs"])


def test_two_scenarios_of_one_name_are_refused():
    with pytest.raises(InputError, match="a name of its own"):
        check_scenarios([Scenario("x", "pubs"), Scenario("x", "pubs", 0.2)], ["pubs"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, Scenario("pubs -20 %, top 10 %", "pubs")),
        ({"change": "20%"}, Scenario("pubs +20 %, top 10 %", "pubs", 0.2)),
        ({"change": "20 %", "direction": "down"}, Scenario("pubs -20 %, top 10 %", "pubs", -0.2)),
        ({"change": 2, "kind": "absolute"}, Scenario("pubs +2, top 10 %", "pubs", 2, 90, "absolute")),
        ({"name": "n", "percentile": 0, "crime_types": "all"}, Scenario("n", "pubs", -0.2, 0)),
        ({"name": "n", "crime_types": ["drug", "theft"]}, Scenario("n", "pubs", crime_types=("drug", "theft"))),
        ({"name": "n", "crime_types": "drug"}, Scenario("n", "pubs", crime_types=("drug",))),
    ],
)
def test_a_scenario_is_read_as_people_write_it(said, expected):
    assert read_scenario({"feature": "pubs", **said}) == expected


@pytest.mark.parametrize(
    ("said", "column", "listed"),
    [
        ({"feture": "pubs"}, "key", "one of feature, "),
        ({"change": "20%"}, "feature", "role `feature`"),
        ({"feature": "pubs", "direction": "sideways"}, "direction", "one of down, up"),
        ({"feature": "pubs", "change": -0.2, "direction": "down"}, "change", "not both"),
        ({"feature": "pubs", "change": "a lot"}, "change", "a number, or a share as 20%"),
        ({"feature": "pubs", "change": "20%", "kind": "absolute"}, "change", "a number"),
        ({"feature": "pubs", "percentile": "top"}, "percentile", "a number"),
        ({"feature": "pubs", "kind": "relativ"}, "kind", "one of relative, absolute"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_file(said, column, listed):
    with pytest.raises(InputError, match=listed) as error:
        read_scenario(said, "scenarios.yml")
    assert (error.value.file, error.value.column) == ("scenarios.yml", column)


def test_a_file_holds_several_scenarios_and_what_is_known_about_officers():
    text = """
    scenarios:
      - {feature: pubs, change: 10%, direction: up}
      - {name: fewer, feature: shops, change: -3, kind: absolute, percentile: 0}
    officers: {change: 10%, direction: down, elasticity: -0.4, range: [-0.6, -0.2], source: a study}
    """
    found = read_scenario_file(text, "x.yml")
    assert [one.name for one in found.scenarios] == ["pubs +10 %, top 10 %", "fewer"]
    assert found.evidence is not None
    assert (found.evidence.change, found.evidence.elasticity) == (-0.1, -0.4)
    assert (found.evidence.lowest, found.evidence.highest, found.evidence.source) == (-0.6, -0.2, "a study")


def test_an_empty_part_is_left_out():
    found = read_scenario_file("scenarios:\nofficers:\n", "x.yml")
    assert (found.scenarios, found.evidence) == ((), None)


@pytest.mark.parametrize(
    "text",
    [
        "scenarios: [",
        "- feature: pubs",
        "scenario: []",
        "scenarios: {feature: pubs}",
        "scenarios: [pubs]",
        "officers: {elasticity: much}",
        "officers: {elasticity: 0.3}",
        "officers: {elastic: 0.3}",
        "officers: {change: -1}",
        "officers: [1]",
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_name(text):
    with pytest.raises(InputError, match=r"x\.yml"):
        read_scenario_file(text, "x.yml")


def test_the_shipped_file_asks_for_what_there_is_and_its_officers_are_those_of_the_study():
    found = read_scenario_file(SHIPPED.read_text(encoding="utf-8"), SHIPPED)
    words = yaml.safe_load((DBT / "models" / "marts" / "areas" / "lsoa_features.yml").read_text(encoding="utf-8"))
    columns = words["models"][0]["columns"]
    features = [column["name"] for column in columns if column["config"]["meta"]["role"] == "feature"]
    check_scenarios(found.scenarios, features, [crime.crime_type for crime in read_crime_types(DBT)])
    assert found.evidence == DRACA


LSOAS = pd.DataFrame(
    {
        "lsoa_code": ["E1", "E2", "E3"],
        "area_name": ["Camden Town 01", "Camden Town 02", "Soho 01"],
        "borough_code": ["B1", "B1", "B2"],
        "borough_name": ["Camden", "Camden", "Westminster"],
    }
)


@pytest.mark.parametrize(
    ("said", "codes", "place"),
    [
        ({"boroughs": "camden"}, ("E1", "E2"), "Camden"),
        ({"boroughs": ["B2"], "areas": ["Camden Town 02"]}, ("E2", "E3"), "Westminster, Camden Town 02"),
        ({"areas": ["E1"]}, ("E1",), "Camden Town 01"),
        ({}, (), ""),
    ],
)
def test_places_are_found_by_name_or_code(said, codes, place):
    scenario = read_scenario({"feature": "pubs", **said})
    found = find_places(scenario, LSOAS)
    assert (found.areas, found.place) == (codes, place)
    # All of the places that are named, the busiest tenth of the city.
    assert found.percentile == (0 if said else 90)


@pytest.mark.parametrize(("column", "name", "near"), [("boroughs", "Camdem", "Camden"), ("areas", "Soho 1", "Soho 01")])
def test_a_place_that_does_not_exist_is_answered_with_the_nearest(column, name, near):
    with pytest.raises(InputError, match=near) as refused:
        find_places(read_scenario({"feature": "pubs", column: [name]}), LSOAS)
    assert refused.value.column == column
