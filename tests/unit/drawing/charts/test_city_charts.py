"""Charts of a whole city: titles by rule, lines and bars of what was given, and nothing beyond the edge."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from crime_dagster.drawing.charts import cumulative_chart, funnel_chart, ranked_chart, trend_chart
from crime_dagster.drawing.kit import theme, words

HOSTILE = "$\\frac{1}{0}$ <script> {{ x }} & a name that does not end for a very long while"


def cut_texts(figure):
    """Texts that reach beyond the figure's edge."""
    figure.set_dpi(theme.DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    boxes = [
        (text.get_text(), text.get_window_extent(canvas.get_renderer()))
        for text in figure.findobj(Text)
        if text.get_text()
    ]
    return [words for words, box in boxes if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1]


@pytest.fixture
def rates():
    months = pd.date_range("2023-01-01", periods=26, freq="MS")
    return pd.Series(100 + np.arange(26.0), months)


def trend(rates, **changes):
    arguments = {"title": "Title", "subtitle": "Subtitle", "noun": "crimes", **changes}
    return trend_chart.draw_trend(rates, **arguments)


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        (100, 129, "Recorded thefts rose 29% in a year"),
        (100, 80, "Recorded thefts fell 20% in a year"),
        (10_000, 10_010, "Recorded thefts: about as many as a year before"),
        (19, 40, "Recorded thefts in Testham, a day"),
        (None, 40, "Recorded thefts in Testham, a day"),
    ],
)
def test_the_title_of_a_trend_says_the_change(before, after, title):
    assert trend_chart.write_trend_title(before, after, noun_phrase="thefts", place="Testham") == title


def test_a_year_is_weighted_by_its_days_and_needs_all_its_months(rates):
    rates[:] = 1.0
    rates.iloc[13] = 30.0  # February 2024, 29 days of 366
    yearly = trend_chart.sum_rates(rates)
    assert yearly.iloc[:11].isna().all()
    assert yearly.iloc[11] == pytest.approx(1.0)
    assert yearly.iloc[13] == pytest.approx((337 + 29 * 30) / 366)
    rates.iloc[20] = np.nan
    assert trend_chart.sum_rates(rates).iloc[20:].isna().all()


@pytest.mark.parametrize("narrow", [False, True])
def test_a_trend_starts_at_nought_and_nothing_is_cut(rates, narrow):
    breaks = ((dt.date(2024, 2, 28), "recording changed"), (dt.date(2024, 9, 1), HOSTILE))
    figure = trend(rates, breaks=breaks, provisional=frozenset({dt.date(2025, 2, 1)}), narrow=narrow, title=HOSTILE)
    axes = figure.axes[0]
    assert axes.get_ylim()[0] == 0
    hollow = [line for line in axes.lines if line.get_markerfacecolor() == theme.LIGHT.ground]
    assert [list(line.get_xdata()) for line in hollow] == [[25]]
    dashed = [line.get_xdata()[0] for line in axes.lines if line.get_color() == theme.LIGHT.accent_text]
    assert dashed == pytest.approx([13.43, 19.5], abs=0.02)
    assert cut_texts(figure) == []


@pytest.mark.parametrize("value", [0.0, 5.0, np.nan])
def test_constant_zero_and_unknown_trends_draw(rates, value):
    rates[:] = value
    assert cut_texts(trend(rates)) == []
    words = trend_chart.describe_trend("Title", rates, "crimes")
    assert ("No month was reported" in words) == np.isnan(value)


def test_a_gap_is_no_line(rates):
    rates.iloc[5] = np.nan
    figure = trend(rates)
    assert np.isnan(figure.axes[0].lines[0].get_ydata()[5])


def test_crime_piles_up_with_the_highest_areas_first():
    recorded = pd.Series([0.0] * 8 + [25.0, 75.0], [f"E{number}" for number in range(10)])
    found = cumulative_chart.pile_up(recorded, recorded.iloc[::-1])
    assert found is not None
    assert found.at(0.1) == 0.75
    assert found.at(0.2) == 1.0
    assert found.ranked.tolist() == found.recorded.tolist()
    worse = cumulative_chart.pile_up(recorded, -recorded)
    assert worse.ranked[-2] == pytest.approx(0.25)


def test_too_little_is_no_curve():
    assert cumulative_chart.pile_up(pd.Series([1.0] * 9), None) is None
    assert cumulative_chart.pile_up(pd.Series([0.0] * 20), None) is None
    assert cumulative_chart.pile_up(pd.Series([np.nan] * 20), None) is None


