"""Where a source is downloaded from: the part of a catalogue entry that `make download` reads."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar
from urllib.parse import urljoin, urlsplit

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter

LONGEST_NAME = 200
DATA_SET = re.compile(r"[a-z0-9_-]+")
# Names that would leave the folder, be hidden, or have a special meaning on another system.
BAD_NAME = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]|^[. ~]|[. ]$')
# The types of these classes define what an entry may contain; unknown keys are refused.
STRICT = ConfigDict(extra="forbid")
Glob = Annotated[str, Field(min_length=1)]


def one_of(*allowed: str) -> AfterValidator:
    """Return a pydantic validator that allows only some texts."""

    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r}, not one of {', '.join(allowed)}")
        return value

    return AfterValidator(check)


@dataclass(frozen=True)
class Join:
    """A second layer whose columns are joined to the features of the first by a shared column `key`."""

    url: str
    key: str
    query: Mapping[str, str] = field(default_factory=dict)

    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True)
class Address:
    """How a source's current file is found."""

    # `file` (a fixed address), `datastore` (a data set of the London Datastore), `arcgis` (a layer of a feature
    # service), `pages` (a paginated list of an API) or `manual` (fetched by hand).
    kind: Annotated[str, one_of("file", "datastore", "arcgis", "pages", "manual")]
    url: str | None = None  # of the file, the layer or the list; None for the other kinds
    # Identifier of a data set of the London Datastore: five characters, or the slug of its old page.
    id: str | None = None
    match: tuple[Glob, ...] = ()  # globs of a resource's title or file name in a data set's description
    file: str | None = None  # file name to use here, if the publisher's is unclear
    members: tuple[Glob, ...] = ()  # globs of the files to take out of a zip; empty to keep the file as it is
    query: Mapping[str, str] = field(default_factory=dict)  # further query parameters of a layer or an API
    join: Join | None = None  # a second layer with further columns
    items: str | None = None  # name of the list in an API's responses
    # First and last number for `{each}` in the address of a source of several files.
    each: tuple[int, int] | None = None
    # Largest size of the response, and of what is unpacked from it, in megabytes.
    limit_mb: Annotated[int, Field(gt=0)] = 300
    why: str | None = None  # why it is fetched by hand, and how

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    def __post_init__(self) -> None:
        kind, url, file = self.kind, self.url or "", self.file or ""
        for owner, name in (("manual", "why"), ("datastore", "match"), ("datastore", "id"), ("pages", "items")):
            if (kind == owner) != bool(getattr(self, name)):
                raise ValueError(f"`{name}` belongs to kind {owner}, which needs it")
        wrong = [one for one in (self.url, self.join and self.join.url) if one is not None and not is_web_address(one)]
        is_asked, is_table = kind in ("pages", "arcgis"), file.endswith((".csv", ".geojson"))
        for is_fault, words in (
            (self.id and not DATA_SET.fullmatch(self.id), f"`id` {self.id!r}, not the identifier of a data set"),
            ((self.each is not None) != ("{each}" in url), "`each` and `{each}` in the url belong together"),
            (self.each and self.each[0] > self.each[1], f"`each` {self.each}, not the first and the last number"),
            ((is_asked or kind == "file") != bool(url), "`url` belongs to file, arcgis and pages, which need it"),
            (wrong, f"{wrong[:1]}, not an http or https address"),
            (file and not is_safe_name(file), f"`file` {file!r}, not a plain file name"),
            (kind == "pages" and not file.endswith(".json"), "kind pages needs a `file` that ends in .json"),
            (kind == "arcgis" and not is_table, f"`file` {file!r}, not one that ends in .csv or .geojson"),
            ((self.query or self.join) and not is_asked, "`query` and `join` belong to kind arcgis"),
        ):
            if is_fault:
                raise ValueError(words)

    @property
    def limit(self) -> int:
        return self.limit_mb * 1_000_000


parse_address = TypeAdapter(Address).validate_python


def is_safe_name(name: str) -> bool:
    """Whether a name can be a plain file name on any system."""
    if not name or len(name) > LONGEST_NAME or BAD_NAME.search(name):
        return False
    # Control characters, bidirectional marks and lone surrogates.
    return not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in name)


def is_web_address(url: object) -> bool:
    """Whether it is an absolute http or https address with a valid host."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            return False
        # Raises for an invalid port, an empty or too long label, and a lone surrogate.
        return parts.port != 0 and bool(parts.hostname.encode("idna")) and bool(parts.geturl().encode())
    except ValueError:
        return False


def read_host(url: str) -> str:
    """Return the host of an address in lower case; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def follow_address(base: str, url: object) -> str | None:
    """Return a link of a response as an absolute address; None if it is not http or https."""
    if not isinstance(url, str) or not url:
        return None
    try:
        whole = urljoin(base, url)
    except ValueError:
        return None
    return whole if is_web_address(whole) else None
