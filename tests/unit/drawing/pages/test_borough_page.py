"""Borough pages as text, and their sentences."""

import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.drawing.kit.geometry import Areas, prepare_areas
from crime_dagster.drawing.kit.navigation import make_slugs
from crime_dagster.drawing.kit.page_content import Download, Picture
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.words import ordinal_words
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.pages.borough_page import draw_borough_list, draw_borough_page
from crime_dagster.drawing.pages.borough_tables import BoroughTables
from crime_dagster.drawing.pages.borough_words import describe_amount
from crime_dagster.drawing.pages.counted import STREET_NOTE
from crime_dagster.drawing.pages.force_page import draw_force_page
from tests.unit.drawing.findings import find_areas, find_places

HOSTILE = '</script><script>alert(1)</script>{{ 7 * 7 }}" onerror="alert(2)'
OWN_FORCE, OTHER_FORCE = "Town Police", "Police of the Fourth"
STAMP = Stamp("Testham", True, "12 months to February 2026", ("Police",), "OGL", "Areas 2021")
LINKS = {"total": "../maps/total.html"}


def make_type(name: str, label: str, noun: str, lsoas: pd.DataFrame, scale: float) -> Year:
    recorded = np.round(scale * 1.1 ** np.arange(len(lsoas)))
    silent = (lsoas["borough_code"] == lsoas["borough_code"].max()).to_numpy()
    recorded[silent] = np.nan
    predicted = recorded * 1.1 + 1
    values = pd.DataFrame(
        {
            "lsoa_code": lsoas["lsoa_code"],
            "area_name": lsoas["area_name"],
            "borough_name": "Borough",
            "recorded": recorded,
            "recorded_before": np.where(silent, 3.0, np.round(recorded * 0.8)),
            "residents": 1500.0,
            "area_km2": 1.0,
            "predicted": predicted,
            "lower_90": predicted / 2,
            "upper_90": predicted * 2,
            "is_clear_change": True,
            "rank_lower_90": 5.0,
            "rank_upper_90": 9.0,
        }
    )
    values = find_areas(values, lsoas.set_index("lsoa_code")["borough_code"]).assign(rank=7.0)
    error = {"actual": 500.0, "predicted": 520.0, "mean_error": 12.5, "areas_with_range": 12} | {
        "mean_residual": 9.0,
        "mean_residual_lower_90": 2.0,
        "mean_residual_upper_90": 16.0,
    }
    here, city = error | {"areas_in_range": 11, "in_range_pct": 91.7}, error | {"in_range_pct": 75.0}
    return Year(
        crime=CrimeType(name, label, noun, noun, 1),
        last_month=dt.date(2026, 2, 1),
        values=values,
        is_reported=True,
        places=find_places(values, is_clear=name == "drug"),
        accuracy=dict.fromkeys(sorted(set(lsoas["borough_code"]))[:3], here) | {CITY: city},
    )


def make_months(boroughs: pd.DataFrame) -> pd.DataFrame:
    months = pd.date_range("2023-08-01", "2026-02-01", freq="MS")
    rows = [
        {"borough_code": code, "crime_type": name, "month": month, "force": OWN_FORCE, "crimes": 100.0 + 10 * (at % 5)}
        for code in boroughs["borough_code"]
        for name in ("total", "drug")
        for at, month in enumerate(months)
    ]
    table = pd.DataFrame(rows)
    is_other = table["borough_code"] == boroughs["borough_code"].max()
    table.loc[is_other, "force"] = OTHER_FORCE
    table.loc[is_other & (table["month"] >= "2026-01-01"), "crimes"] = np.nan
    revised = np.where(is_other, "2025-12", "2026-02")
    table["is_provisional"] = table["month"].dt.strftime("%Y-%m") == revised
    rates = table["crimes"] / table["month"].dt.days_in_month
    return table.assign(crimes_per_day=rates, crimes_per_day_12_months=rates)


