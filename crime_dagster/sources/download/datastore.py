"""The London Datastore: the files of a data set, those that fit a source, and the newest of them."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import Address, follow_address, is_safe_name
from crime_dagster.sources.catalogue.catalogue import is_named_like
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.policy import AGAIN, refuse
from crime_dagster.sources.download.web import LENGTH, Web

BASE = "https://data.london.gov.uk"
EXPORT = f"{BASE}/api/v3/datasets/export.json"
# The current endpoint first; the list of all data sets is megabytes, so it comes after the small ones.
WAYS = (
    f"{BASE}/api/v3/dataset/{{id}}",
    f"{BASE}/api/dataset/{{id}}",
    EXPORT,
    f"{BASE}/api/action/package_show?id={{id}}",
)
# Identifiers have five characters since the Datastore was rebuilt; only the list has the slugs of older addresses.
SHORT = re.compile(r"[a-z0-9]{5}")
MOVED = "look the data set up on data.london.gov.uk: its identifier in the catalogue may be an old one"
DESCRIPTION = "the description of a data set of the London Datastore"
# A description may have its file's date in any of these; only ISO dates sort in time order.
DATE_FIELDS = ("check_timestamp", "last_modified", "timestamp", "metadata_modified", "created")
DATE = re.compile(r"^(?:19|20)\d\d-\d\d-\d\d")
MONTH = re.compile(r"^((?:19|20)\d\d-(?:0[1-9]|1[0-2]))(?!\d)")
SHOWN = 12
NAMED = "if it is the source's new form, add its name to `match` and `patterns` in the catalogue"
# A new version of a release, which has the name of the one before but for this.
REVISED = re.compile(r"[ _-]*\(?\b(revised|updated|corrected|amended)\b\)?", re.IGNORECASE)
# Two letters of a long title are a slip, four are another kind of file (MPS Ward, MPS LSOA).
ALIKE = 0.94
UNKNOWN = "9999"  # sorts before every date


@dataclass(frozen=True)
class Resource:
    """A file in a data set's description."""

    url: str  # empty if the description gives none that can be asked
    title: str
    name: str = ""  # file name to use here
    format: str = ""  # suffix of its name
    first: str | None = None  # first month (`YYYY-MM`) that it claims to cover
    last: str | None = None  # last month
    date: str = ""  # timestamp of this version
    size: int = 0  # bytes that its description gives it

    @property
    def series(self) -> str:
        """What all releases of its name share."""
        return REVISED.sub("", self.name).casefold()


class Datastore:
    """The London Datastore during one run."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: dict[str, list[Resource] | InputError] = {}
        self._export: Any = None

    def describe(self, key: str) -> list[Resource]:
        """Return the files of a data set, in the order of its description."""
        try:
            found = self._known.get(key) or self._ask(key)
        except InputError as error:
            found = error
        self._known[key] = found
        if isinstance(found, InputError):
            raise found
        return found

    def _ask(self, key: str) -> list[Resource]:
        failed: dict[str, InputError] = {}
        ways = [way.format(id=quote(key)) for way in (WAYS if SHORT.fullmatch(key) else (EXPORT,))]
        for attempts in (1, None):
            # Failures that may pass are retried, but only when no other endpoint answers.
            for way in [way for way in ways if way not in failed or failed[way].remedy == AGAIN]:
                try:
                    return self._read(way, key, attempts)
                except InputError as error:
                    failed[way] = error
        found = "; ".join(f"{urlsplit(way).path}: {error.found}" for way, error in failed.items())
        remedy = next((error.remedy for error in failed.values() if error.remedy.startswith(AGAIN)), MOVED)
        raise refuse(f"{BASE}/dataset/{key}", found, DESCRIPTION, remedy)

    def _read(self, way: str, key: str, attempts: int | None) -> list[Resource]:
        if way != EXPORT:
            return _read_description(self._web.read_json(way, attempts=attempts), way)
        if self._export is None:
            self._export = self._web.read_json(EXPORT, attempts=attempts)
        sets = self._export if isinstance(self._export, list) else []
        found = next((each for each in sets if isinstance(each, dict) and _is_called(each, key)), None)
        if found is None:
            raise refuse(EXPORT, f"{len(sets):,} data sets, but not {key}")
        return _read_description(found, EXPORT)


def read_name(url: str) -> str:
    """Return the last part of an address's path, decoded."""
    return unquote(PurePosixPath(urlsplit(url).path).name)


def _read_description(body: Any, url: str) -> list[Resource]:
    """Return the files of a data set: `resources`, a list or a mapping by id, at the top or below `result`."""
    inner = body.get("result", body) if isinstance(body, dict) else None
    found = inner.get("resources") if isinstance(inner, dict) else None
    found = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(found, list):
        raise refuse(url, "JSON without `resources`", DESCRIPTION)
    resources = [_read_resource(follow_address(url, each.get("url")), each) for each in found if isinstance(each, dict)]
    if not any(resource.url for resource in resources):
        raise refuse(url, "a description without a file", DESCRIPTION)
    return resources


