"""A walk through Dagster's UI: find the map of burglary, materialise it and see it; ask an own what-if and read it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.operations.conftest import LOCATION, WRITE, find_answer, see

pytestmark = [pytest.mark.slow, pytest.mark.browser]
# A run under way on a busy machine.
PATIENCE = 300_000
ASKED = {"feature": "pubs", "change": "-20%", "name": "fewer pubs", "crime_types": ["burglary"]}


@pytest.fixture
def shoot(page: Any, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Keeps what is seen, numbered, for people who look at it."""
    folder = tmp_path_factory.getbasetemp() / "ui"
    folder.mkdir(exist_ok=True)

    def keep(name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    return keep


def finish_run(page: Any) -> None:
    page.get_by_text("Success", exact=True).first.wait_for(timeout=PATIENCE)


def test_the_map_of_burglary_is_found_materialised_and_seen(page: Any, address: str, built: Path, shoot: Any):
    drawn = built / "build" / "maps" / "burglary.html"
    drawn.unlink()
    page.goto(address)
    page.get_by_text("Search", exact=True).first.click()
    page.keyboard.type("crimes_by_area")
    see(page, "crimes_by_area")
    page.keyboard.press("Enter")
    page.wait_for_url("**/assets/maps/crimes_by_area**")
    see(page, "Recorded, per 1,000 residents")
    shoot("1-asset")
    page.get_by_role("button", name="Materialize").first.click()
    page.get_by_text("Select a partition or create one").click()
    page.keyboard.type("burglary")
    page.get_by_text("Select all (1)").click()
    page.keyboard.press("Escape")
    see(page, "1 partition")
    shoot("2-partition")
    page.get_by_role("button", name="Launch 1 run").click()
    page.get_by_text("View", exact=True).click()
    page.wait_for_url("**/runs/*")
    finish_run(page)
    shoot("3-run")
    page.goto(f"{address}/assets/maps/crimes_by_area?partition=burglary&view=partitions")
    see(page, "burglary.html")
    shoot("4-partition-drawn")
    page.goto(drawn.as_uri())
    see(page, "Burglary")
    shoot("5-map")


def test_an_own_what_if_is_asked_and_its_answer_read(page: Any, address: str, built: Path, shoot: Any):
    release = (built / "published").resolve()
    page.goto(f"{address}/{LOCATION}/jobs/ask_what_if/playground")
    page.locator(".CodeMirror").first.wait_for()
    page.evaluate(WRITE, yaml.safe_dump({"ops": {"models__what_if": {"config": {"scenarios": [ASKED]}}}}))
    page.get_by_role("button", name="Launch Run").click()
    page.wait_for_url("**/runs/*")
    finish_run(page)
    shoot("6-what-if-run")
    page.goto(f"{address}/assets/models/what_if")
    see(page, "A fifth fewer pubs", "fewer pubs", "index.html")
    shoot("7-answer")
    page.locator("tr", has_text="preview").get_by_text("[Show Markdown]").click()
    page.locator("img[alt^='A fifth fewer pubs']").first.wait_for()
    shoot("7-answer-picture")
    page.goto((find_answer(built) / "index.html").as_uri())
    see(page, "What if", "A trial: no release holds it", "Fewer pubs")
    shoot("8-answer-page")
    assert (built / "published").resolve() == release
