"""A made-up town of squares, shared by all tests of drawing."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from crime_dagster.drawing.kit.geometry import Areas, prepare_areas
from crime_dagster.drawing.kit.stamp import Stamp

COLUMNS, ROWS, SIDE_M, RIVER_M = 8, 6, 1000.0, 300.0


def build_town() -> gpd.GeoDataFrame:
    """48 squares in four boroughs, with a river between the third and the fourth row."""
    rows = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            number = row * COLUMNS + column
            borough = 1 + (column >= COLUMNS // 2) + 2 * (row >= ROWS // 2)
            west, south = 500_000 + column * SIDE_M, 150_000 + row * SIDE_M + (RIVER_M if row >= ROWS // 2 else 0)
            rows.append(
                {
                    "lsoa_code": f"E01{number:06d}",
                    "lsoa_name": f"Borough {borough} {number:03d}A",
                    "area_name": f"Place {number} {number:03d}A",
                    "msoa_code": f"E02{number // 4:06d}",
                    "borough_code": f"E09{borough:06d}",
                    "borough_name": f"Borough {borough}",
                    "geometry": box(west, south, west + SIDE_M, south + SIDE_M),
                }
            )
    return gpd.GeoDataFrame(rows, crs="EPSG:27700")


@pytest.fixture(scope="session")
def town() -> gpd.GeoDataFrame:
    return build_town()


@pytest.fixture(scope="session")
def town_areas(town: gpd.GeoDataFrame) -> Areas:
    return prepare_areas(town)


@pytest.fixture
def crimes(town: gpd.GeoDataFrame) -> pd.Series:
    """Skewed counts; the last area has none reported."""
    counts = pd.Series(np.round(10 * 1.12 ** np.arange(len(town))), index=town["lsoa_code"])
    counts.iloc[-1] = np.nan
    return counts


@pytest.fixture
def stamp() -> Stamp:
    return Stamp(
        place="Squaretown",
        is_synthetic=False,
        period_label="12 months to February 2026",
        sources=("Squaretown Police", "Contains OS data © Crown copyright"),
        licence="Open Government Licence v3.0",
        vintage="LSOA boundaries 2021",
        note="Counts, not risk.",
    )
