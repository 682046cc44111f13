from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from PIL.ImageColor import getrgb

from crime_dagster.drawing.gifs import frames
from crime_dagster.drawing.kit import classes, finish, theme
from crime_dagster.drawing.kit.stamp import stamp_height

WORDS = {"crime_label": "All crime", "period_label": "12 months to February 2026", "place": "Squaretown"}
NO_TOTALS = frames.PairTotals()


@pytest.fixture
def predicted(crimes: pd.Series) -> pd.Series:
    return crimes * 0.8 + 20


def draw(areas, crimes, predicted, **settings):
    breaks = classes.class_breaks(crimes, [] if predicted is None else predicted)
    return frames.draw_pair(areas, crimes, predicted, breaks, **{**WORDS, "totals": NO_TOTALS, **settings})


def test_a_pair_has_two_frames_of_the_size_and_only_head_and_areas_differ(town_areas, crimes, predicted):
    actual, model = draw(town_areas, crimes, predicted)
    assert actual.shape == model.shape == (900, 960, 3)
    assert actual.dtype == np.uint8
    assert not np.array_equal(actual[:170], model[:170]), "tag, number and progress"
    assert np.array_equal(actual[-100:], model[-100:]), "the key stands still"


def test_equal_values_have_equal_colours_in_both_frames(town_areas, crimes):
    actual, model = draw(town_areas, crimes, crimes)
    assert np.array_equal(actual[180:], model[180:])


def test_the_same_value_has_the_same_colour_in_the_written_gif(tmp_path, town_areas, crimes, predicted, stamp):
    pair = draw(town_areas, crimes, predicted, stamp=stamp)
    path = finish.save_gif(pair, tmp_path / "pair.gif", 2, stamp, "Seen.")[0]
    with Image.open(path) as image:
        assert image.size == (960, 900)
        assert image.n_frames == 2
        written = []
        for number in range(2):
            image.seek(number)
            assert image.info["duration"] == 2000
            written.append({tuple(pixel) for pixel in np.asarray(image.convert("RGB")).reshape(-1, 3)})
    classes_used = {getrgb(colour) for colour in theme.SEQUENTIAL}
    assert classes_used & written[0] == classes_used & written[1]


@pytest.mark.parametrize("is_synthetic", [False, True])
def test_frames_leave_room_for_the_stamp(town_areas, crimes, predicted, stamp, is_synthetic):
    one = replace(stamp, is_synthetic=is_synthetic)
    pair = draw(town_areas, crimes, predicted, stamp=one)
    assert pair[0].shape[0] + stamp_height(one, 960) == 900


def test_half_a_pair_stands_with_a_hatch(town_areas, crimes):
    actual, model = draw(town_areas, crimes, None)
    assert actual.shape == model.shape
    colours = {tuple(pixel) for pixel in model[200:700].reshape(-1, 3)}
    assert getrgb(theme.LIGHT.no_data) in colours
    assert getrgb(theme.SEQUENTIAL[3]) not in colours
    again = draw(town_areas, crimes, crimes * np.nan)
    assert np.array_equal(model, again[1]), "all missing is the same as none"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda values: values * np.nan,
        lambda values: values * 0,
        lambda values: values * 0 + 7,
        lambda values: values / 0,
    ],
    ids=["missing", "zero", "constant", "infinite"],
)
def test_odd_values_still_make_frames(town_areas, crimes, spoil):
    assert len(draw(town_areas, spoil(crimes), spoil(crimes), crime_label="<script> $x_1$")) == 2


def test_captions_that_are_too_long_break_and_the_map_stays_below(town_areas, crimes, predicted):
    pair = draw(town_areas, crimes, predicted, crime_label="A very long caption " * 8)
    assert pair[0].shape == pair[1].shape == (900, 960, 3)


def test_the_words_give_the_finding_and_both_totals():
    words = frames.describe_pair(**WORDS, totals=frames.PairTotals(12_345.0, 18_765.0, 62.4))
    assert "Recorded: 12,345 crimes. Predicted: 18,800." in words
    assert "The model identifies 62% of the busiest tenth of areas." in words
    assert "busiest" not in frames.describe_pair(**WORDS, totals=frames.PairTotals(12_345.0, 18_765.0))
    assert frames.describe_pair(**WORDS, totals=frames.PairTotals(5.0)).endswith("There is no prediction.")


def test_no_figure_is_left_open(town_areas, crimes, predicted):
    draw(town_areas, crimes, predicted)
    assert plt.get_fignums() == []
