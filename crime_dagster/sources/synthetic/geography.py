"""The map of the city: a tiling of small areas, nested in larger ones, with a river through it."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.spatial import KDTree
from shapely.geometry import LineString, MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from crime_dagster.sources.synthetic.kit import Array, open_stream
from crime_dagster.sources.synthetic.names import list_borough_names, name_area
from crime_dagster.sources.synthetic.nesting import assign_boroughs, assign_msoas, change_codes, name_areas

# In the North Sea on the British National Grid, where it cannot be confused with a place on land.
CENTRE = (640_000.0, 500_000.0)
FIRST_BOROUGH, FIRST_AUTHORITY = 9_900_001, 7_900_001  # of a city and of a country
AREA_KM2 = 0.3  # mean land per LSOA, as in London
LEAST_DISTANCE_M = 1.0  # between the sites of two areas
CROWDING = 1.35  # 1 spreads areas evenly; more makes them smaller towards the centre
# In full, so that longitudes do not depend on the machine's shift grids.
TO_LONGITUDE_LATITUDE = (
    "+proj=pipeline "
    "+step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy "
    "+step +proj=push +v_3 +step +proj=cart +ellps=airy "
    "+step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 "
    "+convention=position_vector "
    "+step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
)
OLD_HARBOUR = (0.32, 0.08)  # location of the City, in radii from the middle


@dataclass(frozen=True)
class Geography:
    """The city's areas."""

    # One row per 2021 LSOA, ordered by code: codes and names of LSOA, MSOA and borough, `is_city`, geometry in
    # EPSG:27700.
    lsoas: gpd.GeoDataFrame
    lookup: pd.DataFrame  # 2011 to 2021 links: lsoa11_code, lsoa11_name, lsoa21_code, change_indicator (U, S or M)
    msoas: pd.DataFrame  # msoa_code, msoa_name, area_name, borough_name
    river: BaseGeometry  # the gap that belongs to no area, EPSG:27700
    radius: float  # mean, in metres

    @property
    def centroids(self) -> Array:
        centres = self.lsoas.geometry.centroid
        return np.column_stack([centres.x, centres.y])

    @property
    def distance_to_centre(self) -> Array:
        """Distance of each area from the middle of the city, in radii."""
        distances: Array = np.hypot(*(self.centroids - CENTRE).T) / self.radius
        return distances


def draw_geography(seed: int, areas: int, boroughs: int, first_borough: int = FIRST_BOROUGH) -> Geography:
    """Draw areas that tile the land without gaps or overlaps, nested and named; boroughs include the City."""
    random = open_stream(seed, "geography")
    radius = float(np.sqrt(areas * AREA_KM2 * 1e6 / np.pi))
    banks, river = _draw_banks(radius, random)
    cells = _draw_cells(areas, radius, banks, river, random)
    cells["borough"] = assign_boroughs(cells, boroughs, np.array(CENTRE) + np.array(OLD_HARBOUR) * radius)
    cells["msoa"] = assign_msoas(cells)
    named = name_areas(cells, list_borough_names(boroughs), first_borough)
    lookup = change_codes(named, random)
    msoas = named.drop_duplicates("msoa_code")[["msoa_code", "msoa_name", "borough_name"]].sort_values("msoa_code")
    msoas = msoas.reset_index(drop=True).assign(area_name=[name_area(number) for number in range(len(msoas))])
    lsoas = named.drop(columns=["borough", "msoa", "bank", "x", "y"]).sort_values("lsoa_code", ignore_index=True)
    return Geography(lsoas=lsoas, lookup=lookup, msoas=msoas, river=river, radius=radius)


def find_longitude_latitude(easting: Array, northing: Array) -> tuple[Array, Array]:
    """Convert British National Grid coordinates in metres to degrees (WGS 84, accurate to about 5 m)."""
    longitude, latitude = Transformer.from_pipeline(TO_LONGITUDE_LATITUDE).transform(easting, northing)
    return np.asarray(longitude), np.asarray(latitude)


