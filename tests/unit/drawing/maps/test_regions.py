"""Pages of forces, or parts of them: whole boroughs, the same bands, and an index that leads to every borough."""

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.drawing.kit.geometry import Areas, prepare_areas
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.maps import regions
from crime_dagster.drawing.maps.explorer import draw_explorer
from crime_dagster.drawing.maps.explorer_content import Explorer
from tests.unit.drawing.findings import make_explorer_type

STAMP = Stamp("London", False, "12 months to February 2026", ("Metropolitan Police Service",), "OGL v3.0", "LSOA 2021")
SIDE = 6
# Of two forces of different size: the first is cut where a page holds fewer areas than it has.
FORCES = {"E09000000": "Kent Police", **dict.fromkeys(["E09000001", "E09000002", "E09000003"], "Avon Police")}


@pytest.fixture(scope="module")
def areas() -> Areas:
    """Six by six squares, in boroughs of three by three."""
    rows = [(x, y, 2 * (x // 3) + y // 3) for x in range(SIDE) for y in range(SIDE)]
    frame = gpd.GeoDataFrame(
        {
            "lsoa_code": [f"E010000{number:02d}" for number in range(len(rows))],
            "lsoa_name": [f"Place {number:03d}A" for number in range(len(rows))],
            "area_name": [f"Street {number}" for number in range(len(rows))],
            "msoa_code": [f"E0200000{borough}" for _, _, borough in rows],
            "borough_code": [f"E0900000{borough}" for _, _, borough in rows],
            "borough_name": [f"<b>{borough}</b>" if borough == 3 else f"Borough {borough}" for _, _, borough in rows],
        },
        geometry=[box(530_000 + 900 * x, 180_000 + 900 * y, 530_900 + 900 * x, 180_900 + 900 * y) for x, y, _ in rows],
        crs="EPSG:27700",
    )
    return prepare_areas(frame)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "MOST_AREAS", 20)
    monkeypatch.setattr(regions, "_USUAL_AREAS", 18)


def test_one_page_holds_all_areas_up_to_the_limit(areas: Areas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "MOST_AREAS", SIDE * SIDE)
    assert regions.divide(areas, {}) == []
    assert not regions.is_too_large(areas)


def test_each_force_has_its_page_beside_that_of_the_whole_place(areas: Areas) -> None:
    found = regions.divide(areas, FORCES)
    assert [(one.slug, one.name, one.force, len(one.areas.codes)) for one in found] == [
        ("avon-police", "Avon", "Avon Police", 27),
        ("kent-police", "Kent", "Kent Police", 9),
    ]
    assert found[1].note == "Kent: 9 of 36 small areas."
    links = regions.link_regions(found, "total", "Wessex", found[1])
    assert [(one.label, one.href, one.is_current) for one in links] == [
        ("Wessex", "total.html", False),
        ("Avon", "total-avon-police.html", False),
        ("Kent", "total-kent-police.html", True),
    ]


@pytest.mark.usefixtures("small")
def test_only_a_force_too_large_for_a_page_is_cut(areas: Areas) -> None:
    found = regions.divide(areas, FORCES)
    assert [(one.slug, one.force, one.name) for one in found] == [
        ("avon-police-1", "Avon Police", "Avon, around Borough 1"),
        ("avon-police-2", "Avon Police", "Avon, <b>3</b>"),
        ("kent-police", "Kent Police", "Kent"),
    ]
    assert sorted(code for one in found for code in one.areas.codes) == sorted(areas.codes)
    assert regions.is_too_large(areas)


@pytest.mark.usefixtures("small")
def test_regions_have_every_borough_once_and_are_near_each_other(areas: Areas) -> None:
    found = regions.divide(areas, {})
    assert [len(one.areas.codes) for one in found] == [18, 18]
    assert sorted(code for one in found for code in one.areas.codes) == sorted(areas.codes)
    assert all(one.areas.outline.area == pytest.approx(18 * 900 * 900) for one in found)
    assert all(one.areas.outline.geom_type == "Polygon" for one in found)
    assert [(one.slug, one.name) for one in found] == [("1", "Around Borough 0"), ("2", "Around Borough 2")]
    assert found[1].note == "Around Borough 2: 18 of 36 small areas."


@pytest.mark.usefixtures("small")
def test_the_index_leads_to_every_borough_and_knows_every_area(areas: Areas) -> None:
    found = regions.divide(areas, FORCES)
    page = regions.draw_region_index(areas, found, STAMP, stem="total", title="All crime", current="", up="../")
    for region in found:
        for code in region.areas.boroughs["borough_code"]:
            # In the list and on the map.
            assert page.count(f'href="total-{region.slug}.html#place={code}"') == 2
    shades = dict(re.findall(r'href="total-([a-z0-9-]+).html#[^>]*><path class="shade-(.)"', page))
    assert len(set(shades.values())) == len(found), "neighbours differ"
    assert "<b>3</b>" not in page
    data = json.loads(re.findall(r'id="page-data">(.*?)</script>', page)[0])
    # Codes of boroughs and of their areas.
    assert {slug: len(codes) for slug, codes in data["regions"].items()} == {
        "avon-police-1": 20,
        "avon-police-2": 10,
        "kent-police": 10,
    }


@pytest.mark.usefixtures("small")
def test_pages_of_regions_share_the_bands_of_the_city(areas: Areas) -> None:
    months = pd.date_range("2024-03-01", periods=24, freq="MS")
    counts = pd.DataFrame(np.arange(36.0)[:, None] + np.zeros(24), index=areas.codes, columns=months)
    year = 12 * counts.iloc[:, 0]
    content = Explorer(
        areas=areas,
        types=(make_explorer_type(CrimeType("total", "All crime", "crime", "crimes", 1), year, year.isna(), counts),),
        residents=year + 1,
        area_km2=year + 1,
        facts=(),
        similar={"E01000000": ["E01000035", "E01000001"], "E01000001": ["E01000000"]},
        year_label="12 months to February 2026",
        stamp=STAMP,
    )
    found = regions.divide(areas, {})
    links = [regions.link_regions(found, "explorer", "London", one) for one in found]
    pages = [draw_explorer(content), *map(draw_explorer, 2 * [content], found, links)]
    every, first, second = (json.loads(re.findall(r'id="page-data">(.*?)</script>', page)[0]) for page in pages)
    assert every["types"][0]["scales"] == first["types"][0]["scales"] == second["types"][0]["scales"]
    assert first["areas"]["code"] + second["areas"]["code"] == every["areas"]["code"]
    assert first["areas"]["similar"][:2] == [[], [0]], "the rest would not be the most similar"
    assert "<title>Explorer, Around Borough 0</title>" in pages[1]
    assert "Area: Around Borough 0" in pages[1]
    assert 'href="explorer.html">London' in pages[1]
    assert "Area: " not in pages[0]
    assert first["place"] == "Around Borough 0"
