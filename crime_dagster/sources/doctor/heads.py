"""The first kilobytes of what an address sends; the rest is never waited for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crime_dagster.sources.doctor.answer import ShapeError
from crime_dagster.sources.download.web import Web
from crime_dagster.sources.readers.formats.delimited import MARKUP

HEAD = 64 * 1024


@dataclass(frozen=True)
class Head:
    """The beginning of a body.

    Args:
        content: Its first bytes.
        is_whole: Whether there are no others.
    """

    content: bytes
    is_whole: bool


def read_head(web: Web, url: str, query: Mapping[str, str] | None = None) -> Head:
    """Ask for the beginning of a file, and hang up where the server sends more.

    Raises:
        InputError: The address does not answer.
        ShapeError: It sends nothing, or a web page.
    """

    def attempt() -> Head:
        parts = bytearray()
        with web.open(url, {"Range": f"bytes=0-{HEAD - 1}"}, query) as body:
            # A server says so of a part that begins behind the end of an empty file.
            is_empty = body.status == 416
            web.meter.begin(0, None)
            for chunk in () if is_empty else body.read():
                parts += chunk
                if len(parts) >= HEAD:
                    break
        return Head(bytes(parts[:HEAD]), is_whole=len(parts) < HEAD)

    head = web.repeat(url, attempt)
    start = head.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if not start:
        raise ShapeError("nothing", "a file with content")
    if start.startswith(MARKUP[:2]):
        raise ShapeError("a web page", "the published file, not a page about it or an error page")
    return head
