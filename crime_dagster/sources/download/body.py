"""What comes after the head of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx


class Body:
    """A response whose body is not read yet.

    Args:
        response: The response.
        url: Its address, the redirects followed.
        count: Is told of each piece the bytes so far and its own; it raises when they come too slowly.
    """

    def __init__(self, response: httpx.Response, url: str, count: Callable[[int, int], None]) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.url = url
        self._count = count

    @property
    def is_packed(self) -> bool:
        """Whether it was compressed, against what was asked: its lengths and ranges then mean other bytes."""
        return self.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")

    def read(self) -> Iterator[bytes]:
        """The body as it comes.

        Raises:
            InputError: It comes too slowly.
        """
        size = 0
        # As they come: chunks of a fixed size are gathered first, and what was gathered is lost with the connection.
        for chunk in self.response.iter_bytes() if self.is_packed else self.response.iter_raw():
            size += len(chunk)
            self._count(size, len(chunk))
            yield chunk
