"""Sentences of the front page, derived from its figures."""

from collections.abc import Sequence

from crime_dagster.core.facts import Row, read_flag, read_number
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.change_words import describe_city_change
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.pages.borough_words import say_change, say_tenth
from crime_dagster.drawing.pages.front_page import ForecastTotal
from crime_dagster.drawing.pages.models_scores import BASELINES


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


def say_area_changes(year: Year) -> str:
    """State the city's change, and how many areas changed significantly; empty if no area was tested."""
    city = year.city
    up, down = read_number(city, "areas_up"), read_number(city, "areas_down")
    if up is None or down is None:
        return ""
    return describe_city_change(
        read_number(city, "crimes_compared_before") or 0.0,
        read_number(city, "crimes_compared") or 0.0,
        areas=int(city["areas_compared"]),
        areas_up=int(up),
        areas_down=int(down),
        noun_phrase=year.crime.noun_phrase,
        count_noun=year.crime.count_noun,
        is_clear=read_flag(city, "is_clear_change"),
    )


def write_forecast(year: Year, ahead: Row | None) -> ForecastTotal | None:
    """Return the forecast for the next year, and whether it beats the baselines it was tested against.

    `ahead` is a row of `marts.city_forecasts`, whose sum is over the areas reported in the latest year; None if no year
    is forecast.
    """
    if ahead is None:
        return None
    noun, published = year.crime.count_noun, str(ahead["published_as"])
    title = (
        f"The forecast for the {words.year_to(ahead['period_end'])}: {words.three_figures(ahead['predicted'])} {noun}"
    )
    ends = [read_number(ahead, name) for name in ("lower_90", "upper_90")]
    span = [] if None in ends else [f"Its 90% range is {' to '.join(map(words.three_figures, ends))}."]
    if ahead["areas"] == year.city["areas_reported"]:
        recorded = words.whole_number(read_number(year.city, "crimes"))
        span.append(f"The same {words.whole_number(ahead['areas'])} areas recorded {recorded} in the latest year.")
    if published in BASELINES:
        name = BASELINES[published]
        return ForecastTotal(
            f"{title}, the {name}",
            (*span, f"Tested on the latest year, the model did not beat the {name}, so the {name} is published."),
        )
    sentences = [*span, "The model beats all baselines."]
    off = read_number(year.accuracy.get(CITY, {}), "forecast_error_pct")
    if off is not None:
        way = "high" if off > 0 else "low"
        sentences.append(f"Tested on the latest year, the forecast was {words.percent(abs(off))} too {way}.")
    return ForecastTotal(title, tuple(sentences))
