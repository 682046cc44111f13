"""A made-up city as a folder of published files, with a README about its true effects."""

import textwrap
from collections.abc import Callable
from pathlib import Path

from crime_dagster.sources.synthetic import area_tables, deprivation, effects, names, police_files, venues
from crime_dagster.sources.synthetic.city import DEFAULT_PLAN, City, CityPlan, draw_city
from crime_dagster.sources.synthetic.country import describe_forces, save_force_months
from crime_dagster.sources.synthetic.crimes import MAJORS
from crime_dagster.sources.synthetic.features import POPULATION_YEARS
from crime_dagster.sources.synthetic.kit import save_text
from crime_dagster.sources.synthetic.names import CITY

TEMPLATE = Path(__file__).with_name("readme.md")
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
# The files of national publishers, and those of a city's own; the months of the police come after them.
NATIONAL: tuple[Callable[[Path, City], None], ...] = (
    police_files.save_offence_weights,
    venues.save_lsoas,
    venues.save_boroughs,
    area_tables.save_lookup,
    area_tables.save_area_names,
    area_tables.save_population,
    area_tables.save_ns_sec,
    area_tables.save_tenure,
    area_tables.save_workplaces,
    area_tables.save_postcodes,
    deprivation.save_deprivation,
)
OWN: tuple[Callable[[Path, City], None], ...] = (
    police_files.save_releases,
    police_files.save_officers,
    area_tables.save_household_income,
    area_tables.save_transport_access,
    area_tables.save_air,
    venues.save_pubs,
    venues.save_clubs,
    venues.save_premises,
)


def describe_city(plan: CityPlan) -> str:
    """Return the README of a made-up city, with the known effects, as Markdown."""
    return TEMPLATE.read_text(encoding="utf-8").format(
        plan=plan,
        names=names,
        effects=effects,
        police_files=police_files,
        population_year=POPULATION_YEARS[-1],
        held=-effects.OFFICERS_ELASTICITY,
        hidden_km=effects.HIDDEN_DRIVER_LENGTH / 1000,
        effects_table=_tabulate_effects(),
        without_effect=textwrap.fill(", ".join(f"`{name}`" for name in effects.WITHOUT_EFFECT) + ".", 120),
        calendar=_tabulate_calendar(),
        renames="\n".join(f"  - {new} was {old};" for new, old in police_files.OLD_NAMES.items()),
    )


def _tabulate_effects() -> str:
    lines = ["| feature | step | " + " | ".join(effects.TYPES) + " |", "|---|---|" + "---:|" * len(effects.TYPES)]
    for driver in effects.DRIVERS:
        cells = [f"{driver.effects[kind]:+g}" if kind in driver.effects else "" for kind in effects.TYPES]
        lines.append(f"| `{driver.feature}` | {driver.step} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _tabulate_calendar() -> str:
    lines = ["| major category | crime type | swing of the year, ± % | peak in month | trend, % a year |"]
    lines.append("|---|---|---:|---:|---:|")
    for category in MAJORS.itertuples():
        lines.append(
            f"| {category.major_category} | {category.crime_type} | {100 * category.season:g} | {category.peak} | "
            f"{100 * category.trend:+g} |"
        )
    return "\n".join(lines)


def write_city(folder: Path, plan: CityPlan = DEFAULT_PLAN) -> None:
    """Write a made-up city or country in the layouts of the published files; replaces files of the same name."""
    city = draw_city(plan)
    for save in NATIONAL if plan.forces else (*NATIONAL, *OWN):
        save(folder, city)
    if plan.forces:
        save_text(describe_forces(city), folder / "data_set.yml")
        save_force_months(folder, city)
    else:
        save_text(MARKER, folder / "data_set.yml")
        save_text(describe_city(plan), folder / "README.md")
        police_files.save_street_months(folder, city, plan.calendar)
