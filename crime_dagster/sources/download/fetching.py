"""One source: which files it is made of now, and each of them fetched, read and put in its place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from zipfile import ZipInfo

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import is_safe_name
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.archives import Archive, Archives, is_member
from crime_dagster.sources.download.datastore import Datastore, Resource, read_name
from crime_dagster.sources.download.hosts import may_lead_to
from crime_dagster.sources.download.placing import Place, Placed
from crime_dagster.sources.download.records import Record, Refusal
from crime_dagster.sources.download.refusal import AGAIN, refuse
from crime_dagster.sources.download.releases import Choice, list_choices, take_newest, take_one
from crime_dagster.sources.download.transfer import Stamp, fetch, is_unchanged
from crime_dagster.sources.download.web import Web
from crime_dagster.sources.folder.files import hash_file


@dataclass(frozen=True)
class Session:
    """What the sources of one run share.

    Args:
        web: The client.
        folder: The data folder.
        datastore: What the London Datastore said.
        archives: The zips that are open.
    """

    web: Web
    folder: Path
    datastore: Datastore
    archives: Archives


@dataclass
class Fetched:
    """What came of one source.

    Args:
        records: By address.
        notes: What a person should know.
        errors: What could not be had; the rest was.
    """

    records: dict[str, Record] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Paths below the data folder of its files."""
        return {name for record in self.records.values() for name in record.files}

    @property
    def months(self) -> set[str]:
        """Months that its files hold."""
        return {month for record in self.records.values() if record.files for month in record.months}


def list_files(session: Session, source: Source) -> list[Choice]:
    """The files that a source may be made of, the newest first.

    Raises:
        InputError: Nothing describes them, or there is none.
    """
    address = source.download
    if address.kind == "file":
        url = address.url or ""
        name = address.file or read_name(url)
        if not is_safe_name(name):
            raise refuse(url, f"the name {name!r}", "an address that ends in a file name, or `file` in the catalogue")
        numbers = range(address.each[0], address.each[1] + 1) if address.each is not None else [0]
        each = [(url.replace("{each}", str(one)), name.replace("{each}", str(one))) for one in numbers]
        return [Choice(Resource(one_url, one_name), one_name) for one_url, one_name in each]
    place = Place(session.folder, source)
    page = source.landing_page
    choices = list_choices(
        session.datastore.describe(address.id or ""), address, lambda name: place.is_known(place.name(name)), page
    )
    inside = [choice.url for choice in choices if session.web.base is None and not may_lead_to(page, choice.url)]
    if inside:
        raise refuse(page, f"a description that names {inside[0]}, inside a private network", "public addresses")
    return choices


def fetch_files(session: Session, source: Source, choices: list[Choice], known: Mapping[str, Record]) -> Fetched:
    """Fetch the newest file of each name, or the one newest where one file is the source."""
    place, fetched = Place(session.folder, source), Fetched()
    chosen = take_newest(choices) if source.many_files else [take_one(choices, source.landing_page)]
    for choice in chosen:
        fetch_file(session, place, choice, place.name(choice.name), known, fetched)
    return fetched


def fetch_file(
    session: Session, place: Place, choice: Choice, name: str, known: Mapping[str, Record], fetched: Fetched
) -> Record | None:
    """Fetch one file.

    Args:
        session: What the run shares.
        place: The files of the source.
        choice: Which file.
        name: Its path below the data folder.
        known: What earlier runs fetched, by address.
        fetched: Gets its record, or why it could not be had.

    Returns:
        Its record; None where it could not be had.
    """
    settings = json.dumps([name])
    before = known.get(choice.url)
    # What it holds is noted since files are read when they arrive; an older record does not say it.
    is_here = before is not None and before.settings == settings and before.contents and before.is_whole(session.folder)
    stamp = Stamp()
    try:
        _check_refused(session, place, before, choice.url)
        limit = place.source.download.limit
        known_stamp = before.stamp if before is not None and is_here else None
        arrived = fetch(session.web, choice.url, place.incoming(name), limit, known_stamp)
        if arrived is None and before is not None:
            fetched.records[choice.url] = replace(before, refusal=None)
            return before
        stamp = arrived or stamp
        old = before.contents.get(name) if before is not None and is_here else None
        placed = place.put(name, choice.url, is_announced=stamp.size is not None, before=old)
    except InputError as error:
        fetched.errors.append(error)
        # Columns that are others stay so; a page in place of the file may be gone when it is asked for again.
        _remember(place, error, stamp if error.column is not None else Stamp(), before, choice.url, fetched)
        return None
    fetched.notes += [placed.note] if placed.note else []
    fetched.records[choice.url] = note_files([placed], stamp, settings)
    return fetched.records[choice.url]


