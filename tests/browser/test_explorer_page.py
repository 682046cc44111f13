"""The explorer in a browser without a network."""

from pathlib import Path

import pytest

from tests.browser.test_access import SETTLED

pytestmark = pytest.mark.browser

CODE = "E01000000"
COLOURS = """() => {
  const found = new Set();
  const canvas = document.querySelector('.leaflet-overlay-pane canvas');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3] === 255) found.add(pixels.slice(at, at + 3).join());
  return [...found].sort().join(' ');
}"""


@pytest.fixture
def opened(open_page, pages: Path):
    return open_page(pages / "explorer.html")


def read_hash(opened) -> str:
    return opened.page.evaluate("location.hash")


def settle(opened) -> None:
    opened.page.evaluate(SETTLED)


def test_loads_nothing_and_complains_of_nothing(opened):
    assert opened.outside() == []
    assert opened.problems == []


def test_the_slider_moves_to_a_month_and_the_key_stays_the_same(opened):
    opened.page.locator("#month").focus()
    opened.page.keyboard.press("ArrowLeft")
    assert "month=2026-01" in read_hash(opened)
    assert not opened.page.locator("#whole-year").is_checked()
    assert "January 2026" in opened.page.inner_text("#finding")
    names = opened.page.locator("#key .band-name").all_inner_texts()
    opened.page.keyboard.press("Home")
    assert "month=2024-01" in read_hash(opened)
    assert opened.page.locator("#key .band-name").all_inner_texts() == names
    opened.page.locator("#whole-year").check()
    assert "month=year" in read_hash(opened)


def test_the_address_holds_the_state_and_brings_it_back(open_page, pages: Path, opened):
    opened.page.select_option("#measure", "per_1000")
    opened.page.select_option("#borough", label="Lambeth")
    opened.page.locator("#hexagons").check()
    opened.page.fill("#find", CODE)
    opened.page.keyboard.press("Enter")
    address = read_hash(opened)
    assert {"measure=per_1000", "borough=E09000002", f"area={CODE}", "view=hexagons"} <= set(address[1:].split("&"))
    again = open_page(pages / "explorer.html", query=address)
    assert again.page.input_value("#measure") == "per_1000"
    assert again.page.locator("#hexagons").is_checked()
    assert again.page.inner_text("#area-code").startswith("Place 000A")
    assert read_hash(again) == address


def test_a_wrong_address_shows_the_whole(open_page, pages: Path):
    opened = open_page(pages / "explorer.html", query="#type=<b>&measure=toString&month=1066-01&area=x&borough=y")
    assert opened.problems == []
    assert opened.page.input_value("#measure") == "count"
    assert opened.page.locator("#area").is_hidden()


def test_the_panel_says_what_is_known_and_what_is_not(opened):
    opened.page.fill("#find", CODE)
    opened.page.keyboard.press("Enter")
    assert opened.page.locator("#area-months polyline").count() == 1
    assert "Lambeth average" in opened.page.inner_text("#area-compared")
    opened.page.fill("#find", "E01000001")
    opened.page.keyboard.press("Enter")
    assert opened.page.inner_text("#area-count") == "not reported"
    assert opened.page.locator("#area-months svg").count() == 0
    assert "not known" in opened.page.inner_text("#area-facts")
    opened.page.keyboard.press("Escape")
    opened.page.keyboard.press("Escape")
    assert opened.page.locator("#area").is_hidden()


def test_a_type_by_year_alone_has_no_slider(opened):
    opened.page.select_option("#type", "none")
    assert opened.page.locator("#month").is_disabled()
    assert opened.page.locator("#play").is_disabled()
    assert "not reported" in opened.page.inner_text("#finding")


def test_hexagons_change_the_map_and_back(opened):
    before = opened.page.evaluate(COLOURS)
    opened.page.locator("#hexagons").check()
    settle(opened)
    opened.page.locator("#hexagons").uncheck()
    settle(opened)
    assert opened.page.evaluate(COLOURS) == before


def test_play_goes_through_the_months_and_stops(opened):
    opened.page.click("#play")
    assert "month=2024-01" in read_hash(opened)
    for _ in range(50):
        if "month=2024-02" in read_hash(opened):
            break
        opened.page.wait_for_timeout(100)
    assert "month=2024-01" not in read_hash(opened)
    opened.page.click("#play")
    assert opened.page.inner_text("#play") == "Play"


