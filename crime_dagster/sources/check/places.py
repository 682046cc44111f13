"""Points that are in no area, which a run leaves out of its spatial join."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import Claimed

COORDINATES = ("easting", "northing", "longitude", "latitude")


def find_shapes(rows: pa.Table, source: Source) -> np.ndarray | None:
    """Return the shapes of areas, or the points that a run joins to them; None for other files."""
    if source.reader == "boundaries" and "areas_of_place" in source.options:
        return shapely.from_wkb(rows["geometry_wkb"].to_numpy(zero_copy_only=False))
    if not source.options.get("placed"):
        return None
    east, north, longitude, latitude = (pd.to_numeric(rows[name].to_pandas()).to_numpy(float) for name in COORDINATES)
    elsewhere = gpd.GeoSeries(gpd.points_from_xy(longitude, latitude), crs="EPSG:4326").to_crs("EPSG:27700")
    return np.where(np.isnan(east + north), elsewhere.to_numpy(), shapely.points(east, north))


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
