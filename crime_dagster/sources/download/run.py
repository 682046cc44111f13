"""The whole download: each source of the catalogue in turn; one that fails does not stop the others."""

from __future__ import annotations

import fcntl
import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.sources.catalogue.catalogue import Source
from crime_dagster.sources.download.archives import Archives
from crime_dagster.sources.download.datastore import Datastore
from crime_dagster.sources.download.fetching import (
    Fetched,
    Session,
    fetch_files,
    fetch_members,
    list_files,
)
from crime_dagster.sources.download.interfaces import fetch_layer, fetch_pages
from crime_dagster.sources.download.meter import Meter, in_megabytes
from crime_dagster.sources.download.months import fetch_releases, has_releases
from crime_dagster.sources.download.placing import INCOMING, Place, clear_rooms
from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.download.records import Record, Records, read_records, write_records
from crime_dagster.sources.download.releases import take_one
from crime_dagster.sources.download.report import Outcome, Report, mark
from crime_dagster.sources.download.web import Web, build_client

LOCK = ".downloads.lock"
LOG = ".downloads.log"
SHOWN_ERRORS = 4
SHOWN_FILES = 12
SHOWN_WORDS = 120


def download_sources(
    catalogue: Mapping[str, Source],
    folder: Path,
    say: Callable[[str], object],
    policy: Policy | None = None,
    client: httpx.Client | None = None,
    *,
    base: str | None = None,
    show: Callable[[str], object] | None = None,
) -> Report:
    """Fetch what is new or changed of every source into `<folder>/<publisher>/...`.

    Args:
        catalogue: Sources by key.
        folder: The data folder; it is made where it is missing.
        say: Takes one line of progress.
        policy: How patient it is.
        client: What sends the requests; a new one where it is None.
        base: Stand-in for all publishers, for tests; every line then says so.
        show: Takes a line that the next one replaces, on a terminal; None elsewhere.

    Returns:
        What became of each source.

    Raises:
        InputError: The folder cannot be written, holds made-up data, or is being downloaded into already.
    """
    policy = policy or Policy()

    def say_marked(words: str) -> None:
        say(mark(words, base))

    _prepare(folder)
    wanted = [source for source in catalogue.values() if source.download.kind != "manual"]
    outcomes = {key: _describe_manual(source) for key, source in catalogue.items() if source not in wanted}
    meter = Meter(say_marked, None if show is None else lambda words: show(mark(words, base)), policy.progress_every)
    with _lock(folder), client or build_client(is_local=base is not None) as opened:
        records = read_records(folder)
        web = Web(opened, policy, say_marked, meter, base)
        with Archives(web, folder / INCOMING) as archives:
            session = Session(web, folder, Datastore(web), archives)
            for number, source in enumerate(wanted, 1):
                meter.place = f"source {number} of {len(wanted)}, "
                outcome = _download(session, source, records)
                say_marked(f"{source.key}: {outcome.status}" + _list(outcome.files))
                outcomes[source.key] = outcome
        clear_rooms(folder)
    say_marked(f"{in_megabytes(meter.total)} fetched in all")
    return Report(folder, tuple(outcomes[key] for key in catalogue), meter.total, base)


def _prepare(folder: Path) -> None:
    if Settings(data_dir=folder, warehouse_dir=folder).data_set.synthetic:
        raise InputError(
            file=folder,
            found="a made-up data set",
            expected="a folder for published files of their own",
            remedy="set CRIME_DOWNLOAD_DIR to another folder",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            file=folder,
            found=str(error),
            expected="a folder that can be written to",
            remedy="set CRIME_DOWNLOAD_DIR to a folder of yours, or fix its permissions",
        ) from error


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One download at a time: two would write to the same temporary names. A lock goes with its process."""
    with (folder / LOCK).open("a+", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            held.seek(0)
            raise InputError(
                file=folder,
                found=f"another download is running (process {held.read(20).strip() or 'unknown'})",
                expected="one at a time",
                remedy="wait until it ends, or stop that process",
            ) from error
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        yield


def _describe_manual(source: Source) -> Outcome:
    return Outcome(source.key, "manual", words=f"{source.download.why} ({source.landing_page})")


def _download(session: Session, source: Source, records: Records) -> Outcome:
    session.web.say(f"{source.key} ...")
    session.web.begin_source()
    known = records.get(source.key, {})
    try:
        fetched = _fetch(session, source, known)
        before = {name: sha256 for record in known.values() for name, sha256 in record.files.items()}
        now = {name: sha256 for record in fetched.records.values() for name, sha256 in record.files.items()}
        files = tuple(sorted(name for name, sha256 in now.items() if before.get(name) != sha256))
        if fetched.errors and not fetched.records:
            return Outcome(source.key, "failed", words=_add_page(_join(fetched.errors), source))
        if fetched.errors:
            # What an earlier run fetched still counts.
            fetched.records = {**known, **fetched.records}
        else:
            _retire(session, source, known, fetched)
        records[source.key] = fetched.records
        write_records(session.folder, records)
    except (InputError, OSError) as error:
        return Outcome(source.key, "failed", words=_add_page(str(error), source))
    except Exception as error:
        # One odd answer must not end the download of everything else: it is ours to fix, so it is written down.
        log = session.folder / LOG
        log.write_text(traceback.format_exc(), encoding="utf-8", errors="backslashreplace")
        words = f"{type(error).__name__}: {error!a}; the details are in {log}"
        return Outcome(source.key, "failed", words=_add_page(words, source))
    notes = tuple(fetched.notes)
    if fetched.errors:
        return Outcome(source.key, "failed", files, _add_page(_join(fetched.errors), source), notes)
    return Outcome(source.key, "fetched" if files else "unchanged", files, notes=notes)


def _fetch(session: Session, source: Source, known: Mapping[str, Record]) -> Fetched:
    if source.download.kind == "arcgis":
        return fetch_layer(session, source, known)
    if source.download.kind == "pages":
        return fetch_pages(session, source, known)
    choices = list_files(session, source)
    if source.download.members:
        return fetch_members(session, source, take_one(choices, source.landing_page), known)
    if has_releases(source):
        return fetch_releases(session, source, choices, known)
    return fetch_files(session, source, choices, known)


def _retire(session: Session, source: Source, known: Mapping[str, Record], fetched: Fetched) -> None:
    """Move away what no longer counts: an earlier edition under another name, a release that newer ones replace."""
    if source.many_files and not has_releases(source):
        return
    place = Place(session.folder, source)
    gone = [record for record in known.values() if set(record.files) - fetched.names]
    if not gone:
        return
    place.forget_previous(fetched.names)
    for record in gone:
        for name in place.retire(record, fetched.names):
            session.web.say(f"  {name} no longer counts: moved to .previous")


def _list(files: tuple[str, ...]) -> str:
    more = [f"and {len(files) - SHOWN_FILES} more"] if len(files) > SHOWN_FILES else []
    return "".join(f"\n  {name}" for name in [*files[:SHOWN_FILES], *more])


def _join(errors: list[InputError]) -> str:
    """The first in full, the others in a line each."""
    more = [f"also {error.file}: {(error.found or '')[:SHOWN_WORDS]}" for error in errors[1:SHOWN_ERRORS]]
    more += [f"and {len(errors) - SHOWN_ERRORS} more"] if len(errors) > SHOWN_ERRORS else []
    return "\n".join([str(errors[0]), *more])


def _add_page(words: str, source: Source) -> str:
    return f"{words}\n  page:     {source.landing_page}"
