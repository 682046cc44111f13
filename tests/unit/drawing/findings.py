"""Rows of the marts of areas and places for a table of areas, for tests that draw without a warehouse."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.facts import Row
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.maps.explorer_content import ExplorerType


def find_areas(values: pd.DataFrame, boroughs: pd.Series) -> pd.DataFrame:
    """Add rates, ranks and residuals to a row per LSOA, as `marts.area_findings` has them.

    Args:
        values: lsoa_code, recorded; optional residents, area_km2, predicted.
        boroughs: Borough of each area, indexed by code.
    """
    known = {name: values.get(name, pd.Series(np.nan, values.index)) for name in ("residents", "area_km2", "predicted")}
    recorded = values["recorded"].astype(float)
    groups = recorded.groupby(values["lsoa_code"].map(boroughs).to_numpy())
    return values.assign(
        borough_code=values["lsoa_code"].map(boroughs),
        crimes_per_1000=1000 * recorded / known["residents"].where(known["residents"] > 0),
        crimes_per_km2=recorded / known["area_km2"],
        residual=recorded - known["predicted"],
        rank=recorded.rank(method="min", ascending=False),
        rank_in_borough=groups.rank(method="min", ascending=False),
    )


def make_year(values: pd.DataFrame, boroughs: pd.Series, noun_phrase: str = "crime", **fields: Any) -> Year:
    """Return the year of a crime type of these areas.

    Args:
        values: As for `find_areas`.
        boroughs: As for `find_areas`.
        noun_phrase: What was recorded.
        fields: Others of `Year`.
    """
    found = find_areas(values, boroughs)
    year = Year(
        crime=CrimeType("total", "All crime", noun_phrase, noun_phrase, 1),
        last_month=dt.date(2026, 2, 1),
        values=found,
        is_reported=True,
        places=find_places(found),
    )
    return replace(year, **fields)


def make_explorer_type(
    crime: CrimeType, recorded: pd.Series, clear: pd.Series, *parts: Any, **fields: Any
) -> ExplorerType:
    """Return a crime type of the explorer, with one crime fewer per area in the year before."""
    values = pd.DataFrame({"recorded": recorded, "recorded_before": recorded - 1, "predicted": float("nan")})
    values = values.assign(is_clear_change=clear).rename_axis("lsoa_code").reset_index()
    return ExplorerType(Year(crime, dt.date(2026, 2, 1), values, is_reported=True, **fields), *parts)


def name_year(**fields: Any) -> Year:
    """A year of burglaries in a town, without areas."""
    crime = CrimeType("burglary", "Burglary", "burglaries", "burglaries", 1)
    return Year(crime, dt.date(2026, 2, 1), pd.DataFrame(), is_reported=True, place="Squaretown", **fields)


def find_places(values: pd.DataFrame, *, is_clear: bool = False) -> dict[str, Row]:
    """Rows of `marts.borough_changes` by place code.

    Args:
        values: As `find_areas` returns it, with recorded_before where it is known.
        is_clear: Whether every change is.
    """
    columns = ("recorded_before", "residents", "predicted", "forecast")
    values = values.assign(**{name: values.get(name, np.nan) for name in columns})
    rows = {str(code): _sum_place(rows, is_clear) for code, rows in values.groupby("borough_code")}
    complete = [row for row in rows.values() if row["is_complete"]]
    for row in complete:
        row["places_ranked"] = len(complete)
        row["share_pct"] = 100 * row["crimes"] / sum(one["crimes"] for one in complete)
        row["rank"] = 1 + sum(one["crimes"] > row["crimes"] for one in complete)
        if np.isfinite(row["crimes_per_1000"]):
            row["rate_rank"] = 1 + sum(one["crimes_per_1000"] > row["crimes_per_1000"] for one in complete)
    return rows | {CITY: _sum_place(values, is_clear) | {"place_kind": "city"}}


def _sum_place(rows: pd.DataFrame, is_clear: bool) -> dict[str, Any]:
    known, both = rows.dropna(subset="recorded"), rows.dropna(subset=["recorded", "recorded_before"])
    tenth = known["recorded"].nlargest(round(0.1 * len(known)))
    total, residents = known["recorded"].sum(min_count=1), known["residents"].sum(min_count=1)
    return {
        "place_kind": "borough",
        "areas": len(rows),
        "areas_reported": len(known),
        "is_complete": len(known) == len(rows),
        "crimes": total,
        "crimes_before": known["recorded_before"].sum(skipna=False) if len(known) else np.nan,
        "residents": residents,
        "crimes_per_1000": 1000 * total / residents if residents > 0 else np.nan,
        "median_crimes": known["recorded"].median(),
        "median_per_1000": known["crimes_per_1000"].median(),
        "median_per_km2": known["crimes_per_km2"].median(),
        "top_tenth_pct": 100 * tenth.sum() / total if len(tenth) else np.nan,
        "areas_compared": len(both),
        "crimes_compared_before": both["recorded_before"].sum(),
        "crimes_compared": both["recorded"].sum(),
        "is_clear_change": is_clear if len(both) else None,
        "predicted": rows["predicted"].sum(min_count=1),
        "forecast": rows["forecast"].sum(min_count=1),
    }
