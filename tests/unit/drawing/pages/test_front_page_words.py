"""Sentences of the front page, by the figures of the marts."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.pages.borough_words import TRAIT_WORDS, describe_likeness, write_title
from crime_dagster.drawing.pages.borough_words import write_lead as write_borough_lead
from crime_dagster.drawing.pages.front_page import draw_front_page, find_forecast, write_lead
from crime_dagster.drawing.pages.headlines import list_city_headlines
from crime_dagster.modelling.findings.similar import TRAITS
from tests.unit.drawing.pages.test_front_page import make_page, text_of

CITY_ROW = {
    "crimes": 864_457.0,
    "areas_reported": 4_988,
    "areas_compared": 4_988,
    "crimes_compared_before": 865_936.0,
    "crimes_compared": 864_457.0,
    "is_clear_change": False,
    "areas_up": 143,
    "areas_down": 124,
    "crimes_per_1000": 97.4,
    "median_per_1000": 71.2,
    "top_tenth_pct": 38.2,
}


def make_year(name: str = "total", noun_phrase: str = "crime", noun: str = "crimes", **city: Any) -> Year:
    return Year(
        CrimeType(name, "All crime", noun_phrase, noun, 1),
        dt.date(2026, 2, 1),
        pd.DataFrame(),
        is_reported=True,
        places={CITY: CITY_ROW | city},
        accuracy={CITY: {"forecast_error_pct": 0.21}},
    )


@pytest.mark.parametrize(("number", "noun"), [(864_457.0, "crimes"), (52_673.0, "burglaries")])
def test_the_title_names_what_is_counted(number, noun):
    title = write_title("London", number, make_year(noun=noun))
    assert title == f"{number:,.0f} {noun} were recorded in London’s small areas in the year to February 2026"


def test_the_lead_says_what_changed_clearly_and_how_unevenly_crime_lies():
    fell = make_year("theft", "theft", "thefts", is_clear_change=True)
    rose = make_year("drug", "drug offences", "drug offences", is_clear_change=True, crimes_compared=900_000.0)
    unknown = make_year("robbery", "robbery", "robberies", is_clear_change=None)
    assert write_lead([make_year(), fell, rose, unknown], "London") == (
        "Down 0.2% from 865,936 the year before, within usual variation.",
        "Recorded theft fell; recorded drug offences rose.",
        "38% of recorded crime is in a tenth of London’s 4,988 small areas.",
    )
    assert write_lead([make_year(areas_compared=0, top_tenth_pct=None)], "London") == ()


def test_large_numbers_come_with_the_change_or_the_middle():
    theft = make_year("theft", "theft", "thefts", crimes=9.0, crimes_compared=800_000.0, is_clear_change=True)
    found = list_city_headlines([make_year(), theft, make_year("drug")])
    assert [(one.number, one.note, one.tone) for one in found] == [
        ("864,457", "down 0.2%, within usual variation", "usual"),
        ("9", "down 7.6%", "down"),
        ("97", "half of areas: 71 or fewer", "usual"),
    ]
    assert len(list_city_headlines([make_year(crimes_per_1000=None)])) == 1


def test_a_change_of_some_of_the_areas_says_of_how_many():
    counts = {"crimes_compared_before": 18_158, "crimes_compared": 18_176, "areas_compared": 118, "areas_reported": 150}
    assert write_lead([make_year(**counts)], "Wessex")[0] == (
        "Up 0.1% from 18,158 the year before in the 118 of 150 small areas that reported both years, within usual "
        "variation."
    )


def test_a_tenth_of_a_few_areas_is_not_said():
    assert not any("tenth" in said for said in write_lead([make_year(top_tenth_pct=None)], "Wessex"))


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (
            {"people_rank": 2, "workers": 730_700.0, "workers_source": "Census 2021"},
            "first per 1,000 residents (second per 1,000 residents and workers: 731,000 people work there).",
        ),
        (
            {"people_rank": 2, "workers": 730_700.0, "workers_source": "jobs in 2014"},
            "first per 1,000 residents (second per 1,000 residents and workers: it had 731,000 jobs in 2014).",
        ),
        ({}, "first per 1,000 residents, not counting workers and visitors."),
    ],
)
def test_a_rank_per_resident_says_who_works_there(people, said):
    row = {"places_ranked": 32, "rank": 1, "rate_rank": 1, "share_pct": 9.0, "areas": 12, **people}
    lead = write_borough_lead(make_year(**row), CITY, "London")
    assert f"It ranks first of 32 boroughs by number of crimes and {said}" in lead


def test_the_rate_per_residents_and_workers_stands_beside_that_per_resident():
    year = make_year(crimes_per_1000_people=56.6, workers_source="Census 2021")
    assert list_city_headlines([year])[-1].beside == "57 per 1,000 residents and workers (Census 2021)"
    assert make_year().say_people() == ""


def say_changes(stamp, year: Year) -> str:
    return text_of(draw_front_page(make_page(stamp, year=year)))


@pytest.mark.parametrize(
    ("before", "after", "areas", "up", "down", "wanted"),
    [
        (
            *(223_766, 242_023, 4988, 4, 0),
            "Recorded violence: up 8.2% on the year before, from 223,766 to 242,023 violent offences, not tested "
            "for chance. 4 of 4,988 areas rose and none fell significantly; other changes could be chance.",
        ),
        (
            *(214, 160, 30, 0, 0),
            "Recorded violence: down 25.2% on the year before, from 214 to 160 violent offences, not tested for "
            "chance. None of 30 areas changed significantly.",
        ),
        (
            *(0, 5, 2, 0, 1),
            "Recorded violence: from 0 to 5 violent offences on the year before, not tested for chance. None of 2 "
            "areas rose and 1 fell significantly; other changes could be chance.",
        ),
        (0, 0, 0, 0, 0, "Recorded violence: the year before is not known."),
    ],
)
def test_area_changes_are_said_where_areas_were_tested(stamp, before, after, areas, up, down, wanted):
    counts = {"crimes_compared_before": before, "crimes_compared": after, "areas_compared": areas}
    tested = {"areas_up": up, "areas_down": down, "is_clear_change": None}
    assert wanted in say_changes(stamp, make_year("violent", "violence", "violent offences", **counts, **tested))


def test_untested_area_changes_are_not_said(stamp):
    assert "on the year before" not in say_changes(stamp, make_year(areas_up=None, areas_down=None))


def say_forecast(stamp, year: Year | None = None, **row: Any) -> str:
    """What the front page says of a forecast with these columns."""
    said = {"model": "forecast_year", "is_future": True, "published_as": "ensemble", "areas": 4_988, "lower_90": None}
    said |= {"period_end": dt.date(2027, 2, 28), "predicted": 864_398.0, "upper_90": None, **row}
    page = make_page(stamp, year=year or make_year(), forecast=find_forecast(pd.DataFrame([said])))
    return text_of(draw_front_page(page))


def test_a_forecast_says_how_it_was_tried_and_what_the_same_areas_recorded(stamp):
    text = say_forecast(stamp, lower_90=753_900.0, upper_90=981_200.0)
    assert (
        "The forecast for the 12 months to February 2027: 864,000 crimes Its 90% range is 754,000 to 981,000. "
        "The same 4,988 areas recorded 864,457 in the latest year. The model beats all baselines. "
        "Tested on the latest year, the forecast was 0.2% too high. "
    ) in text
    untested = say_forecast(stamp, replace(make_year(), accuracy={}), areas=4_994)
    assert "864,000 crimes The model beats all baselines. " in untested, (
        "a count of other areas is not printed beside it"
    )
    assert "so the mean of all months is published." in say_forecast(stamp, published_as="all_months_mean")


def test_without_a_forecast_of_the_next_year_there_is_none():
    month = pd.DataFrame([{"model": "forecast_month", "is_future": True, "published_as": "ensemble"}])
    assert find_forecast(month) is None
    assert find_forecast(month.head(0)) is None


def test_every_trait_by_which_places_are_compared_has_words_and_only_known_ones_are_said():
    assert tuple(TRAIT_WORDS) == TRAITS
    known = pd.DataFrame({"place_kind": "borough", "feature": ["ptal_index", "people_per_km2"] * 2 + ["ptal_index"]})
    assert describe_likeness(known, "borough") == "Most similar in public transport; crime is not compared."
