import datetime as dt
import math
import warnings
from dataclasses import replace
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL.ImageColor import getrgb

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.dictionary import Column
from crime_dagster.drawing.charts import impact_chart, map_chart
from crime_dagster.drawing.charts.map_labels import draw_scale_bar, push_apart
from crime_dagster.drawing.kit import classes, theme
from crime_dagster.drawing.kit.key import no_data_label, set_key_lines
from crime_dagster.drawing.kit.year import Year
from tests.unit.drawing.charts.test_city_charts import render

HOSTILE = "<script>alert(1)</script> $x_1$ & _it_ {y} % 018A"


def draw_texts(figure):
    """Draw a figure like `finish` and return its texts with their bounding boxes."""
    drawn = []

    def record(text, renderer, *arguments, **settings):
        if text.get_visible() and text.get_text().strip():
            drawn.append((text, text.get_window_extent(renderer)))
        return original(text, renderer, *arguments, **settings)

    original = Text.draw
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", record)
        draw_pixels(figure)
    return drawn


def list_texts(figure):
    return [text.get_text() for text, _ in draw_texts(figure)]


def draw_pixels(figure):
    with warnings.catch_warnings(), theme.use_picture_style():
        warnings.simplefilter("error")
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    return np.asarray(canvas.buffer_rgba())[:, :, :3]


def find_overflowing(figure):
    """Return texts that reach beyond the figure's edge."""
    width, height = figure.get_size_inches() * figure.dpi
    return [
        text.get_text()
        for text, box in draw_texts(figure)
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]


def draw_map(areas, values, title="38% of crime is in a tenth of Squaretown’s areas", narrow=False, **settings):
    content = map_chart.count_areas(areas, values, classes.class_breaks(values), **settings)
    return render(map_chart.draw_band_map, content, title=title, narrow=narrow)


@pytest.mark.parametrize("narrow", [False, True])
def test_a_long_title_of_the_key_is_set_in_lines(town_areas, crimes, narrow):
    title = "Offences of criminal damage and arson in the 12 months"
    note = "Half of all areas have 9 offences of damage or arson or fewer."
    figure = draw_map(town_areas, crimes, key_title=title, side_note=note, narrow=narrow)
    assert find_overflowing(figure) == []
    assert title.split()[0] in " ".join(list_texts(figure))


def test_the_map_shows_key_places_and_no_data(town_areas, crimes):
    figure = draw_map(town_areas, crimes)
    texts = list_texts(figure)
    for label in classes.band_labels(classes.class_breaks(crimes), crimes):
        assert label in texts
    assert "no data (1 area)" in texts
    assert "Place 46" in texts
    assert {"0", "1", "2", "km"} <= set(texts), "a scale bar of round kilometres"
    assert [text for text in texts if text.startswith("Borough")] == [
        "Borough 1",
        "Borough 2",
        "Borough 3",
        "Borough 4",
    ]
    assert find_overflowing(figure) == []
    colours = {tuple(pixel) for pixel in draw_pixels(figure)[::4, ::4].reshape(-1, 3)}
    used = theme.choose_sequential(len(classes.class_breaks(crimes)) + 1)
    assert {getrgb(colour) for colour in used} <= colours


def test_words_on_the_map_cover_neither_each_other_nor_the_numbers(town_areas, crimes):
    boxes = [box for text, box in draw_texts(draw_map(town_areas, crimes)) if text.axes is not None]
    assert len(boxes) >= 4 + 4 + 4
    overlapping = [(first, second) for first, second in combinations(boxes, 2) if first.overlaps(second)]
    assert overlapping == []


def test_places_are_the_highest_one_per_borough(town_areas, crimes):
    places = map_chart.find_highest(town_areas, crimes.to_numpy(), 6)
    assert len(places) == 4
    assert places["value"].is_monotonic_decreasing
    assert places["value"].iloc[0] == crimes.max()


