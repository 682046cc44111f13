"""The small areas that files are compared with, and points that are in no area, which a run leaves out."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from crime_dagster.core.data_set import DataSet
from crime_dagster.core.places import find_place, load_authorities
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import Claimed, Evidence
from crime_dagster.sources.vocabulary.areas import KnownAreas, load_areas

CENTRES = Path(__file__).with_name("borough_centres.csv")
COORDINATES = ("easting", "northing", "longitude", "latitude")
# Published maps of one place, however generalised, differ by less than a metre and 0.1% in the middle borough; maps of
# the whole realm, with water, by more in a few. A grid taken for another is off by a hundred metres.
FARTHEST, MOST_LARGER, FEWEST_BOROUGHS = 25, 0.02, 5


def find_shapes(rows: pa.Table, source: Source) -> np.ndarray | None:
    """Return the shapes of areas, or the points, where stated, that a run joins to them; None for other files."""
    if source.reader == "boundaries" and "areas_of_place" in source.options:
        return shapely.from_wkb(rows["geometry_wkb"].to_numpy(zero_copy_only=False))
    if not source.options.get("placed"):
        return None
    named = {name: pd.to_numeric(rows[name].to_pandas()) for name in COORDINATES if name in rows.column_names}
    east, north, longitude, latitude = pd.DataFrame(named).reindex(columns=COORDINATES).to_numpy(float).T
    elsewhere = gpd.GeoSeries(gpd.points_from_xy(longitude, latitude), crs="EPSG:4326").to_crs("EPSG:27700")
    shapes = np.where(np.isnan(east + north), elsewhere.to_numpy(), shapely.points(east, north))
    return shapes[~np.isnan(np.where(np.isnan(east + north), longitude + latitude, east + north))]


def measure_boroughs(rows: pa.Table, source: Source) -> pd.DataFrame | None:
    """Return the area and centre of each borough of a map (metres, by code); None for other files."""
    if source.reader != "boundaries" or "borough_code" not in source.landed_names:
        return None
    shapes = shapely.from_wkb(rows["geometry_wkb"].to_numpy(zero_copy_only=False))
    area, (x, y) = shapely.area(shapes), shapely.get_coordinates(shapely.centroid(shapes)).T
    frame = pd.DataFrame({"area": area, "x": area * x, "y": area * y}).groupby(rows["borough_code"].to_pandas()).sum()
    return frame.assign(x=frame["x"] / frame["area"], y=frame["y"] / frame["area"])


def compare_maps(kept: Sequence[Evidence]) -> list[str]:
    """Return warnings about maps whose boroughs are elsewhere, or larger, than published ones or the first map's."""
    words = []
    first: tuple[str, pd.DataFrame] | None = None
    known = (f"the boroughs of {DataSet.place} as published before", _load_centres())
    for one in kept:
        if one.boroughs is None:
            continue
        is_known = one.boroughs.index.isin(known[1].index).sum() >= FEWEST_BOROUGHS
        first = first or (known if is_known else (one.file, one.boroughs))
        both = one.boroughs.merge(first[1], left_index=True, right_index=True, suffixes=("", "_first"))
        east, north = ((both[axis] - both[f"{axis}_first"]).median() for axis in ("x", "y"))
        larger = (both["area"] / both["area_first"]).median() - 1
        if len(both) >= FEWEST_BOROUGHS and (np.hypot(east, north) > FARTHEST or abs(larger) > MOST_LARGER):
            words.append(
                f"{one.file}: boroughs are {east:+,.0f} m east, {north:+,.0f} m north and {larger:+.1%} in size "
                f"of those of {first[0]}: a map may be in another coordinate system, moved or simplified"
            )
    return words


@cache
def _load_centres() -> pd.DataFrame:
    frame = pd.read_csv(CENTRES, comment="#", index_col="borough_code")
    return pd.DataFrame({"area": frame["hectares"] * 10_000, "x": frame["easting"], "y": frame["northing"]})


def exclude_points(claimed: Sequence[Claimed]) -> None:
    """Count points in no area as `outside`, or warn that the shapes of the areas are missing."""
    areas = [one for one in claimed if one.shapes is not None and one.source.reader == "boundaries"]
    newest = max((one.source.lsoa_vintage or "" for one in areas), default="")
    shapes = [one.shapes for one in areas if one.shapes is not None and one.source.lsoa_vintage == newest]
    tree = shapely.STRtree(np.concatenate(shapes)) if shapes else None
    for one in claimed:
        if one.shapes is None or one.source.reader == "boundaries":
            continue
        if tree is None:
            one.account.warnings.append(f"{one.file.name}: a run also leaves out what is in no area, by the boundaries")
        else:
            inside = np.unique(tree.query(one.shapes, predicate="intersects")[0])
            one.account.move(len(one.shapes) - len(inside), "outside")


def find_reference(areas: KnownAreas, codes: pd.Series, vintage: str | None) -> KnownAreas:
    """Return the areas that a file should have: what the folder lists, or the default place if this file lists them."""
    shipped, own = load_shipped(), set(codes.unique())
    # The list of a chosen place is no file's.
    is_own = not areas.is_shipped and areas.codes.get(vintage or "") == own
    return shipped if is_own and shipped.every_code & own else areas


def load_shipped() -> KnownAreas:
    """Return the built-in areas of the default place."""
    default = find_place(DataSet.place, load_authorities())
    return load_areas(default.authorities if default else frozenset(), DataSet.place)
