"""Which hosts may be asked: no private network because an answer says so, and one stand-in for tests."""

from __future__ import annotations

import functools
import socket
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from crime_dagster.sources.catalogue.address import read_host


def is_private(url: str) -> bool:
    """Whether an address is on this machine or its network, or otherwise not on the public internet.

    A name that cannot be resolved here is not private: a proxy may be able to resolve it.
    """
    return _is_private_host(read_host(url))


# A description names hundreds of files on one host.
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
    """Whether an answer from `origin` may name `url`: a private address only if `origin` is private itself."""
    return is_private(origin) or not is_private(url)


def replace_host(url: str, base: str | None) -> str:
    """The address to ask: `url`, at the stand-in for all publishers if there is one."""
    if base is None:
        return url
    there, wanted = urlsplit(base), urlsplit(url)
    return urlunsplit((there.scheme, there.netloc, wanted.path or "/", wanted.query, ""))