def test_a_borough_without_any_data_is_named_in_the_key(town_areas, crimes, town):
    crimes[town.loc[town["borough_name"] == "Borough 3", "lsoa_code"]] = np.nan
    crimes.iloc[-1] = 5
    assert no_data_label(town_areas, crimes.to_numpy()) == "no data (Borough 3)"
    assert no_data_label(town_areas, np.ones(len(crimes))) is None


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda values: values * np.nan,
        lambda values: values * 0,
        lambda values: values * 0 + 7,
        lambda values: values.where(values == values.max()),
        lambda values: values.replace(values.max(), np.inf),
        lambda values: values.iloc[:0],
    ],
    ids=["all missing", "all zero", "constant", "one area", "infinite", "none at all"],
)
def test_odd_values_still_make_a_map(town_areas, crimes, spoil, narrow):
    figure = draw_map(town_areas, spoil(crimes), narrow=narrow)
    draw_pixels(figure)
    assert find_overflowing(figure) == []


@pytest.mark.parametrize("narrow", [False, True])
def test_long_titles_break_and_the_picture_grows(town_areas, crimes, narrow):
    title = (
        "A title that is a good deal longer than the width of any picture could ever hold in a single line of its head"
    )
    short, long = (
        draw_map(town_areas, crimes, title="Short", narrow=narrow),
        draw_map(town_areas, crimes, title=title, narrow=narrow),
    )
    assert long.get_size_inches()[1] > short.get_size_inches()[1]
    assert long.get_size_inches()[0] == (4 if narrow else 8)
    assert title in " ".join(list_texts(long))
    assert find_overflowing(long) == []


def test_hostile_names_are_drawn_as_they_are(town_areas, crimes):
    frame = town_areas.areas.assign(area_name=HOSTILE)
    boroughs = town_areas.boroughs.assign(label="$\\frac{1}$")
    figure = draw_map(replace(town_areas, areas=frame, boroughs=boroughs), crimes, title=HOSTILE)
    assert HOSTILE in list_texts(figure)
    assert not any(text.get_parse_math() for text, _ in draw_texts(figure))


def test_a_long_reason_gets_a_line_of_its_own_on_phones():
    assert set_key_lines("Crimes. Both frames use this key.", "no data (" + "x" * 50 + ")", 4.5)[-1][0] == ""


def test_the_maps_words_say_the_finding_and_the_places(town_areas, crimes):
    content = map_chart.count_areas(town_areas, crimes, classes.class_breaks(crimes))
    words = map_chart.describe_map(content, title="The finding")
    assert words.startswith("The finding. ")
    assert "Place 46" in words
    assert "No data (1 area)." in words


def build_impact(changes):
    count = len(changes)
    return pd.DataFrame(
        {
            "rank": range(1, count + 1),
            "area_name": [f"Place {number} 0{number:02d}A" for number in range(count)],
            "predicted": np.linspace(900, 100, count),
            "change_pct": changes,
        }
    )


SUMMARY = {"sum_change_pct": -2.8, "lower_90": -3.2, "upper_90": -2.4}


def draw_impact(frame, summary=SUMMARY, **settings):
    title = "A fifth less income deprivation: the model predicts 3% less crime"
    return render(impact_chart.draw_impact, frame, summary, title=title, **settings)


@pytest.mark.parametrize("narrow", [False, True])
def test_impact_shows_the_range_and_the_highest_areas_in_order(narrow):
    figure = draw_impact(build_impact(np.linspace(-4, 0.2, 30)), narrow=narrow)
    texts = list_texts(figure)
    shown = [text.replace("\n", " ") for text in texts if text.startswith("Place ")]
    assert shown == [f"Place {number} 0{number:02d}A" for number in range(8 if narrow else 12)]
    assert {"−3.2%", "−2.4%", "centre −2.8%", "−4.0%", "Each of the 30 areas"} <= set(texts)
    assert find_overflowing(figure) == []


def test_a_what_if_of_the_whole_has_no_areas():
    texts = list_texts(draw_impact(build_impact([]), whole="All of Squaretown"))
    assert "All of Squaretown" in texts
    assert not [text for text in texts if "areas" in text]


def test_impact_orders_by_rank():
    frame = build_impact([-1.0, -2.0, -3.0]).iloc[::-1]
    shown = [text for text in list_texts(draw_impact(frame)) if text.startswith("Place ")]
    assert shown == ["Place 0 000A", "Place 1 001A", "Place 2 002A"]


