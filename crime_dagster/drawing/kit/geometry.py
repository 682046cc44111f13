"""Areas prepared for drawing: simplified without slivers, with boroughs, outline, water and label positions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache, cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from crime_dagster.drawing.kit.polyline import encode_shape

NATIONAL_GRID, WGS84 = "EPSG:27700", "EPSG:4326"
# Side of the largest square that may vanish.
TOLERANCE_M = 40.0
# A longer name of a borough is broken in two lines.
LONGEST_LINE = 13
# A river is a gap between areas that closes when buffered by this many metres ...
RIVER_HALF_WIDTH_M = 700.0
# ... has land on both sides, is long for its width, and is visible on a map of a city.
_LEAST_LAND_SHARE, _LEAST_LENGTH_RATIO, _LEAST_WATER_M2 = 0.6, 3.0, 50_000.0
LABEL_COLUMNS = ["borough_code", "label", "shift_east_m", "shift_north_m"]
AREA_COLUMNS = ("lsoa_code", "lsoa_name", "area_name", "msoa_code", "borough_code", "borough_name")


@dataclass(frozen=True, eq=False)
class Areas:
    r"""The shapes of a city's map, all in one coordinate system; equal if they look the same on a map."""

    # A row per LSOA, ordered by code: lsoa_code, lsoa_name, area_name, msoa_code, borough_code, borough_name, geometry.
    areas: gpd.GeoDataFrame
    # A row per borough, ordered by code: borough_code, borough_name, label (name as drawn, `\n` where it breaks),
    # label_x, label_y, geometry.
    boroughs: gpd.GeoDataFrame
    outline: BaseGeometry  # all areas as one
    water: BaseGeometry  # rivers between the areas; may be empty
    crs: str = NATIONAL_GRID  # EPSG code of the coordinates, such as "EPSG:27700"
    around: gpd.GeoDataFrame | None = None  # surrounding boroughs, drawn in grey; None for the whole city

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Areas) and self.digest == other.digest

    def __hash__(self) -> int:
        """See `digest`: what is made of shapes alone is made once, whatever is coloured on them."""
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """A hash of everything that is drawn."""
        found = hashlib.sha256(f"{self.crs} {self.outline.wkb.hex()} {self.water.wkb.hex()}".encode())
        for frame in (self.areas, self.boroughs, self.around):
            if frame is not None:
                words = frame.drop(columns=frame.geometry.name).to_csv()
                found.update(words.encode() + b"".join(shapely.to_wkb(frame.geometry.to_numpy())))
        return found.hexdigest()

    @property
    def codes(self) -> pd.Index:
        """LSOA codes in the order of `areas`."""
        return pd.Index(self.areas["lsoa_code"])

    @cached_property
    def encoded(self) -> list[str]:
        """The areas' shapes for a page, in their order: nine maps of a city have the same."""
        return [encode_shape(shape) for shape in self.areas.geometry]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        return self.outline.bounds

    def align(self, values: pd.Series) -> np.ndarray:
        """Return values, indexed by LSOA code, in the order of `areas`; NaN where there is none."""
        return values.reindex(self.codes).to_numpy(dtype=float, na_value=np.nan)

    def narrow(self, borough_code: str) -> Areas:
        """Return the areas of one borough, with the others around it and the whole river."""
        inside = self.boroughs["borough_code"] == borough_code
        return replace(
            self,
            areas=self.areas[self.areas["borough_code"] == borough_code].reset_index(drop=True),
            boroughs=self.boroughs[inside].reset_index(drop=True),
            outline=self.boroughs.geometry[inside].iloc[0],
            around=self.boroughs[~inside],
        )

    def project_points(self, points: np.ndarray, digits: int = 5) -> np.ndarray:
        """Project points, n x 2, to longitude and latitude, rounded."""
        longitudes, latitudes = _find_transformer(self.crs).transform(points[:, 0], points[:, 1])
        return np.round(np.column_stack([longitudes, latitudes]), digits)

    def to_wgs84(self, digits: int = 5) -> Areas:
        """Project to longitude and latitude for the web, rounded (five digits are about a metre).

        Shared vertices are rounded to the same point, so that neighbours keep touching. Areas in longitude and latitude
        are returned as they are.
        """
        if self.crs == WGS84:
            return self

        def project(points: np.ndarray) -> np.ndarray:
            return self.project_points(points, digits)

        def project_frame(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
            shapes = shapely.transform(frame.geometry.to_numpy(), project)
            return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=WGS84))

        boroughs = project_frame(self.boroughs)
        anchors = project(boroughs[["label_x", "label_y"]].to_numpy(dtype=float))
        return replace(
            self,
            areas=project_frame(self.areas),
            boroughs=boroughs.assign(label_x=anchors[:, 0], label_y=anchors[:, 1]),
            outline=shapely.transform(self.outline, project),
            water=shapely.transform(self.water, project),
            crs=WGS84,
        )


