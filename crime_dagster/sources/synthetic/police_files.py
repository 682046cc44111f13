"""The files of both police forces: overlapping wide releases, officers by borough, and street-level months."""

from pathlib import Path

import numpy as np
import pandas as pd

from crime_dagster.sources.synthetic.city import City
from crime_dagster.sources.synthetic.crimes import MINORS
from crime_dagster.sources.synthetic.geography import find_longitude_latitude
from crime_dagster.sources.synthetic.kit import draw_spots, open_stream, read_table, save_csv
from crime_dagster.sources.synthetic.names import CITY_FORCE, CITY_FORCE_SLUG, name_street

WINDOW, STEP = 24, 12  # a release covers 24 months; the next comes a year later
STUB = 0.001  # share of crimes shown for the month before a release's window
LOST, FOUND = 0.002, 0.0015  # revisions between releases: share of crimes removed, and added
PROVISIONAL = 0.009  # share of crimes missing from a release's last month
# In releases before the latest: earlier names of categories, or the category they were counted under.
OLD_NAMES = MINORS.set_index("minor_category")["old_name"].dropna().to_dict()
KEYS = ["LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category"]


def save_releases(folder: Path, city: City) -> None:
    """Write the wide LSOA files, without the City; older ones differ a little from the final figures."""
    last = city.plan.months
    for end in range(last, 0, -STEP):
        if end == last or end + STEP > WINDOW:
            save_release(folder, city, city.plan.calendar[:end], old_names=end < last)


def save_release(folder: Path, city: City, until: pd.PeriodIndex, *, old_names: bool) -> Path:
    """Write one wide LSOA file, as released when its last month was the latest: only that of the last is final."""
    served = np.flatnonzero(~city.geography.lsoas["is_city"].to_numpy())
    truth = city.crimes.published[served]
    end = len(until)
    start = max(0, end - WINDOW)
    is_last = end == len(city.plan.calendar)
    random = open_stream(city.plan.seed, f"release to {until[-1]}")
    counts = truth[:, :, start:end].copy() if is_last else _unrevise(truth[:, :, start:end], random)
    minors = city.crimes.minors
    if old_names:
        minors = minors.assign(minor_category=minors["minor_category"].replace(OLD_NAMES))
    shown = until[start:]
    if start > 0:
        stub = random.binomial(truth[:, :, start - 1], STUB)
        counts = np.concatenate([stub[:, :, None], counts], axis=2)
        shown = until[start - 1 :]
    path = folder / "mps" / f"MPS LSOA Level Crime (most recent 24 months) to {shown[-1]}.csv"
    save_csv(_lay_out(city.geography.lsoas.iloc[served], minors, counts, shown), path)
    return path


