"""The map page as a reader meets it: drawn, switched, searched, with mouse, touch and keyboard."""

import io

import pytest
from PIL import Image

from crime_dagster.drawing.kit import theme

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


@pytest.fixture
def map_file(pages):
    return pages / "maps" / "total.html"


def see(opened, selector):
    return opened.page.locator(selector)


def colours_of(opened):
    picture = Image.open(io.BytesIO(see(opened, ".folium-map").screenshot())).convert("RGB")
    return {f"#{red:02X}{green:02X}{blue:02X}": number for number, (red, green, blue) in picture.getcolors(1 << 24)}


def bands_in_use(opened):
    bands = see(opened, '.key[data-layer="recorded"] .band').all()
    return [band for band in bands if not band.locator(".areas").inner_text().startswith("0")]


def colour_of(band):
    return band.locator(".swatch").get_attribute("style").split("--light: ")[1].split(";")[0]


def hover_middle(opened):
    room = see(opened, ".folium-map").bounding_box()
    # Off the corner where four areas meet.
    x, y = room["x"] + room["width"] / 2 + 12, room["y"] + room["height"] / 2 + 12
    opened.page.mouse.move(x - 3, y - 3)
    opened.page.mouse.move(x, y)
    see(opened, "#card").wait_for(state="visible")


def find(opened, query):
    see(opened, "#find").fill(query)
    opened.page.keyboard.press("Enter")
    see(opened, "#card").wait_for(state="visible")


def test_loads_nothing_and_complains_of_nothing(open_page, map_file):
    opened = open_page(map_file)
    hover_middle(opened)
    assert [url for url in opened.requests if not url.startswith("data:")] == [opened.page.url.split("#")[0]]
    assert opened.problems == []
    assert "SYNTHETIC" in see(opened, ".synthetic-band").inner_text()
    assert see(opened, ".breaks li").all_inner_texts() == ["A new system came in <March> 2024."]


def test_every_band_of_the_key_is_on_the_map_and_the_unreported_area_is_hatched(open_page, map_file):
    opened = open_page(map_file)
    found = colours_of(opened)
    used = [colour_of(band) for band in bands_in_use(opened)]
    assert len(used) >= 4
    assert all(found.get(colour, 0) > 500 for colour in used), (used, found)
    assert found.get(theme.LIGHT.no_data, 0) > 500
    assert found.get(theme.LIGHT.no_data_hatch, 0) > 50


def test_a_dark_page_has_the_dark_palette(open_page, map_file):
    found = colours_of(open_page(map_file, color_scheme="dark"))
    assert found.get(theme.SEQUENTIAL_DARK[1], 0) > 500
    assert theme.SEQUENTIAL[1] not in found


def test_switching_the_layer_changes_map_title_key_and_alternative_text(open_page, map_file):
    opened = open_page(map_file)
    before = (see(opened, "#finding").inner_text(), see(opened, ".folium-map").get_attribute("aria-label"))
    for name in ("per_1000", "per_km2", "predicted", "forecast", "change", "hotspot", "difference"):
        opened.page.check(f'input[value="{name}"]')
        assert see(opened, ".key:visible").get_attribute("data-layer") == name
        after = (see(opened, "#finding").inner_text(), see(opened, ".folium-map").get_attribute("aria-label"))
        assert after[0] != before[0]
        assert after[1] != before[1]
        assert after[0] in after[1]
        before = after
    assert colours_of(opened).get(theme.DIVERGING[3], 0) > 500
    assert opened.problems == []


def test_the_keyboard_walks_through_every_layer(open_page, map_file):
    opened = open_page(map_file)
    see(opened, 'input[name="show"]').first.focus()
    seen = [see(opened, ".key:visible").get_attribute("data-layer")]
    for _ in range(7):
        opened.page.keyboard.press("ArrowDown")
        seen.append(see(opened, ".key:visible").get_attribute("data-layer"))
    assert seen == ["recorded", "per_1000", "per_km2", "predicted", "difference", "forecast", "change", "hotspot"]


def test_hot_spots_are_outlined_and_have_letters_from_close_by(open_page, map_file):
    opened = open_page(map_file)
    opened.page.check('input[value="hotspot"]')
    found = colours_of(opened)
    assert found.get(theme.HOTSPOT["persistent"], 0) > 100
    assert found.get(theme.HOTSPOT["none"], 0) > 100
    assert see(opened, ".map-label.mark").count() == 0
    for _ in range(2):
        opened.page.keyboard.press("Escape")
        opened.page.click("#zoom-in")
        opened.page.wait_for_timeout(350)
    # Letters appear when the zoom ends, which takes longer on a busy machine.
    opened.page.locator(".map-label.mark").first.wait_for(state="attached")
    letters = set(see(opened, ".map-label.mark").all_inner_texts())
    assert letters
    assert letters <= set("PEIF")
    opened.page.check('input[value="recorded"]')
    assert see(opened, ".map-label.mark").count() == 0


