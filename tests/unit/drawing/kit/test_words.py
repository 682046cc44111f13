import datetime as dt

import numpy as np
import pytest

from crime_dagster.drawing.kit import words


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.whole_number(864457), "864,457"),
        (words.whole_number(-12), "−12"),
        (words.whole_number(None), "not reported"),
        (words.whole_number(float("nan")), "not reported"),
        (words.whole_number(0), "0"),
        (words.percent(8.2), "8.2%"),
        (words.percent(-2.84), "−2.8%"),
        (words.percent(-0.04), "0.0%"),
        (words.percent(3.14, signed=True), "+3.1%"),
        (words.percent(0, signed=True), "0.0%"),
        (words.percent(float("inf")), "not known"),
        (words.plain_number(0.6), "0.6"),
        (words.plain_number(1250), "1,250"),
        (words.three_figures(18_812), "18,800"),
        (words.three_figures(1237.4), "1,240"),
        (words.three_figures(999.6), "1,000"),
        (words.three_figures(12.34), "12.3"),
        (words.three_figures(0.6), "0.6"),
        (words.three_figures(0), "0"),
        (words.three_figures(None), "no prediction"),
        (words.year_to(dt.date(2026, 2, 1)), "12 months to February 2026"),
        (words.date_words(dt.date(2024, 2, 27)), "27 February 2024"),
        (words.fraction_words(0.2), "a fifth"),
        (words.fraction_words(0.17), None),
        (words.possessive("London"), "London’s"),
        (words.possessive("Wells"), "Wells’"),
        (words.lower_first("NO2"), "NO2"),
        (words.lower_first("Income deprivation"), "income deprivation"),
        (words.short_area_name("Brixton North 011B", "Lambeth 011B"), "Brixton North"),
        (words.short_area_name("Lambeth 011B", "Lambeth 011B"), "Lambeth 011B"),
    ],
)
def test_numbers_and_dates_are_written_the_british_way(written, expected):
    assert written == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (1000, 1082, "up 8.2%"),
        (1000, 926, "down 7.4%"),
        (1000, 1000, "no change"),
        (4, 9, "from 4 to 9"),
        (25, 19, "from 25 to 19"),
        (0, 50, "from 0 to 50"),
        (None, 50, "not reported"),
        (50, float("nan"), "not reported"),
    ],
)
def test_changes_below_twenty_crimes_give_both_counts(before, after, expected):
    assert words.change_words(before, after) == expected


def test_title_says_how_unevenly_crime_lies():
    title = words.concentration_title(
        150.0, 40.0, noun_phrase="crime", place="London", period_label="12 months to May 2025"
    )
    assert title == "40% of recorded crime is in a tenth of London’s small areas"


@pytest.mark.parametrize(("crimes", "tenth_pct"), [(0.0, None), (15.0, 40.0), (500.0, 10.0), (500.0, 100.0)])
def test_title_falls_back_where_nothing_is_seen(crimes, tenth_pct):
    title = words.concentration_title(
        crimes, tenth_pct, noun_phrase="burglary", place="Sutton", period_label="12 months to February 2026"
    )
    assert title == "Recorded burglary in Sutton, 12 months to February 2026"


@pytest.mark.parametrize(
    ("change", "found", "feature", "noun", "expected"),
    [
        (
            -0.2,
            (-1.3, -5.4, 2.9),
            "Income deprivation",
            "crime",
            "A fifth less income deprivation: … 5% less to 3% more",
        ),
        (-0.2, (2.6, 1.4, 4.0), "pubs", "drug offences", "A fifth fewer pubs: … 1% to 4% more"),
        (-0.17, (-9, -9.9, -9.6), "pubs", "thefts", "With 17% fewer pubs: … 10% fewer"),
        (
            -0.1,
            (-2.4, -4.4, -0.3),
            "food and drink places",
            "crime",
            "A tenth fewer food and drink places: … 0.3% to 4.4% less",
        ),
        (0.5, (1.6, float("nan"), 2.0), "pubs", "burglaries", "With 50% more pubs: … 2% more"),
    ],
)
def test_impact_title_says_the_range_that_the_model_predicts(change, found, feature, noun, expected):
    title = words.impact_title(change, *found, feature_phrase=feature, noun_phrase=noun)
    assert title == f"{expected} {noun}".replace("…", "the model predicts")
    assert not title[0].isdigit()


def test_impact_title_of_an_amount_says_by_how_much():
    asked = {"feature_phrase": "Pubs", "noun_phrase": "crime", "is_share": False}
    assert (
        words.impact_title(2, 5.1, 4.0, 6.0, **asked)
        == "Two more pubs per area: the model predicts 4% to 6% more crime"
    )
    assert words.impact_title(-0.5, -5.1, -6, -4, **asked).startswith("With pubs down by 0.5: ")
    nothing = words.impact_title(2, *[float("nan")] * 3, **asked)
    assert nothing == "Two more pubs per area: no prediction for crime"


def test_half_of_areas_is_true():
    assert words.half_of_areas(2.5) == "Half of all areas have 2 crimes or fewer."
    assert words.half_of_areas(np.nan) == ""


@pytest.mark.parametrize(("value", "said"), [(2, "2.00"), (13, "13.0"), (0.6, "0.600"), (1240, "1,240"), (0, "0")])
def test_figures_of_a_column_keep_their_zeros(value, said):
    assert words.three_figures(value, keep_zeros=True) == said
