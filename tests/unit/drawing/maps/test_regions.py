"""Pages of regions: whole boroughs near each other, the same bands, and an index that leads to every borough."""

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from crime_dagster.drawing.kit.geometry import Areas, prepare_areas
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.maps import regions
from crime_dagster.drawing.maps.explorer import draw_explorer
from crime_dagster.drawing.maps.explorer_content import Explorer, ExplorerType

STAMP = Stamp("London", False, "12 months to February 2026", ("Metropolitan Police Service",), "OGL v3.0", "LSOA 2021")
SIDE, BOROUGHS = 6, 4


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
    assert regions.divide(areas) == []


@pytest.mark.usefixtures("small")
def test_regions_have_every_borough_once_and_are_near_each_other(areas: Areas) -> None:
    found = regions.divide(areas)
    assert [len(one.areas.codes) for one in found] == [18, 18]
    assert sorted(code for one in found for code in one.areas.codes) == sorted(areas.codes)
    assert all(one.areas.outline.area == pytest.approx(18 * 900 * 900) for one in found)
    assert all(one.areas.outline.geom_type == "Polygon" for one in found)
    assert found[0].name == "Around Borough 0"
    assert found[1].note == "Around Borough 2: page 2 of 2, with 18 of 36 small areas."


@pytest.mark.usefixtures("small")
def test_the_index_leads_to_every_borough_and_knows_every_area(areas: Areas) -> None:
    found = regions.divide(areas)
    page = regions.draw_region_index(areas, found, STAMP, stem="total", title="All crime", current="", up="../")
    for region in found:
        for code in region.areas.boroughs["borough_code"]:
            # In the list and on the map.
            assert page.count(f'href="total-{region.number}.html#place={code}"') == 2
    assert "<b>3</b>" not in page
    data = json.loads(re.findall(r'id="page-data">(.*?)</script>', page)[0])
    assert [len(codes) for codes in data["regions"]] == [20, 20]


@pytest.mark.usefixtures("small")
def test_pages_of_regions_share_the_bands_of_the_city(areas: Areas) -> None:
    months = pd.date_range("2024-03-01", periods=24, freq="MS")
    counts = pd.DataFrame(np.arange(36.0)[:, None] + np.zeros(24), index=areas.codes, columns=months)
    year = 12 * counts.iloc[:, 0]
    content = Explorer(
        areas=areas,
        types=(ExplorerType("total", "All crime", "crimes", year, year, year.isna(), counts),),
        residents=year + 1,
        area_km2=year + 1,
        facts=(),
        similar={"E01000000": ["E01000035", "E01000001"], "E01000001": ["E01000000"]},
        year_label="12 months to February 2026",
        stamp=STAMP,
    )
    pages = [draw_explorer(content), *(draw_explorer(content, region) for region in regions.divide(areas))]
    every, first, second = (json.loads(re.findall(r'id="page-data">(.*?)</script>', page)[0]) for page in pages)
    assert every["types"][0]["scales"] == first["types"][0]["scales"] == second["types"][0]["scales"]
    assert first["areas"]["code"] + second["areas"]["code"] == every["areas"]["code"]
    assert first["areas"]["similar"][:2] == [[], [0]], "the rest would not be the most similar"
    assert "All regions" in pages[1]
    assert "All regions" not in pages[0]
    assert first["place"] == "Around Borough 0"
