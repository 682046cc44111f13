"""How far a download is: a live line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable

MEGABYTE = 1_000_000


class Meter:
    """Counts the bytes of a download and says how it goes on.

    Args:
        say: Takes one line that stays.
        show: Takes one line that the next one replaces, on a terminal; None elsewhere.
        every: Seconds between two lines of progress; a live line is replaced more often.
        clock: Seconds of a clock that is never set.
    """

    def __init__(
        self,
        say: Callable[[str], object],
        show: Callable[[str], object] | None = None,
        every: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.say = say
        self.show = show
        self.every = every if show is None else min(every, 0.2)
        self.clock = clock
        self.total = 0
        self.place = ""
        self._began = self._told = clock()
        self._first = self._size = 0
        self._end: int | None = None

    def begin(self, size: int, end: int | None) -> None:
        """A file begins.

        Args:
            size: Bytes that are here already.
            end: Bytes of the whole file; None where the server does not say.
        """
        self._began = self._told = self.clock()
        self._first = self._size = size
        self._end = end

    def count(self, size: int) -> None:
        """Some more bytes of the file have arrived."""
        self.total += size
        self._size += size
        now = self.clock()
        if now - self._told >= self.every:
            self._told = now
            (self.show or self.say)(self._describe(now))

    def _describe(self, now: float) -> str:
        rate = (self._size - self._first) / max(now - self._began, 0.001)
        words = f"  {in_megabytes(self._size)}"
        if self._end is not None:
            words += f" of {in_megabytes(self._end)}"
        words += f", {in_megabytes(rate)}/s"
        if self._end is not None and rate > 0:
            words += f", {in_minutes((self._end - self._size) / rate)} left"
        return f"{words} ({self.place}{in_megabytes(self.total)} in all)"


def in_megabytes(size: float) -> str:
    """A number of bytes for people."""
    return f"{size / MEGABYTE:,.1f} MB"


def in_minutes(seconds: float) -> str:
    """A time for people."""
    whole = max(0, round(seconds))
    return f"{whole // 60} min {whole % 60:02} s" if whole >= 60 else f"{whole} s"
