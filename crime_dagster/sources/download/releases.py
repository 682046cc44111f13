"""Which of a data set's files are candidates for a source, and which of them is the newest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from crime_dagster.sources.catalogue.address import Address, is_safe_name
from crime_dagster.sources.catalogue.catalogue import is_named_like
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.datastore import Resource, read_name
from crime_dagster.sources.download.refusal import refuse

SHOWN = 12


def list_choices(described: list[Resource], source: Source) -> list[Resource]:
    """The files of a data set that a source may be made of, the newest first; at least one.

    Those of one name are sorted by the last month that they cover if each says so, else by timestamp if each has one,
    else in the order of the description, whose first is the newest.
    """
    found = [resource for resource in described if _is_wanted(resource, source.download)]
    choices = [replace(resource, name=name) for resource in found if (name := _choose_name(resource, source))]
    if not choices:
        shown = ", ".join(dict.fromkeys(resource.title for resource in described[:SHOWN]))
        expected = f"a file named like {' or '.join(source.download.match)}"
        raise refuse(source.landing_page, shown or "no files", expected)
    # Releases of one name are only compared with each other: those of another name may have no dates.
    by_name: dict[str, list[Resource]] = {}
    for choice in choices:
        by_name.setdefault(choice.name.casefold(), []).append(choice)
    ranks: dict[str, int] = {}
    for same in by_name.values():
        for rank, choice in enumerate(_sort_releases(same)):
            ranks.setdefault(choice.url, rank)
    return sorted(choices, key=lambda choice: ranks[choice.url])


def take_newest(choices: Iterable[Resource]) -> list[Resource]:
    """The first of each name."""
    newest: dict[str, Resource] = {}
    for choice in choices:
        newest.setdefault(choice.name.casefold(), choice)
    return list(newest.values())


def take_one(choices: list[Resource], url: str) -> Resource:
    """The newest of all names; raises if there are several names and nothing says which is the newest."""
    newest = take_newest(choices)
    for read in (lambda choice: choice.last or "", lambda choice: choice.date):
        values = [read(choice) for choice in newest]
        if all(values) and values.count(max(values)) == 1:
            return newest[values.index(max(values))]
    if len(newest) > 1:
        shown = ", ".join(choice.title for choice in newest)
        expected = "one, or one newest: a narrower `match` in the catalogue"
        raise refuse(url, f"several files that match: {shown}", expected)
    return newest[0]


def name_release(choice: Resource) -> str:
    """The folder of a release: the last month that it covers, else its date, else its number in the address."""
    if choice.last:
        return choice.last
    if date := re.match(r"\d{4}-\d\d-\d\d", choice.date):
        return date[0]
    parts = PurePosixPath(urlsplit(choice.url).path).parts
    number = read_name("/" + parts[-2]) if len(parts) > 2 else ""
    is_short = is_safe_name(number) and len(number) <= 40 and not number.startswith("download")
    return number if is_short else hashlib.sha256(choice.url.encode()).hexdigest()[:8]


def _is_wanted(resource: Resource, address: Address) -> bool:
    texts = (resource.title.casefold(), read_name(resource.url).casefold())
    return any(fnmatchcase(text, glob.casefold()) for glob in address.match for text in texts)


def _choose_name(resource: Resource, source: Source) -> str | None:
    """The first name by which the catalogue recognises the file; a zip that is unpacked keeps its own."""
    address, own, title = source.download, read_name(resource.url), resource.title
    if address.members:
        return own if is_safe_name(own) else None
    names = [address.file] if address.file else [own, title, f"{title}.{resource.format}"]
    is_known = (name for name in names if name and is_safe_name(name))
    return next((name for name in is_known if is_named_like(source, f"{source.publisher}/{name}")), None)


def _sort_releases(same: list[Resource]) -> list[Resource]:
    ordered = list(same)
    for read in (lambda choice: choice.date, lambda choice: choice.last or ""):
        if all(read(choice) for choice in same):
            # Sorts are stable: of equal ends the later date counts, of equal dates the earlier in the list.
            ordered.sort(key=read, reverse=True)
    return ordered
