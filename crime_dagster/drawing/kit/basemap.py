"""The map itself, without title and key: areas, hatch for no data, water, borough lines."""

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
from crime_dagster.drawing.kit.layout import add_axes
from crime_dagster.drawing.kit.lettering import Style

HATCH = "/" * 5
# How areas without data look.
HATCHED: Style = {"facecolor": theme.LIGHT.no_data, "edgecolor": theme.LIGHT.no_data_hatch, "hatch": HATCH}


def make_path(shape: BaseGeometry) -> Path:
    """Convert a surface to a matplotlib path, holes included."""
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shape)))
    return Path.make_compound_path(*(Path(shapely.get_coordinates(ring), closed=True) for ring in rings))


@lru_cache(maxsize=4)
def find_paths(areas: Areas) -> list[Path]:
    """Return a path per area, in order: all maps of a city have the same."""
    return [make_path(shape) for shape in areas.areas.geometry]


def add_map_axes(figure: Figure, box: tuple[float, float, float, float], bounds: Sequence[float]) -> Axes:
    """Add axes that show the bounds (west, south, east, north) as large as they fit a box, at one scale.

    The box is left, top, width and height in inches from the top left corner.
    """
    _, _, width, height = box
    axes = add_axes(figure, *box)
    west, south, east, north = bounds
    # A small margin, so that the outline is not cut in half at the edge.
    scale = 1.006 * max((east - west) / width, (north - south) / height)
    half_x, half_y = scale * width / 2, scale * height / 2
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
    patch = PathPatch(make_path(shape), linewidth=0, zorder=2.5, **HATCHED)
    axes.add_patch(patch)
    return patch


def draw_ground(axes: Axes, areas: Areas) -> None:
    draw_water(axes, areas)
    draw_lines(axes, areas)


def draw_water(axes: Axes, areas: Areas) -> None:
    """Draw surrounding boroughs in grey, and the river, under everything."""
    if areas.around is not None:
        for shape in areas.around.geometry:
            style: Style = {"facecolor": theme.LIGHT.panel, "edgecolor": theme.LIGHT.rule}
            axes.add_patch(PathPatch(make_path(shape), linewidth=0.7, zorder=0.5, **style))
    axes.add_patch(PathPatch(make_path(areas.water), facecolor=theme.LIGHT.water, edgecolor="none", zorder=1))


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
