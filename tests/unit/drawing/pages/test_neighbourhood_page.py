"""The index of places, and the page of neighbourhoods with its data."""

import json
import re

import pandas as pd
import pytest

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.dictionary import Column
from crime_dagster.drawing.pages.neighbourhood_page import (
    describe_kind,
    draw_neighbourhood_page,
    write_data,
)
from crime_dagster.drawing.pages.place_index import Places, write_index, write_postcodes

TOTAL = CrimeType("total", "All crime", "recorded crime", "crimes", 1)


def make_neighbourhoods(areas: pd.DataFrame) -> Places:
    """Tables of a city, of `lsoa_code`, `area_name`, `msoa_code`, `borough_code` and `borough_name`."""
    areas = areas.assign(
        neighbourhood=areas["area_name"].str.rsplit(" ", n=1).str[0],
        ward_code="E05" + areas["borough_code"].str[3:],
        ward_name=areas["borough_name"].str[:4] + " Ward",
    )
    places = areas.drop_duplicates("msoa_code")[["msoa_code", "neighbourhood", "borough_code", "borough_name"]]
    codes = list(places["msoa_code"])
    boroughs = areas.drop_duplicates("borough_code")[["borough_code", "borough_name"]]
    marts = {
        "boroughs": boroughs.assign(slug=boroughs["borough_name"].str.lower().str.split().str[0]),
        "neighbourhoods": places.assign(residents=8_000.0, area_km2=2.5),
        "lsoas": areas,
        "landmarks": pd.DataFrame({"landmark_name": ["Harbour Halt"], "lsoa_code": areas["lsoa_code"].iloc[[-1]]}),
        "postcodes": pd.DataFrame(
            {
                "postcode": ["DM1 1AA", "DM1 1AB", "DM2 9ZZ"],
                "outward_code": ["DM1", "DM1", "DM2"],
                "lsoa_code": areas["lsoa_code"].iloc[0],
                "is_live": [True, False, True],
            }
        ),
        "neighbourhood_years": pd.DataFrame(
            {
                "msoa_code": codes,
                "crime_type": "total",
                "crimes": 1_200.0,
                "crimes_before": 1_000.0,
                "is_clear_change": [True] + [False] * (len(codes) - 1),
                "crimes_per_1000": 150.0,
                "borough_per_1000": 140.0,
                "city_per_1000": 99.5,
                "rank": 1,
                "ranked": len(codes),
            }
        ),
        "neighbourhood_months": pd.DataFrame(
            {
                "msoa_code": codes[0],
                "month": [f"2025-{month:02d}" for month in range(1, 13)],
                "crimes": [float(number) for number in range(90, 102)],
                "is_provisional": [False] * 11 + [True],
            }
        ),
        "place_traits": pd.DataFrame(
            {
                "place_kind": ["neighbourhood", "borough", "city"],
                "place_code": [codes[0], boroughs["borough_code"].iloc[0], "city"],
                "feature": "people_per_km2",
                "value": [9_000.0, 6_000.0, 5_000.0],
                "fifth": [5, None, None],
            }
        ),
        "similar_neighbourhoods": pd.DataFrame({"msoa_code": codes[:1], "place": 1, "similar_msoa_code": codes[1:2]}),
        "area_findings": pd.DataFrame(
            {"lsoa_code": areas["lsoa_code"], "crimes": 300.0, "crimes_before": 250.0, "is_clear_change": True}
        ),
        "ward_years": pd.DataFrame(
            {
                "ward_code": ["E05900000"],
                "crime_type": "total",
                "period_label": "12 months to January 2026",
                "crimes": [2_500],
                "crimes_before": [2_400],
            }
        ),
    }
    trait = Column("people_per_km2", "People per km²", "people per km²", "feature", "", "double")
    maps = {"total": "maps/total.html"}
    return Places("Squaretown", marts, [TOTAL], "12 months to February 2026", [trait], maps)


@pytest.fixture
def tables() -> Places:
    return make_neighbourhoods(
        pd.DataFrame(
            {
                "lsoa_code": ["E01000001", "E01000002", "E01000003"],
                "area_name": ["Old Quay 001A", "Old Quay 001B", "</script> Row 002A"],
                "msoa_code": ["E02000001", "E02000001", "E02000002"],
                "borough_code": ["E09000001", "E09000001", "E09000002"],
                "borough_name": ["Northby", "Northby", "Southby"],
            }
        )
    )


def read_call(text: str, name: str) -> dict:
    assert text.startswith(f"{name}(")
    assert text.endswith(");\n")
    return json.loads(text[len(name) + 1 : -3])


def test_the_index_names_every_place_once(tables):
    index = read_call(write_index(tables), "searchPlaces")
    assert index["boroughs"] == [["Northby", "E09000001", "northby"], ["Southby", "E09000002", "southby"]]
    assert index["neighbourhoods"][0] == ["Old Quay", "E02000001", 0, [["001A", "E01000001"], ["001B", "E01000002"]]]
    assert [ward[3] for ward in index["wards"]] == [[0, 1], [2]]
    assert index["stations"] == [["Harbour Halt", 1]]


def test_a_postcode_that_is_no_longer_in_use_is_not_found(tables):
    files = write_postcodes(tables)
    assert files == {
        "DM1": 'searchPostcodes("DM1",{"E01000001":"1AA"});\n',
        "DM2": 'searchPostcodes("DM2",{"E01000001":"9ZZ"});\n',
    }
    assert read_call(write_index(tables), "searchPlaces")["postcodes"] == ["DM1", "DM2"]


def test_the_data_holds_figures_as_the_marts_have_them(tables):
    data = read_call(write_data(tables), "showPlaces")
    place = data["places"]["E02000001"]
    assert place["years"] == [[1_200, 1_000, True, 150.0, 1.0, 2]]
    assert place["months"] == [*range(90, 102)]
    assert place["areas"][0] == ["E01000001", "Old Quay 001A", 300, 250, True]
    assert place["kind"] == "Densely populated."
    assert place["similar"] == ["E02000002"]
    assert [one["provisional"] for one in data["boroughs"].values()][:2] == [["2025-12"], []], "one force revises it"
    assert data["boroughs"]["E09000001"]["rates"] == {"total": 140.0}
    assert data["city"]["rates"] == {"total": 99.5}
    assert data["wards"] == {"E05900000": [[2_500, 2_400]]}


def test_no_name_ends_a_script(tables, stamp):
    for text in (write_index(tables), write_data(tables), draw_neighbourhood_page(tables, stamp)):
        assert "</script> Row" not in text


def test_without_javascript_all_neighbourhoods_are_listed(tables, stamp):
    html = draw_neighbourhood_page(tables, stamp)
    assert re.findall(r'<a href="#place=(\w+)"', html) == ["E02000001", "E02000002"]


@pytest.mark.parametrize(
    ("fifths", "said"),
    [
        ({"people_per_km2": 5, "ptal_index": 1}, "Densely populated and poor public transport."),
        ({"people_per_km2": 3}, "Near the middle in every respect shown here."),
    ],
)
def test_a_kind_of_place_is_what_it_has_most_or_least_of(fifths, said):
    assert describe_kind(fifths) == said
