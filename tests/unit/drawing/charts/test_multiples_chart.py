"""Small multiples: one scale for all, names as titles, nothing beyond the edge."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.drawing.charts import multiples_chart
from crime_dagster.drawing.charts.multiples_chart import Panel
from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.year import Year
from tests.unit.drawing.charts.test_city_charts import HOSTILE, cut_texts, render


def make_map(areas, label, ratios, tenth_pct=30.0):
    crime = CrimeType(label.lower(), label, "crime", "crimes", 1)
    values = pd.DataFrame({"lsoa_code": areas.codes, "ratio_to_mean": np.asarray(ratios, dtype=float)})
    city = {"city": {"top_tenth_pct": tenth_pct}}
    return Year(crime, dt.date(2026, 2, 1), values, is_reported=True, places=city)


def test_the_title_names_the_type_in_the_fewest_places(town_areas):
    robberies = [10.0, 10.0] + [0.0] * 46
    maps = [make_map(town_areas, "Burglary", np.ones(48)), make_map(town_areas, "Robbery", robberies, 100.0)]
    chart = multiples_chart.chart_types(town_areas, maps, "Squaretown")
    assert chart.title == "Robbery is the most concentrated: a tenth of areas have 100%"
    assert "Robbery: 2 areas with five times" in chart.alt


def test_of_a_few_areas_there_is_no_tenth(town_areas):
    chart = multiples_chart.chart_types(
        town_areas, [make_map(town_areas, "Burglary", np.ones(48), np.nan)], "Squaretown"
    )
    assert chart.title == "Recorded crime by type"


@pytest.mark.parametrize("narrow", [False, True])
def test_a_map_per_type_with_one_key(town_areas, crimes, narrow):
    ratios = pd.DataFrame(dict.fromkeys(["All crime", HOSTILE], crimes / crimes.mean()))
    figure = render(multiples_chart.draw_type_maps, town_areas, ratios, narrow=narrow)
    assert len(figure.axes) == 2
    texts = [text.get_text() for text in figure.texts]
    assert texts.count("5 times or more") == 1
    assert "not reported" in texts, "the last area has no figure, so the hatch is named"


@pytest.fixture
def panels():
    months = pd.date_range("2023-01-01", periods=26, freq="MS")
    flat = pd.Series(1.0, months)
    return [
        Panel("Borough 1", flat, "1,200", is_provisional=True),
        Panel("Borough 2", flat * 2, "800"),
        Panel("Borough 3", flat * np.nan, "not reported"),
    ]


@pytest.mark.parametrize("narrow", [False, True])
def test_lines_share_a_scale_from_nought(panels, narrow):
    figure = render(multiples_chart.draw_lines, panels, subtitle=HOSTILE, narrow=narrow)
    assert {axes.get_ylim() for axes in figure.axes} == {(0, 2.1)}
    assert figure.axes[0].lines[-1].get_markerfacecolor() == theme.LIGHT.ground, "a provisional month is hollow"
    assert cut_texts(figure) == []


def test_the_title_of_lines_says_of_no_borough_that_it_fell(panels):
    crime = CrimeType("total", "All crime", "crime", "crimes", 1)
    whole, part = (multiples_chart.chart_boroughs(panels, crime, "Squaretown", "2 years", count) for count in (3, 90))
    assert whole.title == "Recorded crime month by month in 3 boroughs"
    assert part.title.endswith("in 3 of 90 boroughs")
    assert whole.alt.endswith("Borough 1 1,200, Borough 2 800, Borough 3 not reported.")
