"""Street-level months of the City's own police, one row per crime, with the quirks of the real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from crime_dagster.sources.synthetic.crimes import Crimes
from crime_dagster.sources.synthetic.geography import Geography, find_longitude_latitude
from crime_dagster.sources.synthetic.names import CITY_FORCE, CITY_FORCE_SLUG, name_street
from crime_dagster.sources.synthetic.randomness import draw_spots, open_stream
from crime_dagster.sources.synthetic.tables import save_csv

LATE = 2  # months that the force has not delivered when the newest release of the other force comes out
UNLOCATED, ELSEWHERE, REPEATED, ANTISOCIAL = 0.08, 0.05, 0.012, 0.05  # parts of a month's rows
STREETS_PER_AREA = 5
ANTISOCIAL_TYPE = "Anti-social behaviour"
CRIME_TYPES = {
    "CRIMINAL DAMAGE": "Criminal damage and arson",
    "BURGLARY BUSINESS AND COMMUNITY": "Burglary",
    "RES BURGLARY OF A HOME": "Burglary",
    "POSSESSION OF DRUGS": "Drugs",
    "TRAFFICKING OF DRUGS": "Drugs",
    "MISC CRIMES AGAINST SOCIETY": "Other crime",
    "POSSESSION OF WEAPONS": "Possession of weapons",
    "PUBLIC FEAR ALARM OR DISTRESS": "Public order",
    "ROBBERY OF PERSONAL PROPERTY": "Robbery",
    "OTHER THEFT": "Other theft",
    "SHOPLIFTING": "Shoplifting",
    "THEFT FROM THE PERSON": "Theft from the person",
    "THEFT FROM A VEHICLE": "Vehicle crime",
    "THEFT OR UNAUTH TAKING OF A MOTOR VEH": "Vehicle crime",
    "HOMICIDE": "Violence and sexual offences",
    "STALKING AND HARASSMENT": "Violence and sexual offences",
    "VIOLENCE WITH INJURY": "Violence and sexual offences",
    "VIOLENCE WITHOUT INJURY": "Violence and sexual offences",
}
OUTCOMES = {
    "Investigation complete; no suspect identified": 0.5,
    "Unable to prosecute suspect": 0.2,
    "Status update unavailable": 0.1,
    "Under investigation": 0.1,
    "Awaiting court outcome": 0.06,
    "Local resolution": 0.04,
}
HEADER = [
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
]  # fmt: skip


def save_street_months(folder: Path, seed: int, geography: Geography, crimes: Crimes, months: pd.PeriodIndex) -> None:
    """Write one file per month that the City's force has delivered."""
    lsoas = geography.lsoas.reset_index(drop=True)
    inside = np.flatnonzero(lsoas["is_city"])
    away = lsoas.geometry.distance(lsoas.geometry[inside].union_all())
    around = away[away.gt(0) | ~lsoas["is_city"]].sort_values(kind="stable").index[:8].to_numpy()
    streets = _lay_streets(lsoas.iloc[np.concatenate([inside, around])], open_stream(seed, "streets"))
    types = crimes.minors["minor_category"].map(CRIME_TYPES).to_numpy()
    for number, month in enumerate(months[:-LATE]):
        random = open_stream(seed, f"street {month}")
        rows = _list_rows(crimes.published[inside, :, number], inside, around, types, random)
        path = folder / "police_uk" / CITY_FORCE_SLUG.replace("-", "_") / f"{month}-{CITY_FORCE_SLUG}-street.csv"
        save_csv(_fill_in(rows, streets, str(month), random), path)


def _lay_streets(lsoas: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Choose a few points per area that crimes are moved to, as police.uk does."""
    points = [
        {"lsoa": index, "street": street, "x": x, "y": y}
        for index, row in lsoas.iterrows()
        for street, (x, y) in enumerate(draw_spots(row["geometry"], 10, STREETS_PER_AREA, random))
    ]
    table = pd.DataFrame(points)
    longitude, latitude = find_longitude_latitude(table["x"].to_numpy(), table["y"].to_numpy())
    return table.assign(
        Longitude=[f"{value:.6f}" for value in longitude],
        Latitude=[f"{value:.6f}" for value in latitude],
        Location=[f"On or near {name_street(number)}" for number in range(len(table))],
    ).merge(lsoas[["lsoa_code", "lsoa_name"]], left_on="lsoa", right_index=True)


def _list_rows(
    counts: np.ndarray, inside: np.ndarray, around: np.ndarray, types: np.ndarray, random: np.random.Generator
) -> pd.DataFrame:
    """List a month's rows as area and type: recorded crimes, anti-social behaviour, rows elsewhere and nowhere."""
    place, kind = np.nonzero(counts)
    times = counts[place, kind]
    crimes = pd.DataFrame({"lsoa": inside[np.repeat(place, times)], "type": types[np.repeat(kind, times)]})
    size = max(len(crimes), 20)
    antisocial = pd.DataFrame({"lsoa": random.choice(inside, random.poisson(ANTISOCIAL * size) + 1)})
    elsewhere = pd.DataFrame({"lsoa": random.choice(around, random.poisson(ELSEWHERE * size) + 1)})
    nowhere = pd.DataFrame({"lsoa": [-1] * (random.poisson(UNLOCATED * size) + 1)})
    for extra in (elsewhere, nowhere):
        extra["type"] = random.choice(types, len(extra))
    rows = pd.concat([crimes, antisocial.assign(type=ANTISOCIAL_TYPE), elsewhere, nowhere], ignore_index=True)
    # Rows without a place come last, as in the published files.
    order = rows["lsoa"].where(rows["lsoa"] >= 0, rows["lsoa"].max() + 1)
    return rows.assign(order=order).sort_values(["order", "type"], kind="stable", ignore_index=True)


def _fill_in(rows: pd.DataFrame, streets: pd.DataFrame, month: str, random: np.random.Generator) -> pd.DataFrame:
    table = rows.assign(street=random.integers(0, STREETS_PER_AREA, len(rows)))
    table = table.merge(streets, on=["lsoa", "street"], how="left")
    table["Location"] = table["Location"].fillna("No Location")
    is_crime = (table["type"] != ANTISOCIAL_TYPE).to_numpy()
    identity = [random.bytes(32).hex() for _ in range(len(table))]
    outcome = random.choice(list(OUTCOMES), size=len(table), p=list(OUTCOMES.values()))
    table["Crime ID"] = np.where(is_crime, identity, "")
    table["Last outcome category"] = np.where(is_crime, outcome, "")
    table = table.rename(columns={"type": "Crime type", "lsoa_code": "LSOA code", "lsoa_name": "LSOA name"})
    table = table.assign(**{"Month": month, "Reported by": CITY_FORCE, "Falls within": CITY_FORCE, "Context": ""})
    again = random.random(len(table)) < REPEATED
    repeated = table.loc[np.repeat(table.index, 1 + again)]
    return repeated[HEADER]