@pytest.mark.parametrize(
    ("limits", "colour"),
    [((-3, -1), theme.DIVERGING[1]), ((1, 3), theme.DIVERGING[5]), ((-1, 3), theme.LIGHT.context)],
)
def test_only_a_range_on_one_side_of_zero_has_a_colour(limits, colour):
    summary = {"sum_change_pct": sum(limits) / 2, "lower_90": limits[0], "upper_90": limits[1]}
    colours = {tuple(pixel) for pixel in draw_pixels(draw_impact(build_impact([-3.0, 3.0]), summary)).reshape(-1, 3)}
    for each in (theme.DIVERGING[1], theme.DIVERGING[5], theme.LIGHT.context):
        assert (getrgb(each) in colours) == (each == colour)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ([], {}),
        ([np.nan, np.inf, -np.inf], {"sum_change_pct": np.nan}),
        ([0.0, 0.0], {"sum_change_pct": 0.0, "lower_90": None, "upper_90": None}),
        ([-99.0, 4000.0], {"sum_change_pct": 1950.0, "lower_90": -50.0, "upper_90": 4000.0}),
        ([5.0], pd.Series({"sum_change_pct": 5.0, "lower_90": 4.0, "upper_90": 6.0})),
    ],
    ids=["none", "unknown", "nothing moves", "huge", "one area"],
)
def test_odd_impacts_still_make_a_chart(changes, summary, narrow):
    frame = build_impact(changes).assign(area_name=HOSTILE)
    figure = draw_impact(frame, summary, narrow=narrow)
    draw_pixels(figure)
    assert find_overflowing(figure) == []


def test_the_impacts_words_say_range_and_association():
    words = impact_chart.describe_impact("A finding", build_impact([-1.3, -2.9]), SUMMARY)
    assert words.startswith("A finding. All of them together: −3.2% to −2.4% (90% range), centre −2.8%. ")
    assert "Place 0 000A, the change is −1.3%" in words
    assert words.endswith(impact_chart.ASSOCIATION_NOTE)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "the income score fell by 20%, in the tenth of areas with the most; 12 months to February 2026"),
        ({"change": 0.1, "percentile": 93}, "the income score rose by 10%, in the 7% of areas with the most;"),
        ({"kind": "absolute", "change": 2, "percentile": 0}, "the income score rose by 2 points, in every area;"),
        ({"place": "Ash and Elm"}, "fell by 20%, in the tenth of areas of Ash and Elm with the most;"),
    ],
)
def test_the_impacts_subtitle_names_feature_change_and_choice(asked, said):
    year = Year(CrimeType("total", "All crime", "crime", "crimes", 1), dt.date(2026, 2, 1), pd.DataFrame(), True)
    column = Column("score", "The income score", "points", "feature", "A score.", "double")
    usual = {"kind": "relative", "change": -0.2, "percentile": 90, "place": ""}
    words = impact_chart.say_question(year, column, usual | asked)
    assert words.startswith("Change in predicted crime if the income score ")
    assert said in words


def test_no_figure_is_left_open(town_areas, crimes):
    draw_map(town_areas, crimes)
    draw_impact(build_impact([-1.0]))
    assert plt.get_fignums() == []


def test_the_sum_of_a_what_if_has_its_range_first():
    summary = pd.Series({"sum_change_pct": 17.04, "lower_90": 3.1, "upper_90": np.nan})
    assert impact_chart.describe_sum(summary) == "All of them together: +17.0%."
    summary["upper_90"] = 35.2
    assert impact_chart.describe_sum(summary) == "All of them together: +3.1% to +35.2% (90% range), centre +17.0%."
    assert impact_chart.describe_sum(summary * np.nan) == ""


def test_discs_that_would_hide_one_another_are_pushed_apart():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [90.0, 90.0]])
    places = push_apart(points, 10)
    gaps = [math.dist(one, other) for one, other in combinations(places, 2)]
    assert min(gaps) >= 10
    assert places[3].tolist() == [90, 90]
    assert np.abs(places[:3] - points[:3]).max() < 15


@pytest.mark.parametrize(("metres", "numbers"), [(4_000, {"0", "0.5"}), (8_000, {"0", "0.5", "1"})])
def test_the_numbers_of_a_scale_bar_do_not_touch(metres: int, numbers: set[str]):
    figure = Figure(figsize=(3.6, 3.6))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, metres), ylim=(0, metres))
    draw_scale_bar(axes, shapely.Point(metres / 2, metres / 2))
    assert {text.get_text() for text in axes.texts} - {"", "km"} == numbers