@cache
def _find_transformer(crs: str) -> Transformer:
    return Transformer.from_crs(crs, WGS84, always_xy=True)


def prepare_areas(areas: gpd.GeoDataFrame, labels: pd.DataFrame | None = None) -> Areas:
    """Prepare a city's areas, in EPSG:27700, for drawing; neighbours keep their common borders.

    `labels` are manual names and positions of boroughs: a label (blank for the name), and its shift in metres from the
    middle of the widest part.

    Source: Visvalingam and Whyatt (1993) on shared edges, as in GEOS `CoverageSimplifier`.
    """
    frame = areas.loc[:, [*AREA_COLUMNS, "geometry"]].sort_values("lsoa_code", ignore_index=True)
    shapes = _keep_polygons(frame.geometry.to_numpy())
    frame = frame.set_geometry(gpd.GeoSeries(shapely.coverage_simplify(shapes, TOLERANCE_M), crs=NATIONAL_GRID))
    boroughs = _dissolve_boroughs(frame)
    outline = shapely.union_all(boroughs.geometry.to_numpy())
    return Areas(
        areas=frame,
        boroughs=_place_labels(boroughs, labels),
        outline=outline,
        water=find_water(outline),
    )


def _keep_polygons(shapes: np.ndarray) -> np.ndarray:
    """Repair self-intersecting shapes, and keep only polygons."""
    broken = ~shapely.is_valid(shapes)
    if not broken.any():
        return shapes
    fixed = shapes.copy()
    fixed[broken] = [
        shapely.union_all([part for part in shapely.get_parts(shape) if part.area > 0])
        for shape in shapely.make_valid(shapes[broken])
    ]
    return fixed


def _dissolve_boroughs(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    is_coverage = bool(shapely.coverage_is_valid(frame.geometry.to_numpy()))
    return (
        frame[["borough_code", "borough_name", "geometry"]]
        .dissolve(by="borough_code", method="coverage" if is_coverage else "unary", as_index=False)
        .sort_values("borough_code", ignore_index=True)
    )


def break_name(name: str) -> str:
    """Break a long name in two lines at the most even blank; "and" becomes "&" there, as on road signs."""
    if len(name) <= LONGEST_LINE or " " not in name:
        return name
    parts = name.replace(" and ", " & ").split(" ")
    places = [place for place in range(1, len(parts)) if parts[place - 1] != "&"]
    cuts = [f"{' '.join(parts[:place])}\n{' '.join(parts[place:])}" for place in places]
    return min(cuts, key=lambda cut: max(map(len, cut.split("\n"))), default=name)


def _place_labels(boroughs: gpd.GeoDataFrame, labels: pd.DataFrame | None) -> gpd.GeoDataFrame:
    widest = [shapely.maximum_inscribed_circle(shape) for shape in boroughs.geometry]
    middles = shapely.get_coordinates([shapely.get_point(radius, 0) for radius in widest])
    seed = pd.DataFrame(columns=LABEL_COLUMNS) if labels is None else labels[LABEL_COLUMNS]
    seed = seed.set_index("borough_code").reindex(boroughs["borough_code"])
    # A seed file writes the line break of a name as two characters.
    names = [str(label).replace("\\n", "\n") for label in seed["label"].fillna("")]
    shifts = seed[["shift_east_m", "shift_north_m"]].fillna(0).to_numpy(dtype=float)
    return boroughs.assign(
        label=[label or break_name(name) for label, name in zip(names, boroughs["borough_name"], strict=True)],
        label_x=middles[:, 0] + shifts[:, 0],
        label_y=middles[:, 1] + shifts[:, 1],
    )


def find_water(outline: BaseGeometry) -> BaseGeometry:
    """Find rivers, which no file of areas has: gaps in the land that close when it is buffered.

    Notches of the outer border and round holes are not rivers: a river has land on most of its bank and is long for its
    width.
    """
    gaps = outline.buffer(RIVER_HALF_WIDTH_M).buffer(-RIVER_HALF_WIDTH_M).difference(outline)
    pieces = [
        piece for piece in shapely.get_parts(gaps) if piece.geom_type == "Polygon" and piece.area >= _LEAST_WATER_M2
    ]
    shore = outline.boundary.buffer(1.0)
    rivers = [piece for piece in pieces if _is_river(piece, shore)]
    return shapely.union_all(rivers) if rivers else shapely.Polygon()


def _is_river(piece: BaseGeometry, shore: BaseGeometry) -> bool:
    length_ratio = piece.length**2 / (16 * piece.area)  # 1 for a square, about a quarter of length / width for a strip
    land_share = piece.boundary.intersection(shore).length / piece.length
    return bool(length_ratio >= _LEAST_LENGTH_RATIO and land_share >= _LEAST_LAND_SHARE)
