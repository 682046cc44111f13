"""A file on a server that is read in parts: only the bytes that are read are sent."""

from __future__ import annotations

import io

from crime_dagster.sources.download.policy import TryAgainError, refuse
from crime_dagster.sources.download.transfer import Validators
from crime_dagster.sources.download.web import Web

# The end of a zip that says where its directory is; a comment after it is rare and short.
TAIL = 4096
LARGEST_PART = 500_000_000


class NoRangesError(Exception):
    """The server sends the whole file when asked for a part."""


class RangeFile(io.RawIOBase):
    """A file on a server that Python reads like a local one; its last bytes are fetched at once.

    Raises:
        NoRangesError: The server does not send parts.
    """

    def __init__(self, web: Web, url: str) -> None:
        super().__init__()
        self._web = web
        self.url = url
        self.size = 0
        self.stamp = Validators()
        self._place = 0
        self._fetch(f"-{TAIL}")

    def hold(self, start: int, end: int) -> None:
        """Fetch a part in one request, so that reading within it needs no other."""
        self._fetch(f"{start}-{min(end, self.size) - 1}", start)

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """The position of the next byte."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to another position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def read(self, size: int | None = -1) -> bytes:
        """Bytes from here on, with a request of their own unless they are held."""
        end = self.size if size is None or size < 0 else min(self._place + size, self.size)
        if end <= self._place:
            return b""
        if not self._start <= self._place <= end <= self._start + len(self._held):
            self.hold(self._place, end)
        part = self._held[self._place - self._start : end - self._start]
        self._place += len(part)
        return part

    def _fetch(self, span: str, start: int | None = None) -> None:
        self._start, self._held = self._web.repeat(self.url, lambda: self._attempt(span, start))

    def _attempt(self, span: str, start: int | None) -> tuple[int, bytes]:
        """Where a part begins, and its bytes."""
        headers = {"Range": f"bytes={span}"}
        if self.stamp.validator is not None:
            headers["If-Range"] = self.stamp.validator
        with self._web.open(self.url, headers) as body:
            first, last, size = body.span or (0, 0, None)
            if size is None:
                if start is None:
                    raise NoRangesError
                raise refuse(self.url, f"status {body.status}", "a part of the version whose end was read")
            stamp = Validators.of(body)
            if start is None:
                # The version that a redirect leads to is used to the end, even if the address changes.
                self.url, self.size, self.stamp = body.url, size, stamp
            elif first != start or not self.stamp.is_same(stamp):
                raise refuse(self.url, "a part of another version of the file", "the version whose end was read")
            length = last - first + 1
            if not 0 < length <= min(size, LARGEST_PART) or last >= size:
                raise refuse(self.url, f"a part of {length:,} bytes", f"at most {LARGEST_PART:,}")
            self._web.meter.begin(0, length)
            part = body.read_start(length)
        if len(part) != length:
            raise TryAgainError(f"{len(part):,} bytes, where {length:,} were announced")
        return first, part
