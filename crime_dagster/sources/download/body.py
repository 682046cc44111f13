"""The body of an answer, not read yet, and what its head says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx

# More digits are not the length of a file, and Python does not convert thousands of them.
CONTENT_RANGE = re.compile(r"^bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)$", re.ASCII)
LENGTH = re.compile(r"^\d{1,18}$", re.ASCII)


class Body:
    """A body that is not read yet, and its address after redirects.

    `count` is called for each piece with the bytes so far and the piece's own; it raises if they come too slowly.
    """

    def __init__(self, response: httpx.Response, url: str, count: Callable[[int, int], None]) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.url = url
        self._count = count

    @property
    def is_packed(self) -> bool:
        """Whether it was compressed, although not asked for: its lengths and ranges then mean other bytes."""
        return self.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")

    @property
    def span(self) -> tuple[int, int, int | None] | None:
        """First and last byte of a part, and the length of the whole file; None if it is not a part."""
        found = CONTENT_RANGE.match(self.headers.get("content-range", ""))
        if self.status != 206 or found is None or self.is_packed:
            return None
        return int(found[1]), int(found[2]), None if found[3] == "*" else int(found[3])

    @property
    def total(self) -> int | None:
        """Bytes of the whole file; None if the server does not say."""
        if self.status == 206:
            return self.span[2] if self.span is not None else None
        length = self.headers.get("content-length", "")
        return int(length) if LENGTH.match(length) and not self.is_packed else None

    def read(self) -> Iterator[bytes]:
        """The pieces of the body as they come."""
        size = 0
        # Pieces of a fixed size would be gathered first, and what was gathered is lost with the connection.
        for piece in self.response.iter_bytes() if self.is_packed else self.response.iter_raw():
            size += len(piece)
            self._count(size, len(piece))
            yield piece

    def read_start(self, most: int) -> bytes:
        """The whole body, or just over `most` bytes of a longer one."""
        parts = bytearray()
        for piece in self.read():
            parts += piece
            if len(parts) > most:
                break
        return bytes(parts)
