"""Accessibility of every page: no horizontal overflow, and no serious finding of axe-core."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

FILES = (
    *("index.html", "data.html", "models.html", "maps/total.html", "explorer.html"),
    *("boroughs/index.html", "boroughs/first.html", "boroughs/last.html"),
    *("types/index.html", "types/burglary.html", "maps/index.html", "files.html"),
)
# Elements whose right edge is outside the window, except deliberately clipped ones.
OFF_THE_SIDE = """() => [...document.body.querySelectorAll('*')]
  .filter((element) => {
    const box = element.getBoundingClientRect();
    const inside = element.closest('.leaflet-container, .visually-hidden, .skip');
    return !inside && box.width > 0 && box.height > 0 && (box.right > window.innerWidth + 0.5 || box.left < -0.5);
  })
  .map((element) => element.tagName + '.' + element.className)"""
# Scripts lay out in the frame after a window changed its size.
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
CUT_OFF = """() => [...document.body.querySelectorAll('button, a, label, th, td, p, h1, h2, h3, span, dt, dd')]
  .filter((element) => {
    const inside = element.closest('.leaflet-container, .visually-hidden');
    const clips = getComputedStyle(element).overflowX !== 'visible';
    return !inside && clips && element.scrollWidth > element.clientWidth + 1;
  })
  .map((element) => element.tagName + '.' + element.className)"""


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("scheme", "width", "narrow"), [("light", 1280, 768), ("dark", 390, 320)])
def test_nothing_runs_off_the_side_and_axe_finds_nothing_serious(open_page, pages, name, scheme, width, narrow):
    opened = open_page(pages / name, width=width, height=844, color_scheme=scheme)
    assert serious(opened) == []
    for now in (width, narrow):
        opened.page.set_viewport_size({"width": now, "height": 844})
        opened.page.evaluate(SETTLED)
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= now
        assert opened.page.evaluate(OFF_THE_SIDE) == []
        assert opened.page.evaluate(CUT_OFF) == []


def test_axe_finds_nothing_serious_in_what_opens(open_page, pages):
    opened = open_page(pages / "maps" / "total.html")
    opened.page.fill("#find", "west")
    assert serious(opened) == []
    opened.page.keyboard.press("ArrowDown")
    opened.page.keyboard.press("ArrowDown")
    opened.page.keyboard.press("Enter")
    opened.page.locator("#card").wait_for(state="visible")
    opened.page.locator(".types summary").click()
    assert serious(opened) == []
    opened.page.locator(".types summary").click()
    opened.page.locator(".folium-map").focus()
    opened.page.keyboard.press("Enter")
    assert serious(opened) == []


def serious(opened):
    violations = Axe().run(opened.page).response["violations"]
    return [
        (violation["id"], violation["help"], [node["html"][:160] for node in violation["nodes"][:3]])
        for violation in violations
        if violation["impact"] in ("moderate", "serious", "critical")
    ]
