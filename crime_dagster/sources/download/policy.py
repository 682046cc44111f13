"""Download policy: retries and timeouts, progress, allowed hosts, and errors about responses."""

import functools
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import read_host

AGAIN = "run it again later"
COMPARE = "compare the address in the catalogue with the publisher's page"
PROXY = "check the proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names"
AUTHORITY = (
    f"{COMPARE}; if a proxy of your network signs certificates itself, name the file of its authority in SSL_CERT_FILE"
)
# A page of maintenance or of a login may be there for an hour, or for good.
WAIT = f"{AGAIN}; if it is still so then, {COMPARE}"
PAGE = (b"<!doctype html", b"<html", b"<head", b"<body")
MEGABYTE = 1_000_000


def refuse(
    url: str,
    found: str,
    expected: str = "the published file",
    remedy: str = COMPARE,
    column: str | None = None,
    kind: type[InputError] = InputError,
) -> InputError:
    """Return an error about a response; `remedy` is `AGAIN` only if the same request may succeed later."""

    def escape(text: str) -> str:
        # A server may send control characters and lone surrogates.
        return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)

    return kind(file=escape(url), column=column, found=escape(found), expected=expected, remedy=remedy)


def describe_no_file(head: bytes, name: str) -> tuple[str, str] | None:
    """Return what a response is instead of a file, and what was expected; None if it may be a file."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if not start:
        return "nothing", f"{name}, with content"
    if start.startswith(PAGE) or b"<html" in start:
        return "a web page", f"{name}, not a page about it or an error page"
    if name.casefold().endswith(".csv"):
        shown = repr(head[:40].decode("utf-8", "replace"))
        if start.startswith((b"<", b"{", b"[")):
            return f"no table ({shown})", f"{name}, a table"
        if not any(mark in head for mark in (b",", b";", b"\t", b"|")):
            return f"no columns ({shown})", f"{name}, a table"
    return None


@dataclass(frozen=True)
class Policy:
    """Retries and timeouts of a download, in seconds."""

    attempts: int = 6  # per file
    first_wait: float = 1.0  # before the second attempt; doubles each time
    longest_wait: float = 60.0
    longest_asked_wait: float = 300.0  # if a server asks for more, the source has failed for now
    redirects: int = 5
    head_deadline: float = 180.0  # for the response to begin
    source_deadline: float = 3 * 3600.0
    grace: float = 60.0  # after this, a body must arrive at `slowest` or faster
    slowest: float = 1000.0  # bytes per second, on average
    progress_every: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time  # Unix time, for dates that a server gives
    clock: Callable[[], float] = time.monotonic  # monotonic, for deadlines


class TryAgainError(Exception):
    """A failure that a retry may not meet.

    `wait` is in seconds, if the server asked for it; `is_busy` if the whole server asks for fewer requests.
    """

    def __init__(self, found: str, wait: float | None = None, *, is_busy: bool = False) -> None:
        super().__init__(found)
        self.wait, self.is_busy = wait, is_busy


def read_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds of a `Retry-After` header, a number or a date; None if it gives none."""
    if value is not None and value.strip().isdecimal():
        return float(value)
    date = read_date(value)
    return None if date is None else max(0.0, date - now)


def read_date(value: str | None) -> float | None:
    """Return the Unix time of a date in a header, None if it is none."""
    try:
        date = parsedate_to_datetime(value or "")
        return (date if date.tzinfo is not None else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def check_status(url: str, response: httpx.Response, now: Callable[[], float]) -> None:
    status = response.status_code
    found = f"status {status} {response.reason_phrase}".rstrip()
    # 202: the file is still being made.
    if status in (202, 408, 425, 429) or status >= 500:
        # The server's clock may be hours from ours.
        clock = read_date(response.headers.get("date"))
        asked = read_retry_after(response.headers.get("retry-after"), now() if clock is None else clock)
        raise TryAgainError(found, asked, is_busy=status == 429)
    if status not in (200, 206, 304, 416):
        raise refuse(url, found, remedy=PROXY if status == 407 else COMPARE)


# A description names hundreds of files on one host.
@functools.lru_cache(maxsize=1 << 8)
def is_private(host: str) -> bool:
    """Whether a host is this machine or in its network, or otherwise not on the public internet.

    A name that cannot be resolved here is not private: a proxy may be able to resolve it.
    """
    if not host:
        return False
    try:
        # Also reads the spellings of a number that browsers accept, such as 127.1 and 2130706433.
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except (OSError, ValueError):
        return host == "localhost" or host.endswith(".localhost")
    return any(not ip_address(str(item[4][0]).partition("%")[0]).is_global for item in found)


def may_lead_to(origin: str, url: str) -> bool:
    """Whether a response from `origin` may name `url`: a private address only if `origin` is private itself."""
    return is_private(read_host(origin)) or not is_private(read_host(url))


def replace_host(url: str, base: str | None) -> str:
    """Return the address to request: `url`, at the stand-in for all publishers if there is one."""
    if base is None:
        return url
    return urlsplit(url)._replace(scheme=urlsplit(base).scheme, netloc=urlsplit(base).netloc, fragment="").geturl()


class Meter:
    """Counts bytes and reports progress: by `show`, whose lines replace each other on a terminal, else by `say`."""

    def __init__(
        self,
        say: Callable[[str], object],
        show: Callable[[str], object] | None = None,
        every: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._print, self._clock = show or say, clock
        self._every = every if show is None else min(every, 0.2)
        self.total, self.place = 0, ""
        self.begin(0, None)

    def begin(self, size: int, end: int | None) -> None:
        """Start a file of `end` bytes (None if unknown), `size` of which are here already."""
        self._began = self._told = self._clock()
        self._first = self._size = size
        self._end = end

    def count(self, size: int) -> None:
        self.total += size
        self._size += size
        now = self._clock()
        if now - self._told < self._every:
            return
        self._told = now
        rate = (self._size - self._first) / max(now - self._began, 0.001)
        of_all = f" of {in_megabytes(self._end)}" if self._end is not None else ""
        left = f", {in_minutes((self._end - self._size) / rate)} left" if self._end is not None and rate > 0 else ""
        progress = f"{in_megabytes(self._size)}{of_all}, {in_megabytes(rate)}/s{left}"
        self._print(f"  {progress} ({self.place}{in_megabytes(self.total)} in all)")


def in_megabytes(size: float) -> str:
    """`1,234.5 MB`."""
    return f"{size / MEGABYTE:,.1f} MB"


def in_minutes(seconds: float) -> str:
    """`2 min 05 s`."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
