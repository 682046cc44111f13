"""The front page as text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.drawing.kit import page_content as content
from crime_dagster.drawing.kit.change_words import describe_change
from crime_dagster.drawing.pages import page

HOSTILE = '</script><script>alert(1)</script>{{ 7 * 7 }}" onerror="alert(2)'


@pytest.fixture
def index(stamp):
    picture = content.Picture("charts/what if & why.png", "Bars.", 1600, 1240, title="What if?", caption="Less.")
    pair = content.Picture("gifs/pair.gif", "Two maps.", 960, 900, still_path="gifs/pair-still.png", title="Pair")
    return content.Index(
        title="Squaretown recorded 864,457 crimes in the year to February 2026",
        lead=("Almost the same number as the year before.", "Theft fell."),
        stamp=stamp,
        data_to="28 February 2026",
        headlines=(content.Headline("864,457", "crimes in 12 months", "no clear change"),),
        map_picture=replace(picture, title="", narrow_path="maps/n.png", narrow_width=800, narrow_height=1000),
        map_href="maps/total.html",
        boroughs=(content.BoroughRow("Westminster", 78_037, 86_500, True, "maps/total.html?q=Westminster"),),
        types=(
            content.TypeRow(
                "All crime", 864_457, 865_936, False, (70, 71), "maps/total.html", "g.gif", "i.png", 0.741, 0.412
            ),
            content.TypeRow("Drugs", 51_610, 40_119, True, (3.0, None, 4.0), d2=-0.031, baseline_d2=None),
            content.TypeRow("Robbery", None, 12),
        ),
        notes=(content.Note("Recording changed", "A new records system came on 27 February 2024."),),
        pairs=(pair,),
        impacts=(picture,),
        scores=(content.ScoreRow("All crime", 0.741, 0.412, 62.4, 48.0, 90.2),),
        baseline_name="a linear model",
        limits=("They say what goes together, not what causes what.",),
        downloads=(content.Download("CSV", "data/a b.csv", "One row per area", 1_840_000),),
    )


def text_of(html):
    body = html[html.index("<body") : html.index("<footer>")] + html[html.index("<footer>") : html.rindex("<script>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_title_names_what_is_counted():
    title = page.write_title("London", 52_673, dt.date(2024, 12, 1), "burglaries")
    assert title == "London recorded 52,673 burglaries in the year to December 2024"


def test_says_what_it_was_given(index):
    text = text_of(page.draw_index(index))
    for words in (
        "Squaretown recorded 864,457 crimes in the year to February 2026",
        "All crime GIF , All crime · what if , All crime 864,457 865,936 no clear change",
        "up 28.6%",
        "0.74 (0.41)",
        "−0.03 (not known)",
        "not reported",
        "62% (baseline 48%)",
        "a model not trained on it",
        "The baseline is a linear model.",
        "1.8 MB",
        "Data to 28 February 2026.",
        "Recording changed. A new records system",
        index.stamp.source_line(with_period=True),
    ):
        assert words in text, words


def test_one_heading_of_the_first_order_and_none_skipped(index):
    orders = [int(order) for order in re.findall(r"<h(\d)", page.draw_index(index))]
    assert orders.count(1) == 1
    assert orders[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(orders))


def test_sections_without_content_are_left_out(stamp):
    html = page.draw_index(content.Index(title="T", lead=(), stamp=stamp, data_to="28 February 2026"))
    assert re.findall(r"<h2|<table|<figure|<form", html) == []
    assert 'href="#' not in html.replace('href="#content"', "")


def test_strings_of_any_kind_stay_text(index):
    hostile = replace(
        index,
        title=HOSTILE,
        lead=(HOSTILE,),
        stamp=replace(index.stamp, place=HOSTILE, sources=(HOSTILE,)),
        boroughs=(content.BoroughRow(HOSTILE, 1, 2, True, HOSTILE),),
        types=(content.TypeRow(HOSTILE, 1, 2, True, (1, 2), HOSTILE, HOSTILE, HOSTILE),),
        notes=(content.Note(HOSTILE, HOSTILE),),
        pairs=(content.Picture(HOSTILE, HOSTILE, 1, 1, still_path=HOSTILE, title=HOSTILE),),
    )
    html = page.draw_index(hostile)
    assert html.count("<script") == 1
    assert 'onerror="' not in html
    assert "{{ 7 * 7 }}" in re.search(r"<title>(.*?)</title>", html)[1]


def test_a_gif_is_a_still_until_it_is_asked_for(index):
    html = page.draw_index(index)
    assert re.findall(r'<img src="([^"]+\.gif)"', html) == []
    assert '<img src="gifs/pair-still.png"' in html
    assert re.search(r'<a class="play[^"]*" href="gifs/pair.gif"', html)


def test_addresses_are_quoted(index):
    html = page.draw_index(index)
    assert 'href="charts/what%20if%20%26%20why.png"' in html
    assert 'href="data/a%20b.csv"' in html


def test_pictures_have_words_and_sizes(index):
    for image in re.findall(r"<img [^>]+>", page.draw_index(index)):
        assert re.search(r'alt="[^"]+"', image)
        assert re.search(r'width="\d+" height="\d+"', image)


def test_a_picture_without_words_is_refused():
    with pytest.raises(InputError, match="alternative text"):
        content.Picture("a.png", " ", 1, 1)


def test_nothing_is_loaded_from_elsewhere_and_twice_is_the_same(index):
    html = page.draw_index(index)
    assert re.findall(r"<link|@import|url\(|https?://", html) == []
    assert html == page.draw_index(index)


def test_the_made_up_mark(index):
    assert "SYNTHETIC" not in page.draw_index(index)
    marked = page.draw_index(replace(index, stamp=replace(index.stamp, is_synthetic=True)))
    assert "SYNTHETIC: a made-up city" in marked.split("<main")[0]


def test_the_title_by_rule():
    title = page.write_title("London", 864_457, dt.date(2026, 2, 1))
    assert title == "London recorded 864,457 crimes in the year to February 2026"


@pytest.mark.parametrize(
    ("before", "after", "is_clear", "words", "tone"),
    [
        (100, 108.2, True, "up 8.2%", "up"),
        (302_731, 280_447, True, "down 7.4%", "down"),
        (100, 108.2, False, "no clear change", ""),
        (100, 108.2, None, "up 8.2%", ""),
        (100_000, 100_001, True, "no change", ""),
        (4, 9, True, "from 4 to 9", "up"),
        (None, 9, True, "not known", ""),
        (9, None, True, "not known", ""),
        (0, 0, None, "from 0 to 0", ""),
    ],
)
def test_a_change_in_words(before, after, is_clear, words, tone):
    change = describe_change(before, after, is_clear=is_clear)
    assert (change.words, change.tone) == (words, tone)


@pytest.mark.parametrize(
    ("size", "words"),
    [(None, ""), (0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (41_000_000, "41 MB"), (2_340_000, "2.3 MB")],
)
def test_sizes_of_files(stamp, size, words):
    index = content.Index("T", (), stamp, "today", downloads=(content.Download("CSV", "a.csv", size_bytes=size),))
    found = re.search(r'a\.csv">CSV</a>(?: <span class="note">([^<]*)</span>)?', page.draw_index(index))
    assert (found[1] or "") == words
