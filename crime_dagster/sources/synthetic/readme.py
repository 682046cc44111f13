"""The README of the made-up files: that they are made up, how to make them again, and what is true of them."""

from __future__ import annotations

import textwrap
from pathlib import Path

from crime_dagster.sources.synthetic import effects, names, police_files
from crime_dagster.sources.synthetic.city import CityPlan
from crime_dagster.sources.synthetic.crimes import CATEGORIES
from crime_dagster.sources.synthetic.features import POPULATION_YEARS

TEMPLATE = Path(__file__).with_name("readme.md")
TYPES = ("violent", "theft", "vehicle", "public_order", "damage", "drug", "burglary", "robbery", effects.OTHER)


def describe_city(plan: CityPlan) -> str:
    """Write the README of a made-up city, with the known effects, as Markdown."""
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
    lines = ["| feature | step | " + " | ".join(TYPES) + " |", "|---|---|" + "---:|" * len(TYPES)]
    for driver in effects.DRIVERS:
        cells = [f"{driver.effects[kind]:+g}" if kind in driver.effects else "" for kind in TYPES]
        lines.append(f"| `{driver.feature}` | {driver.step} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _tabulate_calendar() -> str:
    lines = ["| major category | crime type | swing of the year, ± % | peak in month | trend, % a year |"]
    lines.append("|---|---|---:|---:|---:|")
    for category in CATEGORIES:
        lines.append(
            f"| {category.name} | {category.crime_type} | {100 * category.season:g} | {category.peak} | "
            f"{100 * category.trend:+g} |"
        )
    return "\n".join(lines)
