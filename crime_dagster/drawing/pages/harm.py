"""Harm by the Crime Severity Score as a range, of a borough or the city."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.facts import Row, read_number
from crime_dagster.drawing.kit import words

MOST_MONTHS = 12


@dataclass(frozen=True)
class Harm:
    """A place's years and latest months, newest first; both are empty where the data set has no weights."""

    years: Sequence[Row] = ()
    months: Sequence[Row] = ()
    sentences: Sequence[str] = ()
    weights_page: str = ""  # where the publisher has the weights


@dataclass(frozen=True)
class HarmTables:
    """Rows of `marts.harm` of the city and boroughs, and the publisher's page of weights."""

    rows: pd.DataFrame
    weights_page: str


def describe_harm(tables: HarmTables | None, place_code: str) -> Harm | None:
    """Describe a place's harm; None if there are weights and no figures of this place."""
    if tables is None:
        return None
    if tables.rows.empty:
        return Harm(weights_page=tables.weights_page)
    rows = tables.rows[tables.rows["place_code"] == place_code].sort_values("period", ascending=False)
    years = [_describe(row) for row in rows[rows["period_kind"] == "year"].to_dict("records")]
    months = [_describe(row) for row in rows[rows["period_kind"] == "month"].head(MOST_MONTHS).to_dict("records")]
    if not years:
        return None
    return Harm(years, months, _say(years[0]), tables.weights_page)


def _describe(row: Row) -> Row:
    last = pd.Timestamp(row["period"]).date()
    names = ("crimes", "crimes_without_weight", "lightest", "heaviest")
    areas, of_areas = (words.whole_number(row[name]) for name in ("areas", "of_areas"))
    return {
        "key": f"{row['place_kind']};place_code={row['place_code']};period_kind={row['period_kind']};period={last}",
        "period": words.year_to(last) if row["period_kind"] == "year" else words.month_words(last),
        "covers": "" if areas == of_areas else f"{areas} of {of_areas} areas",
        **{name: read_number(row, name) for name in names},
    }


def _say(year: Row) -> list[str]:
    without, crimes = (words.whole_number(year[name]) for name in ("crimes_without_weight", "crimes"))
    ends = [words.three_figures(year[name]) for name in ("lightest", "heaviest")]
    return [
        f"Recorded crime in the {year['period']} has a harm of {ends[0]} to {ends[1]} points.",
        f"{without} of the {crimes} crimes have no weight and are in neither figure."
        if year["crimes_without_weight"]
        else f"All {crimes} crimes have a weight.",
        *(
            [f"It is of the crimes in {year['covers']}; the others have no whole year of figures."]
            if year["covers"]
            else []
        ),
    ]