def make_borough_tables(city: gpd.GeoDataFrame, text: str = "") -> BoroughTables:
    """Four boroughs, of which the last has no complete year."""
    lsoas = pd.DataFrame(city.drop(columns="geometry"))
    lsoas = lsoas.assign(area_name=lsoas["area_name"] + text, borough_name=lsoas["borough_name"] + text)
    boroughs = lsoas[["borough_code", "borough_name"]].drop_duplicates().sort_values("borough_name")
    codes = list(boroughs["borough_code"])
    total = make_type("total", "All crime", "crimes", lsoas, 10)
    hotspots = [("persistent", None, 2), ("persistent", "Place 0", 1), ("persistent", "Place 1", 1)]
    hotspots += [("emerging", None, 1), ("emerging", "Place 8", 1)]
    return BoroughTables(
        boroughs=boroughs.assign(
            slug=make_slugs(boroughs["borough_name"], boroughs["borough_code"]), group="", group_slug=""
        ),
        types=(total, make_type("drug", f"Drug offences{text}", "drug offences", lsoas, 3)),
        months=make_months(boroughs),
        breaks=pd.DataFrame(
            {
                "starts_on": [dt.date(2024, 2, 28)],
                "force": OWN_FORCE,
                "crime_type": "total",
                "title": f"Recording changed{text}",
                "words": "A new records system came.",
            }
        ),
        force=OWN_FORCE,
        force_months=pd.DataFrame(),
        before={codes[3]: {"crimes": 36.0}},
        totals={},
        late={},
        from_street=(),
        hotspots=pd.DataFrame(hotspots, columns=["hotspot_class", "neighbourhood", "areas"]).assign(
            borough_code=codes[0], borough_name=boroughs["borough_name"].iloc[0]
        ),
        what_ifs=pd.DataFrame(
            {
                "scenario": ["two more pubs", "fewer pubs"],
                "borough_code": codes[0],
                "detail": ["two more pubs", f"20% fewer pubs{text}"],
                "areas": 8,
                "change_pct": [2.0, -3.4],
                "city_change_pct": [9.5, -2.7],
                "lower_90": [-6.0, -8.1],
                "upper_90": [11.2, 1.3],
                "city_lower_90": [-4.5, -4.8],
                "city_upper_90": [25.7, -0.6],
            }
        ),
        categories=pd.DataFrame(
            [
                (f"Shoplifting{text}", 1_234.0, 1_111.0, 1),
                ("Arson", 5.0, np.nan, 2),
                ("Bigamy", 1.0, 1.0, 11),
                ("Piracy", np.nan, 2.0, None),
            ],
            columns=["minor_category", "crimes", "crimes_before", "rank"],
        ).assign(borough_code=codes[0]),
        forecasts=pd.DataFrame(
            {"borough_code": codes[0], "predicted": [2_251.4], "lower_90": [1_900.0], "upper_90": [2_640.0]}
        ).assign(
            period_end=pd.Timestamp("2027-02-28"),
        ),
        traits=pd.DataFrame(
            [("people_per_km2", code) for code in codes]
            + [("private_rented_pct", code) for code in codes]
            # Known of one borough alone, so they are not compared by it.
            + [("ptal_index", codes[0])],
            columns=["feature", "place_code"],
        ).assign(place_kind="borough"),
        similar=pd.DataFrame(
            [(0, 1, 1), (0, 2, 2), (0, 3, 3), (2, 1, 3), (3, 1, 0), (3, 2, 1)], columns=["at", "place", "other"]
        ).assign(
            borough_code=lambda rows: rows["at"].map(dict(enumerate(codes))),
            similar_borough_code=lambda rows: rows["other"].map(dict(enumerate(codes))),
        ),
        harm=None,
    )


EMPTY = ("months", "hotspots", "what_ifs", "similar", "breaks", "categories", "forecasts")


def draw(tables: BoroughTables, areas: Areas, at: int, **more: Any) -> str:
    code = list(tables.boroughs["borough_code"])[at]
    return draw_borough_page(tables, areas, code, STAMP, links=LINKS, **more)


