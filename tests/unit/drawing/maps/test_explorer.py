"""The explorer: packed counts, hexagons, bands, and a page that is safe with any area name."""

import base64
import json
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.drawing.kit import classes
from crime_dagster.drawing.kit.geometry import prepare_areas
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.maps.explorer import draw_explorer
from crime_dagster.drawing.maps.explorer_content import Explorer, Fact, build_scales
from crime_dagster.drawing.maps.explorer_data import build_explorer_data, lay_hexagons, pack_counts
from tests.unit.drawing.findings import make_explorer_type

HOSTILE = ("</script><script>alert(1)</script>", "{{ 7 * 7 }}", '"O\'Brien" & Söhne <b>', "=cmd|' /C calc'!A0")
STAMP = Stamp("London", False, "12 months to February 2026", ("Metropolitan Police Service",), "OGL v3.0", "LSOA 2021")


def make(names: tuple[str, ...] = HOSTILE, *, months: int = 26, values: float | None = None) -> Explorer:
    count = len(names)
    codes = [f"E0100000{number}" for number in range(count)]
    frame = gpd.GeoDataFrame(
        {
            "lsoa_code": codes,
            "lsoa_name": [f"Place 00{number}A" for number in range(count)],
            "area_name": names,
            "msoa_code": [f"E0200000{number}" for number in range(count)],
            "borough_code": ["E09000001" if number % 2 else "E09000002" for number in range(count)],
            "borough_name": [HOSTILE[0] if number % 2 else "Lambeth" for number in range(count)],
        },
        geometry=[box(530_000 + 900 * n, 180_000, 530_900 + 900 * n, 181_000) for n in range(count)],
        crs="EPSG:27700",
    )
    areas = prepare_areas(frame)
    table = pd.DataFrame(
        np.arange(count * months).reshape(count, months) if values is None else values,
        index=codes,
        columns=pd.date_range("2024-01-01", periods=months, freq="MS"),
        dtype=float,
    )
    if count > 1:
        table.iloc[1] = np.nan
    year = table.iloc[:, -12:].sum(axis=1, min_count=12) if months else pd.Series(5.0, index=codes)
    clear = pd.Series([number % 2 == 0 for number in range(count)], index=codes, dtype="boolean")
    return Explorer(
        areas=areas,
        types=(
            make_explorer_type(
                *(CrimeType("total", HOSTILE[2], "crime", "crimes", 1), year, clear, table if months else None),
                pd.DataFrame(7.0, index=["E09000002"], columns=table.columns),
                places={"E09000002": {"is_complete": True, "crimes": 1234.0, "residents": 2000.0}},
            ),
            make_explorer_type(
                CrimeType("none", "Nothing reported", "crime", "crimes", 2), year * np.nan, clear * pd.NA, None
            ),
        ),
        residents=pd.Series(1000.0, index=codes).where(pd.Series(range(count), index=codes) != 2),
        area_km2=pd.Series(0.9, index=codes),
        facts=(Fact("Pubs", "pubs", pd.Series([1.0] + [np.inf] * (count - 1), index=codes)),),
        similar={},
        year_label="12 months to February 2026",
        stamp=STAMP,
    )


def unpack(packed: dict, shape: tuple[int, int]) -> np.ndarray:
    stored = np.frombuffer(base64.b64decode(packed["bytes"]), dtype=np.uint8)
    found = np.where(stored == 255, np.nan, stored.astype(float))
    found[stored == 254] = packed["larger"]
    return found.reshape(shape)


def test_counts_come_back_as_they_were():
    counts = np.array([[0, 1, 253, 254], [255, 70_000, np.nan, 2.0]])
    np.testing.assert_array_equal(unpack(pack_counts(counts), (2, 4)), counts)
    assert pack_counts(np.empty((2, 0))) == {"bytes": "", "larger": []}


