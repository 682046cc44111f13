"""The page about the data as a reader meets it."""

import pytest

pytestmark = pytest.mark.browser


def test_the_front_page_leads_there_and_back_without_a_network(open_page, pages):
    opened = open_page(pages / "index.html", java_script_enabled=False)
    opened.page.get_by_role("link", name="Data and model", exact=True).click()
    assert opened.page.url.endswith("/data.html")
    assert "SYNTHETIC" in opened.page.locator(".synthetic-band").inner_text()
    opened.page.get_by_role("link", name="Overview", exact=True).click()
    assert opened.page.url.endswith("/index.html")
    assert opened.outside() == []
    assert opened.problems == []


def test_details_open_by_keyboard_and_fit_a_phone(open_page, pages):
    opened = open_page(pages / "data.html", width=390, height=844)
    details = opened.page.locator("details")
    assert details.count() >= 3
    for number in range(details.count()):
        details.nth(number).locator("summary").focus()
        opened.page.keyboard.press("Enter")
        assert details.nth(number).evaluate("element => element.open")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_state_of_a_month_is_told_by_more_than_colour(open_page, pages):
    opened = open_page(pages / "data.html")
    shown = [opened.page.locator(f".strip .state.{state}").first for state in ("reported", "partial", "missing")]
    assert [state.inner_text()[0] for state in shown] == ["✓", "½", "×"]
    assert len({state.evaluate("element => getComputedStyle(element).borderStyle") for state in shown}) == 2
