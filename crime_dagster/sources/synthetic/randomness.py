"""Random numbers: one named stream per part, so that changing one part leaves the others as they were."""

from collections.abc import Iterator
from zlib import crc32

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Array = npt.NDArray[np.float64]


def open_stream(seed: int, part: str) -> np.random.Generator:
    """Return the generator of one part of the city; another seed or name gives an independent stream."""
    return np.random.default_rng([seed, crc32(part.encode())])


def draw_smooth_field(points: Array, length: float, random: np.random.Generator, waves: int = 80) -> Array:
    """Draw a smooth random surface, similar over `length` metres, and evaluate it at points: mean 0, variance 1.

    Source: Rahimi and Recht (2007), random Fourier features of a squared exponential covariance.
    """
    directions = random.normal(scale=1 / length, size=(2, waves))
    phases = random.uniform(0, 2 * np.pi, size=waves)
    return standardise(np.cos(points @ directions + phases).sum(axis=1))


def draw_spots(
    shape: BaseGeometry, margin: float, count: int, random: np.random.Generator, decimals: int | None = None
) -> Iterator[tuple[float, float]]:
    """Draw points in a shape, at least `margin` metres from its edge."""
    inner = shape.buffer(-margin)
    west, south, east, north = inner.bounds
    while count > 0:
        x, y = random.uniform(west, east), random.uniform(south, north)
        if decimals is not None:
            x, y = np.round([x, y], decimals)
        if shapely.contains_xy(inner, x, y):
            yield x, y
            count -= 1


def standardise(values: Array) -> Array:
    """Shift and scale values to mean 0 and standard deviation 1."""
    centred: Array = values - values.mean()
    return centred / centred.std()