@pytest.mark.parametrize("strip", [1250, 60])
def test_every_area_has_a_cell_of_its_own_near_where_it_lies(strip: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("crime_dagster.drawing.maps.explorer_data._STRIP", strip)
    random = np.random.default_rng(1)
    points = random.normal(0, 300, (200, 2)) + np.array([530_000, 180_000])
    outline = box(528_500, 178_500, 531_500, 181_500)
    cells, radius = lay_hexagons(points, outline)
    assert len(np.unique(cells.round(3), axis=0)) == 200
    nearest = np.sqrt(((cells[:, None] - cells[None]) ** 2).sum(axis=2) + np.diag(np.full(200, 1e12))).min()
    assert nearest >= np.sqrt(3) * radius * 0.999, "cells do not overlap"
    # East stays east and north stays north.
    for axis in (0, 1):
        assert np.corrcoef(points[:, axis], cells[:, axis])[0, 1] > 0.9
    again, _ = lay_hexagons(points, outline)
    np.testing.assert_array_equal(cells, again)


def test_one_area_has_a_cell():
    cells, radius = lay_hexagons(np.array([[50.0, 50.0]]), box(0, 0, 100, 100))
    assert cells.shape == (1, 2)
    assert radius > 0


def test_bands_are_those_of_all_months_and_none_where_nothing_is_known():
    months = np.array([[0.0, 4.0] * 13, [1.0, np.nan] * 13, [8.0, 16.0] * 13])
    nothing = np.full(3, np.nan)
    scales = build_scales(months.sum(axis=1), nothing, months, np.array([1000.0, 0.0, np.nan]), np.ones(3))
    assert scales["count"]["month"]["names"]
    assert scales["change"]["year"]["names"] == []
    assert build_scales(*[nothing] * 2, months, *[nothing] * 2, breaks=[5.0, 20.0])["count"]["year"]["breaks"] == [
        5,
        20,
    ]
    for scale in (length for measure in scales.values() for length in measure.values()):
        assert len(scale["names"]) == len(scale["light"]) == len(scale["dark"])
        assert len(scale["breaks"]) == max(0, len(scale["names"]) - 1)


@pytest.mark.parametrize(
    "content",
    [make(), make(months=0), make(HOSTILE[:1]), make(values=0.0), make(values=7.0)],
    ids=["hostile names", "years only", "one area", "all zeros", "constant"],
)
def test_the_page_is_whole(content: Explorer):
    page = draw_explorer(content)
    assert draw_explorer(content) == page, "the same content gives the same bytes"
    assert page.count("</script>") == 3
    assert "alert(1)</script>" not in page
    assert not re.search(r"(?:src|href)=\"?(?:https?:)?//", page[: page.index("<script")]), "it loads nothing"
    text = re.search(r'id="page-data">(.*?)</script>', page, re.DOTALL)
    assert text is not None
    data = json.loads(text.group(1))
    assert data["areas"]["name"] == content.areas.areas["area_name"].tolist()
    assert data["types"][1]["year"] == [None] * len(content.areas.codes)


def test_boroughs_are_chosen_by_their_force_where_lists_are_grouped():
    content = make()
    assert "<optgroup" not in draw_explorer(content)
    codes = content.areas.boroughs["borough_code"].to_list()
    page = draw_explorer(replace(content, forces={codes[0]: "Town Police", codes[-1]: "Police & Co"}))
    assert page.count('<optgroup label="Police &amp; Co">') == 2  # to look at, and to compare with
    assert [page.count(f'<option value="{code}">') for code in codes] == [1] * len(codes)


def test_what_is_not_reported_is_never_nought():
    data = build_explorer_data(make(), make().areas)
    counts = unpack(data["types"][0]["months"], (4, 26))
    assert np.isnan(counts[1]).all()
    assert data["types"][0]["year"][1] is None
    assert data["areas"]["residents"][2] is None
    assert data["facts"][0]["values"] == [1, None, None, None]


def test_rates_have_the_bands_of_the_maps():
    rates = np.array([4.4, 12.5, 19.6, 30.2, 74.6, 124.5, 2_000.0])
    scale = build_scales(rates, rates, rates[:, None], np.full(7, 1000.0), np.ones(7))["per_1000"]["year"]
    shown, is_whole = classes.round_rates(rates)
    assert is_whole
    assert scale["isRounded"]
    assert scale["breaks"] == classes.class_breaks(shown)
    assert shown.tolist() == [4, 13, 20, 30, 75, 125, 2000]
    assert not classes.round_rates([0.5, 9.0, 9.9])[1]


def test_hexagons_of_a_borough_have_one_border_and_a_place_for_its_name():
    data = build_explorer_data(make(), make().areas)
    assert len(data["hexBorders"]) == len(data["hexMiddles"]) == len(data["boroughs"]) == 2
    assert all(data["hexBorders"])
