"""A map rasterised to area numbers: laid out once, coloured for every frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL.ImageColor import getrgb

from crime_dagster.drawing.kit import basemap, classes, theme
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.palette import Pixels

NO_AREA = -1


@dataclass(frozen=True)
class Mosaic:
    """The area of each pixel of a picture."""

    # Height x width: index of the area in the order of the shapes; `NO_AREA` outside.
    area_of_pixel: npt.NDArray[np.int32]
    hatch: Pixels  # height x width x 3: appearance of an area without data
    lines: Pixels  # height x width x 4: borough lines and outline, drawn over the areas

    def colour(
        self, ground: Pixels, values: npt.NDArray[np.float64], breaks: Sequence[float], colours: Sequence[str]
    ) -> Pixels:
        """Return a new picture with coloured areas on a ground; the same value always has the same colour.

        A value that is NaN or infinite is no data and hatched.
        """
        fills = np.array([*map(getrgb, colours), getrgb(theme.LIGHT.no_data)], dtype=np.uint8)
        inside, area, hatch = self._inside
        bands = classes.classify(values, breaks)[area]
        picture = ground.copy()
        flat = picture.reshape(-1, 3)
        flat[inside] = fills[bands]
        missing = bands == classes.NO_DATA
        flat[inside[missing]] = hatch[missing]
        return blend(picture, self.lines)

    @cached_property
    def _inside(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], Pixels]:
        """Return the pixels of areas, with each one's area and no-data colour: the same in every frame."""
        inside = np.flatnonzero(self.area_of_pixel != NO_AREA)
        return inside, self.area_of_pixel.ravel()[inside], self.hatch.reshape(-1, 3)[inside]


@lru_cache(maxsize=4)
def lay_mosaic(size: tuple[float, float], box: tuple[float, float, float, float], areas: Areas) -> Mosaic:
    """Rasterise the areas of a city, once for all its series of one layout.

    In inches, `size` is width and height of the picture, `box` left, top, width and height of the map.
    """
    return Mosaic(_number_pixels(size, box, areas), _draw_hatch(size), _draw_lines(size, box, areas))


def blend(picture: Pixels, layer: Pixels) -> Pixels:
    """Blend a transparent picture over another one."""
    # Lines and text cover little of a map: only compute there.
    seen = np.flatnonzero(layer[..., 3])
    over, laid = layer.reshape(-1, 4)[seen], picture.copy()
    share, flat = over[:, 3:].astype(np.float32) / 255, laid.reshape(-1, 3)
    flat[seen] = np.rint(flat[seen] * (1 - share) + over[:, :3] * share).astype(np.uint8)
    return laid


def draw_pixels(figure: Figure) -> Pixels:
    """Draw a figure: height x width x 4, with a transparent background."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()


def make_clear(size: tuple[float, float]) -> Figure:
    figure = Figure(figsize=size, dpi=theme.DPI)
    figure.patch.set_alpha(0)
    return figure


def _number_pixels(
    size: tuple[float, float], box: tuple[float, float, float, float], areas: Areas
) -> npt.NDArray[np.int32]:
    figure = make_clear(size)
    axes = basemap.add_map_axes(figure, box, areas.bounds)
    number = np.arange(1, len(areas.codes) + 1)
    # A number is a colour: edges must not be anti-aliased, or neighbours would mix to a third area's number.
    shades = np.stack([number >> 16, number >> 8 & 255, number & 255, np.full_like(number, 255)], axis=1) / 255
    tiles = PathCollection(
        basemap.find_paths(areas), facecolors=shades, edgecolors="none", linewidths=0, antialiaseds=False
    )
    axes.add_collection(tiles, autolim=False)
    drawn = draw_pixels(figure).astype(np.int32)
    found = (drawn[..., 0] << 16 | drawn[..., 1] << 8 | drawn[..., 2]) - 1
    return np.where(drawn[..., 3] == 255, found, NO_AREA).astype(np.int32)


def _draw_hatch(size: tuple[float, float]) -> Pixels:
    figure = make_clear(size)
    figure.add_artist(Rectangle((0, 0), 1, 1, linewidth=0, **basemap.HATCHED))
    return draw_pixels(figure)[..., :3]


def _draw_lines(size: tuple[float, float], box: tuple[float, float, float, float], areas: Areas) -> Pixels:
    figure = make_clear(size)
    axes = basemap.add_map_axes(figure, box, areas.bounds)
    basemap.draw_lines(axes, areas)
    return draw_pixels(figure)
