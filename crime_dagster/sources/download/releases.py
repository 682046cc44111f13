"""Which of a data set's files are fetched: of each name the newest, and what its months need of older releases."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from crime_dagster.sources.catalogue.address import Address, is_safe_name
from crime_dagster.sources.download.datastore import Resource, read_name
from crime_dagster.sources.download.refusal import refuse

SHOWN = 12


@dataclass(frozen=True)
class Choice:
    """A file that may be fetched.

    Args:
        resource: What the description says of it.
        name: Name that it gets here.
    """

    resource: Resource
    name: str

    @property
    def url(self) -> str:
        """Its address."""
        return self.resource.url


def list_choices(
    resources: Iterable[Resource], address: Address, is_known: Callable[[str], bool], url: str
) -> list[Choice]:
    """The files that a source may be made of, the newest first.

    Args:
        resources: Files of a data set, in the order of its description.
        address: Which of them are wanted.
        is_known: Whether the catalogue takes a file of that name for one of the source's.
        url: Page of the data set, for messages.

    Returns:
        At least one. Those of one name are sorted by the end of what they cover where each says so, else by time stamp
        where each has one, else in the order of the description, whose first is the newest.

    Raises:
        InputError: There is no such file.
    """
    described = list(resources)
    found = [resource for resource in described if _is_wanted(resource, address)]
    choices = [Choice(resource, name) for resource in found if (name := _choose_name(resource, address, is_known))]
    if not choices:
        shown = ", ".join(dict.fromkeys(resource.title for resource in described[:SHOWN]))
        raise refuse(url, shown or "no files", f"a file named like {' or '.join(address.match)}")
    return _sort(choices)


def take_newest(choices: Iterable[Choice]) -> list[Choice]:
    """Of each name the first."""
    newest: dict[str, Choice] = {}
    for choice in choices:
        newest.setdefault(choice.name.casefold(), choice)
    return list(newest.values())


def take_one(choices: list[Choice], url: str) -> Choice:
    """The newest of all names.

    Raises:
        InputError: Several names, and nothing says which is the newest.
    """
    newest = take_newest(choices)
    first = newest[0]
    for read in (lambda choice: choice.resource.last or "", lambda choice: choice.resource.date):
        values = [read(choice) for choice in newest]
        if all(values) and values.count(max(values)) == 1:
            return newest[values.index(max(values))]
    if len(newest) > 1:
        shown = ", ".join(choice.resource.title for choice in newest)
        raise refuse(
            url, f"several files that match: {shown}", "one, or one newest: a narrower `match` in the catalogue"
        )
    return first


def name_release(choice: Choice) -> str:
    """The folder of a release: the last month that it covers, else its date, else its number in the address."""
    if choice.resource.last:
        return choice.resource.last
    if date := re.match(r"\d{4}-\d\d-\d\d", choice.resource.date):
        return date[0]
    parts = PurePosixPath(urlsplit(choice.url).path).parts
    number = read_name("/" + parts[-2]) if len(parts) > 2 else ""
    is_short = is_safe_name(number) and len(number) <= 40 and not number.startswith("download")
    return number if is_short else hashlib.sha256(choice.url.encode()).hexdigest()[:8]


def list_months(first: str, last: str) -> list[str]:
    """All months (`YYYY-MM`) from one to another."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def may_hold(choice: Choice, months: set[str]) -> bool:
    """Whether a release may hold one of some months: it says so, or does not say what it covers."""
    first, last = choice.resource.first, choice.resource.last
    if first is None or last is None:
        return True
    return any(first <= month <= last for month in months)


def _is_wanted(resource: Resource, address: Address) -> bool:
    texts = (resource.title.casefold(), resource.own_name.casefold())
    return any(fnmatchcase(text, glob.casefold()) for glob in address.match for text in texts)


def _choose_name(resource: Resource, address: Address, is_known: Callable[[str], bool]) -> str | None:
    """The first name under which the catalogue will know the file; a zip that is unpacked keeps its own."""
    own, title = resource.own_name, resource.title
    if address.members:
        return own if is_safe_name(own) else None
    names = [address.file] if address.file else [own, title, f"{title}.{resource.format}"]
    return next((name for name in names if name and is_safe_name(name) and is_known(name)), None)


def _sort(choices: list[Choice]) -> list[Choice]:
    # Releases of one name are compared with each other alone: another name may be without dates.
    by_name: dict[str, list[Choice]] = {}
    for choice in choices:
        by_name.setdefault(choice.name.casefold(), []).append(choice)
    ranks: dict[str, int] = {}
    for same in by_name.values():
        for rank, choice in enumerate(_sort_releases(same)):
            ranks.setdefault(choice.url, rank)
    return sorted(choices, key=lambda choice: ranks[choice.url])


def _sort_releases(same: list[Choice]) -> list[Choice]:
    ordered = list(same)
    for read in (lambda choice: choice.resource.date, lambda choice: choice.resource.last or ""):
        if all(read(choice) for choice in same):
            # The sorts are stable: of equal ends the later date counts, of equal dates the earlier in the list.
            ordered.sort(key=read, reverse=True)
    return ordered
