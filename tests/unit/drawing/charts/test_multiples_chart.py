"""Small multiples: one scale for all, names as titles, nothing beyond the edge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crime_dagster.drawing.charts import multiples_chart
from crime_dagster.drawing.charts.multiples_chart import Panel
from crime_dagster.drawing.kit import theme
from tests.unit.drawing.charts.test_city_charts import HOSTILE, cut_texts


def test_types_of_any_size_share_a_scale():
    assert multiples_chart.measure_ratios(pd.Series([0.0, 1, 5, np.nan])).tolist()[:3] == [0, 0.5, 2.5]
    assert multiples_chart.measure_ratios(pd.Series([0.0, 0.0])).isna().all()


def test_the_title_names_the_type_in_the_fewest_places():
    even, steep = pd.Series(np.ones(20)), pd.Series([10.0, 10.0] + [0.0] * 18)
    title = multiples_chart.write_maps_title({"Burglary": even, "Robbery": steep})
    assert title == "Robbery is the most concentrated: a tenth of areas have 100%"
    assert "Robbery: 2 areas with five times" in multiples_chart.describe_maps(title, {"Robbery": steep})


def test_of_a_few_areas_there_is_no_tenth():
    assert multiples_chart.write_maps_title({"Burglary": pd.Series([1.0, 2.0, 3.0])}) == "Recorded crime by type"


@pytest.mark.parametrize("narrow", [False, True])
def test_a_map_per_type_with_one_key(town_areas, crimes, narrow):
    ratios = {"All crime": multiples_chart.measure_ratios(crimes), HOSTILE: multiples_chart.measure_ratios(crimes)}
    figure = multiples_chart.draw_type_maps(town_areas, ratios, title="Title", subtitle="Subtitle", narrow=narrow)
    assert len(figure.axes) == 2
    texts = [text.get_text() for text in figure.texts]
    assert texts.count("5 times or more") == 1
    assert "not reported" in texts, "the last area has no figure, so the hatch is named"


@pytest.fixture
def panels():
    months = pd.date_range("2023-01-01", periods=26, freq="MS")
    flat = pd.Series(1.0, months)
    return [
        Panel("Borough 1", flat, "1,200"),
        Panel("Borough 2", flat * 2, "800"),
        Panel("Borough 3", flat * np.nan, "not reported"),
    ]


@pytest.mark.parametrize("narrow", [False, True])
def test_lines_share_a_scale_from_nought(panels, narrow):
    last = frozenset({panels[0].rates.index[-1]})
    figure = multiples_chart.draw_lines(panels, title="Title", subtitle=HOSTILE, provisional=last, narrow=narrow)
    assert {axes.get_ylim() for axes in figure.axes} == {(0, 2.1)}
    assert figure.axes[0].lines[-1].get_markerfacecolor() == theme.LIGHT.ground, "a provisional month is hollow"
    assert cut_texts(figure) == []


def test_the_title_of_lines_says_of_no_borough_that_it_fell(panels):
    assert multiples_chart.write_lines_title(panels, "crime") == "Recorded crime month by month in 3 boroughs"
