"""A made-up city before it is written: its size and seed, and everything drawn from them."""

import re
from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.sources.synthetic.crimes import Crimes, draw_crimes
from crime_dagster.sources.synthetic.features import MadeUpAreas, draw_areas
from crime_dagster.sources.synthetic.geography import FIRST_AUTHORITY, FIRST_BOROUGH, Geography, draw_geography

MOST_BOROUGHS, MOST_AREAS = 400, 45_000  # more would need more codes than are free
AREAS_PER_BOROUGH, FEWEST_AREAS = 10, 5  # minimum, so that boroughs of a city have several MSOAs; of a country one
MOST_FORCES = 43
MOST_CRIME = 10


@dataclass(frozen=True)
class CityPlan:
    """The size of a city; the same plan gives the same city."""

    seed: int = 14  # of everything random
    areas: int = 400  # number of 2021 LSOAs
    boroughs: int = 6  # including the City
    months: int = 36  # covered by the crime files
    last_month: str = "2026-02"  # YYYY-MM
    forces: int = 0  # police forces of a country; 0 for a city
    crime_level: float = 1.0  # expected crimes of every area, as a multiple of the usual ones

    def __post_init__(self) -> None:
        least = FEWEST_AREAS if self.forces else AREAS_PER_BOROUGH
        fewest = max(3, self.forces)
        span = f"from {fewest} (one on each bank, the City, one per force) to {MOST_BOROUGHS}"
        rules = (
            ("seed", self.seed >= 0, "0 or more"),
            ("boroughs", fewest <= self.boroughs <= MOST_BOROUGHS, span),
            ("areas", self.areas <= MOST_AREAS, f"at most {MOST_AREAS:,}"),
            ("areas", self.areas >= least * self.boroughs, f"at least {least} per borough"),
            ("forces", self.forces in (0, *range(2, MOST_FORCES + 1)), f"0 for a city, or from 2 to {MOST_FORCES}"),
            ("crime_level", 0 < self.crime_level <= MOST_CRIME, f"above 0, at most {MOST_CRIME}"),
            ("months", self.months >= 13, "at least 13"),
            ("last_month", re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", self.last_month) is not None, "YYYY-MM"),
        )
        for name, is_met, expected in rules:
            if not is_met:
                found, remedy = str(getattr(self, name)), f"ask for another value of {name}"
                raise InputError(column=name, found=found, expected=expected, remedy=remedy)

    @property
    def calendar(self) -> pd.PeriodIndex:
        return pd.period_range(end=self.last_month, periods=self.months, freq="M")


DEFAULT_PLAN = CityPlan()


@dataclass(frozen=True)
class City:
    """A city before it is written: the truth, for tests that check whether it is found."""

    plan: CityPlan
    geography: Geography
    areas: MadeUpAreas
    crimes: Crimes


def draw_city(plan: CityPlan = DEFAULT_PLAN) -> City:
    first_borough = FIRST_AUTHORITY if plan.forces else FIRST_BOROUGH
    geography = draw_geography(plan.seed, plan.areas, plan.boroughs, first_borough)
    areas = draw_areas(plan.seed, geography)
    return City(plan, geography, areas, draw_crimes(plan.seed, geography, areas, plan.calendar, plan.crime_level))