def test_the_card_says_what_was_found(open_page, map_file):
    opened = open_page(map_file)
    find(opened, "E01900003")
    rows = see(opened, "#card-rows").inner_text()
    assert "clear change" in rows
    assert "forecast, 12 months to February 2027" in rows
    assert "could be" in rows


def test_a_band_of_the_key_hides_its_areas(open_page, map_file):
    opened = open_page(map_file)
    band = bands_in_use(opened)[0]
    colour = colour_of(band)
    assert colours_of(opened)[colour] > 500
    band.click()
    opened.page.wait_for_timeout(100)
    assert band.get_attribute("aria-pressed") == "false"
    assert colours_of(opened).get(colour, 0) < 500
    band.click()
    opened.page.wait_for_timeout(100)
    assert colours_of(opened)[colour] > 500


def test_the_card_follows_the_mouse_and_escape_closes_it(open_page, map_file):
    opened = open_page(map_file)
    hover_middle(opened)
    assert "Quarter" in see(opened, "#card-name").inner_text()
    assert "per 1,000 residents" in see(opened, "#card-rows").inner_text()
    opened.page.keyboard.press("Escape")
    see(opened, "#card").wait_for(state="hidden")


def test_a_click_pins_the_card_until_it_is_closed(open_page, map_file):
    opened = open_page(map_file)
    hover_middle(opened)
    room = see(opened, ".folium-map").bounding_box()
    opened.page.mouse.click(room["x"] + room["width"] / 2 + 12, room["y"] + room["height"] / 2 + 12)
    name = see(opened, "#card-name").inner_text()
    opened.page.mouse.move(room["x"] + 5, room["y"] + 5)
    opened.page.wait_for_timeout(400)
    assert see(opened, "#card-name").inner_text() == name
    assert name in see(opened, "#status").inner_text()
    see(opened, "#card-close").click()
    assert see(opened, "#card").is_hidden()


def test_a_pinned_card_leads_to_the_area_in_the_explorer(open_page, map_file):
    opened = open_page(map_file)
    opened.page.fill("#find", "Old Westmere")
    opened.page.keyboard.press("Enter")
    opened.page.locator("#card").wait_for(state="visible")
    href = opened.page.locator("#card-more").get_attribute("href")
    assert href == "../explorer.html#type=total&area=E01900000"
    opened.page.locator("#card-more").focus()
    assert opened.page.evaluate("document.activeElement.id") == "card-more"


def test_search_walks_with_arrows_and_enter_shows_the_area(open_page, map_file):
    opened = open_page(map_file)
    see(opened, "#find").fill("westm")
    options = see(opened, "#find-list [role=option]")
    # The borough first, then areas that begin with the text, then those that contain it.
    assert options.nth(0).inner_text().split("\n")[1:] == ["borough"]
    assert options.nth(1).inner_text().startswith("Westmere Quarter")
    opened.page.keyboard.press("ArrowDown")
    opened.page.keyboard.press("ArrowDown")
    chosen = see(opened, '#find-list [aria-selected="true"]')
    assert chosen.get_attribute("id") == see(opened, "#find").get_attribute("aria-activedescendant")
    opened.page.keyboard.press("Enter")
    see(opened, "#card").wait_for(state="visible")
    assert see(opened, "#card-name").inner_text() == see(opened, "#find").input_value()
    assert "Westmere" in see(opened, "#card-code").inner_text()


def test_search_by_code_and_not_reported_is_never_nought(open_page, map_file):
    opened = open_page(map_file)
    find(opened, "E01900000")
    assert see(opened, "#card-number").inner_text() == "not reported"
    assert "rank" not in see(opened, "#card-rows").inner_text()
    assert see(opened, "#card-unit").inner_text() == ""


def test_search_says_when_nothing_is_found(open_page, map_file):
    opened = open_page(map_file)
    see(opened, "#find").fill("xyzzy")
    assert "Nothing found" in see(opened, "#find-status").inner_text()
    assert see(opened, "#find-list").is_hidden()


def test_an_address_with_a_query_opens_the_borough(open_page, map_file):
    opened = open_page(map_file, query="?q=Eastwick%20%26%20Sands")
    assert see(opened, "#find").input_value() == "Eastwick & Sands"
    assert "Eastwick & Sands" in see(opened, "#status").text_content()


