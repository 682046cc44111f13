"""Downloads one source: finds its current files, fetches and reads each, and puts it in place."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from zipfile import ZipInfo

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import Address, is_safe_name
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.archives import Archive, Archives, is_member, select_names
from crime_dagster.sources.download.datastore import (
    Datastore,
    Resource,
    find_unknown,
    list_choices,
    read_name,
    take_editions,
)
from crime_dagster.sources.download.placing import INCOMING, Destination, Placed, read_content
from crime_dagster.sources.download.policy import AGAIN, may_lead_to, refuse
from crime_dagster.sources.download.records import Content, Record, Refusal
from crime_dagster.sources.download.transfer import Validators, fetch, is_unchanged
from crime_dagster.sources.download.web import Web
from crime_dagster.sources.folder.files import hash_file

# Of a file name that begins with it, such as 2024-01-metropolitan-street.csv.
MONTH = len("2024-01")


@dataclass(frozen=True)
class Session:
    """State shared by the sources of one run; `folder` is the data folder."""

    web: Web
    folder: Path
    datastore: Datastore
    archives: Archives


@dataclass
class Fetching:
    """One source in one run: what is known of it, and its result."""

    session: Session
    source: Source
    known: Mapping[str, Record]  # what earlier runs fetched, by address
    records: dict[str, Record] = field(default_factory=dict)  # what each address returned
    notes: list[str] = field(default_factory=list)  # notes for the user
    errors: list[InputError] = field(default_factory=list)  # files that could not be fetched; the others were

    @property
    def place(self) -> Destination:
        return Destination(self.session.folder, self.source)

    @property
    def address(self) -> Address:
        return self.source.download

    @property
    def url(self) -> str:
        """Its address, for a source that has one."""
        return self.address.url or ""

    @property
    def names(self) -> set[str]:
        return {name for record in self.records.values() for name in record.files}

    @property
    def months(self) -> set[str]:
        return {month for record in self.records.values() if record.files for month in record.months}

    def keep(self, url: str, placed: Iterable[Placed], stamp: Validators, settings: str) -> Record:
        """Record the files that came from an address."""
        files = list(placed)
        self.notes += [each.note for each in files if each.note]
        contents = {each.name: each.content for each in files}
        self.records[url] = Record(stamp, settings, {each.name: each.sha256 for each in files}, contents)
        return self.records[url]

    def check_refused(self, url: str) -> None:
        """Raise the error of a refused version again if server and readers are unchanged."""
        refusal = self.known.get(url, Record()).refusal
        is_known = refusal is not None and refusal.reading == self.place.reading
        if refusal is not None and is_known and is_unchanged(self.session.web, url, refusal.stamp):
            raise refusal.error

    def remember(self, url: str, error: InputError, stamp: Validators) -> None:
        """Record a version that was fetched and refused; if none was fetched, an earlier record stays."""
        before = self.known.get(url, Record())
        if stamp != Validators():
            told = error.file or "", error.column, error.found or "", error.expected
            self.records[url] = replace(before, refusal=Refusal(stamp, self.place.reading, *told))
        elif before.refusal is not None:
            self.records[url] = before


def list_files(fetching: Fetching) -> list[Resource]:
    address, source, web = fetching.address, fetching.source, fetching.session.web
    if address.kind == "file":
        name = address.file or read_name(fetching.url)
        if not is_safe_name(name):
            expected = "an address that ends in a file name, or `file` in the catalogue"
            raise refuse(fetching.url, f"the name {name!r}", expected)
        first, last = address.each or (0, 0)
        pairs = [[text.replace("{each}", str(one)) for text in (fetching.url, name)] for one in range(first, last + 1)]
        return [Resource(one_url, one_name, one_name) for one_url, one_name in pairs]
    described = fetching.session.datastore.describe(address.id or "")
    choices = list_choices(described, source)
    if unknown := find_unknown(described, choices, source):
        fetching.errors.append(unknown)
    page = source.landing_page
    inside = [choice.url for choice in choices if web.base is None and not may_lead_to(page, choice.url)]
    if inside:
        raise refuse(page, f"a description that names {inside[0]}, inside a private network", "public addresses")
    return choices


def fetch_files(fetching: Fetching, choices: list[Resource]) -> None:
    """Fetch the newest file of each name, or only the newest if the source is one file."""
    for choice in take_editions(choices, fetching.source):
        others = sum(one.series == choice.series for one in choices) - 1
        if others and not (choice.last or choice.date):
            fetching.notes.append(
                f"{choice.title}: its description gives no date; taken for newer than {others} others"
            )
        fetch_file(fetching, choice, fetching.place.name(choice.name))


def fetch_file(fetching: Fetching, choice: Resource, name: str, series: Content | None = None) -> Record | None:
    """Fetch one file to a path below the data folder; None if it failed, with the reason in `errors`.

    `series` is what the release before has, if it is one of a series.
    """
    session, place, url = fetching.session, fetching.place, choice.url
    settings = json.dumps([name])
    before = fetching.known.get(url, Record())
    # Older records lack the contents of their files: those are fetched again.
    is_here = before.settings == settings and bool(before.contents) and before.is_whole(session.folder)
    stamp = Validators()
    try:
        fetching.check_refused(url)
        known_stamp = before.stamp if is_here else None
        arrived = fetch(session.web, url, place.incoming(name), fetching.address.limit, known_stamp)
        if arrived is None:
            fetching.records[url] = replace(before, refusal=None)
            return before
        stamp = arrived
        old = before.contents.get(name) if is_here else None
        placed = place.put(name, url, is_announced=stamp.size is not None, before=old, series=series)
        size = (session.folder / name).stat().st_size
        if size < choice.size:
            fetching.notes.append(f"{name}: {size:,} bytes, where the description says {choice.size:,}")
        if stamp.is_older(before.stamp) and placed.sha256 != before.files.get(name):
            dates = f"{stamp.last_modified}, before that of the version it replaces, {before.stamp.last_modified}"
            fetching.notes.append(f"{name}: the server gives it the date {dates}: is it an older one?")
    except InputError as error:
        fetching.errors.append(error)
        # Wrong columns stay wrong, but an HTML page in place of the file may be gone at the next request.
        fetching.remember(url, error, stamp if error.column is not None else Validators())
        return None
    return fetching.keep(url, [placed], stamp, settings)


def fetch_members(fetching: Fetching, choice: Resource) -> None:
    """Fetch the files that a source takes out of a zip, unless the zip is unchanged."""
    session, place, address, url = fetching.session, fetching.place, fetching.address, choice.url
    is_many = fetching.source.many_files
    settings = json.dumps(address.members)
    before = fetching.known.get(url, Record())
    is_here = before.settings == settings and before.is_whole(session.folder)
    archive = None
    if not (is_here and session.archives.is_unchanged(url, before.stamp)):
        fetching.check_refused(url)
        archive = session.archives.open(url, session.folder / INCOMING, address.limit)
    if archive is None or (is_here and archive.stamp.is_same(before.stamp)):
        fetching.records[url] = before
        return
    try:
        members = archive.choose(address.members, address.limit)
        if is_many and before.settings == settings:
            _check_age(archive, members, before)
        _check_names(fetching, archive, members, before)
    except InputError as error:
        fetching.errors.append(error)
        fetching.remember(url, error, archive.stamp)
        return
    placed = _take_members(fetching, archive, members, before)
    errors = fetching.errors
    if not placed:
        if all(error.column is not None for error in errors):
            fetching.remember(url, errors[0], archive.stamp)
        return
    now = fetching.keep(url, placed, Validators() if errors else archive.stamp, settings)
    if is_many or errors:
        # Months that have left the archive are kept if the source has many files.
        files = {name: sha256 for name, sha256 in before.files.items() if (place.folder / name).is_file()}
        contents = {name: content for name, content in before.contents.items() if name not in now.files}
        fetching.records[url] = replace(now, files={**files, **now.files}, contents={**contents, **now.contents})


def _check_age(archive: Archive, members: list[ZipInfo], before: Record) -> None:
    """Refuse an archive that ends before the one that is here: caches send the last one again for some hours."""
    # A force may be absent in the newest month.
    found = max(PurePosixPath(member.filename).name[:MONTH] for member in members)
    newest = max((PurePosixPath(name).name[:MONTH] for name in before.files), default="")
    if found < newest:
        raise refuse(archive.url, f"an older archive, which ends in {found}", f"one with {newest}", AGAIN)


def _check_names(fetching: Fetching, archive: Archive, members: list[ZipInfo], before: Record) -> None:
    """Note each kind of file that the archive lacks; refuse one that lacks what an earlier one had."""
    for glob in fetching.address.members:
        if select_names((member.filename for member in members), (glob,)):
            continue
        found = f"no file named like {glob}"
        if select_names(before.files, (glob,)):
            raise refuse(archive.url, found, "one, as in the archive before: it may have another name")
        fetching.notes.append(f"{archive.url}: {found}")


def _take_members(fetching: Fetching, archive: Archive, members: list[ZipInfo], before: Record) -> list[Placed]:
    place = fetching.place
    placed: list[Placed] = []
    for member in members:
        name = place.name(*member.filename.split("/"))
        old, path, where = before.contents.get(name), place.folder / name, f"{archive.url} ({member.filename})"
        try:
            if is_member(path, member):
                placed.append(Placed(name, hash_file(path), old or read_content(fetching.source, path, name, where)))
                continue
            archive.take(member, place.incoming(name))
            placed.append(place.put(name, where, is_announced=True, before=old))
        except InputError as error:
            fetching.errors.append(error)
            if error.remedy == AGAIN:
                # The others are on the same server. Files that have arrived are not fetched again.
                break
    return placed
