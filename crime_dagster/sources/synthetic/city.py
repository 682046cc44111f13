"""A made-up city before it is written: its size and seed, and everything drawn from them."""

import re
from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.sources.synthetic.crimes import Crimes, draw_crimes
from crime_dagster.sources.synthetic.features import MadeUpAreas, draw_areas
from crime_dagster.sources.synthetic.geography import Geography, draw_geography

MOST_BOROUGHS, MOST_AREAS = 400, 45_000  # more would need more codes than are free
AREAS_PER_BOROUGH = 10  # minimum, so that boroughs have several MSOAs


@dataclass(frozen=True)
class CityPlan:
    """The size of a city; the same plan gives the same city."""

    seed: int = 14  # of everything random
    areas: int = 400  # number of 2021 LSOAs
    boroughs: int = 6  # including the City
    months: int = 36  # covered by the crime files
    last_month: str = "2026-02"  # YYYY-MM

    def __post_init__(self) -> None:
        rules = (
            ("seed", self.seed >= 0, "0 or more"),
            (
                "boroughs",
                3 <= self.boroughs <= MOST_BOROUGHS,
                f"from 3 (the City and one on each bank) to {MOST_BOROUGHS}",
            ),
            ("areas", self.areas <= MOST_AREAS, f"at most {MOST_AREAS:,}"),
            ("areas", self.areas >= AREAS_PER_BOROUGH * self.boroughs, f"at least {AREAS_PER_BOROUGH} per borough"),
            ("months", self.months >= 13, "at least 13"),
            ("last_month", re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", self.last_month) is not None, "YYYY-MM"),
        )
        for name, is_met, expected in rules:
            if not is_met:
                raise InputError(
                    column=name,
                    found=str(getattr(self, name)),
                    expected=expected,
                    remedy=f"ask for another value of {name}",
                )

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
    """Draw a city; the same plan gives the same city."""
    geography = draw_geography(plan.seed, plan.areas, plan.boroughs)
    areas = draw_areas(plan.seed, geography)
    return City(plan, geography, areas, draw_crimes(plan.seed, geography, areas, plan.calendar))
