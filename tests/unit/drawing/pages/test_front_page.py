import re
from dataclasses import replace
from itertools import pairwise

import pytest

from crime_dagster.drawing.kit.page_content import Download, Headline, Link, Note, Picture
from crime_dagster.drawing.kit.year import Change, describe_change
from crime_dagster.drawing.pages.front_page import draw_front_page

HOSTILE = '</script><script>alert(1)</script>{{ 7 * 7 }}" onerror="alert(2)'


def make_borough(name, crimes, before, href):
    """A row of `borough_changes` with its page."""
    row = {"place_name": name, "place_code": "E09", "crimes": crimes, "crimes_before": before}
    return row | {"is_clear_change": True, "href": href}


def make_type(label, crimes, before, change, months=(), **more):
    """A row of the table of types."""
    row = {"label": label, "crimes": crimes, "crimes_before": before, "change": change, "months": months, "breaks": ()}
    empty = {"crime_type": "", "page_href": "", "map_href": "", "pictures": (), "d2": None, "baseline_d2": None}
    return row | empty | more


def make_score(label, d2, baseline_d2, found_pct, covered_pct):
    """A row of the table of scores."""
    return {
        "label": label,
        "d2": d2,
        "baseline_d2": baseline_d2,
        "found_pct": found_pct,
        "covered_pct": covered_pct,
    }


TUPLES = (
    *("lead", "headlines", "boroughs", "types", "notes", "highlights", "pairs", "hotspots", "impacts"),
    *("unanswered", "scores", "limits", "downloads", "choices", "force_maps"),
)
WORDS = (
    *("map_href", "search_hint", "places", "data_href", "models_href", "explorer_href", "boroughs_href", "counted"),
    "doubts",
)


def make_page(stamp, **content):
    """The content of the page, in which everything else is empty."""
    empty = {**dict.fromkeys(TUPLES, ()), **dict.fromkeys(WORDS, ""), "map_picture": None, "year": None}
    said = {"title": "T", "data_to": "28 February 2026", "months_label": "Each month", "crime_type": "total"}
    return {**empty, "forecast": None, **said, "stamp": stamp, **content}


@pytest.fixture
def page(stamp):
    picture = Picture("charts/what if & why.png", "Bars.", 1600, 1240, title="What if?")
    pair = Picture("gifs/pair.gif", "Two maps.", 960, 900, still_path="gifs/pair-still.png", title="Pair")
    return make_page(
        stamp,
        title="864,457 crimes were recorded in Squaretown’s small areas in the year to February 2026",
        lead=("Almost the same number as the year before.", "Theft fell."),
        data_to="28 February 2026",
        headlines=(Headline("864,457", "crimes in 12 months", "down 0.2%, within usual variation", "usual"),),
        map_picture=replace(picture, title="", narrow_path="maps/n.png", narrow_width=800, narrow_height=1000),
        map_href="maps/total.html",
        boroughs=(make_borough("Westminster", 78_037, 86_500, "maps/total.html?q=Westminster"),),
        types=(
            make_type(
                "All crime",
                864_457,
                865_936,
                describe_change(865_936, 864_457, is_clear=False),
                (70, 71),
                map_href="maps/total.html",
                pictures=[Link("map", "maps/total.html"), Link("GIF", "g.gif"), Link("what if", "i.png")],
                d2=0.741,
                baseline_d2=0.412,
            ),
            make_type("Drugs", 51_610, 40_119, Change("up 28.6%", "up"), (3.0, None, 4.0), d2=-0.031),
            make_type("Robbery", None, 12, Change("not known")),
        ),
        notes=(Note("Recording changed", "A new records system came on 27 February 2024."),),
        pairs=(pair,),
        impacts=(picture,),
        scores=(make_score("All crime", 0.741, 0.412, 62.4, 90.2),),
        limits=("They say what goes together, not what causes what.",),
        downloads=(Download("CSV", "data/a b.csv", "One row per area", 1_840_000),),
    )


