"""Releases of one name: the newest of each, and as many older ones as their months need, each in its own folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.fetching import Fetched, Session, fetch_file
from crime_dagster.sources.download.placing import Place
from crime_dagster.sources.download.records import Record
from crime_dagster.sources.download.releases import Choice, list_months, may_hold, name_release, take_newest

# Releases without dates are fetched to see what they hold: so many that hold nothing new are enough.
MOST_IN_VAIN = 4
SHOWN = 12


def has_releases(source: Source) -> bool:
    """Whether a source is published again and again as files of the same names, with a column per month."""
    return source.many_files and source.spread_name == "month" and source.download.kind == "datastore"


def fetch_releases(session: Session, source: Source, choices: list[Choice], known: Mapping[str, Record]) -> Fetched:
    """Fetch the newest release of each name, and older ones, newest first, until no month between them is missing.

    Args:
        session: What the run shares.
        source: The source.
        choices: The releases, the newest first.
        known: What earlier runs fetched, by address.

    Returns:
        Their records, and in words the months that no release has. Of earlier runs the releases stay that hold a month
        which no other has.
    """
    fetched = _Releases(session, source, known).fetch(choices)
    if _is_backwards(choices, fetched):
        session.web.say("  the list has no dates and its first file is not the newest: read from its end")
        fetched = _Releases(session, source, known).fetch(choices[::-1])
    if not fetched.errors:
        # Of the months between the first and the last, those that an earlier run fetched are not missing.
        held = fetched.months
        for url, record in known.items():
            if url not in fetched.records and record.is_whole(session.folder) and record.months - held:
                fetched.records[url] = record
                held |= record.months
    missing = _find_missing(take_newest(choices), fetched)
    if missing:
        shown = ", ".join(missing[:SHOWN]) + (f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else "")
        fetched.notes.append(f"no release has {shown}: not reported, which is not 0")
    if choices and not any(choice.resource.last or choice.resource.date for choice in choices) and fetched.months:
        last = max(fetched.months)
        fetched.notes.append(f"the description gives no dates; the newest by its order ends in {last}")
    return fetched


class _Releases:
    def __init__(self, session: Session, source: Source, known: Mapping[str, Record]) -> None:
        self.session = session
        self.place = Place(session.folder, source)
        self.known = known
        self.fetched = Fetched()

    def fetch(self, choices: list[Choice]) -> Fetched:
        newest = take_newest(choices)
        for choice in newest:
            self._fetch(choice)
        in_vain = 0
        for choice in (choice for choice in choices if choice not in newest):
            missing = set(_find_missing(newest, self.fetched))
            if not missing or in_vain == MOST_IN_VAIN:
                break
            if may_hold(choice, missing):
                in_vain += not self._add(choice, missing)
        return self.fetched

    def _add(self, choice: Choice, missing: set[str]) -> bool:
        """Fetch a further release, and keep it if it holds a missing month."""
        before = self.known.get(choice.url)
        if before is not None and before.contents and not before.files and not before.months & missing:
            # It was read in vain before.
            self.fetched.records[choice.url] = before
            return False
        record = self._fetch(choice)
        if record is None or record.months & missing:
            return record is not None
        for name in record.files:
            (self.session.folder / name).unlink(missing_ok=True)
        self.fetched.records[choice.url] = replace(record, files={})
        return False

    def _fetch(self, choice: Choice) -> Record | None:
        release = name_release(choice)
        name = self.place.name(release, choice.name)
        if name in self.fetched.names:
            # Two releases of one end, both of them needed.
            name = self.place.name(f"{release}-{len(self.fetched.records)}", choice.name)
        return fetch_file(self.session, self.place, choice, name, self.known, self.fetched)


def _find_missing(newest: list[Choice], fetched: Fetched) -> list[str]:
    """Months between the first and the last that no file holds, those of a file that could not be had among them."""
    held = fetched.months
    ends = set(held)
    for choice in newest:
        record = fetched.records.get(choice.url)
        if record is None or not record.files:
            ends |= {month for month in (choice.resource.first, choice.resource.last) if month}
    return [month for month in list_months(min(ends), max(ends)) if month not in held] if ends else []


def _is_backwards(choices: list[Choice], fetched: Fetched) -> bool:
    """Whether a later release in a list without dates ends later than the first of its name."""
    if any(choice.resource.last or choice.resource.date for choice in choices):
        return False
    first: dict[str, str] = {}
    for choice in choices:
        record = fetched.records.get(choice.url)
        last = max(record.months, default="") if record is not None else ""
        if last > first.setdefault(choice.name.casefold(), last or "9999"):
            return True
    return False
