"""Where a source is fetched from: the part of a catalogue entry that `make download` reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

ADDRESS_KINDS = ("file", "datastore", "arcgis", "pages", "manual")
TABLE_SUFFIXES = (".csv", ".geojson")
LONGEST_NAME = 200
DATA_SET = re.compile(r"[a-z0-9_-]+")
# Names that would leave the folder, be hidden, or have a special meaning on another system.
BAD_NAME = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]|^[. ~]|[. ]$')


@dataclass(frozen=True)
class Join:
    """A second layer whose columns are added to the features of the first, by a column `key` of both."""

    url: str
    key: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Address:
    """How a source's current file is found."""

    # `file` (a fixed address), `datastore` (a data set of the London Datastore), `arcgis` (a layer of a feature
    # service), `pages` (a list that an interface gives page by page) or `manual` (fetched by hand).
    kind: str
    url: str | None = None  # address of the file, the layer or the list; None for the other kinds
    # Identifier of a data set of the London Datastore: five characters, or the slug of its old page.
    id: str | None = None
    match: tuple[str, ...] = ()  # globs of a resource's title or file name in the description of a data set
    file: str | None = None  # name that the file gets here, if the publisher's own is unclear
    members: tuple[str, ...] = ()  # globs of the files to take out of a zip; empty if the file is kept as it is
    query: Mapping[str, str] = field(default_factory=dict)  # further parameters of a layer's or an interface's query
    join: Join | None = None  # a second layer with further columns
    items: str | None = None  # name of the list in the answers of an interface
    # First and last number to put in place of `{each}` in the address of a source of several files.
    each: tuple[int, int] | None = None
    limit_mb: int = 300  # largest size of the answer, and of what is unpacked from it, in megabytes
    why: str | None = None  # why it is fetched by hand, and how

    @property
    def limit(self) -> int:
        """The limit in bytes."""
        return self.limit_mb * 1_000_000


def parse_address(given: Any) -> Address:
    """Turn the `download` of a catalogue entry into an address.

    Raises:
        ValueError: It lacks a field, or has an unknown or contradictory one.
    """
    if not isinstance(given, dict):
        raise ValueError(f"{given!r}, not a mapping with `kind`")
    fields = dict(given)
    try:
        for name in ("match", "members"):
            fields[name] = _read_globs(name, fields.get(name, []))
        if "join" in fields:
            fields["join"] = Join(**fields["join"])
        if "each" in fields:
            fields["each"] = _read_range(fields["each"])
        address = Address(**fields)
    except TypeError as error:
        raise ValueError(str(error)) from error
    for problem in (_check_kind(address), _check_url(address), _check_names(address), _check_layer(address)):
        if problem:
            raise ValueError(problem)
    return address


def is_safe_name(name: str) -> bool:
    """Whether a name can be a plain file name on any system."""
    if not name or len(name) > LONGEST_NAME or BAD_NAME.search(name):
        return False
    # Control characters, direction marks and half characters.
    return not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in name)


def is_web_address(url: object) -> bool:
    """Whether it is an absolute http or https address with a valid host."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            return False
        # Raises for an invalid port, an empty or too long label, and half a character.
        return parts.port != 0 and bool(parts.hostname.encode("idna")) and bool(parts.geturl().encode())
    except ValueError:
        return False


def read_host(url: str) -> str:
    """The host of an address, in lower case; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def follow_address(base: str, url: object) -> str | None:
    """A link in the answer of an address, made absolute; None if it is not an http or https address."""
    if not isinstance(url, str) or not url:
        return None
    try:
        whole = urljoin(base, url)
    except ValueError:
        return None
    return whole if is_web_address(whole) else None


def _read_globs(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError(f"`{name}` {value!r}, not a list of globs")
    return tuple(value)


def _read_range(value: object) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(item, int) for item in value):
        first, last = value
        if first <= last:
            return first, last
    raise ValueError(f"`each` {value!r}, not the first and the last of some numbers")


def _check_kind(address: Address) -> str | None:
    if address.kind not in ADDRESS_KINDS:
        return f"kind {address.kind!r}, not one of {', '.join(ADDRESS_KINDS)}"
    for kind, name, is_given in (
        ("manual", "why", address.why is not None),
        ("datastore", "match", bool(address.match)),
        ("datastore", "id", address.id is not None),
        ("pages", "items", address.items is not None),
    ):
        if (address.kind == kind) != is_given:
            return f"`{name}` belongs to kind {kind}, which needs it"
    if address.id is not None and not (isinstance(address.id, str) and DATA_SET.fullmatch(address.id)):
        return f"`id` {address.id!r}, not the identifier of a data set (quote what YAML reads as a number)"
    if (address.each is not None) != ("{each}" in (address.url or "")):
        return "`each` and `{each}` in the url belong together"
    return None


def _check_url(address: Address) -> str | None:
    if (address.kind in ("file", "arcgis", "pages")) != (address.url is not None):
        return "`url` belongs to the kinds file, arcgis and pages, which need it"
    urls = [url for url in (address.url, address.join.url if address.join else None) if url is not None]
    wrong = [url for url in urls if not is_web_address(url)]
    return f"{wrong[0]!r}, not an http or https address" if wrong else None


def _check_names(address: Address) -> str | None:
    if address.file is not None and not is_safe_name(address.file):
        return f"`file` {address.file!r}, not a plain file name"
    if not isinstance(address.limit_mb, int) or address.limit_mb <= 0:
        return f"`limit_mb` {address.limit_mb!r}, not a number of megabytes"
    return None


def _check_layer(address: Address) -> str | None:
    if address.kind == "pages":
        return None if (address.file or "").endswith(".json") else "kind pages needs a `file` that ends in .json"
    if address.kind != "arcgis":
        return "`query` and `join` belong to kind arcgis" if address.query or address.join else None
    if address.file is None or not address.file.endswith(TABLE_SUFFIXES):
        return f"`file` {address.file!r}, where kind arcgis needs a name that ends in {' or '.join(TABLE_SUFFIXES)}"
    return None
