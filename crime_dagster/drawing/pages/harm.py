"""Harm by the Crime Severity Score as a range, of a borough or the city."""

from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.facts import Row

MOST_MONTHS = 12


@dataclass(frozen=True)
class HarmTables:
    """Rows of `marts.harm` of the city and boroughs, and the publisher's page of weights."""

    rows: pd.DataFrame
    weights_page: str


def describe_harm(tables: HarmTables | None, place_code: str) -> Row | None:
    """Return a place's years and latest months, newest first, both empty where the data set has no weights.

    None if there are weights and no figures of this place.
    """
    if tables is None:
        return None
    rows = tables.rows[tables.rows["place_code"] == place_code].sort_values("period", ascending=False)
    years, months = (
        rows[rows["period_kind"] == kind].head(MOST_MONTHS).to_dict("records") for kind in ("year", "month")
    )
    found = {"years": years, "months": months, "weights_page": tables.weights_page}
    return found if years or tables.rows.empty else None
