"""Estimates of other publishers, which do not drive crime: income and transport on 2011 codes, air on 2021 codes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from crime_dagster.sources.synthetic.features import Areas
from crime_dagster.sources.synthetic.geography import Geography
from crime_dagster.sources.synthetic.randomness import Array, open_stream
from crime_dagster.sources.synthetic.tables import save_csv

# Upper ends of the levels of public transport accessibility, from 1a to 6a; 6b has none.
PTAL_ENDS = (2.5, 5.0, 10.0, 15.0, 20.0, 25.0, 40.0)
PTAL_LEVELS = ("1a", "1b", "2", "3", "4", "5", "6a", "6b")


def save_household_income(folder: Path, seed: int, geography: Geography, areas: Areas) -> None:
    """Write mean household income by 2011 area, every text quoted; it falls with income deprivation."""
    random = open_stream(seed, "household income")
    needs = areas.features["income_deprivation_pct"].to_numpy()
    table = _take_to_2011(geography, np.exp(11.1 - 0.013 * needs + 0.08 * random.normal(size=len(needs))))
    table["value"] = table["value"].round(1)
    save_csv(
        table.set_axis(["LSOA11CD", "LSOA11NM", "mean.hh.income"], axis=1),
        folder / "gla" / "gla-hh-income-lsoa-estimate.csv",
        quote_all=True,
    )


def save_transport_access(folder: Path, seed: int, geography: Geography) -> None:
    """Write public transport accessibility by 2011 area: an index that falls towards the edge, and its level."""
    random = open_stream(seed, "transport access")
    away = geography.distance_to_centre
    table = _take_to_2011(geography, np.exp(3.9 - 1.7 * away + 0.35 * random.normal(size=len(away))))
    index = table["value"].round(4)
    path = folder / "tfl" / "tfl-ptal-accessibility.csv"
    written = pd.DataFrame(
        {
            "LSOA2011": table["lsoa11_code"],
            "AvPTAI2015": index,
            "PTAL": [PTAL_LEVELS[level] for level in np.searchsorted(PTAL_ENDS, index)],
            "PTAIHigh": (1.4 * index).round(4),
            "PTAILow": (0.6 * index).round(4),
        }
    )
    save_csv(written, path)


def save_air(folder: Path, seed: int, geography: Geography) -> None:
    """Write nitrogen dioxide by area, in micrograms per cubic metre; it rises towards the centre."""
    random = open_stream(seed, "air")
    away = geography.distance_to_centre
    mean = 20 + 16 * np.exp(-1.2 * away) + random.normal(size=len(away))
    written = pd.DataFrame(
        {
            "LSOA21CD": geography.lsoas["lsoa_code"],
            "NO2-2019-min": mean - 2,
            "NO2-2019-max": mean * 1.8,
            "NO2-2019-mean": mean,
            "NO2-2019-std": mean / 9,
            "NO2-2019-median": mean - 0.8,
        }
    )
    save_csv(written.round(3), folder / "gla" / "lsoa21-2019-NO2.csv")


def _take_to_2011(geography: Geography, values: Array) -> pd.DataFrame:
    """Convert values of 2021 areas to 2011: a split area gets the mean of its parts, a merged one its whole's."""
    by_code = pd.Series(values, index=geography.lsoas["lsoa_code"])
    links = geography.lookup.assign(value=geography.lookup["lsoa21_code"].map(by_code))
    means: pd.DataFrame = links.groupby(["lsoa11_code", "lsoa11_name"])[["value"]].mean()
    return means.reset_index()
