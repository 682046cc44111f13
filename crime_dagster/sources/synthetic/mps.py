"""The files of the Metropolitan Police's kind: wide, sparse releases that overlap, and officers by borough."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from crime_dagster.sources.synthetic.crimes import Crimes
from crime_dagster.sources.synthetic.geography import Geography
from crime_dagster.sources.synthetic.randomness import open_stream
from crime_dagster.sources.synthetic.tables import save_csv

WINDOW, STEP = 24, 12  # a release covers 24 months; the next comes a year later
STUB = 0.001  # part of the crimes that the month before a release's window still shows
LOST, FOUND = 0.002, 0.0015  # revisions between releases: part of the crimes taken back, and added
PROVISIONAL = 0.009  # part of the crimes still missing from a release's last month
# What releases before the newest called a category, or counted it under.
OLD_NAMES = {"RES BURGLARY OF A HOME": "BURGLARY IN A DWELLING", "STALKING AND HARASSMENT": "VIOLENCE WITHOUT INJURY"}
KEYS = ["LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category"]


def save_releases(folder: Path, seed: int, geography: Geography, crimes: Crimes, months: pd.PeriodIndex) -> None:
    """Write the wide LSOA files, without the City; older ones differ a little from what was finally recorded."""
    ends = [end for end in range(len(months), 0, -STEP) if end == len(months) or end + STEP > WINDOW]
    for end in ends:
        save_release(folder, seed, geography, crimes, months[:end], months)


def save_release(
    folder: Path,
    seed: int,
    geography: Geography,
    crimes: Crimes,
    until: pd.PeriodIndex,
    months: pd.PeriodIndex,
    *,
    old_names: bool | None = None,
) -> Path:
    """Write one wide LSOA file, as it was released when its last month was the latest.

    Args:
        folder: The data folder.
        seed: The city's seed.
        geography: The city's areas.
        crimes: What was finally recorded; the release to the last of `months` has it, others differ a little.
        until: The months up to the release's last.
        months: The months of `crimes`.
        old_names: Whether categories have their old names; by default in all but the last release.
    """
    served = np.flatnonzero(~geography.lsoas["is_city"].to_numpy())
    truth = crimes.published[served]
    end = len(until)
    start = max(0, end - WINDOW)
    is_last = end == len(months)
    random = open_stream(seed, f"release to {until[-1]}")
    counts = truth[:, :, start:end].copy() if is_last else _unrevise(truth[:, :, start:end], random)
    minors = crimes.minors
    if old_names if old_names is not None else not is_last:
        minors = minors.assign(minor_category=minors["minor_category"].replace(OLD_NAMES))
    shown = until[start:]
    if start > 0:
        stub = random.binomial(truth[:, :, start - 1], STUB)
        counts = np.concatenate([stub[:, :, None], counts], axis=2)
        shown = until[start - 1 :]
    path = folder / "mps" / f"MPS LSOA Level Crime (most recent 24 months) to {shown[-1]}.csv"
    save_csv(_lay_out(geography.lsoas.iloc[served], minors, counts, shown), path)
    return path


def _unrevise(counts: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Undo the revisions: what an earlier release showed of the same months."""
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


def save_officers(folder: Path, geography: Geography, crimes: Crimes) -> None:
    """Write officers by borough and month; the City has a force of its own and is not in the file."""
    names = geography.lsoas.drop_duplicates("borough_code").set_index("borough_code")["borough_name"]
    long = crimes.officers.dropna().rename_axis("Borough Code").reset_index()
    long = long.melt("Borough Code", var_name="Month", value_name="Officers (FTE)")
    long.insert(1, "Borough", long["Borough Code"].map(names))
    save_csv(long.sort_values(["Borough Code", "Month"]), folder / "mps" / "MPS officers by borough.csv")
