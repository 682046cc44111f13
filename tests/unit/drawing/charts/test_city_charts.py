"""Charts of a whole city: titles by rule, lines and bars as given, and nothing beyond the edge."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from crime_dagster.drawing.charts import cumulative_chart, funnel_chart, named_bars, trend_chart
from crime_dagster.drawing.charts.trend_chart import Trend
from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.layout import Chart
from crime_dagster.drawing.kit.terms import AUTHORITIES

HOSTILE = "$\\frac{1}{0}$ <script> {{ x }} & a name that does not end for a very long while"


def render(draw, *content, title="Title", subtitle="Subtitle", narrow=False, **settings):
    """Draw a chart's figures below its head."""
    chart = Chart(title, subtitle, "", pd.DataFrame(), lambda head: draw(*content, head, **settings))
    return chart.render(narrow=narrow)


def cut_texts(figure):
    """Return texts that reach beyond the figure's edge."""
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


def test_titles_are_broken_into_lines_in_their_last_words():
    chart = Chart(
        "Recorded crime: no borough is outside the 99.8% limits",
        "By a borough",
        "",
        pd.DataFrame(),
        lambda head: head.begin(3),
    )
    figure = chart.render(narrow=True, terms=AUTHORITIES)
    assert "local authority" in " ".join(text.get_text() for text in figure.texts)
    assert cut_texts(figure) == []


@pytest.fixture
def rates():
    months = pd.date_range("2023-01-01", periods=26, freq="MS")
    return pd.Series(100 + np.arange(26.0), months)


def make_trend(rates, **changes):
    return Trend(rates, rates.rolling(3, center=True, min_periods=1).mean(), **changes)


def draw_trend(trend, **words):
    return render(trend_chart.draw_trend, trend, **words)


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        (100, 129, "Recorded thefts rose 29% in a year"),
        (100, 80, "Recorded thefts fell 20% in a year"),
        (10_000, 10_010, "Recorded thefts: little changed in a year"),
        (19, 40, "Recorded thefts in Testham, a day"),
        (None, 40, "Recorded thefts in Testham, a day"),
    ],
)
def test_the_title_of_a_trend_says_the_change(before, after, title):
    assert trend_chart.write_trend_title(before, after, noun_phrase="thefts", place="Testham") == title


@pytest.mark.parametrize("narrow", [False, True])
def test_a_trend_starts_at_nought_and_nothing_is_cut(rates, narrow):
    breaks = ((dt.date(2024, 2, 28), "recording changed"), (dt.date(2024, 9, 1), HOSTILE))
    trend = make_trend(rates, breaks=breaks, provisional=frozenset({dt.date(2025, 2, 1)}))
    figure = draw_trend(trend, narrow=narrow, title=HOSTILE)
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
    assert cut_texts(draw_trend(make_trend(rates))) == []
    words = trend_chart.describe_trend("Title", make_trend(rates))
    assert ("No month was reported" in words) == np.isnan(value)


def test_a_gap_is_no_line(rates):
    rates.iloc[5] = np.nan
    figure = draw_trend(make_trend(rates))
    assert np.isnan(figure.axes[0].lines[0].get_ydata()[5])


def make_curve(areas=100, *, has_model=True):
    """Return the cumulative crimes of the squares of 1, 2, 3 ..., like `crime_concentration`."""
    crimes = np.arange(areas, 0.0, -1) ** 2
    shares = 100 * crimes.cumsum() / crimes.sum()
    across = 100 * np.arange(1, areas + 1) / areas
    return pd.DataFrame(
        {"areas_pct": across, "crimes_pct": shares, "model_crimes_pct": across if has_model else np.nan}
    )


@pytest.mark.parametrize(("narrow", "has_model"), [(False, True), (True, False)])
def test_the_curve_is_drawn_and_described(narrow, has_model):
    curve = make_curve(has_model=has_model)
    figure = render(cumulative_chart.draw_cumulative, curve, narrow=narrow)
    assert cut_texts(figure) == []
    share = f"10% have {curve['crimes_pct'].iloc[9]:.0f}%"
    told = cumulative_chart.describe_cumulative("Title", curve)
    assert share in told
    assert told.endswith("ranks highest has 10%." if has_model else "of the crime.")
    labels = {text.get_text(): text for text in figure.findobj(Text)}
    assert share in labels
    # The label of a low mark is above the axis, and what is below a label is hidden.
    lowest = labels[f"1% have {curve['crimes_pct'].iloc[0]:.0f}%"]
    assert lowest.get_window_extent().y0 > figure.axes[0].bbox.y0
    assert lowest.get_bbox_patch() is not None
    assert not lowest.get_path_effects()


