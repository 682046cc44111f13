"""An offline browser, and the pages of a made-up city to open in it."""

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from shapely.geometry import box

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.drawing.kit import finish, page_content
from crime_dagster.drawing.kit.geometry import prepare_areas
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.terms import AUTHORITIES
from crime_dagster.drawing.kit.year import CITY, describe_change
from crime_dagster.drawing.maps import choropleth
from crime_dagster.drawing.maps.explorer import draw_explorer
from crime_dagster.drawing.maps.explorer_content import Explorer
from crime_dagster.drawing.pages import data_page, models_page, type_page
from crime_dagster.drawing.pages.borough_page import draw_borough_list, draw_borough_page
from crime_dagster.drawing.pages.data_page import draw_files_page
from crime_dagster.drawing.pages.front_page import draw_front_page
from crime_dagster.drawing.pages.neighbourhood_page import DATA, PAGE, draw_neighbourhood_page, write_data
from crime_dagster.drawing.pages.place_index import INDEX, POSTCODES, write_index, write_postcodes
from tests.unit.drawing.findings import make_year
from tests.unit.drawing.maps.test_explorer import HOSTILE
from tests.unit.drawing.maps.test_explorer import make as make_explorer
from tests.unit.drawing.pages.test_borough_page import make_borough_tables
from tests.unit.drawing.pages.test_data_page import TABLES, make_tables
from tests.unit.drawing.pages.test_front_page import make_borough, make_page, make_score, make_type
from tests.unit.drawing.pages.test_models_page import make_tables as make_model_tables
from tests.unit.drawing.pages.test_neighbourhood_page import make_neighbourhoods
from tests.unit.drawing.pages.test_type_page import make_type_tables

INSTALL = "apt-get install -y chromium"
SIDE_M, COLUMNS, ROWS = 900, 8, 6
STAMP = Stamp(
    place="Kallmoor",
    is_synthetic=True,
    period_label="12 months to February 2026",
    sources=("Kallmoor Police", "Office of Made-up Statistics"),
    licence="Open Government Licence v3.0",
    vintage="Boundaries 2021",
    note="February 2026 is provisional.",
)


def find_chromium() -> str | None:
    """Return the headless shell if there is one: it opens a page for a third of the work, as it has no windows."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start a headless browser. Without one: fail in continuous integration, elsewhere skip."""
    path = find_chromium()
    if path is None:
        message = f"no Chromium; install it with: {INSTALL}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page, and the errors while it was open."""

    page: Any
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def note(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def outside(self) -> list[str]:
        return [url for url in self.requests if not url.startswith(("file:", "data:"))]


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Any]:
    """Open a file as a reader would, with every network request blocked."""
    contexts = []

    def open_file(path: Path, *, width: int = 1280, height: int = 800, query: str = "", **options: Any) -> Opened:
        context = chromium.new_context(viewport={"width": width, "height": height}, offline=True, **options)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("requestfailed", lambda request: opened.problems.append(f"failed: {request.url[:200]}"))
        opened.page.on("pageerror", lambda error: opened.problems.append(f"error: {error}"))
        opened.page.on("console", opened.note)
        opened.page.goto(path.as_uri() + query)
        has_map = path.parent.name == "maps" and path.name != "index.html"
        if (has_map or path.name in ("explorer.html", "left.html")) and options.get("java_script_enabled", True):
            opened.page.wait_for_selector("html[data-ready=yes]", timeout=20_000)
        return opened

    yield open_file
    for context in contexts:
        context.close()


