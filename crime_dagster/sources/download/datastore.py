"""The current files of a source: a fixed address, or what the London Datastore says of a data set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from crime_dagster.sources.address import Address, follow_address, is_safe_name
from crime_dagster.sources.download.web import Web, refuse

# A description may carry the date of its file under any of these; the text sorts as the time does.
DATE_FIELDS = ("last_modified", "timestamp", "check_timestamp", "metadata_modified", "created")
SHOWN = 12


@dataclass(frozen=True)
class Resource:
    """A file to fetch.

    Args:
        url: Its address.
        name: Name that it gets here.
    """

    url: str
    name: str


def list_resources(web: Web, address: Address, many: bool, is_known: Callable[[str], bool]) -> list[Resource]:
    """The files that make up a source now.

    Args:
        web: The client.
        address: A `file` or a `datastore`.
        many: Whether several files are one source.
        is_known: Whether the catalogue knows a file of that name as the source's.

    Returns:
        At least one file; one unless `many`.

    Raises:
        InputError: The description cannot be had or read, or names no such file, or several where one is expected.
    """
    url = address.url or ""
    if address.kind == "file":
        own = address.file or read_name(url)
        if not is_safe_name(own):
            raise refuse(url, f"the name {own!r}", "an address that ends in a file name, or `file` in the catalogue")
        if address.each is not None:
            first, last = address.each
            numbers = [str(number) for number in range(first, last + 1)]
            return [Resource(url.replace("{each}", one), own.replace("{each}", one)) for one in numbers]
        return [Resource(url, own)]
    described = read_description(web.read_json(url), url)
    found = [resource for resource in described if _is_wanted(resource, address)]
    named = [(resource, name) for resource in found if (name := _choose_name(resource, address, is_known))]
    if not named:
        shown = ", ".join(_title(resource) for resource in described[:SHOWN]) or "no files"
        raise refuse(url, shown, f"a file named like {' or '.join(address.match)}")
    if not many:
        named = [_take_newest(named, url)]
    if len({name.casefold() for _, name in named}) < len(named):
        raise refuse(url, f"several files of one name: {', '.join(name for _, name in named)}", "different names")
    return [Resource(resource["url"], name) for resource, name in named]


def read_description(body: Any, url: str) -> list[dict[str, Any]]:
    """The resources of a data set, as CKAN lists them (`result.resources`) or as a mapping by id (`resources`).

    Raises:
        InputError: There are none.
    """
    inner = body.get("result", body) if isinstance(body, dict) else None
    found = inner.get("resources") if isinstance(inner, dict) else None
    if isinstance(found, dict):
        found = list(found.values())
    if not isinstance(found, list):
        raise refuse(url, "JSON without `resources`", "the description of a data set of the London Datastore")
    return [
        {**resource, "url": whole}
        for resource in found
        if isinstance(resource, dict) and (whole := follow_address(url, resource.get("url"))) is not None
    ]


def read_name(url: str) -> str:
    """The last part of an address's path, as a person would write it."""
    return unquote(PurePosixPath(urlsplit(url).path).name)


def _title(resource: dict[str, Any]) -> str:
    return str(resource.get("title") or resource.get("name") or read_name(str(resource["url"])))


def _is_wanted(resource: dict[str, Any], address: Address) -> bool:
    texts = (_title(resource).casefold(), read_name(str(resource["url"])).casefold())
    return any(fnmatchcase(text, glob.casefold()) for glob in address.match for text in texts)


def _choose_name(resource: dict[str, Any], address: Address, is_known: Callable[[str], bool]) -> str | None:
    """The first name under which the catalogue will know the file; a zip that is unpacked keeps its own."""
    own = read_name(str(resource["url"]))
    if address.members:
        return own if is_safe_name(own) else None
    ending = str(resource.get("format") or "").lower().lstrip(".")
    names = [address.file] if address.file else [own, _title(resource), f"{_title(resource)}.{ending}"]
    return next((name for name in names if name and is_safe_name(name) and is_known(name)), None)


def _take_newest(named: list[tuple[dict[str, Any], str]], url: str) -> tuple[dict[str, Any], str]:
    if len(named) == 1:
        return named[0]
    for field in DATE_FIELDS:
        dates = [str(resource.get(field) or "") for resource, _ in named]
        newest = max(dates)
        if all(dates) and dates.count(newest) == 1:
            return named[dates.index(newest)]
    shown = ", ".join(_title(resource) for resource, _ in named)
    raise refuse(url, f"several files that match: {shown}", "one, or one newest: a narrower `match` in the catalogue")
