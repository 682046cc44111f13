"""From the front page to an answer, as the people walk who ask: on a desk and on a phone, counted in clicks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("width", [1280, 390])]
PLACE, BOROUGH, POSTCODE = "Whelk Docks", "Gannetstow", "DM3 3TL"


@dataclass
class Walk:
    """A page that is walked through, and the clicks so far."""

    page: Any
    clicks: int = 0

    def click(self, name: str, *, within: str = "main", exact: bool = True) -> None:
        """Click the first visible link or button of a name."""
        found = self.page.locator(within).get_by_role("link", name=name, exact=exact)
        self.page.locator(":visible").and_(found).first.click()
        self.page.wait_for_load_state()
        self.clicks += 1

    def read(self, place: str) -> str:
        """The text of a part of the page that is on the screen, without line ends."""
        part = self.page.locator(place).first
        part.scroll_into_view_if_needed()
        assert part.is_visible(), place
        return " ".join(part.inner_text().split())

    def wait_for_map(self) -> None:
        self.page.wait_for_selector("html[data-ready=yes]", timeout=20_000)


@pytest.fixture
def walk(open_page: Any, built_sample: Run, width: int) -> Walk:
    front: Path = built_sample.warehouse / "published" / "index.html"
    return Walk(open_page(front, width=width, height=844).page)


@pytest.mark.parametrize("words", [POSTCODE, PLACE])
def test_a_resident_asks_how_burglary_is_where_they_live(walk: Walk, words: str):
    walk.page.fill("#find", words)
    walk.page.wait_for_selector("#find-list li")
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_selector("html[data-ready=yes]")
    burglary = walk.read("#place tr:has(a:text-is('Burglary')), #place tr:has(th:text-is('Burglary'))")
    assert any(letter.isdigit() for letter in burglary)
    assert walk.clicks == 0


def test_a_journalist_asks_where_robbery_rose_and_whether_it_is_chance(walk: Walk):
    walk.click("Robbery")
    walk.click("What changed")
    assert "significantly" in walk.read("#changed > p")
    first = walk.read(".changes tbody tr")
    assert "%" in first
    assert " to " in first, "the range of the change"
    assert walk.clicks <= 2


def test_a_councillor_asks_for_a_map_of_drug_offences_in_a_borough(walk: Walk):
    walk.click("Drug offences")
    walk.click(f"map of {BOROUGH}")
    walk.wait_for_map()
    assert walk.page.url.partition("maps/")[2].startswith("drug.html#")
    assert BOROUGH in walk.read("h1")
    with walk.page.expect_download() as picture:
        walk.page.get_by_role("button", name="Save as a picture").click()
    assert picture.value.suggested_filename.startswith("drug recorded")


def test_an_analyst_asks_whether_theft_is_forecast_to_fall(walk: Walk):
    walk.click("Theft")
    walk.click("Forecast")
    assert walk.read("#forecast h2").startswith("The forecast for the 12 months to")
    assert "90% range" in walk.read("#forecast p")
    assert "12 months to" in walk.read("#forecast tbody"), "earlier forecasts and what was recorded"
    assert walk.clicks <= 2


def test_a_designer_asks_what_the_model_is_bad_at(walk: Walk):
    walk.click("Theft")
    walk.click("The model")
    assert "What it is bad at" in walk.read("#model")
    walk.click("Every score, which groups the models get wrong, and what they cannot do")
    assert "least accurate in the busiest places" in walk.read("#limits")
    assert walk.clicks <= 3
