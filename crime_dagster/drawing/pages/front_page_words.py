"""Sentences of the front page, derived from its figures."""

from collections.abc import Sequence

import pandas as pd

from crime_dagster.core.facts import Row, read_flag
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.borough_words import say_change, say_tenth
from crime_dagster.drawing.pages.models_content import BASELINES, YEAR


def write_lead(years: Sequence[Year], place: str) -> tuple[str, ...]:
    """Return the front page's lead: the city's change, types that changed significantly, how concentrated crime is."""
    first = years[0]
    uneven = say_tenth(
        first.city, first.crime.noun_phrase, words.possessive(place), first.city.get("areas_reported", 0)
    )
    return tuple(filter(None, [say_change(first), _say_types(years[1:]), uneven]))


def _say_types(years: Sequence[Year]) -> str:
    """Name types whose change is significant: "Theft and burglary fell; violence and drug offences rose."."""
    clear = [year for year in years if read_flag(year.city, "is_clear_change")]
    parts = []
    for is_rise, verb in ((False, "fell"), (True, "rose")):
        names = [
            year.crime.noun_phrase
            for year in clear
            if (year.city["crimes_compared"] > year.city["crimes_compared_before"]) == is_rise
        ]
        if names:
            parts.append(f"{cautions.list_words(names)} {verb}")
    return f"Recorded {'; recorded '.join(parts)}." if parts else ""


def find_forecast(forecasts: pd.DataFrame) -> Row | None:
    """Return the row of `marts.city_forecasts` for the next year, with the `baseline` that is published instead."""
    rows = forecasts[forecasts["is_future"].astype(bool) & (forecasts["model"] == YEAR)]
    ahead = next(iter(rows.to_dict("records")), None)
    return ahead and {**ahead, "baseline": BASELINES.get(str(ahead["published_as"]), "")}
