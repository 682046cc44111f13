"""Large numbers at the top of the front page and of borough pages, and their list of hot spots."""

from collections.abc import Sequence

import pandas as pd

from crime_dagster.core.facts import Row, read_number
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.page_content import Headline
from crime_dagster.drawing.kit.year import CITY, Year

# Types shown among the large numbers, after all crime, if the data set has them.
HEADLINE_TYPES = ("violent", "theft")
# A rate per resident misleads where few people live and many visit.
FEWEST_FOR_RATE = 20_000
HOTSPOT_MEANINGS = {
    "persistent": "hot in every half-year",
    "emerging": "new this year",
    "intermittent": "hot in some half-years",
    "former": "no longer a hot spot",
}


def list_city_headlines(years: Sequence[Year]) -> tuple[Headline, ...]:
    city, noun = years[0].city, years[0].crime.count_noun
    numbers = [_count(year, CITY, read_number(year.city, "crimes")) for year in _choose_types(years)]
    rate = read_number(city, "crimes_per_1000")
    if rate is not None:
        half = f"half of areas: {words.whole_number(read_number(city, 'median_per_1000'))} or fewer"
        label = f"{noun} {years[0].say_residents()}"
        numbers.append(Headline(words.whole_number(rate), label, half, "usual", years[0].say_people()))
    return tuple(numbers)


def list_borough_headlines(years: Sequence[Year], code: str, city: str) -> tuple[Headline, ...]:
    """Return a borough's large numbers, each with the city's beside it; no `city` if the borough's year differs."""
    numbers = [
        _count(year, code, total, f"{city}: {year.change().words}" if city else "")
        for year in _choose_types(years)
        if (total := year.total(code)) is not None
    ]
    rate, whole = years[0].rate(code), read_number(years[0].city, "crimes_per_1000")
    if rate is not None and whole is not None:
        note = "few live here, many visit" if years[0].places[code]["residents"] < FEWEST_FOR_RATE else ""
        note = years[0].say_people(code) or note
        label = f"{years[0].crime.count_noun} {years[0].say_residents(code)}"
        beside = f"{city}: {words.whole_number(whole)}" if city else ""
        numbers.append(Headline(words.whole_number(rate), label, note, "usual", beside))
    return tuple(numbers)


def list_hotspots(hotspots: pd.DataFrame, code: str = "") -> tuple[Row, ...]:
    """Return hot spots by class, each place with its number of areas, most areas first.

    The places of a borough are its neighbourhoods, those of the city its boroughs.
    """
    name = "neighbourhood" if code else "borough_name"
    ours = hotspots[hotspots["borough_code"] == code] if code else hotspots
    ours = ours[ours["neighbourhood"].notna() == bool(code)].sort_values(["areas", name], ascending=[False, True])
    found = []
    for kind, meaning in HOTSPOT_MEANINGS.items():
        rows = ours[ours["hotspot_class"] == kind]
        places = [f"{place} ({areas})" for place, areas in rows[[name, "areas"]].to_numpy()]
        if places:
            places_words, areas = cautions.list_words(places), int(rows["areas"].sum())
            found.append({"name": kind, "meaning": meaning, "places": places_words, "areas": areas})
    return tuple(found)


def _choose_types(years: Sequence[Year]) -> list[Year]:
    return [years[0], *[year for year in years[1:] if year.crime.crime_type in HEADLINE_TYPES]]


def _count(year: Year, code: str, total: float | None, beside: str = "") -> Headline:
    change, label = year.change(code), f"{year.crime.count_noun} in 12 months"
    return Headline(words.whole_number(total), label, change.words, change.tone, beside)
