"""A made-up country: what each police force delivers, and who changed."""

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.sources.synthetic.city import CityPlan, draw_city
from crime_dagster.sources.synthetic.country import Force, list_forces
from crime_dagster.sources.synthetic.writing import write_city

PLAN = CityPlan(areas=60, boroughs=12, months=26, forces=5)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country")
    write_city(folder, PLAN)
    return folder


@pytest.fixture(scope="module")
def forces() -> list[Force]:
    return list_forces(draw_city(PLAN))


def count_records(path: Path) -> Counter[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return Counter(row["Crime type"] for row in csv.DictReader(stream))


def test_forces_share_the_authorities_and_name_themselves(country: Path, forces: list[Force]):
    codes = [code for force in forces for code in force.authorities]
    assert len(set(codes)) == len(codes) == PLAN.boroughs
    said = Settings(country, country).data_set
    assert {name: tuple(named) for name, named in said.forces.items()} == {one.name: one.authorities for one in forces}
    assert not any(code.startswith("E09") for code in codes), "no borough of a city"


def test_months_are_delivered_as_planned(country: Path, forces: list[Force]):
    for force in forces:
        sizes = {}
        for number, month in enumerate(PLAN.calendar):
            path = country / "police_uk" / str(month) / f"{month}-{force.slug}-street.csv"
            assert path.exists() == (number not in force.absent), path.name
            if path.exists():
                sizes[number] = count_records(path).total()
        whole = [size for number, size in sizes.items() if number not in (*force.empty, *force.stub)]
        assert all(sizes[number] == 0 for number in force.empty)
        assert all(0 < sizes[number] < min(whole) / 4 for number in force.stub)
        assert min(whole) > 0


def test_the_force_that_moved_counts_more_violence_and_less_damage(country: Path, forces: list[Force]):
    *_, moved = forces
    assert moved.broken_from is not None
    before, after = Counter[str](), Counter[str]()
    for number, month in enumerate(PLAN.calendar):
        found = count_records(country / "police_uk" / str(month) / f"{month}-{moved.slug}-street.csv")
        (after if number >= moved.broken_from else before).update(found)
    months = PLAN.months - moved.broken_from
    ratio = {
        kind: after[kind] / months / (before[kind] / moved.broken_from)
        for kind in ("Violence and sexual offences", "Criminal damage and arson")
    }
    assert ratio["Violence and sexual offences"] > 1.25
    assert ratio["Criminal damage and arson"] < 0.9


def test_a_country_has_as_many_times_the_crimes_as_asked_for():
    usual, twice = (draw_city(replace(PLAN, crime_level=level)).crimes.counts.sum() for level in (1, 2))
    assert twice == pytest.approx(2 * usual, rel=0.02)
