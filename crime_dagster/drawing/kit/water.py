"""Rivers, which no file of areas has: gaps between them."""

import shapely
from shapely.geometry.base import BaseGeometry

# A river is a gap between areas that closes when buffered by this many metres ...
RIVER_HALF_WIDTH_M = 700.0
# ... has land on both sides, is long for its width, and is visible on a map of a city.
_LEAST_LAND_SHARE, _LEAST_LENGTH_RATIO, _LEAST_WATER_M2 = 0.6, 3.0, 50_000.0


def find_water(outline: BaseGeometry, *, half_width_m: float) -> BaseGeometry:
    """Find rivers: gaps in the land that close when it is buffered by `half_width_m` and back.

    Notches of the outer border and round holes are not rivers: a river has land on most of its bank and is long for its
    width.
    """
    gaps = outline.buffer(half_width_m).buffer(-half_width_m).difference(outline)
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
