"""Which host an address leads to: none inside a private network by an answer's word, and one stand-in for tests."""

from __future__ import annotations

import functools
import socket
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from crime_dagster.sources.catalogue.address import read_host


def is_private(url: str) -> bool:
    """Whether an address leads to this machine, its network, or another place that is not on the public internet.

    A name that cannot be resolved here is not private: it may be known to a proxy alone.
    """
    return _is_private_host(read_host(url))


# A description names hundreds of files of one host.
@functools.lru_cache(maxsize=1 << 8)
def _is_private_host(host: str) -> bool:
    if not host:
        return False
    try:
        # Also reads the spellings of a number that browsers accept, such as 127.1 and 2130706433.
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except (OSError, ValueError):
        return host == "localhost" or host.endswith(".localhost")
    return any(not ip_address(str(item[4][0]).partition("%")[0]).is_global for item in found)


def may_lead_to(origin: str, url: str) -> bool:
    """Whether an answer from `origin` may name `url`: a private address only where `origin` is private itself."""
    return is_private(origin) or not is_private(url)


def replace_host(url: str, base: str | None) -> str:
    """The address that is asked: with a stand-in for all publishers, its host and the path and query of `url`."""
    if base is None:
        return url
    there, wanted = urlsplit(base), urlsplit(url)
    return urlunsplit((there.scheme, there.netloc, wanted.path or "/", wanted.query, ""))
