"""The map itself, without title and key: areas, hatch for no data, water, borough lines."""

import itertools
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from crime_dagster.drawing.kit import classes, theme
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.lettering import Style

HATCH = "/" * 5
# How areas without data look.
HATCHED: Style = {"facecolor": theme.LIGHT.no_data, "edgecolor": theme.LIGHT.no_data_hatch, "hatch": HATCH}


def make_paths(shapes: Sequence[BaseGeometry] | npt.NDArray[np.object_]) -> list[Path]:
    """Convert surfaces to matplotlib paths, holes included; one path per shape, in order."""
    oriented = shapely.orient_polygons(np.asarray(shapes, dtype=object))
    parts, owner = shapely.get_parts(oriented, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        return [Path(np.empty((0, 2)))] * len(oriented)
    codes = np.full(len(points), Path.LINETO, dtype=np.uint8)
    starts = np.flatnonzero(np.diff(ring_of_point, prepend=-1))
    codes[starts] = Path.MOVETO
    codes[np.append(starts[1:], len(points)) - 1] = Path.CLOSEPOLY
    shape_of_point = owner[part_of_ring[ring_of_point]]
    limits = np.searchsorted(shape_of_point, np.arange(len(oriented) + 1))
    return [
        Path(points[start:end], codes[start:end]) if end > start else Path(np.empty((0, 2)))
        for start, end in itertools.pairwise(limits)
    ]


@lru_cache(maxsize=4)
def find_paths(areas: Areas) -> list[Path]:
    """Return a path per area, in order: all maps of a city have the same."""
    return make_paths(areas.areas.geometry.to_numpy())


def add_map_axes(figure: Figure, box: tuple[float, float, float, float], bounds: Sequence[float]) -> Axes:
    """Add axes that show the bounds (west, south, east, north) as large as they fit a box, at one scale.

    The box is left, top, width and height in inches from the top left corner.
    """
    width, height = figure.get_size_inches()
    left, top, box_width, box_height = box
    axes = figure.add_axes((left / width, 1 - (top + box_height) / height, box_width / width, box_height / height))
    west, south, east, north = bounds
    # A small margin, so that the outline is not cut in half at the edge.
    scale = 1.006 * max((east - west) / box_width, (north - south) / box_height)
    half_x, half_y = scale * box_width / 2, scale * box_height / 2
    axes.set_xlim((west + east) / 2 - half_x, (west + east) / 2 + half_x)
    axes.set_ylim((south + north) / 2 - half_y, (south + north) / 2 + half_y)
    axes.set_axis_off()
    axes.set_clip_on(True)
    return axes


def metres_per_inch(axes: Axes) -> float:
    west, east = axes.get_xlim()
    return float((east - west) / (axes.bbox.width / axes.figure.dpi))


def draw_areas(axes: Axes, areas: Areas) -> PathCollection:
    """Draw all areas once, without colours; `colour_areas` sets them for each frame.

    Each area has a hairline of its own colour, so that no white seams show.
    """
    collection = PathCollection(find_paths(areas), linewidths=0.3, zorder=2)
    axes.add_collection(collection, autolim=False)
    return collection


def colour_areas(
    collection: PathCollection, values: npt.NDArray[np.float64], breaks: Sequence[float], colours: Sequence[str]
) -> None:
    """Colour areas by the band of their value; NaN or infinite is no data."""
    bands = classes.classify(values, breaks)
    fills = np.array([*colours, theme.LIGHT.no_data], dtype=object)
    chosen = list(fills[bands])  # -1 takes the last
    collection.set_facecolor(chosen)
    collection.set_edgecolor(chosen)


def draw_no_data(axes: Axes, areas: Areas, is_missing: npt.NDArray[np.bool_]) -> PathPatch | None:
    """Hatch the areas without data, as one surface; None if every area has data."""
    if not is_missing.any():
        return None
    shape = shapely.union_all(areas.areas.geometry.to_numpy()[is_missing])
    patch = PathPatch(make_paths([shape])[0], linewidth=0, zorder=2.5, **HATCHED)
    axes.add_patch(patch)
    return patch


def draw_ground(axes: Axes, areas: Areas) -> None:
    draw_water(axes, areas)
    draw_lines(axes, areas)


def draw_water(axes: Axes, areas: Areas) -> None:
    """Draw surrounding boroughs in grey, and the river, under everything."""
    if areas.around is not None:
        for path in make_paths(areas.around.geometry.to_numpy()):
            style: Style = {"facecolor": theme.LIGHT.panel, "edgecolor": theme.LIGHT.rule}
            axes.add_patch(PathPatch(path, linewidth=0.7, zorder=0.5, **style))
    for path in make_paths([areas.water]):
        axes.add_patch(PathPatch(path, facecolor=theme.LIGHT.water, edgecolor="none", zorder=1))


def draw_lines(axes: Axes, areas: Areas, share: float = 1.0) -> None:
    """Draw cased borough lines and the outline, over everything; small maps use a share of their width."""
    lines = _lines_of(shapely.union_all(shapely.boundary(areas.boroughs.geometry.to_numpy())))
    outer = _lines_of(areas.outline.boundary)
    # Dark on white, so that the lines are visible on light and dark areas.
    for shapes, colour, width, order in (
        (lines, theme.LIGHT.on_dark, 1.3, 3.0),
        (lines, theme.LIGHT.ink2, 0.42, 3.1),
        (outer, theme.LIGHT.ink2, 0.7, 3.2),
    ):
        drawn = LineCollection(shapes, colors=colour, linewidths=width * share, zorder=order)
        axes.add_collection(drawn, autolim=False)


def _lines_of(geometry: BaseGeometry) -> list[npt.NDArray[np.float64]]:
    merged = shapely.line_merge(geometry) if geometry.geom_type == "MultiLineString" else geometry
    return [shapely.get_coordinates(part) for part in shapely.get_parts(merged)]
