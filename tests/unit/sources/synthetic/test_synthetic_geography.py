"""The made-up map: areas tile the land, nest, and agree with every file that names them."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from crime_dagster.sources.synthetic.geography import draw_geography

SAMPLE = Path(__file__).parents[4] / "data_raw" / "sample"
LOOKUP = "ons/lookups/LSOA_(2011)_to_LSOA_(2021)_to_Local_Authority_District_(2022)_Exact_Fit_Lookup_for_EW_(V3).csv"
COAST = 500_000  # easting: at the northing of the city all land is west of it


@pytest.fixture(scope="module")
def lsoas() -> gpd.GeoDataFrame:
    return gpd.read_file(SAMPLE / "ons/boundaries/doggermouth-2021-lsoa-gen20.shp")


@pytest.fixture(scope="module")
def lookup() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / LOOKUP, encoding="utf-8-sig")


def test_areas_tile_without_gaps_or_overlaps(lsoas: gpd.GeoDataFrame) -> None:
    shapes = lsoas.geometry.values
    assert lsoas.geometry.is_valid.all()
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.coverage_union_all(shapes)
    assert whole.area == pytest.approx(lsoas.geometry.area.sum(), rel=1e-9)
    # Two banks of a river, and no hole in either.
    assert len(whole.geoms) == 2
    assert sum(len(bank.interiors) for bank in whole.geoms) == 0


@pytest.mark.parametrize(("seed", "areas", "boroughs"), [(1, 60, 4), (2, 150, 9), (3, 1_200, 20), (14, 8_000, 400)])
def test_any_city_tiles(seed: int, areas: int, boroughs: int) -> None:
    geography = draw_geography(seed, areas, boroughs)
    shapes = geography.lsoas.geometry.values
    assert len(shapes) == areas
    assert geography.lsoas["borough_code"].nunique() == boroughs
    assert geography.lsoas["lsoa_code"].is_unique
    assert geography.lsoas["borough_name"].nunique() == boroughs
    assert geography.lsoas["lsoa_code"].str.fullmatch(r"E01\d{6}").all()
    assert geography.msoas["area_name"].is_unique
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)


def test_city_lies_in_the_north_sea(lsoas: gpd.GeoDataFrame) -> None:
    assert lsoas.crs.to_epsg() == 27700
    west, south, east, north = lsoas.total_bounds
    assert east < 700_000
    assert 450_000 < south < north < 550_000
    assert east - west < 20_000
    assert west > COAST + 100_000


def test_areas_are_smaller_in_the_centre(lsoas: gpd.GeoDataFrame) -> None:
    middle = np.array([640_000, 500_000])
    centres = np.column_stack([lsoas.geometry.centroid.x, lsoas.geometry.centroid.y])
    away = np.hypot(*(centres - middle).T)
    inner, outer = lsoas.geometry.area[away < 2_000], lsoas.geometry.area[away > 4_000]
    assert inner.median() < 0.7 * outer.median()


def test_areas_nest(lsoas: gpd.GeoDataFrame) -> None:
    assert lsoas["LSOA21CD"].is_unique
    assert lsoas.groupby("MSOA21CD").size().between(4, 6).all()
    assert (lsoas.groupby("MSOA21CD")["LAD22CD"].nunique() == 1).all()
    assert (lsoas.groupby("LAD22CD")["LAD22NM"].nunique() == 1).all()
    names = lsoas["LSOA21NM"].str.extract(r"^(.*) (\d{3})([A-Z])$")
    assert (names[0] == lsoas["LAD22NM"]).all()
    assert (names[0] + " " + names[1] == lsoas["MSOA21NM"]).all()


def test_the_city_borough_is_small_and_first(lsoas: gpd.GeoDataFrame) -> None:
    city = lsoas[lsoas["LAD22NM"] == "City of Doggermouth"]
    assert set(city["LAD22CD"]) == {"E09900001"}
    assert len(city) == 4
    assert lsoas["LAD22CD"].nunique() == 6


def test_codes_were_never_issued(lsoas: gpd.GeoDataFrame) -> None:
    assert lsoas["LSOA21CD"].str.fullmatch(r"E0199\d{4}").all()
    assert lsoas["MSOA21CD"].str.fullmatch(r"E0299\d{4}").all()
    assert lsoas["LAD22CD"].str.fullmatch(r"E0990\d{4}").all()


def test_boroughs_are_the_union_of_their_areas(lsoas: gpd.GeoDataFrame) -> None:
    boroughs = gpd.read_file(SAMPLE / "ons/boundaries/doggermouth-2021-lad22-gen20.geojson")
    assert boroughs.crs.to_epsg() in (4326, None) or "CRS84" in str(boroughs.crs)
    moved = boroughs.to_crs(27700).set_index("LAD22CD").geometry.area
    expected = lsoas.dissolve("LAD22CD").geometry.area
    assert moved.sort_index().to_dict() == pytest.approx(expected.to_dict(), rel=1e-3)
    west, south, east, north = boroughs.total_bounds
    assert 1 < west < east < 2.5
    assert 54 < south < north < 55


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("ons/population/mid-year-population-density-lsoa21.csv", "LSOA 2021 Code"),
        ("ons/census2021/census2021-ts054-lsoa.csv", "geography code"),
        ("mhclg/File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv", "LSOA code (2021)"),
        ("gla/lsoa21-2019-NO2.csv", "LSOA21CD"),
        (LOOKUP, "LSOA21CD"),
    ],
)
def test_files_of_2021_areas_name_each_area(lsoas: gpd.GeoDataFrame, file: str, column: str) -> None:
    assert set(pd.read_csv(SAMPLE / file, encoding="utf-8-sig")[column]) == set(lsoas["LSOA21CD"])


@pytest.mark.parametrize(
    ("file", "column"),
    [("tfl/tfl-ptal-accessibility.csv", "LSOA2011"), ("gla/gla-hh-income-lsoa-estimate.csv", "LSOA11CD")],
)
def test_files_of_2011_areas_name_each_area_of_2011(lookup: pd.DataFrame, file: str, column: str) -> None:
    codes = pd.read_csv(SAMPLE / file)[column]
    assert codes.is_unique
    assert set(codes) == set(lookup["LSOA11CD"])


def test_lookup_holds_unchanged_split_and_merged_areas(lookup: pd.DataFrame) -> None:
    per_old = lookup.groupby("LSOA11CD")["LSOA21CD"].nunique()
    per_new = lookup.groupby("LSOA21CD")["LSOA11CD"].nunique()
    unchanged, split, merged = (lookup[lookup["CHGIND"] == kind] for kind in "USM")
    assert len(unchanged) > 350
    assert (unchanged["LSOA11CD"] == unchanged["LSOA21CD"]).all()
    assert (unchanged["LSOA11NM"] == unchanged["LSOA21NM"]).all()
    assert len(split) >= 8
    assert (per_old[split["LSOA11CD"]] == 2).all()
    assert (per_new[split["LSOA21CD"]] == 1).all()
    assert len(merged) >= 4
    assert (per_new[merged["LSOA21CD"]] == 2).all()
    assert (per_old[merged["LSOA11CD"]] == 1).all()
    # A changed area never keeps a code or a name that meant something else.
    assert not set(split["LSOA21CD"]) & set(lookup["LSOA11CD"])
    assert not set(merged["LSOA21NM"]) & set(lookup["LSOA11NM"])


def test_parts_of_a_split_area_touch(lsoas: gpd.GeoDataFrame, lookup: pd.DataFrame) -> None:
    shapes = lsoas.set_index("LSOA21CD").geometry
    for _, parts in lookup[lookup["CHGIND"] == "S"].groupby("LSOA11CD")["LSOA21CD"]:
        first, second = shapes[list(parts)]
        assert first.intersection(second).length > 0


def test_density_agrees_with_the_map(lsoas: gpd.GeoDataFrame) -> None:
    population = pd.read_csv(SAMPLE / "ons/population/mid-year-population-density-lsoa21.csv").set_index(
        "LSOA 2021 Code"
    )
    area = lsoas.set_index("LSOA21CD").geometry.area / 1e6
    assert (population["Area Sq Km"] - area).abs().max() < 0.000051
    years = [column.split(":")[0] for column in map(str, population) if column.endswith("Population")]
    assert years == [f"Mid-{year}" for year in range(2011, 2023)]
    for year in years:
        density = population[f"{year}: Population"] / population["Area Sq Km"]
        assert (population[f"{year}: People per Sq Km"] - density).abs().max() <= 0.051


def test_names_for_people_cover_each_msoa(lsoas: gpd.GeoDataFrame) -> None:
    names = pd.read_csv(SAMPLE / "house_of_commons_library/MSOA-Names-2.2.csv.gz", encoding="utf-8-sig")
    assert set(names["msoa21cd"]) == set(lsoas["MSOA21CD"])
    assert names["msoa21hclnm"].is_unique
