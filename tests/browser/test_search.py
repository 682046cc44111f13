"""The box for places: on the front page, the explorer and the page of neighbourhoods, opened as files."""

import pytest


def ask(opened, words):
    opened.page.fill("#find", words)
    opened.page.wait_for_selector("#find-status:not(:empty)")
    return opened.page.locator("#find-list li").all_inner_texts(), opened.page.inner_text("#find-status")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Southby", "Southby \nborough"),
        ("sotuhby", "Southby \nborough"),
        ("Harbour Halt", "Harbour Halt \nstation in "),
        ("West Ward", "West Ward \nward in Westmere"),
        ("dm11aa", "DM1 1AA \npostcode in Old Westmere Gate, Nordhaven"),
        ("E01900000", "Old Westmere Gate 000A \nsmall area in Nordhaven"),
    ],
)
def test_a_place_is_found_by_what_people_call_it(open_page, pages, words, first):
    opened = open_page(pages / "index.html")
    assert ask(opened, words)[0][0].replace(" \n", "\n").startswith(first.replace(" \n", "\n"))
    assert opened.problems == []
    assert opened.outside() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("DM1", "Type the whole postcode"),
        ("DM1 1AB", "DM1 1AB is not a postcode in use in Squaretown"),
        ("SE5 8AF", "SE5 8AF is not in Squaretown"),
        ("Xylophone", "Nothing found. Try another name, or the borough"),
    ],
)
def test_why_nothing_is_found_is_said(open_page, pages, words, said):
    opened = open_page(pages / "index.html")
    assert ask(opened, words) == ([], said)


def test_a_postcode_leads_to_its_neighbourhood(open_page, pages):
    opened = open_page(pages / "index.html", width=390, height=844)
    opened.page.fill("#find", "DM1 1AA")
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_selector("html[data-ready=yes]")
    assert opened.page.inner_text("h1") == "Old Westmere Gate, Nordhaven"
    assert "DM1 1AA is in this neighbourhood. 1,200 crimes were recorded" in opened.page.inner_text("#lead")
    assert "DM1 1AA" in opened.page.inner_text("#place tr.mine")
    assert "up 20.0%" in opened.page.inner_text("#place table >> nth=0")
    links = opened.page.locator("#place table >> nth=0").locator("th a").all()
    assert [one.get_attribute("href") for one in links] == ["types/total.html", "maps/total.html"]
    assert opened.problems == []


def test_an_unknown_place_shows_the_list(open_page, pages):
    opened = open_page(pages / "neighbourhood.html", query="#place=E02999999")
    opened.page.wait_for_selector("html[data-ready=yes]")
    assert opened.page.inner_text("#lead") == "There is no place E02999999 in this data set."
    assert opened.page.locator("#list").is_visible()


@pytest.mark.parametrize(
    ("ward", "words"),
    [("West Ward", "no figures of wards"), ("Nord Ward", "in the 12 months to January 2026")],
)
def test_a_ward_has_its_own_figures_or_says_that_there_are_none(open_page, pages, ward, words):
    opened = open_page(pages / "index.html")
    opened.page.fill("#find", ward)
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_selector("html[data-ready=yes]")
    assert opened.page.inner_text("h1").startswith(f"{ward} ward, ")
    assert words in opened.page.inner_text("#lead")
    assert ("2,500" in opened.page.inner_text("#place")) == (ward == "Nord Ward")
    assert opened.problems == []


def test_a_page_sent_without_its_folder_finds_its_own_areas(open_page, pages, tmp_path):
    alone = tmp_path / "explorer.html"
    alone.write_bytes((pages / "with_places.html").read_bytes())
    opened = open_page(alone)
    name = opened.page.evaluate("JSON.parse(document.getElementById('page-data').textContent).boroughs[0].name")
    assert ask(opened, name)[0]
