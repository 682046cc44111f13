"""Pages of crime types as text, and what they say of boroughs, seasons and forecasts."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from crime_dagster.core.facts import Row
from crime_dagster.defs.pages.type_pages import TYPE_MARTS
from crime_dagster.drawing.kit.page_content import Download, Link, Picture
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import CITY
from crime_dagster.drawing.pages.borough_tables import HarmTables
from crime_dagster.drawing.pages.data_page import draw_files_page, group_files
from crime_dagster.drawing.pages.month_lines import Seasons, draw_seasons
from crime_dagster.drawing.pages.type_page import draw_map_list, draw_type_list, draw_type_page, list_boroughs
from tests.unit.drawing.pages.test_borough_page import HOSTILE, make_type
from tests.unit.drawing.pages.test_front_page import make_score
from tests.unit.drawing.pages.test_harm import WEIGHTS_PAGE, make_harm

STAMP = Stamp("Testham", True, "12 months to February 2026", ("Police",), "OGL", "Areas 2021")
CHOICES = (Link("Burglary", "burglary.html", is_current=True), Link("Robbery", "robbery.html"))
EMPTY = dict.fromkeys(TYPE_MARTS, pd.DataFrame())
CHANGES = {
    "A": {"change_pct": 12.0, "change_lower_95_pct": 4.0, "change_upper_95_pct": 21.0, "is_clear_change": True},
    "B": {"change_pct": -6.3, "change_lower_95_pct": -15.1, "change_upper_95_pct": 3.4, "is_clear_change": False},
    "C": {"change_pct": 20.0, "change_lower_95_pct": -9.0, "change_upper_95_pct": 60.0, "is_clear_change": False},
}


def make_seasons(counted_from: str = "small areas", years: int = 2) -> pd.DataFrame:
    index = [1.1 if month == 11 else 0.9 if month == 5 else 1.0 for month in range(1, 13)]
    return pd.DataFrame(
        {
            "counted_from": counted_from,
            "calendar_month": range(1, 13),
            "month_name": [pd.Timestamp(2000, month, 1).strftime("%B") for month in range(1, 13)],
            "seasonal_index": index,
            "lowest": [value - 0.05 for value in index],
            "highest": [value + 0.05 for value in index],
            "years": years,
            "first_month": pd.Timestamp("2023-09-01"),
            "last_month": pd.Timestamp("2025-08-01"),
        }
    )


def make_trends(**unusual: str) -> pd.DataFrame:
    """Five months, of which the first cannot be judged; `unusual` is direction by month, such as `m3="more"`."""
    numbers = range(1, 6)
    directions = [unusual.get(f"m{number}") for number in numbers]
    return pd.DataFrame(
        {
            "crime_type": "burglary",
            "month": [pd.Timestamp(2025, number, 1) for number in numbers],
            "crimes_per_day": 42.0,
            "lower_95_per_day": [None, 30.0, 30.0, 30.0, 30.0],
            "upper_95_per_day": [None, 40.0, 40.0, 40.0, 40.0],
            "is_unusual": [None, *(direction is not None for direction in directions[1:])],
            "direction": directions,
            "is_complete": [True, True, True, True, False],
            "is_provisional": False,
            "recording_break": [None, None, "A new system", None, None],
        }
    )


def make_type_tables(text: str = "") -> dict[str, Any]:
    lsoas = pd.DataFrame(
        {
            "lsoa_code": [f"E0{number}" for number in range(12)],
            "area_name": [f"Area {number}{text}" for number in range(12)],
            "borough_code": list("AAABBBCCCDDD"),
        }
    )
    year = make_type("burglary", f"Burglary{text}", "burglaries", lsoas, 30)
    places = {
        code: dict(row) | {"place_name": f"Borough {code}{text}"} | CHANGES.get(code, {})
        for code, row in year.places.items()
    }
    period = {"period_start": pd.Timestamp("2026-02-01"), "period_end": pd.Timestamp("2026-02-28")}
    picture = Picture(
        "../charts/burglary_map.png",
        f"Map.{text}",
        8,
        6,
        title=f"Map{text}",
        files=(Download("PNG", "../charts/burglary_map.png", size_bytes=1_800_000),),
        source=f"Source: Police.{text}",
    )
    marts = EMPTY | {
        "hotspot_places": pd.DataFrame(
            columns=["hotspot_class", "neighbourhood", "areas", "borough_code", "borough_name"]
        ),
        "city_forecasts": pd.DataFrame(
            [
                {
                    "model": "forecast_month",
                    "is_future": False,
                    "actual": 40.0,
                    "predicted": 51.0,
                    "areas": 10,
                    **period,
                }
                | {"lower_90": 45.0, "upper_90": 58.0}
            ]
        ),
        "impact_summary": pd.DataFrame(
            {
                "scenario": [f"fewer pubs{text}"],
                "detail": "20% fewer pubs",
                "areas": 4,
                "sum_change_pct": -3.0,
                "lower_90": -14.0,
                "upper_90": 9.0,
                "is_clear": False,
                "interval_from": "simple model",
            }
        ),
        "seasonal_index": make_seasons(),
        "month_trends": make_trends(m3="more", m5="fewer").assign(recording_break=f"A new system{text}"),
        "near_repeats": pd.DataFrame(
            {
                "force": f"Town Police{text}",
                "period_label": "12 months to December 2025",
                "within_m": 0,
                "distance": "same point",
                "months_apart": [0, 1, 2],
                "pairs": 93,
                "expected_pairs": 53.0,
                "ratio": 1.76,
                "chance_lower_ratio": 0.96,
                "chance_upper_ratio": 1.04,
                "verdict": "more than chance",
            }
        ),
        "outcome_years": pd.DataFrame(
            {
                "force": [f"Town Police{text}"],
                "period_label": "12 months to December 2025",
                "known_to": [None],
                "crimes": 120.0,
                **{f"{kind}_pct": 20.0 for kind in ("no_suspect", "not_prosecuted", "action_taken", "open", "unknown")},
            }
        ),
        "model_summaries": pd.DataFrame(
            {"model": ["explain"], "is_better_than_baselines": False, "lowest_coverage_90": 0.85}
            | {"lowest_borough_name": f"Borough B{text}", "pattern_left_pct": 36.0}
        ),
    }
    return {
        "marts": marts,
        "choices": CHOICES,
        "late": (),
        "notes": (),
        "impacts": (),
        "explorer_href": "",
        "downloads": (),
        "year": replace(year, places=places),
        "slugs": {"A": "borough-a"},
        "harm": HarmTables(make_harm(CITY), WEIGHTS_PAGE),
        "score": make_score("Burglary", 0.62, 0.4, 61.0, 90.0),
        "pictures": {"map": picture},
        "map_href": "../maps/burglary.html",
    }


def rank_boroughs(shown: dict[str, Any]) -> list[Row]:
    return list_boroughs(shown["year"], shown["slugs"])


def draw(shown: dict[str, Any]) -> str:
    return draw_type_page(**shown, stamp=STAMP)


def give(shown: dict[str, Any], **marts: pd.DataFrame) -> dict[str, Any]:
    return {**shown, "marts": {**shown["marts"], **marts}}


def strip(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")]))


def test_boroughs_come_by_their_rise_with_the_range_of_it():
    rows = rank_boroughs(make_type_tables())
    assert [row["name"][-1] for row in rows] == ["C", "A", "B", "D"]
    assert rows[0]["range"] == "−9.0% to +60.0%"
    text = strip(draw(make_type_tables()))
    assert "Recorded burglaries rose significantly in Borough A. Two of 3 boroughs are within usual variation." in text
    shown = make_type_tables()
    others = {code: row | {"is_clear_change": code != "B"} for code, row in shown["year"].places.items()}
    text = strip(draw(shown | {"year": replace(shown["year"], places=others)}))
    assert "One of 3 boroughs is within usual variation." in text


@pytest.mark.parametrize("number", [40, 41])
def test_many_boroughs_are_counted_and_their_table_is_folded(number: int):
    shown = make_type_tables()
    row = shown["year"].places["A"]
    places = {"city": shown["year"].places["city"]} | {
        f"{at}": row | {"place_name": f"Town {at}"} for at in range(number)
    }
    html = draw(shown | {"year": replace(shown["year"], places=places)})
    assert f"Recorded burglaries rose significantly in {number} boroughs." in strip(html)
    assert (f"<summary>All {number} boroughs</summary>" in html) == (number > 40)
    assert html.count("<details") == html.count("</details>")


def test_the_forecast_is_of_the_next_year_whatever_else_is_to_come_and_is_in_the_headlines():
    tables = make_type_tables()
    city = {**tables["year"].places[CITY], "forecast": 512.0, "forecast_period_label": "12 months to February 2027"}
    row = {"is_future": True, "period_end": pd.Timestamp("2027-02-28"), "published_as": "model", "areas": 12}
    ends = {"lower_90": 1.0, "upper_90": 2_000.0, "actual": None}
    month = {**row, **ends, "model": "forecast_month", "predicted": 43.0}
    year = {**row, **ends, "model": "forecast_year", "predicted": 512.0}
    ahead = pd.DataFrame([month, year]).assign(period_start=pd.Timestamp("2026-03-01"))
    shown = give(tables, city_forecasts=ahead)
    text = strip(draw(shown | {"year": replace(tables["year"], places={**tables["year"].places, CITY: city})}))
    assert "The forecast for the 12 months to February 2027: 512 burglaries" in text
    assert "512 forecast for the 12 months to February 2027" in text


def test_a_borough_without_all_its_figures_comes_last_and_shows_none():
    row = rank_boroughs(make_type_tables())[-1]
    assert (row["name"], row["crimes"], row["range"], row["change_pct"]) == ("Borough D", None, "", None)


def test_where_nothing_is_significant_the_page_says_so():
    tables = make_type_tables()
    places = {code: dict(row) | {"is_clear_change": False} for code, row in tables["year"].places.items()}
    text = strip(draw(tables | {"year": replace(tables["year"], places=places)}))
    assert "No borough’s burglaries changed significantly: all three changes are within usual variation." in text


def test_says_what_it_was_given():
    html = draw(make_type_tables())
    text = strip(html)
    for words in (
        "February 2026 10 small areas 51 45 to 58 40 no",
        "over the same areas as the recorded number: the 9 of the latest year, where no other number is given",
        "−14.0% to +9.0% centre −3.0%; no clear change; range from a simpler model, as many areas change",
        "Highest in November (+10%), lowest in May (−10%)",
        "It does not beat its best baseline on boroughs",
        "least reliable in Borough B",
        "Town Police 12 months to December 2025 120 20%",
        "Same point, same month 93 53 1.76 (0.96 to 1.04) more than chance Same point, next month 93",
        "the baseline, 0.40",
        "120 of the 1,320 crimes have no weight",
        "PNG 1.8 MB",
    ):
        assert words in text, words
    assert 'href="../maps/burglary.html#place=A"' in html
    assert 'href="../boroughs/borough-a.html"' in html
    assert 'href="../maps/burglary.html#place=C&amp;area=E08">Area 8</a>' in html


def test_where_no_record_has_a_point_the_page_says_that_repeats_are_not_known():
    text = strip(draw(give(make_type_tables(), near_repeats=pd.DataFrame())))
    assert "this data set has none of burglaries" in text


def test_months_that_earlier_ones_did_not_let_expect_are_named():
    text = strip(draw(make_type_tables()))
    for words in (
        "Two of 4 months differed significantly from what earlier months led to expect.",
        "March 2025 recording changed: A new system 42 30 to 40 more",
        "May 2025 recording changed: A new system; incomplete 42 30 to 40 fewer",
        "The test does not say why",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("trends", "sentence"),
    [
        (make_trends(), "None of 4 months differed significantly from what earlier months led to expect."),
        (make_trends(m2="more"), "One of 4 months differed significantly"),
        (make_trends().head(1), "Too few months are known to say which were unusual."),
    ],
)
def test_a_record_without_unusual_months_says_so_and_one_too_short_too(trends, sentence):
    assert sentence in strip(draw(give(make_type_tables(), month_trends=trends)))


def test_what_a_data_set_does_not_have_is_left_out():
    whole = make_type_tables()
    empty = {name: rows.head(0) for name, rows in whole["marts"].items()}
    nothing = {"marts": empty, "slugs": {}, "harm": None, "score": None, "pictures": {}, "map_href": ""}
    html = draw(whole | nothing)
    sections = re.findall(r'<section id="([a-z-]+)"', html)
    assert sections == ["changed", "where", "repeats"]
    assert [link for link in re.findall(r'href="#([a-z-]+)"', html) if link != "content"] == sections


def test_words_of_the_data_stay_words():
    page = draw(make_type_tables(HOSTILE))
    assert page.count("<script") == 1, "only our own"
    assert page == draw(make_type_tables(HOSTILE))


def test_a_picture_is_cited_and_embedded_with_its_source():
    picture = Picture("../charts/a b.png", 'Bars "up".', 8, 6, title="A & B", source="Source: Police.")
    assert picture.citation == "A & B. Source: Police."
    assert '<img src="../charts/a%20b.png" alt="Bars &quot;up&quot;."' in picture.embed_code
    assert "<figcaption>A &amp; B. Source: Police.</figcaption>" in picture.embed_code


def test_seasons_are_of_the_source_with_most_years_and_stay_inside():
    rows = pd.concat([make_seasons(), make_seasons("borough files", 9)])
    found = draw_seasons(rows)
    assert found is not None
    assert "From 9 years" in found.sentence
    assert all(Seasons.top <= bar["highest"] <= bar["lowest"] <= Seasons.bottom for bar in found.bars)
    assert found.bars[10]["height"] == found.bars[4]["height"] > 0 == found.bars[0]["height"]
    assert draw_seasons(rows.iloc[:0]) is None


@pytest.mark.parametrize("picture", [None, Picture("../charts/types_map.png", "Maps.", 8, 6)])
def test_lists_lead_to_every_page(picture):
    html = draw_map_list([Link("Burglary", "burglary.html")], [Link("A", "burglary.html#place=A")], picture, STAMP)
    assert 'href="burglary.html#place=A"' in html
    listed = draw_type_list([], STAMP, months_label="Each month", picture=picture, notes=())
    assert ("types_map.png" in listed) == (picture is not None)


def test_files_are_listed_by_folder_with_their_sizes():
    files = {"index.html": 57_000, "charts/a.png": 1_800_000, "gifs/from_folder/b.gif": 5, "manifest.json": None}
    groups = group_files(files)
    assert list(groups) == ["Pages and documents of the release", "Charts", "gifs/from_folder"]
    html = draw_files_page(files, STAMP, dt.date(2026, 3, 20))
    assert "Published on 20 March 2026" in html
    assert all(f'href="{path}"' in html for path in files)
    assert "1.8 MB" in html


def test_outcomes_of_many_forces_are_folded_and_their_time_is_said_once(stamp):
    def draw_with(forces: int, **changes) -> str:
        content = make_type_tables()
        rows = pd.concat([content["marts"]["outcome_years"].assign(force=f"Force {at}") for at in range(forces)])
        rows["known_to"] = "2026-02"
        rows = rows.assign(**changes)
        return draw_type_page(**content | {"marts": content["marts"] | {"outcome_years": rows}}, stamp=stamp)

    time = "12 months to December 2025, as known in February 2026"
    assert draw_with(6).count(time) == 6
    assert draw_with(7).count(f"By police force, {time}</summary>") == draw_with(7).count(time) == 1
    assert draw_with(7, known_to=["2026-02"] * 6 + ["2025-02"]).count("12 months to December 2025, as known in ") == 7


def test_repeats_of_many_forces_are_folded(stamp):
    def count(forces: int) -> int:
        content = make_type_tables()
        rows = pd.concat([content["marts"]["near_repeats"].assign(force=f"Force {at}") for at in range(forces)])
        page = draw_type_page(**content | {"marts": content["marts"] | {"near_repeats": rows}}, stamp=stamp)
        assert page.count("<details") == page.count("</details>")
        return page.count("<summary>By police force</summary>")

    assert (count(6), count(7)) == (0, 1)
