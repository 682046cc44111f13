"""A made-up city as a folder of published files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crime_dagster.sources.synthetic import (
    area_tables,
    boundaries,
    deprivation,
    police_files,
    readme,
    venues,
)
from crime_dagster.sources.synthetic.crimes import Crimes, draw_crimes
from crime_dagster.sources.synthetic.features import Areas, draw_areas
from crime_dagster.sources.synthetic.geography import Geography, draw_geography
from crime_dagster.sources.synthetic.names import CITY
from crime_dagster.sources.synthetic.plan import DEFAULT_PLAN, CityPlan
from crime_dagster.sources.synthetic.tables import save_text

MARKER = f"""# This data set is made up: no such city exists.
place: {CITY}
synthetic: true
force: {CITY} Constabulary
# Without one of these it is not whole, and a run refuses to begin.
needs:
  - mps/lsoa_crime
  - ons/lsoa_boundaries
  - ons/lsoa_2011_to_2021
  - ons/population
  - ons/ns_sec
  - mhclg/deprivation
  - gla/pubs
"""


@dataclass(frozen=True)
class City:
    """A city before it is written: what is true, for tests that ask whether it is found."""

    plan: CityPlan
    geography: Geography
    areas: Areas
    crimes: Crimes


def draw_city(plan: CityPlan = DEFAULT_PLAN) -> City:
    """Draw a city; the same plan gives the same city."""
    geography = draw_geography(plan.seed, plan.areas, plan.boroughs)
    areas = draw_areas(plan.seed, geography)
    return City(plan, geography, areas, draw_crimes(plan.seed, geography, areas, plan.calendar))


def write_city(folder: Path, plan: CityPlan = DEFAULT_PLAN) -> None:
    """Write a made-up city in the layouts of the published files; files of the same name are replaced."""
    city = draw_city(plan)
    save_text(MARKER, folder / "data_set.yml")
    save_text(readme.describe_city(plan), folder / "README.md")
    _save_areas(folder, city)
    police_files.save_releases(folder, plan.seed, city.geography, city.crimes, plan.calendar)
    police_files.save_officers(folder, city.geography, city.crimes)
    police_files.save_street_months(folder, plan.seed, city.geography, city.crimes, plan.calendar)


def _save_areas(folder: Path, city: City) -> None:
    """Write all that is not crime."""
    boundaries.save_lsoas(folder, city.geography)
    boundaries.save_boroughs(folder, city.geography)
    area_tables.save_lookup(folder, city.geography)
    area_tables.save_area_names(folder, city.geography)
    area_tables.save_population(folder, city.geography, city.areas)
    area_tables.save_ns_sec(folder, city.geography, city.areas)
    area_tables.save_tenure(folder, city.geography, city.areas)
    area_tables.save_household_income(folder, city.plan.seed, city.geography, city.areas)
    area_tables.save_transport_access(folder, city.plan.seed, city.geography)
    area_tables.save_air(folder, city.plan.seed, city.geography)
    venues.save_pubs(folder, city.geography, city.areas)
    venues.save_clubs(folder, city.geography, city.areas)
    venues.save_premises(folder, city.geography, city.areas)
    deprivation.save_deprivation(folder, city.geography, city.areas, city.crimes)