def text_of(html: str) -> str:
    body = html[html.index("<body") : html.index("<script>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.fixture(scope="module")
def tables(town: gpd.GeoDataFrame) -> BoroughTables:
    return make_borough_tables(town)


def test_a_page_says_what_the_tables_say(tables, town_areas):
    text = text_of(
        draw(tables, town_areas, 0, downloads=[Download("Small areas in Borough 1 (CSV)", "../data/a.csv", "", 2_300)])
    )
    values = tables.first.values
    ours = values[values["borough_code"] == tables.boroughs["borough_code"].iloc[0]]
    total, before = ours["recorded"].sum(), ours["recorded_before"].sum()
    share = 100 * total / values["recorded"].sum()
    for words in (
        f"{total:,.0f} crimes were recorded in Borough 1’s small areas in the year to February 2026",
        f" from {before:,.0f} the year before, within usual variation.",
        "It ranks third of 3 boroughs by number of crimes and third per 1,000 residents.",
        f"It has {share:.0f}% of Testham’s recorded crimes.",
        "seventh in Testham (between fifth and ninth)",
        "Testham: up ",
        "Persistent hot in every half-year: 2 areas Place 0 (1) and Place 1 (1)",
        "Emerging new this year: 1 area Place 8 (1)",
        "In 11 of 12 areas the recorded number is within the model’s 90% range: 92% (Testham: 75%).",
        "On average it is 9 crimes per area too low here.",
        "Fewer pubs 20% fewer pubs 8 −3.4% −8.1% to +1.3%; no clear change −2.7% −4.8% to −0.6% ",
        "+9.5% −4.5% to +25.7%; no clear change",
        "Recording changed. A new records system came.",
        "Shoplifting 1,234 1,111 Arson 5 not reported Crimes with a known small area",
        "The forecast for the 12 months to February 2027 is 2,250 crimes, with a 90% range of 1,900 to 2,640.",
        "February 2026 is provisional.",
        "Small areas in Borough 1 (CSV) 2.3 kB",
        "Next borough : Borough 2",
    ):
        assert words in text, words
    assert "Previous borough" not in text
    assert "SYNTHETIC" in text


def test_a_borough_without_a_whole_year_says_whose_figures_are_missing(tables, town_areas):
    html = draw(tables, town_areas, 3)
    text = text_of(html)
    assert "Borough 4: figures for January and February 2026 are missing" in text
    assert f"It has its own police force, {OTHER_FORCE}." in text
    assert "Of the 12 months to February 2026, January and February 2026 are not reported" in text
    assert "In the year before, 36 crimes were recorded." in text
    assert "Recording changed" not in text, "another force changed its records"
    assert "December 2025 is provisional." in text
    assert 'class="none"' in html
    assert re.findall(r"<h2[^>]*>([^<]+)", html) == ["No figures to map", "Month by month"]


def test_a_borough_that_is_late_is_shown_in_its_own_latest_year(tables, town_areas):
    code = tables.boroughs["borough_code"].iloc[3]
    inside = tables.first.values.query("borough_code == @code")["lsoa_code"]
    areas = pd.DataFrame({"lsoa_code": inside, "crimes": 3.0, "crimes_before": 2.0})
    row = {"borough_code": code, "crimes": 36.0, "crimes_before": 24.0, "crimes_per_1000": 3.0, "residents": 12_000}
    own = tables.first.at_own_year(row | {"year_ending": pd.Timestamp("2025-12-01")}, areas)
    late = replace(tables, late={code: (own,)})
    html = draw(late, town_areas, 3)
    text = text_of(html)
    for words in (
        "36 crimes were recorded in Borough 4’s small areas in the year to December 2025",
        "Up 50.0% from 24 the year before, not tested for chance. January and February 2026 are not reported, so this "
        "is the borough’s own latest year; it is in no sum of Testham.",
        "All crime 36 up 50.0% , not tested for chance",
        "Not tested here, for the year is the borough’s own.",
    ):
        assert words in text, words
    assert "Testham: " not in text, "the city's year is another"
    assert "sexual offences" not in text
    assert STREET_NOTE in text_of(draw(replace(late, from_street={code}), town_areas, 3))
    assert "Borough 4: counted from street-level files" in draw_borough_list(replace(late, from_street={code}), STAMP)
    assert f'data-row="borough_own_years;borough_code={code};crime_type=total"' in html
    assert own.total(code) == 36
    assert tables.first.total(code) is None
    assert '>36</span><span class="note below">12 months to December 2025<' in draw_borough_list(late, STAMP)


def test_an_area_without_figures_makes_the_sum_unknown(tables, town_areas):
    first = tables.first
    gap = first.values.assign(recorded=first.values["recorded"].where(first.values["lsoa_code"] != "E01000000"))
    gapped = replace(first, values=gap, places=find_places(gap))
    html = draw(replace(tables, types=(gapped, *tables.types[1:])), town_areas, 0)
    assert "Borough 1: figures for the year to February 2026 are incomplete" in text_of(html)
    assert "Some of its small areas have no figure" in text_of(html)
    assert "11 areas" not in html


def test_figures_by_year_alone_and_no_models_still_make_a_page(tables, town_areas):
    empty = {name: getattr(tables, name).head(0) for name in EMPTY}
    values = tables.first.values.assign(predicted=np.nan, lower_90=np.nan, upper_90=np.nan, residents=np.nan)
    bare = replace(tables.first, values=values, places=find_places(values), accuracy={})
    poor = replace(tables, **empty, types=(bare,))
    html = draw(poor, town_areas, 0)
    assert re.findall(r"<h2[^>]*>([^<]+)", html) == [
        "Where crimes were recorded",
        "Areas with the most crimes",
        "By type of crime",
    ]
    assert "per 1,000" not in text_of(html)
    assert "no prediction" in text_of(html)
    assert "No file has figures for it." in text_of(draw(poor, town_areas, 3))


def test_one_heading_of_the_first_order_and_none_skipped(tables, town_areas):
    pair = Picture("../gifs/p.gif", "Two maps.", 960, 900, still_path="../gifs/p-still.png", title="Pair")
    for html in (draw(tables, town_areas, 0, pair=pair), draw_borough_list(tables, STAMP)):
        orders = [int(order) for order in re.findall(r"<h(\d)", html)]
        assert orders[0] == 1
        assert orders.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(orders))


def test_strings_of_any_kind_stay_text(town):
    hostile = make_borough_tables(town, HOSTILE)
    areas = prepare_areas(town.assign(area_name=HOSTILE, borough_name=town["borough_name"] + HOSTILE))
    for at in range(4):
        html = draw(hostile, areas, at)
        assert html.count("<script") == 1
        assert 'onerror="' not in html
    assert draw_borough_list(hostile, replace(STAMP, place=HOSTILE)).count("<script") == 0


def test_pages_are_light_load_nothing_and_are_the_same_twice(tables, town_areas):
    html = draw(tables, town_areas, 0)
    assert len(html) < 100_000
    assert re.findall(r"<link(?! rel=\"icon\" href=\"data:)|@import|https?://", html) == []
    assert html == draw(tables, town_areas, 0)


def test_the_list_is_in_the_order_of_names_and_never_ranks(tables):
    html = draw_borough_list(tables, STAMP)
    assert re.findall(r'<th scope="row"><a href="([^"]+)"', html) == [
        f"borough-{number}.html" for number in range(1, 5)
    ]
    assert "not reported" in text_of(html + "<script>")


def test_boroughs_of_several_forces_have_a_page_of_their_force(tables, town_areas):
    slug = "force-town-police"
    boroughs = tables.boroughs.assign(group=[OWN_FORCE] * 3 + [OTHER_FORCE], group_slug=[slug] * 3 + ["force-other"])
    months = tables.months[tables.months["borough_code"] == boroughs["borough_code"].iloc[0]]
    year = months.assign(crimes_12_months=1320.0, crimes_12_months_before=1200.0, crimes_per_1000_12_months=88.0)
    several = replace(tables, boroughs=boroughs, force_months=year)
    page = draw_force_page(several, OWN_FORCE, STAMP, "../maps/total-town-police.html", "../explorer-town-police.html")
    assert "Town Police: 1,320 crimes were recorded in small areas in the year to February 2026" in page
    assert "Up 10.0% from 1,200 the year before. The force covers 3 boroughs." in page
    assert re.findall(r'class="button[^>]* href="([^"]+)"', page) == [
        "../maps/total-town-police.html",
        "../explorer-town-police.html",
    ]
    links = [f'"{one}.html"' in page for one in boroughs["slug"]]
    assert links == [True, True, True, False]
    assert "A new records system came." in page
    assert f'href="{slug}.html"' in draw_borough_list(several, STAMP)
    code = boroughs["borough_code"].iloc[0]
    assert f'href="{slug}.html"' in draw_borough_page(several, town_areas, code, STAMP, links=LINKS)
    unknown = replace(several, force_months=year.assign(crimes_12_months=np.nan))
    assert "Town Police: figures of the year to February 2026 are missing" in draw_force_page(unknown, OWN_FORCE, STAMP)


def test_similar_boroughs_stand_by_name_and_unreported_ones_are_left_out(tables, town_areas):
    html = draw(tables, town_areas, 0)
    similar = html[html.index("similar-title") :]
    names = re.findall(r'<th scope="row">(?:<a [^>]+>)?(Borough \d)', similar[: similar.index("</table>")])
    assert names == ["Borough 1", "Borough 2", "Borough 3"]
    assert "Most similar in density and renting; crime is not compared." in similar
    assert "Compared with similar boroughs" not in draw(tables, town_areas, 2)


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "first"), (9, "ninth"), (10, "10th"), (11, "11th"), (21, "21st"), (22, "22nd"), (33, "33rd")],
)
def test_places_in_words(number, words):
    assert ordinal_words(number) == words


def test_amounts_in_words():
    assert describe_amount("Pubs", -0.2) == "20% fewer pubs"
    assert describe_amount("Pubs", 2.0, "pubs") == "two more pubs"
    assert describe_amount("NO2", -1.5, "µg/m³") == "NO2 down by 1.5 µg/m³"
