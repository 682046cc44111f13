"""A file on a server, read in parts: only the bytes that are read are sent."""

from __future__ import annotations

import io

from crime_dagster.sources.download.body import Body
from crime_dagster.sources.download.policy import TryAgainError
from crime_dagster.sources.download.refusal import refuse
from crime_dagster.sources.download.transfer import CONTENT_RANGE, Stamp
from crime_dagster.sources.download.web import Web

# The end of a zip that says where its directory is; a comment behind it is rare and short.
TAIL = 4096
LARGEST_PART = 500_000_000


class NoRangesError(Exception):
    """The server answers with the whole file where a part was asked for."""


class RangeFile(io.RawIOBase):
    """A file on a server that Python reads like a local one; its end is fetched at once.

    Args:
        web: The client.
        url: Its address.

    Raises:
        NoRangesError: The server does not answer ranges.
        InputError: It cannot be reached.
    """

    def __init__(self, web: Web, url: str) -> None:
        super().__init__()
        self._web = web
        self.url = url
        self.size = 0
        self.stamp = Stamp()
        self._place = 0
        self._start = 0
        self._held = self._fetch(f"-{TAIL}")

    def hold(self, start: int, end: int) -> None:
        """Fetch a part in one request; reading within it then costs nothing."""
        self._held, self._start = self._fetch(f"{start}-{min(end, self.size) - 1}", start), start

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def read(self, size: int | None = -1) -> bytes:
        """Bytes from here on; a request of its own where they are not held."""
        end = self.size if size is None or size < 0 else min(self._place + size, self.size)
        if end <= self._place:
            return b""
        if not (self._start <= self._place and end <= self._start + len(self._held)):
            self.hold(self._place, end)
        part = self._held[self._place - self._start : end - self._start]
        self._place += len(part)
        return part

    def _fetch(self, span: str, start: int | None = None) -> bytes:
        return self._web.repeat(self.url, lambda: self._attempt(span, start))

    def _attempt(self, span: str, start: int | None) -> bytes:
        headers = {"Range": f"bytes={span}"}
        if self.stamp.validator is not None:
            headers["If-Range"] = self.stamp.validator
        with self._web.open(self.url, headers) as body:
            found = CONTENT_RANGE.match(body.headers.get("content-range", ""))
            if body.status != 206 or found is None or found[3] == "*" or body.is_packed:
                if start is None:
                    raise NoRangesError
                raise refuse(
                    self.url, f"status {body.status}, where a part of the same version was asked for", "a part"
                )
            first, last, size = int(found[1]), int(found[2]), int(found[3])
            stamp = Stamp.of(body.headers, size)
            if start is None:
                # What a redirect leads to is the version that is read to its end, whatever the address names next.
                self.url, self.size, self.stamp = body.url, size, stamp
            elif first != start or not self.stamp.is_same(stamp):
                raise refuse(self.url, "a part of another version of the file", "the version whose end was read")
            length = last - first + 1
            if not 0 < length <= min(size, LARGEST_PART) or last >= size:
                raise refuse(self.url, f"a part of {length:,} bytes", f"at most {LARGEST_PART:,}")
            parts = self._read(body, length)
        if start is None:
            self._start = first
        return parts

    def _read(self, body: Body, length: int) -> bytes:
        parts = bytearray()
        self._web.meter.begin(0, length)
        for chunk in body.read():
            parts += chunk
            if len(parts) > length:
                break
        if len(parts) != length:
            raise TryAgainError(f"{len(parts):,} bytes, where {length:,} were announced")
        return bytes(parts)
