"""The README of the made-up files: that they are made up, how to make them again, and what is true of them."""

from __future__ import annotations

import textwrap

from crime_dagster.sources.synthetic import effects, police_files
from crime_dagster.sources.synthetic.city import CityPlan
from crime_dagster.sources.synthetic.crimes import CATEGORIES
from crime_dagster.sources.synthetic.features import POPULATION_YEARS
from crime_dagster.sources.synthetic.names import CITY, CITY_BOROUGH

TYPES = ("violent", "theft", "vehicle", "public_order", "damage", "drug", "burglary", "robbery", effects.OTHER)


def describe_city(plan: CityPlan) -> str:
    """Write the README of a made-up city, with the known effects, as Markdown."""
    command = (
        f"python -m crime_dagster.sources.synthetic <folder> --seed {plan.seed} --areas {plan.areas} "
        f"--boroughs {plan.boroughs} --months {plan.months} --last-month {plan.last_month}"
    )
    calendar = plan.calendar
    return f"""# {CITY}: a made-up city

**Nothing in this folder is real.** {CITY}, its boroughs, pubs, people and crimes were made up by a program; no
number comes from a real place. The files have the layouts of published ones (Metropolitan Police, data.police.uk,
ONS, MHCLG, GLA, Food Standards Agency) so that everything that reads those can be tried without a download. The
city is in the North Sea, and its codes (E0199..., E0299..., E0999...) were never issued. `data_set.yml` says
`synthetic: true`; every picture and page that is made from this folder then says so too.

{plan.areas} areas (LSOAs), {plan.boroughs} boroughs, {plan.months} months ({calendar[0]} to {calendar[-1]}), made by

    {command}

The same command gives the same files. Do not edit them: change the program and make them again.

## What truly drives crime here

Expected crime of an area, month and crime type is a level, times its residents, times the effects below, times the
season and the trend of the crime type, times the effect of officers, times what no file tells (see the next section).
An effect is the change of expected crime, in %, per step, all else equal; a blank is exactly 0. Effects multiply: two
steps of 20 % make 44 %.

{_tabulate_effects()}

- `pubs` counts the points of `gla/Pubs.csv` in the area; `food_places`, `food_shops` and `hotels` those of
  `fsa/` by their business type;
  `private_rented_pct` is both private tenures among all households; `never_worked_pct` is among residents of 16 and
  over; `income_deprivation_pct` is the income score (rate) times 100; `people_per_km2` is that of
  mid-{POPULATION_YEARS[-1]}.
- "other" is miscellaneous crimes and weapons, which count in the total alone.
- Crime is proportional to residents (elasticity {effects.RESIDENTS_ELASTICITY:g}).
- **Officers follow crime and hold it down.** Each quarter the officers of the city are shared out by the crime of
  boroughs in the last year (elasticity {effects.DEPLOYMENT_ELASTICITY:g}), times a redeployment that has nothing to do
  with crime. One per cent more officers per resident truly means {-effects.OFFICERS_ELASTICITY:g} % *less* crime of
  every type in the same month (elasticity {effects.OFFICERS_ELASTICITY:g}). Who compares boroughs sees the opposite:
  more officers where there is more crime. {CITY_BOROUGH} has officers of its own, who change nothing.

These have **no effect of their own**, though several go with something that has one:

{_list_features(effects.WITHOUT_EFFECT)}

The crime domain of the deprivation file, and with it the overall index, is built from recorded crime, as in the real
one: it predicts crime well and explains nothing.

## What makes finding them no formality

- A driver that is in none of the files: smooth on the map over about {effects.HIDDEN_DRIVER_LENGTH / 1000:g} km, the
  same for all crime types, standard deviation {effects.HIDDEN_DRIVER_SD:g} on the log scale. By chance it goes along
  with some features a little, so that no regression on the files finds every effect exactly.
- What is peculiar to an area and crime type: standard deviation {effects.AREA_SD:g} on the log scale; it lasts, and
  drifts by {effects.DRIFT_SD:g} a year.
- Monthly counts are over-dispersed: Poisson with a gamma mean of shape {effects.GAMMA_SHAPE:g} (a negative binomial).
- Season and trend by crime type:

{_tabulate_calendar()}

## Oddities, as published

- `mps/`: releases overlap, are sparse (no row for a category without a crime), and differ a little where they overlap;
  the month before a release's 24 is a stub that holds hardly any crime; the last month is provisional; older releases
  put some categories under other names:
{_list_renames()}
  `Borough` holds a code. {CITY_BOROUGH} has its own force and is not in them.
- `police_uk/`: anti-social behaviour has no Crime ID; some rows have no place, some are in other boroughs, some stand
  twice; the newest {police_files.LATE} months have not been delivered.
- `mhclg/`: ranks and deciles are those of a whole country; one header is cut off.
- `ons/census2021/TS062-ns-sec.csv`: title block, thousands separators, footnote. The LSOA lookup holds unchanged (U),
  split (S) and merged (M) areas, and a byte order mark. `gla/Pubs.csv` has CRLF and four pubs that are in no area.
"""


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


def _list_features(features: tuple[str, ...]) -> str:
    return textwrap.fill(", ".join(f"`{feature}`" for feature in features) + ".", 120)


def _list_renames() -> str:
    return "\n".join(f"  - {new} was {old};" for new, old in police_files.OLD_NAMES.items())
