"""What all parts of the city use: streams of random numbers, and files whose bytes depend only on their table."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

Array = npt.NDArray[np.float64]
BOM = "\ufeff"


def open_stream(seed: int, part: str) -> np.random.Generator:
    """Return the generator of one part of the city; another seed or name gives an independent stream."""
    return np.random.default_rng([seed, crc32(part.encode())])


def draw_surface(points: Array, length: float, random: np.random.Generator, waves: int = 80) -> Array:
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


def read_table(name: str) -> pd.DataFrame:
    return pd.read_csv(Path(__file__).with_name(f"{name}.csv"))


def save_csv(
    table: pd.DataFrame, path: Path, *, bom: bool = False, line_end: str = "\n", quote_all: bool = False
) -> None:
    """Write a table as CSV in UTF-8, optionally with a byte order mark (as Excel) or every text quoted (as Nomis)."""
    # 2 and 0 are csv.QUOTE_NONNUMERIC and csv.QUOTE_MINIMAL, as the pandas stubs require.
    text = table.to_csv(index=False, lineterminator=line_end, quoting=2 if quote_all else 0)
    save_text((BOM if bom else "") + text, path)


def save_text(text: str, path: Path) -> None:
    """Write UTF-8 text with line ends unchanged; a name that ends in .gz is compressed without a timestamp."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode("utf-8")
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
