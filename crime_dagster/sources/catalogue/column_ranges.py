"""Plausible ranges of the numeric columns of a source, as its entry of the catalogue gives them."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any


def find_ranges(names: Sequence[str], ranges: Any) -> dict[str, tuple[float, float]]:
    """The range of each column.

    Args:
        names: Landed names of numeric columns.
        ranges: Glob of landed names to lowest and highest value; of several that fit the first counts.

    Returns:
        Name to lowest and highest value; nothing for a name that no glob fits.

    Raises:
        ValueError: A range is no pair of numbers, the lower first, or fits no column.
    """
    if not isinstance(ranges, dict):
        raise ValueError(repr(ranges))
    found: dict[str, tuple[float, float]] = {}
    for glob, pair in ranges.items():
        if not _is_range(pair):
            raise ValueError(f"{glob}: {pair!r}")
        fitting = [name for name in names if fnmatchcase(name, str(glob))]
        if not fitting:
            raise ValueError(f"{glob}: no numeric column of that name")
        for name in fitting:
            found.setdefault(name, (float(pair[0]), float(pair[1])))
    return found


def _is_range(pair: Any) -> bool:
    if not isinstance(pair, list) or len(pair) != 2:
        return False
    return all(isinstance(edge, (int, float)) and not isinstance(edge, bool) for edge in pair) and pair[0] < pair[1]
