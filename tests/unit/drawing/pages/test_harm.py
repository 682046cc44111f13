"""Harm as a range on the pages of boroughs and of all crime."""

import re
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.pages.borough_page import draw_borough_page
from crime_dagster.drawing.pages.borough_tables import MOST_MONTHS, HarmTables, describe_harm
from tests.unit.drawing.pages.test_borough_page import LINKS, STAMP, make_borough_tables, text_of

WEIGHTS_PAGE = "https://www.ons.gov.uk/weights"


def make_harm(place_code: str, without: float = 120.0) -> pd.DataFrame:
    """Two years, and two months more than pages show; the newest is last."""
    years = [("year", pd.Timestamp(year, 2, 1)) for year in (2025, 2026)]
    months = [("month", month) for month in pd.date_range(end="2026-02-01", periods=MOST_MONTHS + 2, freq="MS")]
    rows = pd.DataFrame([*years, *months], columns=["period_kind", "period"])
    return rows.assign(
        place_kind="city" if place_code == "city" else "borough",
        place_code=place_code,
        areas=[4, 3, *[4] * len(months)],
        of_areas=4,
        crimes=1_320.0,
        crimes_without_weight=without,
        lightest=range(12_345, 12_345 + len(rows)),
        heaviest=678_901.0,
    )


def draw(town: gpd.GeoDataFrame, areas: Areas, rows: pd.DataFrame, *, is_synthetic: bool = True) -> str:
    tables = replace(make_borough_tables(town), harm=HarmTables(rows, WEIGHTS_PAGE))
    stamp = replace(STAMP, is_synthetic=is_synthetic)
    return draw_borough_page(tables, areas, str(tables.boroughs["borough_code"].iloc[0]), stamp, links=LINKS)


def test_a_borough_shows_the_range_and_what_has_no_weight(town, town_areas):
    code = str(make_borough_tables(town).boroughs["borough_code"].iloc[0])
    html = draw(town, town_areas, make_harm(code))
    text = text_of(html)
    for words in (
        "These weights are made up. Recorded crime in the 12 months to February 2026 has a harm of 12,300 to 679,000",
        "120 of the 1,320 crimes have no weight and are in neither figure.",
        "12 months to February 2025 12,300 679,000 120",
        "This is a range, not a ranking of people or places",
    ):
        assert words in text, words
    assert "12 months to February 2026 (3 of 4 areas) 12,300" in text
    assert "It is of the crimes in 3 of 4 areas; the others have no whole year of figures." in text
    assert f'data-row="harm;place_kind=borough;place_code={code};period_kind=year;period=2026-02-01"' in html
    assert len(re.findall("period_kind=month", html)) == MOST_MONTHS
    assert "made up" not in text_of(draw(town, town_areas, make_harm(code), is_synthetic=False))


def test_without_weights_the_page_says_where_they_are(town, town_areas):
    html = draw(town, town_areas, make_harm("E09").head(0))
    assert "the data folder has no copy of the ONS Crime Severity Score data tool" in text_of(html)
    assert f'<a href="{WEIGHTS_PAGE}">' in html
    assert "made up" not in text_of(html)


def test_a_place_without_figures_has_no_section():
    tables = HarmTables(make_harm("city", without=0), WEIGHTS_PAGE)
    assert describe_harm(tables, "E09000001") is None
    assert describe_harm(None, "city") is None
    assert describe_harm(tables, "city") is not None


def test_where_all_are_weighed_the_page_says_so(town, town_areas):
    code = str(make_borough_tables(town).boroughs["borough_code"].iloc[0])
    assert "All 1,320 crimes have a weight." in text_of(draw(town, town_areas, make_harm(code, without=0)))