def test_the_keyboard_moves_zooms_and_lists(open_page, map_file):
    opened = open_page(map_file)
    see(opened, ".folium-map").focus()
    scale = see(opened, ".leaflet-control-scale-line")
    before = (scale.inner_text(), scale.bounding_box()["width"])
    opened.page.keyboard.press("+")
    opened.page.wait_for_timeout(500)
    assert (scale.inner_text(), scale.bounding_box()["width"]) != before
    opened.page.keyboard.press("ArrowRight")
    opened.page.keyboard.press("Enter")
    see(opened, "#in-view").wait_for(state="visible")
    rows = see(opened, "#in-view-rows li")
    assert 1 <= rows.count() <= 20
    opened.page.keyboard.press("Escape")
    assert see(opened, "#in-view").is_hidden()
    assert opened.page.evaluate("document.activeElement.classList.contains('folium-map')")


def test_the_buttons_zoom_and_show_all(open_page, map_file):
    opened = open_page(map_file, reduced_motion="reduce")
    scale = see(opened, ".leaflet-control-scale-line")
    before = (scale.inner_text(), scale.bounding_box()["width"])
    see(opened, "#zoom-in").click()
    assert (scale.inner_text(), scale.bounding_box()["width"]) != before
    see(opened, "#zoom-all").click()
    assert (scale.inner_text(), scale.bounding_box()["width"]) == before


def test_on_a_phone_the_layers_are_above_the_map_and_the_card_lies_below_it(open_page, map_file):
    opened = open_page(map_file, **PHONE)
    top = {name: see(opened, name).bounding_box()["y"] for name in (".map-frame", ".keys", ".layer-choice", ".search")}
    assert top[".layer-choice"] < top[".map-frame"] < top[".keys"] < top[".search"]
    assert see(opened, ".map-label.borough").count() > 0
    opened.page.select_option("#layer", "per_km2")
    assert opened.page.evaluate("location.hash") == "#type=total&layer=per_km2"
    room = see(opened, ".folium-map").bounding_box()
    opened.page.touchscreen.tap(room["x"] + room["width"] / 2 + 12, room["y"] + room["height"] / 2 + 12)
    see(opened, "#card").wait_for(state="visible")
    card, room = see(opened, "#card").bounding_box(), see(opened, ".folium-map").bounding_box()
    assert (card["x"], card["width"]) == (0, 390)
    assert card["y"] + card["height"] == pytest.approx(844, abs=1)
    assert room["y"] + room["height"] <= card["y"]
    assert see(opened, "#card-close").is_visible()


def test_the_address_holds_layer_borough_and_area_and_goes_with_the_type(open_page, map_file):
    address = "#type=total&layer=per_1000&place=E09900001&area=E01900005"
    opened = open_page(map_file, query=address)
    see(opened, "#card").wait_for(state="visible")
    assert see(opened, "h1").inner_text() == "All crime in Eastwick & Sands"
    assert see(opened, "#borough-rows div").count() >= 1
    assert see(opened, "#card-unit").inner_text().endswith("per 1,000 residents")
    assert opened.page.evaluate("location.hash") == address
    other = see(opened, '.types a[data-type="drug"]').get_attribute("href")
    assert other == (map_file.parent / "drug.html").as_uri() + address.replace("type=total", "type=drug")
    see(opened, "#borough-all").click()
    assert see(opened, "h1").inner_text() == "All crime"
    assert opened.page.evaluate("location.hash") == "#type=total&layer=per_1000"


def test_an_address_of_another_type_leads_to_its_map(open_page, pages, map_file):
    (pages / "maps" / "drug.html").write_text(
        map_file.read_text(encoding="utf-8").replace('"crimeType":"total"', '"crimeType":"drug"'), "utf-8"
    )
    opened = open_page(map_file, query="#type=drug&layer=change")
    opened.page.wait_for_url("**/drug.html#type=drug&layer=change")


def test_a_wrong_address_shows_the_whole(open_page, map_file):
    opened = open_page(map_file, query="#type=<b>&layer=toString&place=x&area=y")
    assert opened.problems == []
    assert opened.page.evaluate("location.hash") == "#type=total&layer=recorded"


def test_the_card_lies_beside_the_chosen_area_and_follows_the_layer(open_page, map_file):
    opened = open_page(map_file, reduced_motion="reduce")
    find(opened, "E01900017")
    number = see(opened, "#card-number").inner_text()
    card = see(opened, "#card").bounding_box()
    area = see(opened, ".leaflet-chosen-pane path").last.bounding_box()
    apart = card["x"] >= area["x"] + area["width"] or card["x"] + card["width"] <= area["x"]
    assert apart or card["y"] >= area["y"] + area["height"] or card["y"] + card["height"] <= area["y"]
    opened.page.check('input[value="forecast"]')
    assert see(opened, "#card-number").inner_text() != number
    assert see(opened, "#card-unit").inner_text() == "crimes forecast, 12 months to February 2027"
    assert see(opened, "#card-rows dt").first.inner_text() == "90% range of the forecast"