@pytest.mark.parametrize(("areas", "tenth"), [(11, 1), (14, 1), (15, 2), (16, 2), (127, 13)])
def test_the_share_on_the_curve_is_of_whole_areas(areas, tenth):
    curve = make_curve(areas)
    assert cumulative_chart.read_curve(curve, 0.1) == curve["crimes_pct"].iloc[tenth - 1]


def areas(number=30, **columns):
    return pd.DataFrame(
        {
            "area_name": [HOSTILE if at == 3 else f"Place {at}" for at in range(number)],
            "borough_name": "Borough",
            "recorded": np.arange(number, dtype=float),
            "lower_90": np.nan,
            "upper_90": np.nan,
            **columns,
        }
    )


@pytest.mark.parametrize(("narrow", "rows"), [(False, 15), (True, 10)])
def test_the_areas_with_most_are_ranked_with_their_values(narrow, rows):
    frame = areas(lower_90=1.0, upper_90=40.0)
    frame.loc[29, "recorded"] = np.nan
    figure = render(named_bars.draw_ranked, named_bars.list_ranked(frame), 14.5, narrow=narrow)
    axes = figure.axes[0]
    assert [bar.get_width() for bar in axes.patches][:3] == [28, 27, 26]
    assert len(axes.get_yticks()) == rows
    # On a phone a name breaks before its borough, not within.
    assert axes.get_yticklabels()[0].get_text() == ("Place 28,\nBorough" if narrow else "Place 28, Borough")
    assert axes.get_xlim()[0] == 0
    assert cut_texts(figure) == []


def test_few_areas_without_a_range_draw():
    frame = areas(1)
    frame["recorded"] = 5.0
    assert cut_texts(render(named_bars.draw_ranked, frame, 5.0)) == []


def test_the_title_of_ranked_areas_has_a_multiple_where_there_is_one():
    ranked = named_bars.list_ranked(areas())
    assert named_bars.write_ranked_title(ranked, 14.5, "crimes") == "Place 29 recorded 29 crimes, 2 times the median"
    assert named_bars.write_ranked_title(ranked, 0.0, "crimes") == "Place 29 recorded 29 crimes"


@pytest.mark.parametrize("narrow", [False, True])
def test_only_what_lies_outside_is_named_in_a_funnel(narrow):
    places = pd.DataFrame(
        {"name": [HOSTILE, "Inside", "Far right"], "expected": [100.0, 500.0, 990.0], "ratio": [0.3, 1.0, 2.5]}
    ).assign(is_outside=[True, False, True])
    across = np.linspace(100, 1000, 20)
    limits = {"95%": (across, 1 + 20 / across), "99.8%": (across, 1 + 40 / across)}
    figure = render(funnel_chart.draw_funnel, places, limits, narrow=narrow)
    texts = [text.get_text() for text in figure.findobj(Text)]
    assert "Far right" in texts
    assert "Inside" not in texts
    assert cut_texts(figure) == []
    assert "Far right 2.5" in funnel_chart.describe_funnel("Title", places)


@pytest.mark.parametrize(
    ("above", "below", "noun", "title"),
    [
        ([], [], "crime", "Recorded crime: no borough is outside the 99.8% limits"),
        (["Mid"], [], "crime", "Only Mid has more crime than the model expects"),
        ([], ["Mid", "End"], "thefts", "2 boroughs have fewer thefts than the model expects"),
        (["Mid"], ["End"], "crime", "Mid has more and End has less crime than the model expects"),
    ],
)
def test_the_title_of_a_funnel_names_or_counts_what_is_outside(above, below, noun, title):
    assert funnel_chart.write_funnel_title(above, below, noun) == title


def test_the_title_of_a_trend_says_where_the_change_is_not_clear():
    said = {"noun_phrase": "thefts", "place": "Testham"}
    assert (
        trend_chart.write_trend_title(1000, 1080, is_clear=False, **said)
        == "Recorded thefts: up 8% in a year, within usual variation"
    )
    assert trend_chart.write_trend_title(1000, 1080, is_clear=True, **said) == "Recorded thefts rose 8% in a year"
