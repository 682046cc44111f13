"""Equal-size hexagons near each area's location, so that large empty areas do not dominate."""

import math

import numpy as np
import numpy.typing as npt
import scipy
import shapely
from shapely.geometry.base import BaseGeometry

Points = npt.NDArray[np.float64]

# Initial number of cells per area; the grid gets finer until every area has one.
_CELLS_PER_AREA = 1.0
_STRIP = 1250


def lay_hexagons(points: Points, outline: BaseGeometry) -> tuple[Points, float]:
    """Assign every area to a cell of a hexagonal grid over the city, moving the areas of a strip as little as possible.

    In metres: the areas' locations, n x 2, and the city; the centres of their cells, and a cell's radius (to a corner).

    Source: an assignment of least squared distances (Jonker and Volgenant 1987, as in SciPy) of areas to cells.
    """
    size = math.sqrt(outline.area / (_CELLS_PER_AREA * len(points)))
    cells = _list_cells(outline, size)
    while len(cells) < len(points):
        size *= 0.985
        cells = _list_cells(outline, size)
    # Spread out dense centres first: each coordinate moves half-way to where it would be if areas were evenly spaced.
    spread = _spread(points, cells)
    chosen = np.empty(len(points), dtype=np.int64)
    # From west to east in strips: assignment takes cubic time.
    strips = math.ceil(len(points) / _STRIP)
    for areas, places in zip(_cut(spread, strips), _cut(cells, strips), strict=True):
        distances = ((spread[areas, None, :] - cells[None, places, :]) ** 2).sum(axis=2)
        _, taken = scipy.optimize.linear_sum_assignment(distances)
        chosen[areas] = places[taken]
    return cells[chosen], size * math.sqrt(2 / (3 * math.sqrt(3)))


def _cut(points: Points, strips: int) -> list[npt.NDArray[np.int64]]:
    """Return indices of points in strips from west to east, of equal size except one."""
    return np.array_split(np.lexsort((points[:, 1], points[:, 0])), strips)


def _list_cells(outline: BaseGeometry, size: float) -> Points:
    """Return centres of hexagons of area `size` squared whose centre is in the city, row by row."""
    radius = size * math.sqrt(2 / (3 * math.sqrt(3)))
    wide, high = math.sqrt(3) * radius, 1.5 * radius
    left, bottom, right, top = outline.bounds
    rows = int((top - bottom) / high) + 2
    columns = int((right - left) / wide) + 2
    row, column = np.divmod(np.arange(rows * columns), columns)
    middles = np.column_stack([left + wide * (column + 0.5 * (row % 2)), bottom + high * row])
    return middles[shapely.contains_xy(outline, middles[:, 0], middles[:, 1])]


def _spread(points: Points, cells: Points) -> Points:
    """Move areas half-way to evenly spaced positions, axis by axis."""
    ranks = np.argsort(np.argsort(points, axis=0, kind="stable"), axis=0, kind="stable")
    shares = (ranks + 0.5) / len(points)
    even = np.column_stack([np.quantile(cells[:, axis], shares[:, axis]) for axis in (0, 1)])
    return (points + even) / 2


def draw_hexagon(middle: Points, radius: float) -> Points:
    """Return the six corners of a cell, pointed at the top, metres."""
    angles = np.pi / 180 * (60 * np.arange(6) + 30)
    return middle + 0.96 * radius * np.column_stack([np.cos(angles), np.sin(angles)])