def fetch_members(session: Session, source: Source, choice: Choice, known: Mapping[str, Record]) -> Fetched:
    """Take a source's files out of a zip: those that are new, or other than the zip's directory says."""
    address, url = source.download, choice.url
    place, fetched = Place(session.folder, source), Fetched()
    settings = json.dumps(address.members)
    before = known.get(url, Record())
    is_here = before.settings == settings and before.is_whole(session.folder)
    if is_here and session.archives.is_unchanged(url, before.stamp):
        return Fetched({url: before})
    _check_refused(session, place, before, url)
    archive = session.archives.open(url, address.limit, in_parts=source.many_files)
    if is_here and archive.stamp.is_same(before.stamp):
        return Fetched({url: before})
    try:
        members = archive.choose(address.members, address.limit)
    except InputError as error:
        fetched.errors.append(error)
        _remember(place, error, archive.stamp, before, url, fetched)
        return fetched
    placed = _take_members(session, place, archive, members, before, fetched)
    if not placed:
        if all(error.column is not None for error in fetched.errors):
            _remember(place, fetched.errors[0], archive.stamp, before, url, fetched)
        return fetched
    fetched.notes += [each.note for each in placed if each.note]
    now = note_files(placed, archive.stamp if not fetched.errors else Stamp(), settings)
    # Months that have left the archive stay where many files are the source.
    earlier = {name: sha256 for name, sha256 in before.files.items() if (session.folder / name).is_file()}
    if source.many_files or fetched.errors:
        held = {name: content for name, content in before.contents.items() if name not in now.files}
        now = Record(now.stamp, settings, {**earlier, **now.files}, {**held, **now.contents})
    fetched.records[url] = now
    return fetched


def _take_members(
    session: Session, place: Place, archive: Archive, members: Iterable[ZipInfo], before: Record, fetched: Fetched
) -> list[Placed]:
    placed: list[Placed] = []
    for member in members:
        name = place.name(*member.filename.split("/"))
        path = session.folder / name
        old = before.contents.get(name)
        if is_member(path, member):
            placed.append(Placed(name, hash_file(path), old))
            continue
        try:
            archive.take(member, place.incoming(name))
            where = f"{archive.url} ({member.filename})"
            placed.append(place.put(name, where, is_announced=True, before=old, is_checked=True))
        except InputError as error:
            fetched.errors.append(error)
            if error.remedy == AGAIN:
                # The others are at the same server. What has arrived is not fetched again.
                break
    return placed


def _check_refused(session: Session, place: Place, before: Record | None, url: str) -> None:
    """Raise again what was said of a version, where the server still has that one and it would be read as it was."""
    refusal = before.refusal if before is not None else None
    if refusal is not None and refusal.reading == place.reading and is_unchanged(session.web, url, refusal.stamp):
        raise refusal.error


def _remember(place: Place, error: InputError, stamp: Stamp, before: Record | None, url: str, fetched: Fetched) -> None:
    """Note a version that was fetched and refused; where none was, what is noted stays."""
    if stamp != Stamp():
        fetched.records[url] = replace(before or Record(), refusal=Refusal.of(error, stamp, place.reading))
    elif before is not None and before.refusal is not None:
        fetched.records[url] = before


def note_files(placed: Iterable[Placed], stamp: Stamp, settings: str) -> Record:
    """The record of some files of one address."""
    files = list(placed)
    contents = {each.name: each.content for each in files if each.content is not None}
    return Record(stamp, settings, {each.name: each.sha256 for each in files}, contents)