def _draw_banks(radius: float, random: np.random.Generator) -> tuple[list[Polygon], BaseGeometry]:
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    phases = random.uniform(0, 2 * np.pi, 3)
    bumps = 0.09 * np.sin(2 * angles + phases[0]) + 0.06 * np.sin(3 * angles + phases[1])
    reach = radius * (1 + bumps + 0.03 * np.sin(7 * angles + phases[2]))
    outline = Polygon(np.column_stack([reach * np.cos(angles), reach * np.sin(angles)]) + CENTRE)
    along = np.linspace(-1.5 * radius, 1.5 * radius, 120)
    across = radius * (-0.08 + 0.07 * np.sin(along / radius * 4 + 1) + 0.05 * np.sin(along / radius * 9))
    river = LineString(np.column_stack([along, across]) + CENTRE).buffer(0.014 * radius)
    parts = sorted(outline.difference(river).geoms, key=lambda part: part.area)[-2:]
    north_first = sorted(parts, key=lambda part: -part.centroid.y)
    return north_first, outline.intersection(river)


def _draw_cells(
    areas: int, radius: float, banks: list[Polygon], river: BaseGeometry, random: np.random.Generator
) -> gpd.GeoDataFrame:
    sites = _scatter_sites(areas, radius, banks, river, random)
    tables = []
    for number, bank in enumerate(banks):
        inside = shapely.contains_xy(bank, sites)
        cells = shapely.voronoi_polygons(MultiPoint(sites[inside]), extend_to=bank.buffer(radius), ordered=True)
        clipped = shapely.intersection(np.array(cells.geoms), bank)
        # Whole metres: neighbours share the same corners to the last digit.
        whole = shapely.transform(clipped, np.round)
        tables.append(gpd.GeoDataFrame({"bank": number}, geometry=whole, index=range(len(whole)), crs="EPSG:27700"))
    together = pd.concat(tables, ignore_index=True)
    centres = together.geometry.centroid
    return together.assign(x=centres.x, y=centres.y)


def _scatter_sites(
    areas: int, radius: float, banks: list[Polygon], river: BaseGeometry, random: np.random.Generator
) -> Array:
    """Scatter one site per area: a sunflower pattern, jittered, kept on land."""
    land = banks[0].union(banks[1])
    shore = land.buffer(-0.01 * radius)
    rank = (np.arange(areas) + 0.5) / areas
    angle = np.arange(areas) * np.pi * (3 - np.sqrt(5))
    reach = rank ** (CROWDING / 2)
    spacing = CROWDING * rank ** (CROWDING - 1) ** 0.5 / np.sqrt(areas)
    around = np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
    jittered = around + random.normal(size=(areas, 2)) * 0.3 * spacing[:, None]
    sites = jittered * radius * 0.97 + CENTRE
    for number in np.flatnonzero(~shapely.contains_xy(shore, sites)):
        landing, _ = nearest_points(shore, shapely.Point(sites[number]))
        # Steps along the shore keep two sites from landing on the same spot.
        candidate = np.array(landing.coords[0])
        inland = candidate + (candidate - sites[number]) * random.uniform(0.3, 1.0)
        sites[number] = inland if shapely.contains_xy(shore, *inland) else candidate
    return _move_apart(np.asarray(sites), shore, 0.3 * radius / np.sqrt(areas), random)


def _move_apart(sites: Array, shore: BaseGeometry, step: float, random: np.random.Generator) -> Array:
    """Move sites that are too near another: corners of the shore attract many of them to one spot.

    Each site gets an area, and of two at the same spot one would get none.
    """
    for _ in range(100):
        near = np.unique(KDTree(sites).query_pairs(LEAST_DISTANCE_M, output_type="ndarray")[:, 1])
        if not len(near):
            return sites
        moved = sites[near] + random.normal(size=(len(near), 2)) * step
        is_land = shapely.contains_xy(shore, moved)
        sites[near[is_land]] = moved[is_land]
    raise RuntimeError("no room for the sites of areas along the shore")
