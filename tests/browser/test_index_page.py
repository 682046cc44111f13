"""The front page as a reader meets it."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def index_file(pages):
    return pages / "index.html"


def test_loads_only_its_own_pictures_and_complains_of_nothing(open_page, index_file):
    opened = open_page(index_file)
    assert "SYNTHETIC" in opened.page.locator(".synthetic-band").inner_text()
    opened.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    opened.page.wait_for_timeout(200)
    assert opened.outside() == []
    assert opened.problems == []
    assert any(url.endswith("map.png") for url in opened.requests)
    assert not any(url.endswith(".gif") for url in opened.requests), "a GIF moves although nobody asked for it"


def test_play_shows_frame_after_frame_until_pause(open_page, index_file):
    opened = open_page(index_file)
    opened.page.locator("#pairs > details > summary").click()
    button, slider = opened.page.locator(".play"), opened.page.locator(".player input")
    assert not any("frames.webp" in url for url in opened.requests), "loaded although nobody asked for it"
    button.click()
    slider.wait_for()
    assert button.inner_text().startswith("Pause")
    assert opened.page.locator(".motion canvas").evaluate("canvas => [canvas.width, canvas.height]") == [480, 400]
    expect(slider).to_have_value("1")
    button.focus()
    opened.page.keyboard.press("Space")
    assert button.inner_text().startswith("Play")
    slider.fill("0")
    assert slider.get_attribute("aria-valuetext") == "Frame 1 of 2"
    opened.page.get_by_label("Speed").select_option("double")
    assert button.inner_text().startswith("Play"), "a speed is chosen before it plays"
    assert opened.problems == []


def test_without_scripts_play_is_a_link_to_the_gif(open_page, index_file):
    opened = open_page(index_file, java_script_enabled=False)
    assert opened.page.locator(".play").get_attribute("href") == "pictures/pair.gif"


def test_the_first_stop_of_the_keyboard_skips_the_head(open_page, index_file):
    opened = open_page(index_file)
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.className") == "skip"
    assert opened.page.locator(".skip").bounding_box()["y"] >= 0
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("document.activeElement.id") == "content"


def test_a_phone_gets_the_narrow_picture(open_page, index_file):
    opened = open_page(index_file, width=390, height=844)
    current = opened.page.locator(".map-figure img").evaluate("image => image.decode().then(() => image.currentSrc)")
    assert current.endswith("map-narrow.png")


def test_print_is_light_and_leaves_out_what_needs_a_screen(open_page, index_file):
    opened = open_page(index_file, color_scheme="dark")
    opened.page.emulate_media(media="print", color_scheme="dark")
    assert opened.page.locator(".play").is_hidden()
    assert opened.page.locator(".masthead nav").is_hidden()
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    row = (
        "document.querySelector('tbody').appendChild(Object.assign(document.createElement('tr'), {className: 'wide'}))"
    )
    assert opened.page.evaluate(f"getComputedStyle({row}).display") == "table-row", "as a cell it widens the page"


def test_a_picture_is_cited_and_embedded_by_whole_addresses(open_page, index_file):
    opened = open_page(index_file)
    opened.page.locator("#pairs > details > summary").click()
    opened.page.locator(".take summary").click()
    address = index_file.as_uri()
    cite, embed = (box.input_value() for box in opened.page.locator(".take textarea").all())
    assert cite == f"All crime, actual and predicted. Source: Kallmoor Police. {address}#figure-pair"
    assert f'src="{address.removesuffix("index.html")}pictures/pair.gif"' in embed
    opened.page.get_by_role("button", name="Copy: Cite").click()
    # The browser answers in its own time whether it copied.
    expect(opened.page.locator(".take .button").first).to_have_text(re.compile("Copied|Selected"))
    assert opened.problems == []


def test_without_scripts_a_picture_is_offered_in_every_format(open_page, index_file):
    opened = open_page(index_file, java_script_enabled=False)
    opened.page.locator("#pairs > details > summary").click()
    opened.page.locator(".take summary").click()
    assert opened.page.locator('.take a[href="pictures/pair.gif"]').is_visible()