def text_of(html):
    body = html[html.index("<body") : html.index("<footer>")] + html[html.index("<footer>") : html.rindex("<script>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_says_what_it_was_given(page):
    text = text_of(draw_front_page(page))
    for words in (
        "864,457 crimes were recorded in Squaretown’s small areas in the year to February 2026",
        "All crime 864,457 865,936",
        "down 0.2% , within usual variation",
        "up 28.6%",
        "0.74 (0.41)",
        "−0.03 (not known)",
        "not reported",
        "62% 90%",
        "a model not trained on it",
        "The baseline is a linear model of the same features.",
        "1.8 MB",
        "Data to 28 February 2026.",
        "Recording changed. A new records system",
        page["stamp"].source_line(with_period=True),
    ):
        assert words in text, words


def test_one_heading_of_the_first_order_and_none_skipped(page):
    orders = [int(order) for order in re.findall(r"<h(\d)", draw_front_page(page))]
    assert orders.count(1) == 1
    assert orders[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(orders))


def test_sections_without_content_are_left_out(stamp):
    html = draw_front_page(make_page(stamp))
    assert re.findall(r"<h2|<table|<figure|<form", html) == []
    assert 'href="#' not in html.replace('href="#content"', "")


@pytest.mark.parametrize("doubts", [0, 2])
def test_files_in_doubt_are_told_on_the_first_page(stamp, doubts):
    html = draw_front_page(make_page(stamp, doubts=doubts, data_href="data.html"))
    assert ('href="data.html#doubts"' in html, "Files in doubt" in text_of(html)) == (doubts > 0, doubts > 0)


def test_strings_of_any_kind_stay_text(page):
    hostile = dict(
        page,
        title=HOSTILE,
        lead=(HOSTILE,),
        stamp=replace(page["stamp"], place=HOSTILE, sources=(HOSTILE,)),
        boroughs=(make_borough(HOSTILE, 1, 2, HOSTILE),),
        types=(make_type(HOSTILE, 1, 2, Change("up"), (1, 2), map_href=HOSTILE, pictures=[Link(HOSTILE, HOSTILE)]),),
        notes=(Note(HOSTILE, HOSTILE),),
        pairs=(Picture(HOSTILE, HOSTILE, 1, 1, still_path=HOSTILE, title=HOSTILE),),
    )
    html = draw_front_page(hostile)
    assert html.count("<script") == 1
    assert 'onerror="' not in html
    assert "{{ 7 * 7 }}" in re.search(r"<title>(.*?)</title>", html)[1]


def test_a_gif_is_a_still_until_it_is_asked_for(page):
    html = draw_front_page(page)
    assert re.findall(r'<img src="([^"]+\.gif)"', html) == []
    assert '<img src="gifs/pair-still.png"' in html
    assert re.search(r'<a class="play[^"]*" href="gifs/pair.gif"', html)


def test_addresses_are_quoted(page):
    html = draw_front_page(page)
    assert 'href="charts/what%20if%20%26%20why.png"' in html
    assert 'href="data/a%20b.csv"' in html


def test_pictures_have_words_and_sizes(page):
    for image in re.findall(r"<img [^>]+>", draw_front_page(page)):
        assert re.search(r'alt="[^"]+"', image)
        assert re.search(r'width="\d+" height="\d+"', image)


def test_nothing_is_loaded_from_elsewhere_and_twice_is_the_same(page):
    html = draw_front_page(page)
    assert re.findall(r"<link(?! rel=\"icon\" href=\"data:)|@import|url\(|https?://", html) == []
    assert html == draw_front_page(page)


def test_the_made_up_mark(page):
    assert "SYNTHETIC" not in draw_front_page(page)
    marked = draw_front_page(dict(page, stamp=replace(page["stamp"], is_synthetic=True)))
    assert "SYNTHETIC: a made-up city" in marked.split("<main")[0]


@pytest.mark.parametrize(
    ("before", "after", "is_clear", "words", "tone"),
    [
        (100, 108.2, True, "up 8.2%", "up"),
        (302_731, 280_447, True, "down 7.4%", "down"),
        (100, 108.2, False, "up 8.2%, within usual variation", "usual"),
        (100, 108.2, None, "up 8.2%, not tested for chance", "usual"),
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
    [
        (None, ""),
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (999_700, "1.0 MB"),
        (41_000_000, "41 MB"),
        (2_340_000, "2.3 MB"),
    ],
)
def test_sizes_of_files(stamp, size, words):
    page = make_page(stamp, downloads=(Download("CSV", "a.csv", size_bytes=size),))
    found = re.search(r'a\.csv">CSV</a>(?: <span class="note">([^<]*)</span>)?', draw_front_page(page))
    assert (found[1] or "") == words