def test_the_selection_is_downloaded_as_csv(opened, tmp_path: Path):
    opened.page.select_option("#borough", label="Lambeth")
    with opened.page.expect_download() as waiting:
        opened.page.click("#download")
    assert waiting.value.suggested_filename == "total_E09000002_year.csv"
    waiting.value.save_as(tmp_path / "x.csv")
    content = (tmp_path / "x.csv").read_bytes().decode("utf-8")
    assert content.startswith("\ufeff"), "Excel takes letters beyond ASCII for others without a mark"
    lines = content[1:].split("\r\n")
    assert lines[0].startswith("lsoa_code,area_name,borough_name,crime_type,period,crimes,residents")
    assert lines[1].startswith(f"{CODE},</script><script>alert(1)</script>,Lambeth,total,12 months to February 2026,")
    assert lines[2].startswith('E01000002,"""O\'Brien"" & Söhne <b>",Lambeth,total')
    assert len(lines) == 4, "two areas, a head and the last line's end"
    opened.page.select_option("#borough", "-1")
    with opened.page.expect_download() as waiting:
        opened.page.click("#download")
    waiting.value.save_as(tmp_path / "y.csv")
    text = (tmp_path / "y.csv").read_text(encoding="utf-8")
    assert "'=cmd|" in text, "a spreadsheet must not run a name"
    assert "E01000001,{{ 7 * 7 }},</script><script>alert(1)</script>,total,12 months to February 2026,,1000" in text


def test_a_change_that_may_be_chance_has_no_colour_and_says_so(opened):
    opened.page.select_option("#measure", "change")
    assert "areas: within usual variation" in opened.page.inner_text("#key")
    opened.page.fill("#find", CODE)
    opened.page.keyboard.press("Enter")
    assert "the year before: " in opened.page.inner_text("#area-before")
    assert "within usual variation" not in opened.page.inner_text("#area-before")
    opened.page.fill("#find", "E01000003")
    opened.page.keyboard.press("Enter")
    assert opened.page.inner_text("#area-before").endswith("within usual variation")
    opened.page.locator("#month").focus()
    opened.page.keyboard.press("ArrowLeft")
    assert opened.page.inner_text("#key-title").endswith("change on the year before, may include chance variation")
    assert "within usual variation" not in opened.page.inner_text("#key")


def test_places_are_compared_as_lines_table_and_file(open_page, pages: Path, tmp_path: Path):
    opened = open_page(pages / "explorer.html", query=f"#type=total&compare=E09000002 x {CODE}")
    assert opened.page.locator("#compare-rows tr").count() == 2
    assert opened.page.locator("#compare-rows th").first.inner_text() == "Lambeth"
    assert opened.page.locator("#compare-rows td").first.inner_text() == "1,234"
    assert opened.page.locator("#compare-lines polyline").count() == 2
    dashes = [one.get_attribute("stroke-dasharray") for one in opened.page.locator("#compare-lines polyline").all()]
    assert len(set(dashes)) == 2, "never colour alone"
    with opened.page.expect_download() as waiting:
        opened.page.click("#compare-download")
    waiting.value.save_as(tmp_path / "x.csv")
    lines = (tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1] == "E09000002,Lambeth,total,12 months to February 2026,1234,2000,617"
    assert len(lines) == 1 + 2 * (1 + 26)
    opened.page.get_by_label("Remove Lambeth from the comparison").click()
    assert f"compare={CODE}" in read_hash(opened)
    opened.page.fill("#find", "E01000003")
    opened.page.keyboard.press("Enter")
    opened.page.click("#area-compare")
    assert read_hash(opened).endswith(f"compare={CODE}+E01000003")


def test_a_change_begins_where_there_is_a_year_before(open_page, pages: Path):
    opened = open_page(pages / "explorer.html", query="#measure=change&month=2024-03")
    assert "month=2025-01" in read_hash(opened) or "January 2025" in opened.page.inner_text("#finding")
    assert opened.page.get_attribute("#month", "min") == "12"
    assert opened.page.inner_text("#slider-words") == "Or a month, January 2025 to February 2026"


def test_an_area_that_stopped_reporting_is_in_no_sum(open_page, pages: Path):
    opened = open_page(pages / "left.html", query="#month=2024-01")
    assert opened.page.inner_text("#finding") == "London: 130 crimes, January 2024"
    assert opened.page.inner_text("#measure-words").endswith(
        "2 small areas (LSOAs) with data; not in the sum, as the newest year is not reported: Lambeth"
    )


def test_hexagons_have_borough_names(opened):
    opened.page.locator("#hexagons").check()
    settle(opened)
    assert "Lambeth" in opened.page.locator(".map-label.borough").all_inner_texts()


def test_on_a_phone_a_tap_opens_a_sheet_and_the_slider_is_beside_the_map(open_page, pages: Path):
    opened = open_page(pages / "explorer.html", width=390, height=844, has_touch=True, is_mobile=True)
    top = {name: opened.page.locator(name).bounding_box()["y"] for name in ("#type", ".map-frame", "#month", "#find")}
    assert list(top) == sorted(top, key=lambda name: top[name])
    room = opened.page.locator(".folium-map").bounding_box()
    opened.page.touchscreen.tap(room["x"] + 60, room["y"] + room["height"] / 2)
    opened.page.locator("#card").wait_for(state="visible")
    assert opened.page.locator("#card-number").inner_text()
    opened.page.click("#card .more a")
    assert opened.page.evaluate("document.activeElement.id") == "area"
