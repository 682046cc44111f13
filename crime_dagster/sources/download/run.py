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
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.archives import Archives
from crime_dagster.sources.download.datastore import Datastore
from crime_dagster.sources.download.fetching import Fetching, Session, fetch_files, fetch_members, list_files
from crime_dagster.sources.download.interfaces import fetch_layer, fetch_pages
from crime_dagster.sources.download.meter import Meter, in_megabytes
from crime_dagster.sources.download.months import fetch_releases, has_releases
from crime_dagster.sources.download.placing import clear_rooms
from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.download.records import Records, read_records, write_records
from crime_dagster.sources.download.refusal import AGAIN
from crime_dagster.sources.download.releases import take_one
from crime_dagster.sources.download.report import Outcome, Report, mark
from crime_dagster.sources.download.web import Web, build_client

LOCK = ".downloads.lock"
LOG = ".downloads.log"
SHOWN_ERRORS = 4
SHOWN_FILES = 12
LONGEST_ERROR = 120


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
        folder: The data folder; it is made if it is missing.
        say: Prints a line of progress.
        policy: How patient it is.
        client: Sends the requests.
        base: Stand-in for all publishers, for tests; every line then says so.
        show: Prints a line that the next one replaces, on a terminal.

    Raises:
        InputError: The folder cannot be written, is made-up data, or is being downloaded into already.
    """
    policy = policy or Policy()

    def say_marked(text: str) -> None:
        say(mark(text, base))

    _prepare(folder)
    wanted = [source for source in catalogue.values() if source.download.kind != "manual"]
    outcomes = {key: _describe_manual(source) for key, source in catalogue.items() if source not in wanted}
    meter = Meter(say_marked, None if show is None else lambda text: show(mark(text, base)), policy.progress_every)
    with (
        _lock(folder),
        client or build_client(is_local=base is not None) as opened,
        Archives(web := Web(opened, policy, say_marked, meter, base)) as archives,
    ):
        records = read_records(folder)
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
            expected="a folder for published files only",
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
    """One download at a time: two would write to the same temporary names. The lock ends with its process."""
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
    fetching = Fetching(session, source, records.get(source.key, {}))
    try:
        _fetch(fetching)
        files = _store(fetching, records)
    except (InputError, OSError) as error:
        return _fail(source, str(error), may_pass=_may_pass(error))
    except Exception as error:
        # One odd answer must not stop the download of everything else: it is for us to fix, so it is written down.
        log = session.folder / LOG
        log.write_text(traceback.format_exc(), encoding="utf-8", errors="backslashreplace")
        return _fail(source, f"{type(error).__name__}: {error!a}; the details are in {log}")
    if fetching.errors:
        may_pass = any(map(_may_pass, fetching.errors))
        return _fail(source, _join(fetching.errors), files, tuple(fetching.notes), may_pass=may_pass)
    return Outcome(source.key, "fetched" if files else "unchanged", files, notes=tuple(fetching.notes))


def _fetch(fetching: Fetching) -> None:
    source = fetching.source
    if source.download.kind == "arcgis":
        return fetch_layer(fetching)
    if source.download.kind == "pages":
        return fetch_pages(fetching)
    choices = list_files(fetching)
    if source.download.members:
        return fetch_members(fetching, take_one(choices, source.landing_page))
    return (fetch_releases if has_releases(source) else fetch_files)(fetching, choices)


def _store(fetching: Fetching, records: Records) -> tuple[str, ...]:
    """Write down what was fetched, and return the files that are new or changed."""
    before = {name: sha256 for record in fetching.known.values() for name, sha256 in record.files.items()}
    now = {name: sha256 for record in fetching.records.values() for name, sha256 in record.files.items()}
    if fetching.errors and not fetching.records:
        return ()
    if fetching.errors:
        # What an earlier run fetched still counts.
        fetching.records = {**fetching.known, **fetching.records}
    else:
        _retire(fetching)
    records[fetching.source.key] = fetching.records
    write_records(fetching.session.folder, records)
    return tuple(sorted(name for name, sha256 in now.items() if before.get(name) != sha256))


def _retire(fetching: Fetching) -> None:
    """Move away what no longer counts: an earlier edition under another name, a release that newer ones replace."""
    if fetching.source.many_files and not has_releases(fetching.source):
        return
    kept = fetching.names
    gone = [record for record in fetching.known.values() if set(record.files) - kept]
    if gone:
        fetching.place.forget_previous(kept)
    for record in gone:
        for name in fetching.place.retire(record, kept):
            fetching.session.web.say(f"  {name} no longer counts: moved to .previous")


def _list(files: tuple[str, ...]) -> str:
    more = [f"and {len(files) - SHOWN_FILES} more"] if len(files) > SHOWN_FILES else []
    return "".join(f"\n  {name}" for name in [*files[:SHOWN_FILES], *more])


def _fail(
    source: Source, why: str, files: tuple[str, ...] = (), notes: tuple[str, ...] = (), *, may_pass: bool = False
) -> Outcome:
    words = f"{why}\n  page:     {source.landing_page}"
    return Outcome(source.key, "failed", files, words, notes=notes, may_pass=may_pass)


def _may_pass(error: InputError | OSError) -> bool:
    return isinstance(error, InputError) and error.remedy == AGAIN


def _join(errors: list[InputError]) -> str:
    """The first error in full, the others in a line each."""
    more = [f"also {error.file}: {(error.found or '')[:LONGEST_ERROR]}" for error in errors[1:SHOWN_ERRORS]]
    more += [f"and {len(errors) - SHOWN_ERRORS} more"] if len(errors) > SHOWN_ERRORS else []
    return "\n".join([str(errors[0]), *more])
