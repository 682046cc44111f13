"""A made-up city as a folder of published files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crime_dagster.sources.synthetic import area_tables, deprivation, police_files, readme, venues
from crime_dagster.sources.synthetic.city import DEFAULT_PLAN, City, CityPlan, draw_city
from crime_dagster.sources.synthetic.names import CITY
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
# Everything but the months of the City's police.
SAVED: tuple[Callable[[Path, City], None], ...] = (
    police_files.save_releases,
    police_files.save_officers,
    venues.save_lsoas,
    venues.save_boroughs,
    area_tables.save_lookup,
    area_tables.save_area_names,
    area_tables.save_population,
    area_tables.save_ns_sec,
    area_tables.save_tenure,
    area_tables.save_household_income,
    area_tables.save_transport_access,
    area_tables.save_air,
    venues.save_pubs,
    venues.save_clubs,
    venues.save_premises,
    deprivation.save_deprivation,
)


def write_city(folder: Path, plan: CityPlan = DEFAULT_PLAN) -> None:
    """Write a made-up city in the layouts of the published files; files of the same name are replaced."""
    save_text(MARKER, folder / "data_set.yml")
    save_text(readme.describe_city(plan), folder / "README.md")
    city = draw_city(plan)
    for save in SAVED:
        save(folder, city)
    police_files.save_street_months(folder, city, plan.calendar)
