"""What a headline leaves out, in words and as a sum."""

import pytest

from crime_dagster.core.facts import Row
from crime_dagster.drawing.pages.counted import say_left_out, say_own_years, tabulate_total

MET = "Squaretown Police"


def make_rows(*parts: tuple[str, str | None, float | None]) -> list[Row]:
    return [
        {"force": MET, "part": part, "category": category, "crimes": crimes, "sort_order": at}
        for at, (part, category, crimes) in enumerate(parts)
    ]


def test_the_numbers_of_the_sentence_add_up_to_the_headline():
    kinds = (("not_published", "SEXUAL OFFENCES", -40), ("not_published", "NFIB FRAUD", -2))
    rows = make_rows(("recorded", None, 1_200), *kinds, ("without_place", None, -58), ("headline", None, 1_100))
    assert say_left_out(rows) == (
        f"{MET} recorded 1,200; the figure leaves out 40 sexual offences and 2 NFIB fraud, which are not published "
        "for small areas, and 58 crimes without a known small area."
    )


@pytest.mark.parametrize(
    ("rest", "sentence", "label"),
    [
        (-3, "; the figure leaves out 3 crimes without a known small area.", "Without a known small area"),
        (3, ". The files of small areas have 3 more.", "Difference between the files"),
        (0, ".", "Without a known small area"),
    ],
)
def test_a_difference_is_called_by_its_sign(rest: int, sentence: str, label: str):
    rows = make_rows(("recorded", None, 1_200), ("without_place", None, rest), ("headline", None, 1_200 + rest))
    assert say_left_out(rows) == f"{MET} recorded 1,200{sentence}"
    assert tabulate_total(rows)[1]["label"] == label


def test_what_other_forces_recorded_is_told_apart_from_what_has_no_area():
    parts = (
        ("recorded", None, 8_063),
        ("without_place", None, -633),
        ("by_others", None, 409),
        ("headline", None, 7_839),
    )
    rows = make_rows(*parts)
    assert say_left_out(rows) == (
        f"{MET} recorded 8,063; the figure leaves out 633 crimes without a known small area. "
        "The figure includes 409 that other forces recorded there."
    )
    assert tabulate_total(rows)[2]["label"] == "Recorded in its areas by other forces"


def test_a_force_whose_crimes_elsewhere_are_not_in_the_files_is_not_said_to_have_recorded_no_more():
    rows = make_rows(("recorded_here", None, 7_585), ("without_place", None, -577), ("headline", None, 7_008))
    assert say_left_out(rows) == (
        f"{MET} recorded 7,585 in the areas shown here or without a known one; the figure leaves out 577 crimes "
        "without a known small area."
    )
    assert tabulate_total(rows)[0]["label"] == f"Recorded by {MET} in its areas, or without a known one"


def test_without_a_figure_of_the_force_categories_are_named():
    rows = make_rows(("placed", None, 1_100), ("not_published", "SEXUAL OFFENCES", None))
    assert say_left_out(rows).endswith("; this data set does not say how many.")
    assert say_left_out(rows).startswith("The figure leaves out sexual offences, which are not published")


@pytest.mark.parametrize(
    ("force", "said"),
    [
        ("Metropolitan Police Service", "The Metropolitan"),
        ("City of London Police", "The City"),
        ("Kent Police", "Kent"),
    ],
)
def test_a_force_has_an_article_where_its_name_takes_one(force: str, said: str):
    rows = [{**row, "force": force} for row in make_rows(("recorded", None, 9), ("headline", None, 9))]
    assert say_left_out(rows).startswith(f"{said} ")


@pytest.mark.parametrize(
    ("crime_type", "from_street", "is_said"),
    [("total", {"A"}, True), ("violent", {"A"}, True), ("theft", {"A"}, False), ("violent", {"B"}, False)],
)
def test_a_late_borough_of_street_files_has_sexual_offences(crime_type, from_street, is_said):
    row = {
        "borough_code": "A",
        "borough_name": "City",
        "crime_type": crime_type,
        "crimes": 1_375.0,
        "period_label": "12 months to December 2025",
    }
    said = say_own_years([row], "offences", from_street)
    assert said.startswith("City recorded 1,375 offences in its own latest year, the 12 months to December 2025")
    assert said.endswith(", sexual offences included.") is is_said
