"""Nesting of areas: LSOA in MSOA in borough, with 2021 codes and names and their 2011 equivalents."""

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd

from crime_dagster.sources.synthetic.kit import Array

AREAS_PER_MSOA = 5
CITY_SHARE = 0.01  # share of areas that belong to the City
SPLIT_SHARE, MERGED_SHARE = 0.02, 0.006  # splits and merges since 2011, per area
# Beyond any code ever issued; with many areas they begin earlier, or they would collide with those that changed.
FIRST_LSOA, FIRST_CHANGED_LSOA, FIRST_MSOA = 1_990_001, 1_995_001, 2_990_001
MANY_AREAS, FIRST_LSOA_OF_MANY = 4_500, 1_900_001


def split_evenly(points: Array, members: np.ndarray, groups: int) -> list[np.ndarray]:
    """Split points into compact groups of similar size by halving along the longer side."""
    if groups == 1:
        return [members]
    first = groups // 2
    size = round(len(members) * first / groups)
    axis = int(np.ptp(points[members], axis=0).argmax())
    ordered = members[np.argsort(points[members, axis], kind="stable")]
    return split_evenly(points, ordered[:size], first) + split_evenly(points, ordered[size:], groups - first)


def assign_boroughs(cells: gpd.GeoDataFrame, boroughs: int, old_harbour: Array) -> np.ndarray:
    """Return each area's borough number: 0 for the City around a spot on the north bank, the others compact."""
    points = cells[["x", "y"]].to_numpy()
    bank = cells["bank"].to_numpy()
    borough = np.full(len(cells), -1)
    distance = np.where(bank == 0, np.hypot(*(points - old_harbour).T), np.inf)
    borough[np.argsort(distance, kind="stable")[: max(4, round(CITY_SHARE * len(cells)))]] = 0
    rest = [np.flatnonzero((borough < 0) & (bank == side)) for side in (0, 1)]
    north = round((boroughs - 1) * len(rest[0]) / (len(rest[0]) + len(rest[1])))
    north = min(max(north, 1), boroughs - 2)
    groups = split_evenly(points, rest[0], north) + split_evenly(points, rest[1], boroughs - 1 - north)
    for number, members in enumerate(groups, start=1):
        borough[members] = number
    return borough


def assign_msoas(cells: gpd.GeoDataFrame) -> np.ndarray:
    """Return each area's MSOA number: compact groups of four to six areas of one borough."""
    points = cells[["x", "y"]].to_numpy()
    msoa = np.full(len(cells), -1)
    number = 0
    for borough in sorted(cells["borough"].unique()):
        members = np.flatnonzero(cells["borough"] == borough)
        groups = split_evenly(points, members, max(1, round(len(members) / AREAS_PER_MSOA)))
        for group in sorted(groups, key=lambda group: -points[group, 1].mean()):
            msoa[group] = number
            number += 1
    return msoa


def name_areas(cells: gpd.GeoDataFrame, borough_names: list[str], first_borough: int) -> gpd.GeoDataFrame:
    """Order areas by MSOA and give MSOAs and boroughs their codes, from a first one, and names."""
    named = cells.sort_values(["msoa", "y", "x"], ascending=[True, False, True], ignore_index=True)
    first_msoa = named.groupby("borough")["msoa"].transform("min")
    named["borough_code"] = [f"E{first_borough + number:08d}" for number in named["borough"]]
    named["borough_name"] = [borough_names[number] for number in named["borough"]]
    named["msoa_code"] = [f"E{FIRST_MSOA + number:08d}" for number in named["msoa"]]
    within = (named["msoa"] - first_msoa + 1).astype(int)
    named["msoa_name"] = [f"{name} {number:03d}" for name, number in zip(named["borough_name"], within, strict=True)]
    named["is_city"] = named["borough"] == 0
    return named


def change_codes(named: gpd.GeoDataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Give each area its codes of 2011 and 2021, with links between them; adds those of 2021 to `named`."""
    change = _choose_changes(named, random)
    links: list[dict[str, object]] = []
    code21 = pd.Series("", index=named.index)
    name21 = pd.Series("", index=named.index)
    codes_2011 = itertools.count(FIRST_LSOA if len(named) <= MANY_AREAS else FIRST_LSOA_OF_MANY)
    codes_2021 = itertools.count(FIRST_CHANGED_LSOA)
    for _, rows in named.groupby("msoa", sort=True).groups.items():
        msoa_name = named.at[rows[0], "msoa_name"]
        letters = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        old: dict[int, list[tuple[str, str]]] = {}
        shared: tuple[str, str] | None = None
        for row in rows:
            if change[row] == "S" and shared is not None:
                old[row] = [shared]
                continue
            merged = range(2 if change[row] == "M" else 1)
            old[row] = [(f"E{next(codes_2011):08d}", f"{msoa_name}{next(letters)}") for _ in merged]
            shared = old[row][0] if change[row] == "S" else shared
        for row in rows:
            if change[row] == "U":
                code21[row], name21[row] = old[row][0]
            else:
                code21[row], name21[row] = f"E{next(codes_2021):08d}", f"{msoa_name}{next(letters)}"
            links += [
                {"lsoa11_code": code, "lsoa11_name": name, "lsoa21_code": code21[row], "change_indicator": change[row]}
                for code, name in old[row]
            ]
    named["lsoa_code"], named["lsoa_name"] = code21, name21
    return pd.DataFrame(links).sort_values(["lsoa11_code", "lsoa21_code"], ignore_index=True)


def _choose_changes(named: gpd.GeoDataFrame, random: np.random.Generator) -> pd.Series:
    """Choose which areas were split (two neighbours of one MSOA) or merged since 2011; the City is unchanged."""
    change = pd.Series("U", index=named.index)
    sizes = named[~named["is_city"]].groupby("msoa").size()
    splits, merges = max(1, round(SPLIT_SHARE * len(named))), max(1, round(MERGED_SHARE * len(named)))
    candidates = random.permutation(sizes.index.to_numpy())
    for msoa in candidates[:splits]:
        rows = named.index[named["msoa"] == msoa]
        away = np.hypot(named.loc[rows, "x"] - named.at[rows[0], "x"], named.loc[rows, "y"] - named.at[rows[0], "y"])
        change[[rows[0], away.drop(rows[0]).idxmin()]] = "S"
    for msoa in candidates[splits : splits + merges]:
        change[named.index[named["msoa"] == msoa][1]] = "M"
    return change
