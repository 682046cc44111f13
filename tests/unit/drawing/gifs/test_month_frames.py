"""GIFs by month: a frame each, the same colours for the same numbers, and unreported areas marked."""

import datetime as dt

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from PIL.ImageColor import getrgb

from crime_dagster.drawing.gifs.frames import FRAME_WIDTH
from crime_dagster.drawing.gifs.month_frames import _write_head, describe_months, draw_months
from crime_dagster.drawing.gifs.month_line import MonthLine
from crime_dagster.drawing.gifs.mosaic import NO_AREA, lay_mosaic
from crime_dagster.drawing.kit import finish, lettering, theme
from crime_dagster.drawing.kit.classes import class_breaks
from crime_dagster.drawing.kit.stamp import GIF_MARGIN

MONTHS = pd.date_range("2024-01-01", periods=4, freq="MS")


@pytest.fixture
def months(town_areas):
    number = len(town_areas.codes)
    table = pd.DataFrame(np.tile(np.arange(number, dtype=float)[:, None], 4), town_areas.codes, MONTHS)
    table[MONTHS[3]] += 100
    return table


def draw(areas, months, **changes):
    line = changes.pop("line", MonthLine(months.sum(min_count=1) / 30))
    totals = months.sum(min_count=1)
    arguments = {"crime_label": "All crime", "place": "Squaretown", "line": line, "totals": totals, **changes}
    return draw_months(areas, months, class_breaks(months), **arguments)


def colours_in(frame):
    return {tuple(colour) for colour in frame.reshape(-1, 3)}


def test_equal_months_are_frames_of_their_own(town_areas, months, stamp, tmp_path):
    frames = draw(town_areas, months, stamp=stamp)
    assert len(frames) == 4
    assert not (frames[0] == frames[1]).all(), "the name of the month and the dot move"
    path = tmp_path / "a.gif"
    written = finish.save_gif(frames, path, [0.5, 0.5, 0.5, 2], stamp, "Alt.", with_webp=True, still_at=-1)
    assert [one.name for one in written] == ["a.gif", "a.webp", "a-still.png", "a-frames.webp", "a.txt"]
    for one in written[:2]:
        with Image.open(one) as image:
            assert image.n_frames == 4
            assert image.size == (960, 900)
    with Image.open(path) as image:
        times = []
        for at in range(4):
            image.seek(at)
            times.append(image.info["duration"])
    assert times == [500, 500, 500, 2000]
    assert plt.get_fignums() == []


def test_the_same_number_has_the_same_colour_in_every_frame(town_areas, months):
    mosaic = lay_mosaic((4.8, 4.0), (0.1, 0.1, 4.6, 3.8), town_areas)
    assert set(np.unique(mosaic.area_of_pixel)) == {NO_AREA, *range(48)}, "every area has pixels"
    breaks = class_breaks(months)
    ground = np.full((*mosaic.area_of_pixel.shape, 3), 255, dtype=np.uint8)
    colours = theme.choose_sequential(len(breaks) + 1)
    pictures = [mosaic.colour(ground, months[month].to_numpy(), breaks, colours) for month in MONTHS[[0, 2]]]
    assert (pictures[0] == pictures[1]).all()


def test_unreported_areas_are_hatched_and_named(town_areas, months):
    borough = town_areas.areas["borough_name"].iloc[0]
    inside = town_areas.areas.loc[town_areas.areas["borough_name"] == borough, "lsoa_code"]
    months.loc[inside, MONTHS[1]] = np.nan
    frames = draw(town_areas, months)
    hatch = getrgb(theme.LIGHT.no_data)
    counts = [int((frame == hatch).all(axis=2).sum()) for frame in frames]
    assert counts[1] > 5 * max(counts[0], 1)


def test_a_month_that_nobody_reported_stands_as_a_gap(town_areas, months):
    months[MONTHS[2]] = np.nan
    frames = draw(town_areas, months)
    assert len(frames) == 4
    assert getrgb(theme.SEQUENTIAL[0]) in colours_in(frames[2]), "the key stays"


@pytest.mark.parametrize("value", [0.0, 7.0, np.nan])
def test_constant_months_draw(town_areas, months, value):
    months.loc[:, :] = value
    assert len(draw(town_areas, months)) == 4


def test_breaks_are_marked_where_they_lie(town_areas, months):
    line = MonthLine(months.sum() / 30, ((dt.date(2024, 2, 28), "recording changed"),))
    marked, bare = draw(town_areas, months, line=line)[0], draw(town_areas, months)[0]
    accent = np.array(getrgb(theme.LIGHT.accent_text))
    near = [np.abs(frame.astype(int) - accent).sum(axis=2) < 40 for frame in (marked, bare)]
    assert near[0].sum() > 30
    assert near[1].sum() == 0


def test_the_words_have_first_last_highest_and_lowest(town_areas, months):
    totals = months.sum()
    words = describe_months(town_areas, months, totals, crime_label="All crime", place="Squaretown")
    assert words.startswith(
        "4 maps of Squaretown by small area, one for each month from January 2024 to April 2024: all crime."
    )
    assert "1,128 crimes in January 2024" in words
    assert "5,928 crimes in April 2024" in words
    nothing = describe_months(town_areas, months, totals * np.nan, crime_label="All crime", place="Squaretown")
    assert nothing.endswith("Nothing was reported.")


def test_the_words_name_a_borough_that_a_total_leaves_out(town_areas, months):
    borough = town_areas.areas["borough_name"].iloc[0]
    inside = town_areas.areas.loc[town_areas.areas["borough_name"] == borough, "lsoa_code"]
    months.loc[inside, MONTHS[-1]] = np.nan
    words = describe_months(town_areas, months, months.sum(), crime_label="All crime", place="Squaretown")
    assert words.endswith(f"in April 2024 ({borough} not reported).")
    assert words.count("not reported") == 1


def test_a_long_caption_stands_beside_the_number_and_not_in_it():
    head = _write_head(
        3.0,
        dt.date(2024, 1, 1),
        "offences of damage or arson",
        "Criminal damage and arson, Squaretown upon the Long River; the City of Squaretown not reported",
        is_provisional=True,
    )
    label = lettering.measure_text(head.figure_label, theme.SMALL_LABEL_SIZE)
    widths = [lettering.measure_text(line, theme.LABEL_SIZE) for line in head.caption]
    room = FRAME_WIDTH / theme.DPI - 2 * GIF_MARGIN
    assert len(widths) == 2
    assert widths[0] + label < room
    assert widths[1] < room


def test_the_map_begins_below_the_longest_caption_in_every_frame(town_areas, months):
    place = "Squaretown upon the very long River that takes a second line"
    noun = "offences of damage or arson, as they are called here"
    months.iloc[0, 1] = np.nan
    short, long = draw(town_areas, months), draw(town_areas, months, place=place, noun=noun)
    calm = getrgb(theme.SEQUENTIAL[0])
    tops = [int(np.argwhere((frame == calm).all(axis=2))[0, 0]) for frame in (short[0], *long[:3])]
    assert tops[0] < tops[1] == tops[2] == tops[3]