def _read_resource(url: str | None, described: dict[str, Any]) -> Resource:
    span = described["timeframe"] if isinstance(described.get("timeframe"), dict) else {}
    sizes = (str(described.get(name)) for name in ("size", "check_size"))
    return Resource(
        url=url or "",
        title=str(described.get("title") or described.get("name") or read_name(url or "")),
        format=str(described.get("format") or "").lower().lstrip("."),
        first=_read_month(span.get("from"), described.get("temporal_coverage_from")),
        last=_read_month(span.get("to"), described.get("temporal_coverage_to")),
        size=next((int(size) for size in sizes if LENGTH.match(size)), 0),
        date=next((date for name in DATE_FIELDS if DATE.match(date := str(described.get(name)))), ""),
    )


def _read_month(*values: Any) -> str | None:
    found = (MONTH.match(value) for value in values if isinstance(value, str))
    return next((match[1] for match in found if match), None)


def _is_called(data_set: dict[str, Any], key: str) -> bool:
    if key in (data_set.get("id"), data_set.get("slug")):
        return True
    pages = [str(data_set.get(name) or "").rstrip("/").rpartition("/")[2] for name in ("canonical", "webpage")]
    # A current page has the slug of the older address followed by the five characters.
    return any(page == key or (page.startswith(f"{key}-") and SHORT.fullmatch(page[len(key) + 1 :])) for page in pages)


def list_choices(described: list[Resource], source: Source) -> list[Resource]:
    """Return the files of a data set that a source may be made of, newest first; at least one.

    They are sorted by the last month that they cover, then by timestamp, else in the order of the description. One that
    does not say comes first: it may be the newest, uploaded a minute ago.
    """
    found = [resource for resource in described if resource.url and _is_wanted(resource, source.download)]
    choices = [replace(resource, name=name) for resource in found if (name := _choose_name(resource, source))]
    if not choices:
        shown = ", ".join(dict.fromkeys(resource.title for resource in described[:SHOWN]))
        expected = f"a file named like {' or '.join(source.download.match)}"
        raise refuse(source.landing_page, shown or "no files", expected)
    # The sort is stable: of equal dates the first in the description stays first.
    return sorted(choices, key=_rank, reverse=True)


def _rank(choice: Resource) -> tuple[str, str, bool]:
    return choice.last or UNKNOWN, choice.date or UNKNOWN, REVISED.search(choice.name) is not None


def find_unknown(described: list[Resource], choices: list[Resource], source: Source) -> InputError | None:
    """Return an error if the newest edition of a file cannot be fetched, and only an older one can.

    It has no address, or a form or a spelling that the catalogue does not know.
    """
    stems = {PurePosixPath(name).stem.casefold() for choice in choices for name in (choice.name, choice.title)}
    last, date = max(choice.last or "" for choice in choices), max(choice.date for choice in choices)
    for one in described:
        # A date may be that of the server's last look, so a copy in another form may have a later one.
        is_newer = one.last > last if one.last and last else one.date > date
        if not is_newer or (one.url and _choose_name(one, source) and _is_wanted(one, source.download)):
            continue
        name = read_name(one.url) or one.title
        stem = PurePosixPath(name).stem.casefold()
        if get_close_matches(stem, stems, 1, ALIKE):
            found = f"a newer file, {name}" + ("" if one.url else ", without an address")
            expected = f"the newest named like {source.named_like}"
            return refuse(source.landing_page, found, expected, NAMED if one.url else AGAIN)
    return None


def take_newest(choices: Iterable[Resource]) -> list[Resource]:
    """Return the first of each name."""
    newest: dict[str, Resource] = {}
    for choice in choices:
        newest.setdefault(choice.series, choice)
    return list(newest.values())


def take_one(choices: list[Resource], url: str) -> Resource:
    """Return the newest of all names; raises if nothing shows which of several names is newest."""
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


def take_editions(choices: list[Resource], source: Source) -> list[Resource]:
    """Return what a source is made of: the newest of each name, or the newest if it is one file."""
    return take_newest(choices) if source.many_files else [take_one(choices, source.landing_page)]


def name_release(choice: Resource) -> str:
    """Return the folder of a release: the last month that it covers, else its date, else its number in the address."""
    if choice.last:
        return choice.last
    if choice.date:
        return choice.date[:10]
    parts = PurePosixPath(urlsplit(choice.url).path).parts
    number = read_name("/" + parts[-2]) if len(parts) > 2 else ""
    is_short = is_safe_name(number) and len(number) <= 40 and not number.startswith("download")
    return number if is_short else hashlib.sha256(choice.url.encode()).hexdigest()[:8]


def _is_wanted(resource: Resource, address: Address) -> bool:
    texts = (resource.title.casefold(), read_name(resource.url).casefold())
    return any(fnmatchcase(text, glob.casefold()) for glob in address.match for text in texts)


def _choose_name(resource: Resource, source: Source) -> str | None:
    """Return the first name by which the catalogue recognises the file; a zip to be unpacked keeps its own."""
    address, own, title = source.download, read_name(resource.url), resource.title
    if address.members:
        return own if is_safe_name(own) else None
    names = [address.file] if address.file else [own, title, f"{title}.{resource.format}"]
    is_known = (name for name in names if name and is_safe_name(name))
    return next((name for name in is_known if is_named_like(source, f"{source.publisher}/{name}")), None)
