"""Sizes of files in words."""

from __future__ import annotations

import math

_UNITS = ("bytes", "kB", "MB", "GB")


def size_words(size: int | None) -> str:
    """Write a size: "1.8 MB", "41 MB"; nothing where it is not known."""
    if size is None:
        return ""
    power = min(int(math.log(max(size, 1), 1000)), len(_UNITS) - 1)
    amount = size / 1000**power
    return f"{amount:.1f} {_UNITS[power]}" if power and amount < 10 else f"{amount:.0f} {_UNITS[power]}"