def test_the_table_shows_the_layer_in_any_order(open_page, map_file):
    opened = open_page(map_file)
    opened.page.check('input[value="predicted"]')
    assert see(opened, "#layer-table thead button").all_inner_texts() == [
        "Area",
        "Borough",
        "Predicted",
        "90% range",
        "Recorded",
    ]
    assert see(opened, "#layer-table tbody tr").count() == 48
    values = see(opened, "#layer-table tbody td:nth-child(3)").all_inner_texts()
    numbers = [float(value.replace(",", "")) for value in values]
    assert numbers == sorted(numbers, reverse=True)
    see(opened, '#layer-table button[data-column="recorded"]').click()
    last = see(opened, "#layer-table tbody tr").last
    assert last.locator("td").last.inner_text() == "not reported"
    see(opened, '#layer-table button[data-column="recorded"]').click()
    assert see(opened, '#layer-table [aria-sort="ascending"]').inner_text().startswith("Recorded")
    assert last.locator("td").last.inner_text() == "not reported"


def test_the_table_of_a_few_areas_is_whole_and_names_local_authorities(open_page, pages):
    opened = open_page(pages / "maps" / "authorities.html")
    assert see(opened, "#layer-table thead button").all_inner_texts()[1] == "Local authority"
    assert not opened.page.locator("#table-all").is_visible(), "nothing is left to show"


def test_no_name_in_the_key_runs_into_its_bar(open_page, map_file):
    names = "[...document.querySelectorAll('.band-name')]"
    opened = open_page(map_file)
    assert opened.page.evaluate(f"{names}.length") > 0
    opened.page.evaluate(f"{names}.forEach((name) => (name.textContent = 'within usual variation'))")
    assert opened.page.evaluate(f"{names}.filter((name) => name.scrollWidth > name.clientWidth).length") == 0


def test_a_printed_map_is_as_wide_as_the_paper_and_whole(open_page, map_file):
    opened = open_page(map_file, width=1600)
    opened.page.evaluate(
        "window.addEventListener('beforeprint', () => { const room = document.querySelector('.folium-map');"
        " window.printed = [room.clientWidth, room.querySelector('canvas').getBoundingClientRect().width] })"
    )
    before = see(opened, ".leaflet-control-scale-line").inner_text()
    opened.page.pdf()
    width, canvas = opened.page.evaluate("window.printed")
    assert width == 675
    assert canvas < 675 * 1.25, "what is drawn is that of the paper, not of the screen"
    assert see(opened, ".leaflet-control-scale-line").inner_text() == before


def test_without_scripts_the_table_is_there(open_page, map_file):
    opened = open_page(map_file, java_script_enabled=False)
    assert see(opened, ".no-script").is_visible()
    assert see(opened, "#table tbody tr").count() == 20 + 4


def test_a_base_map_that_cannot_be_fetched_leaves_the_map_as_it_is(open_page, pages):
    opened = open_page(pages / "maps" / "streets.html")
    see(opened, 'input[value="predicted"]').check()
    assert "predicted" in see(opened, "#measure").inner_text().lower()
    outside = [url for url in opened.outside() if not url.startswith("https://tiles.example.org/")]
    assert outside == []
    assert opened.outside(), "the tiles were asked for"
    assert not [one for one in opened.problems if one.startswith("error")]
    assert "Base map: © The <Mappers>." in see(opened, ".source").inner_text()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_map_is_saved_as_a_picture_with_its_heading_key_and_source(open_page, pages, tmp_path, width, scheme):
    opened = open_page(pages / "maps" / "total.html", width=width, query="#place=E09900001", color_scheme=scheme)
    with opened.page.expect_download() as download:
        opened.page.get_by_role("button", name="Save as a picture").click()
    assert download.value.suggested_filename.startswith("total recorded Eastwick")
    download.value.save_as(tmp_path / "map.png")
    box = opened.page.locator(".folium-map").bounding_box()
    with Image.open(tmp_path / "map.png") as picture:
        assert picture.width == 2 * (round(box["width"]) + 240)
        assert picture.height > 2 * (box["height"] + 128)
        whole = picture.convert("RGB")
        shown = whole.crop((0, 256, round(2 * box["width"]), round(2 * (128 + box["height"]))))
        key = whole.crop((round(2 * box["width"]) + 40, 300, picture.width, 700))
    assert len(shown.getcolors(1 << 24)) > 50, "areas, borders and names"
    assert len(key.getcolors(1 << 24)) > 5, "a swatch per band"
    assert opened.problems == []
