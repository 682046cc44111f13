"""Releases of the same name: the newest, and as many older ones as their months need, each in its own folder."""

from dataclasses import replace

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.datastore import UNKNOWN, Resource, name_release, take_newest
from crime_dagster.sources.download.fetching import Fetching, fetch_file
from crime_dagster.sources.download.records import Record
from crime_dagster.sources.vocabulary.calendar_months import list_gaps

# Releases without dates are fetched to see their months: stop after this many without a new one.
MOST_IN_VAIN = 4
SHOWN = 12


def has_releases(source: Source) -> bool:
    """Whether a source is published repeatedly under the same file names, with a column per month."""
    return source.many_files and source.spread_name == "month" and source.download.kind == "datastore"


def fetch_releases(fetching: Fetching, choices: list[Resource]) -> None:
    """Fetch the newest release of each name, and older ones, newest first, until no month between them is missing.

    A release of an earlier run is kept if it has a month that no other has. Months that no release has become a note.
    """
    is_dated = all(choice.last for choice in choices)
    choices = choices if is_dated else _turn(fetching, choices)
    newest = take_newest(choices)
    for choice in newest:
        if not fetching.records.get(choice.url, Record()).files:
            _fetch(fetching, choice)
    in_vain = 0
    for choice in (choice for choice in choices if choice not in newest):
        missing = set(_find_missing(choices, fetching))
        if not missing or in_vain == MOST_IN_VAIN:
            break
        first, last = choice.first, choice.last
        # A release that does not state its months may have any.
        if first is None or last is None or any(first <= month <= last for month in missing):
            in_vain += not _add(fetching, choice, missing)
    held = fetching.months
    for url, record in fetching.known.items():
        # Nothing is replaced if a release failed.
        is_kept = fetching.errors or record.months - held
        if is_kept and url not in fetching.records and record.is_whole(fetching.session.folder):
            fetching.records[url] = record
            held |= record.months
    if missing := set(_find_missing(choices, fetching)):
        fetching.notes.append(f"no release has {list_some(sorted(missing), SHOWN, ', ')}: not reported, which is not 0")
    if not is_dated and held:
        words = "the description does not give the months of each file"
        fetching.notes.append(f"{words}; the newest found ends in {max(held)}")


def _turn(fetching: Fetching, choices: list[Resource]) -> list[Resource]:
    """Return releases newest first where their description does not say: of each name, the files at both ends do."""
    first, last = ({choice.series: choice for choice in some} for some in (choices[::-1], choices))
    if any(_find_last(fetching, last[name]) > (_find_last(fetching, first[name]) or UNKNOWN) for name in first):
        fetching.session.web.say("  the first file of the list is not the newest: read from its end")
        choices = choices[::-1]
    for url in set(fetching.records) - {choice.url for choice in take_newest(choices)}:
        _drop(fetching, url, fetching.records[url])
    return choices


def _find_last(fetching: Fetching, choice: Resource) -> str:
    """Return the last month that a release has, empty if it cannot be read: it may not be needed."""
    record, errors = fetching.known.get(choice.url), list(fetching.errors)
    if record is None or not record.contents:
        record = fetching.records.get(choice.url) or _fetch(fetching, choice)
        fetching.errors[:] = errors
    elif not record.files:
        fetching.records[choice.url] = record
    return max(record.months, default="") if record is not None else ""


def _add(fetching: Fetching, choice: Resource, missing: set[str]) -> bool:
    """Fetch another release, and keep it if it has a missing month."""
    before = fetching.records.get(choice.url) or fetching.known.get(choice.url)
    if before is not None and before.contents and not before.files and not before.months & missing:
        # It was read, now or by an earlier run, and has no new month.
        fetching.records[choice.url] = before
        return False
    record = _fetch(fetching, choice)
    if record is None or record.months & missing:
        return record is not None
    _drop(fetching, choice.url, record)
    return False


def _drop(fetching: Fetching, url: str, record: Record) -> None:
    """Delete a release that was fetched in vain, and remember which months it has."""
    fetching.records[url] = replace(record, files={})
    for name in set(record.files) - fetching.names:
        (fetching.session.folder / name).unlink(missing_ok=True)


def _fetch(fetching: Fetching, choice: Resource) -> Record | None:
    release = name_release(choice)
    name = fetching.place.name(release, choice.name)
    if name in fetching.names:
        # Two releases with the same last month are both needed.
        name = fetching.place.name(f"{release}-{len(fetching.records)}", choice.name)
    contents = (pair for record in fetching.known.values() for pair in record.contents.items())
    same = [content for path, content in contents if path.casefold().endswith(f"/{choice.name.casefold()}")]
    return fetch_file(fetching, choice, name, max(same, key=lambda content: content.months[-1:], default=None))


def _find_missing(choices: list[Resource], fetching: Fetching) -> list[str]:
    """Return months between first and last that no file has, and those of a newest file that was not fetched.

    A file that ends before the month that its description names may be an older one, put there by mistake.
    """
    held = fetching.months
    here = {url for url, record in fetching.records.items() if record.files}
    firsts = {choice.first for choice in take_newest(choices) if choice.url not in here}
    ends = held | {month for month in (*firsts, *(choice.last for choice in choices)) if month}
    return list_gaps(ends, held) if ends else []