def _unrevise(counts: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Undo the revisions: return what an earlier release showed for the same months."""
    earlier = counts + random.binomial(counts, LOST)
    earlier -= random.binomial(counts, FOUND)
    earlier[:, :, -1] -= random.binomial(earlier[:, :, -1], PROVISIONAL)
    return np.asarray(earlier)


def _lay_out(areas: pd.DataFrame, minors: pd.DataFrame, counts: np.ndarray, months: pd.PeriodIndex) -> pd.DataFrame:
    """Lay out counts as published: a row per area and category with at least one crime in the window."""
    rows = pd.MultiIndex.from_product([range(len(areas)), range(len(minors))]).to_frame(index=False)
    place, category = areas.iloc[rows[0]], minors.iloc[rows[1]]
    labels = [place["lsoa_code"], place["lsoa_name"], place["borough_code"]]
    labels += [category["major_category"], category["minor_category"]]
    table = pd.DataFrame({key: label.to_numpy() for key, label in zip(KEYS, labels, strict=True)})
    columns = [month.strftime("%Y%m") for month in months]
    table[columns] = counts.reshape(len(table), len(months))
    summed = table.groupby(KEYS, as_index=False)[columns].sum()
    return summed[summed[columns].sum(axis=1) > 0]


def save_officers(folder: Path, city: City) -> None:
    """Write officers by borough and month, without the City, which has its own force."""
    names = city.geography.lsoas.drop_duplicates("borough_code").set_index("borough_code")["borough_name"]
    long = city.crimes.officers.dropna().rename_axis("Borough Code").reset_index()
    long = long.melt("Borough Code", var_name="Month", value_name="Officers (FTE)")
    long.insert(1, "Borough", long["Borough Code"].map(names))
    save_csv(long.sort_values(["Borough Code", "Month"]), folder / "mps" / "MPS officers by borough.csv")


def save_offence_weights(folder: Path, _city: City) -> None:
    """Write the weights of offences, for a measure of harm: round numbers that no publisher gives.

    Some categories hold a light and a grave offence.
    """
    save_csv(read_table("offence_weights"), folder / "ons" / "crime-severity-weights-made-up.csv")


LATE = 2  # months not yet delivered by the force when the other force's latest release is published
UNLOCATED, ELSEWHERE, REPEATED, ANTISOCIAL = 0.08, 0.05, 0.012, 0.05  # shares of a month's rows
STREETS_PER_AREA = 5
ANTISOCIAL_TYPE = "Anti-social behaviour"
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


def save_street_months(folder: Path, city: City, months: pd.PeriodIndex) -> None:
    """Write one file per month that the City's force has delivered."""
    lsoas = city.geography.lsoas.reset_index(drop=True)
    inside = np.flatnonzero(lsoas["is_city"])
    away = lsoas.geometry.distance(lsoas.geometry[inside].union_all())
    around = away[away.gt(0) | ~lsoas["is_city"]].sort_values(kind="stable").index[:8].to_numpy()
    streets = lay_streets(lsoas.iloc[np.concatenate([inside, around])], open_stream(city.plan.seed, "streets"))
    types = city.crimes.minors["street_type"].to_numpy()
    for number, month in enumerate(months[:-LATE]):
        random = open_stream(city.plan.seed, f"street {month}")
        rows = list_street_rows(city.crimes.published[inside, :, number], inside, around, types, random)
        path = folder / "police_uk" / CITY_FORCE_SLUG.replace("-", "_") / f"{month}-{CITY_FORCE_SLUG}-street.csv"
        save_csv(fill_in(rows, streets, str(month), CITY_FORCE, random), path)


def lay_streets(lsoas: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Choose a few points per area to which crimes are moved, like police.uk; the last row has no place."""
    points = [
        {"lsoa": index, "street": street, "x": x, "y": y}
        for index, row in lsoas.iterrows()
        for street, (x, y) in enumerate(draw_spots(row["geometry"], 10, STREETS_PER_AREA, random))
    ]
    table = pd.DataFrame(points)
    longitude, latitude = find_longitude_latitude(table["x"].to_numpy(), table["y"].to_numpy())
    placed = table[["lsoa"]].assign(
        Longitude=[f"{value:.6f}" for value in longitude],
        Latitude=[f"{value:.6f}" for value in latitude],
        Location=[f"On or near {name_street(number)}" for number in range(len(table))],
    )
    placed = placed.merge(lsoas[["lsoa_code", "lsoa_name"]], left_on="lsoa", right_index=True)
    nowhere = dict.fromkeys(placed, "") | {"lsoa": -1, "Location": "No Location"}
    return pd.concat([placed, pd.DataFrame([nowhere])], ignore_index=True)


def list_street_rows(
    counts: np.ndarray, inside: np.ndarray, around: np.ndarray, types: np.ndarray, random: np.random.Generator
) -> pd.DataFrame:
    """List a month's rows as area and type: crimes, anti-social behaviour, rows elsewhere and without place."""
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


def fill_in(
    rows: pd.DataFrame, streets: pd.DataFrame, month: str, force: str, random: np.random.Generator
) -> pd.DataFrame:
    """Lay out a month's rows of a force as published."""
    street = random.integers(0, STREETS_PER_AREA, len(rows))
    place = pd.Index(streets["lsoa"].unique()).get_indexer(rows["lsoa"])
    # Of a row without an area, the last one of all, which has no place.
    table = streets.take(np.where(rows["lsoa"] < 0, -1, STREETS_PER_AREA * place + street)).reset_index(drop=True)
    is_crime = rows["type"] != ANTISOCIAL_TYPE
    identity = np.frombuffer(random.bytes(32 * len(rows)).hex().encode(), dtype="S64")
    outcome = random.choice(list(OUTCOMES), size=len(rows), p=list(OUTCOMES.values()))
    table["Crime ID"] = pd.Series(identity.astype(str)).where(is_crime, "")
    table["Last outcome category"] = pd.Series(outcome).where(is_crime, "")
    table = table.rename(columns={"lsoa_code": "LSOA code", "lsoa_name": "LSOA name"})
    fixed = {"Month": month, "Reported by": force, "Falls within": force, "Context": ""}
    table = table.assign(**fixed, **{"Crime type": rows["type"]})
    again = random.random(len(table)) < REPEATED
    return table.take(np.repeat(np.arange(len(table)), 1 + again))[HEADER]
