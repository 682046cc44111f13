"""The large numbers at the top of a borough's page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from crime_dagster.core.facts import read_number
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.page_content import Headline
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.borough_content import BoroughTables
from crime_dagster.drawing.pages.borough_words import (
    describe_place_change,
    describe_whole_change,
    find_rate,
    find_total,
    write_range,
)

# Types shown among the large numbers where the data set has them.
HEADLINE_TYPES = ("violent", "theft")
# A rate per resident misleads where few people live and many visit.
FEWEST_FOR_RATE = 20_000


def choose_headline_types(types: Sequence[Year]) -> list[Year]:
    """The first crime type, and the others shown among the large numbers."""
    return [types[0], *[year for year in types[1:] if year.crime.crime_type in HEADLINE_TYPES]]


def list_headlines(tables: BoroughTables, code: str, city: str) -> tuple[Headline, ...]:
    """A borough's large numbers, each with the city's beside it."""
    headlines = []
    for year in choose_headline_types(tables.types):
        total = find_total(year, code)
        if total is None:
            continue
        change = describe_place_change(year, code)
        headlines.append(
            Headline(
                number=words.whole_number(total),
                label=f"{year.crime.count_noun} in 12 months",
                note=change.words,
                tone=change.tone,
                beside=f"{city}: {describe_whole_change(year).words}",
            )
        )
    first = tables.first
    rate, whole = find_rate(first, code), read_number(first.city, "crimes_per_1000")
    if rate is not None and whole is not None:
        headlines.append(
            Headline(
                number=words.whole_number(rate),
                label=f"{first.crime.count_noun} per 1,000 residents",
                note="few live here, many visit" if first.places[code]["residents"] < FEWEST_FOR_RATE else "",
                beside=f"{city}: {words.whole_number(whole)}",
            )
        )
    return (*headlines, *_list_forecast(tables, code))


def _list_forecast(tables: BoroughTables, code: str) -> list[Headline]:
    rows = tables.forecasts if tables.forecasts.empty else tables.forecasts.query("borough_code == @code")
    return [
        Headline(
            number=words.three_figures(row["predicted"]),
            label=f"{tables.first.crime.count_noun} forecast for the next 12 months",
            note="" if pd.isna(row["lower_90"]) else f"90% range {write_range(row['lower_90'], row['upper_90'])}",
        )
        for row in rows.to_dict("records")
    ]
