"""The progress of a download: a live line on a terminal, otherwise a plain line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable

MEGABYTE = 1_000_000


class Meter:
    """Counts bytes and reports progress: by `show`, whose lines replace each other on a terminal, else by `say`."""

    def __init__(
        self,
        say: Callable[[str], object],
        show: Callable[[str], object] | None = None,
        every: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._print = show or say
        self._every = every if show is None else min(every, 0.2)
        self._clock = clock
        self.total = 0
        self.place = ""
        self.begin(0, None)

    def begin(self, size: int, end: int | None) -> None:
        """Start a file of `end` bytes, `size` of which are here already; None if its length is not known."""
        self._began = self._told = self._clock()
        self._first = self._size = size
        self._end = end

    def count(self, size: int) -> None:
        """Count some more bytes of the file."""
        self.total += size
        self._size += size
        now = self._clock()
        if now - self._told >= self._every:
            self._told = now
            self._print(self._describe(now))

    def _describe(self, now: float) -> str:
        rate = (self._size - self._first) / max(now - self._began, 0.001)
        of_all = left = ""
        if self._end is not None:
            of_all = f" of {in_megabytes(self._end)}"
            left = f", {in_minutes((self._end - self._size) / rate)} left" if rate > 0 else ""
        progress = f"{in_megabytes(self._size)}{of_all}, {in_megabytes(rate)}/s{left}"
        return f"  {progress} ({self.place}{in_megabytes(self.total)} in all)"


def in_megabytes(size: float) -> str:
    """`1,234.5 MB`."""
    return f"{size / MEGABYTE:,.1f} MB"


def in_minutes(seconds: float) -> str:
    """`2 min 05 s`."""
    whole = max(0, round(seconds))
    return f"{whole // 60} min {whole % 60:02} s" if whole >= 60 else f"{whole} s"