@pytest.mark.parametrize("narrow", [False, True])
def test_the_curve_is_drawn_and_described(narrow):
    recorded = pd.Series(np.arange(1, 101.0) ** 2)
    found = cumulative_chart.pile_up(recorded, recorded)
    figure = cumulative_chart.draw_cumulative(found, title="Title", subtitle="Subtitle", narrow=narrow)
    assert cut_texts(figure) == []
    share = recorded.nlargest(10).sum() / recorded.sum()
    assert f"10% have {100 * share:.0f}%" in cumulative_chart.describe_cumulative("Title", found)
    assert f"10% have {100 * share:.0f}%" in [text.get_text() for text in figure.findobj(Text)]


def areas(number=30, **columns):
    return pd.DataFrame(
        {
            "area_name": [HOSTILE if at == 3 else f"Place {at}" for at in range(number)],
            "borough_name": "Borough",
            "recorded": np.arange(number, dtype=float),
            **columns,
        }
    )


@pytest.mark.parametrize(("narrow", "rows"), [(False, 15), (True, 10)])
def test_the_areas_with_most_are_ranked_with_their_values(narrow, rows):
    frame = areas(lower_90=1.0, upper_90=40.0)
    frame.loc[29, "recorded"] = np.nan
    figure = ranked_chart.draw_ranked(frame, 14.5, title="Title", subtitle="Subtitle", narrow=narrow)
    axes = figure.axes[0]
    assert [bar.get_width() for bar in axes.patches][:3] == [28, 27, 26]
    assert len(axes.get_yticks()) == rows
    assert axes.get_xlim()[0] == 0
    assert cut_texts(figure) == []


def test_few_areas_without_a_range_draw():
    frame = areas(1)
    frame["recorded"] = 5.0
    assert cut_texts(ranked_chart.draw_ranked(frame, 5.0, title="Title", subtitle="Subtitle")) == []


def test_the_title_of_ranked_areas_has_a_multiple_where_there_is_one():
    assert ranked_chart.write_ranked_title(areas(), 14.5, "crimes") == "Place 29 recorded 29 crimes, 2 times the median"
    assert ranked_chart.write_ranked_title(areas(), 0.0, "crimes") == "Place 29 recorded 29 crimes"


@pytest.mark.parametrize("narrow", [False, True])
def test_only_what_lies_outside_is_named_in_a_funnel(narrow):
    places = pd.DataFrame(
        {"name": [HOSTILE, "Inside", "Far right"], "expected": [100.0, 500.0, 990.0], "ratio": [0.3, 1.0, 2.5]}
    ).assign(is_outside=[True, False, True])
    across = np.linspace(100, 1000, 20)
    limits = {"95%": (across, 1 + 20 / across), "99.8%": (across, 1 + 40 / across)}
    figure = funnel_chart.draw_funnel(places, limits, title="Title", subtitle="Subtitle", narrow=narrow)
    texts = [text.get_text() for text in figure.findobj(Text)]
    assert "Far right" in texts
    assert "Inside" not in texts
    assert cut_texts(figure) == []
    assert "Far right 2.5" in funnel_chart.describe_funnel("Title", places)


@pytest.mark.parametrize(
    ("above", "below", "noun", "title"),
    [
        ([], [], "crime", "Recorded crime: every borough is within the expected range"),
        (["Mid"], [], "crime", "Only Mid has more crime than the model expects"),
        ([], ["Mid", "End"], "thefts", "2 boroughs have fewer thefts than the model expects"),
        (["Mid"], ["End"], "crime", "Mid has more and End has less crime than the model expects"),
    ],
)
def test_the_title_of_a_funnel_names_or_counts_what_is_outside(above, below, noun, title):
    assert funnel_chart.write_funnel_title(above, below, noun) == title


def test_the_title_of_a_trend_has_no_number_where_the_change_is_not_clear():
    said = {"noun_phrase": "thefts", "place": "Testham"}
    assert (
        trend_chart.write_trend_title(1000, 1080, is_clear=False, **said)
        == "Recorded thefts: no clear change in a year"
    )
    assert trend_chart.write_trend_title(1000, 1080, is_clear=True, **said) == "Recorded thefts rose 8% in a year"


@pytest.mark.parametrize("areas", [11, 14, 15, 16, 100, 127])
def test_the_share_on_the_curve_is_the_share_of_titles(areas):
    crimes = pd.Series(np.arange(areas, dtype=float) ** 3, [f"E{number:03d}" for number in range(areas)])
    found = cumulative_chart.pile_up(crimes, None)
    assert found.at(0.1) == pytest.approx(words.share_of_highest(crimes))