def make_city() -> gpd.GeoDataFrame:
    """Square areas in four boroughs; four squares make one named place."""
    rows = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            number = row * COLUMNS + column
            borough = 2 * (row >= ROWS // 2) + (column >= COLUMNS // 2)
            name = ("Nordhaven", "Eastwick & Sands", "Southby", "Westmere")[borough]
            place = f"{name.split()[0]} Quarter {row // 2}{column // 2}" if number else "Old Westmere Gate"
            west, south = 528_000 + column * SIDE_M, 178_000 + row * SIDE_M
            rows.append(
                {
                    "lsoa_code": f"E0190{number:04d}",
                    "lsoa_name": f"{name} 0{row}{column}A",
                    "area_name": f"{place} 0{row}{column}A",
                    "msoa_code": f"E0290{row // 2}{column // 2}00",
                    "borough_code": f"E0990000{borough}",
                    "borough_name": name,
                    "geometry": box(west, south, west + SIDE_M, south + SIDE_M),
                }
            )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:27700")


def make_values(city: gpd.GeoDataFrame) -> pd.DataFrame:
    random = np.random.default_rng(7)
    recorded = np.round(np.exp(random.normal(4.5, 1.0, len(city)))).astype(float)
    predicted = recorded * np.exp(random.normal(0, 0.5, len(city)))
    recorded[0] = np.nan
    return pd.DataFrame(
        {
            "lsoa_code": city["lsoa_code"],
            "recorded": recorded,
            "recorded_before": np.round(recorded * 0.9),
            "residents": 1_700.0,
            "area_km2": SIDE_M**2 / 1e6,
            "predicted": predicted,
            "lower_90": predicted * 0.5,
            "upper_90": predicted * 2.0,
            "forecast": recorded * 1.1,
            "forecast_lower_90": recorded * 0.6,
            "forecast_upper_90": recorded * 1.9,
            "clear_change": np.where(np.isnan(recorded), np.nan, np.arange(len(city)) % 3 - 1.0),
            "hotspot": np.where(np.isnan(recorded), np.nan, np.arange(len(city)) % 5.0),
            "rank_lower_90": 3.0,
            "rank_upper_90": 9.0,
        }
    )


def save_places(city: gpd.GeoDataFrame, folder: Path) -> None:
    """The index of places, postcodes, and the page of neighbourhoods, as the step `gallery/places` writes them."""
    tables = make_neighbourhoods(pd.DataFrame(city.drop(columns="geometry")))
    files = {INDEX: write_index(tables), DATA: write_data(tables)}
    files |= {f"{POSTCODES}/{outward}.js": text for outward, text in write_postcodes(tables).items()}
    for name, text in files.items():
        finish.save_file(text.encode("utf-8"), folder / name)
    finish.save_page(draw_neighbourhood_page(tables, STAMP), folder / PAGE)


def make_index(folder: Path) -> dict[str, Any]:
    pictures = folder / "pictures"
    pictures.mkdir()
    frames = [Image.new("RGB", (480, 400), shade) for shade in (200, 90)]
    frames[0].save(pictures / "pair.gif", save_all=True, append_images=frames[1:], duration=500, loop=0)
    frames[0].save(pictures / "pair-still.png")
    sheet = Image.new("RGB", (960, 400), 200)
    sheet.paste(frames[1], (480, 0))
    sheet.save(pictures / "pair-frames.webp")
    Image.new("RGB", (1600, 1200), 220).save(pictures / "map.png")
    Image.new("RGB", (800, 1000), 220).save(pictures / "map-narrow.png")
    pair = page_content.Picture(
        path="pictures/pair.gif",
        still_path="pictures/pair-still.png",
        frames_path="pictures/pair-frames.webp",
        frames=2,
        seconds=0.2,
        alt="Recorded and predicted crime in turn.",
        width=480,
        height=400,
        title="All crime, actual and predicted",
        files=(page_content.Download("GIF", "pictures/pair.gif", size_bytes=90_000),),
        source="Source: Kallmoor Police.",
    )
    city_map = page_content.Picture(
        path="pictures/map.png",
        alt="A map.",
        width=1600,
        height=1200,
        narrow_path="pictures/map-narrow.png",
        narrow_width=800,
        narrow_height=1000,
    )
    types = [
        make_type(
            label,
            864_457.0,
            865_936.0,
            describe_change(865_936.0, 864_457.0, is_clear=is_clear),
            (70.0, 71.5, None, 69.0, 74.0),
            map_href="maps/total.html",
            pictures=[page_content.Link("GIF", "pictures/pair.gif"), page_content.Link("what if", "pictures/map.png")],
            d2=0.74,
            baseline_d2=0.41,
        )
        for label, is_clear in (("All crime", False), ("Criminal damage and arson", True), ("Drugs", None))
    ]
    return make_page(
        STAMP,
        title="Kallmoor recorded 864,457 crimes in the year to February 2026",
        lead=("Almost the same number as the year before.", "38% of recorded crime is in a tenth of the small areas."),
        data_to="28 February 2026",
        headlines=(
            page_content.Headline("864,457", "crimes in 12 months", "down 0.2%, within usual variation", "usual"),
            page_content.Headline("280,447", "thefts", "down 7.4%", "down"),
            page_content.Headline("242,023", "violent offences", "up 8.2%", "up"),
        ),
        map_picture=city_map,
        map_href="maps/total.html",
        search_hint="e.g. Southby",
        places="places/",
        boroughs=(make_borough("Southby", 9_000.0, 9_100.0, "maps/total.html?q=Southby"),),
        types=tuple(types),
        notes=(page_content.Note("Recording changed", "A new records system came in February 2024."),),
        pairs=(pair,),
        impacts=(city_map,),
        scores=(make_score("All crime", 0.74, 0.41, 62.0, 90.4),),
        limits=("They say what goes together, not what causes what.",),
        downloads=(page_content.Download("CSV", "data/lsoa_features.csv", "One row per area", 1_800_000),),
        data_href="data.html",
        models_href="models.html",
    )


def save_boroughs(city: gpd.GeoDataFrame, folder: Path) -> None:
    """Write the list of boroughs, the page of the first one, and that of the one without a complete year."""
    tables = make_borough_tables(city, " & <Co>")
    codes = tables.boroughs["borough_code"].tolist()
    finish.save_page(draw_borough_list(tables, STAMP), folder / "index.html")
    for name, code in (("first", codes[0]), ("last", codes[-1])):
        html = draw_borough_page(tables, prepare_areas(city), code, STAMP, links={"total": "../maps/total.html"})
        finish.save_page(html, folder / f"{name}.html")


def make_left() -> Explorer:
    """An explorer whose first area reports the oldest months, and not the newest year."""
    content = make_explorer(HOSTILE)
    first = content.types[0]
    values = first.year.values.copy()
    values.loc[values["lsoa_code"] == "E01000000", "recorded"] = np.nan
    return replace(content, types=(replace(first, year=replace(first.year, values=values)),))


def save_types(folder: Path) -> None:
    """A page of a crime type, the list of types, the list of maps and the list of files."""
    tables, link = make_type_tables(" & <Co>"), page_content.Link("Burglary", "burglary.html", is_current=True)
    finish.save_page(
        type_page.draw_type_page(**tables | {"choices": [link]}, stamp=STAMP), folder / "types" / "burglary.html"
    )
    row = make_type("Burglary", 90.0, 80.0, describe_change(80.0, 90.0), (70.0, 71.5), page_href="burglary.html")
    listed = type_page.draw_type_list([row], STAMP, months_label="Each month", picture=None, notes=())
    finish.save_page(listed, folder / "types" / "index.html")
    maps = type_page.draw_map_list([link], [page_content.Link("A", "burglary.html#place=A")], None, STAMP)
    finish.save_page(maps, folder / "maps" / "index.html")
    files = {"index.html": 57_000, "charts/a_very_long_name_of_a_chart_that_is_still_one_word.png": 1_800_000}
    finish.save_page(draw_files_page(files, STAMP, dt.date(2026, 3, 20)), folder / "files.html")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a front page, its pictures, and a map page in `maps/`, in a folder whose name breaks unquoted addresses."""
    folder = tmp_path_factory.mktemp("a folder & 'more' #1")
    city = make_city()
    year = make_year(
        make_values(city), city.set_index("lsoa_code")["borough_code"], changes="A new system came in <March> 2024."
    )
    city_row = dict(year.city) | {"forecast_period_label": "12 months to February 2027"}
    crime = CrimeType("total", "All crime", "crime", "crimes", 1)
    year = replace(year, crime=crime, place=STAMP.place, places={**year.places, CITY: city_row})
    config: dict[str, Any] = {
        "breaks": year.breaks,
        "stamp": STAMP,
        "other_maps": (
            page_content.Link("All crime", "total.html", is_current=True),
            page_content.Link("Drugs", "drug.html"),
        ),
    }
    finish.save_page(choropleth.draw_map(prepare_areas(city), year, **config), folder / "maps" / "total.html")
    elsewhere = {**config, "stamp": replace(STAMP, terms=AUTHORITIES)}
    finish.save_page(choropleth.draw_map(prepare_areas(city), year, **elsewhere), folder / "maps" / "authorities.html")
    tiles = choropleth.BaseMap("https://tiles.example.org/{z}/{x}/{y}.png", "© The <Mappers>")
    street = choropleth.draw_map(prepare_areas(city), year, **config, base_map=tiles)
    finish.save_page(street, folder / "maps" / "streets.html")
    save_boroughs(city, folder / "boroughs")
    save_types(folder)
    finish.save_page(draw_front_page(make_index(folder)), folder / "index.html")
    save_places(city, folder)
    finish.save_page(data_page.draw_data_page(make_tables(), TABLES, STAMP), folder / "data.html")
    finish.save_page(data_page.draw_glossary(STAMP), folder / "glossary.html")
    finish.save_page(models_page.draw_models_page(make_model_tables(), STAMP), folder / "models.html")
    # The folder of places is of another town than the explorer, which finds its own places where it has no folder.
    finish.save_page(draw_explorer(make_explorer(HOSTILE)), folder / "explorer.html")
    finish.save_page(draw_explorer(replace(make_explorer(HOSTILE), places="places/")), folder / "with_places.html")
    finish.save_page(draw_explorer(make_left()), folder / "left.html")
    return folder
