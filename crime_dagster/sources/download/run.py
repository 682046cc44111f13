"""Downloads all sources of the catalogue; one that fails does not stop the others."""

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from crime_dagster.core.data_set import read_data_set
from crime_dagster.core.errors import InputError, explain, list_some
from crime_dagster.core.lock import hold_file
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.archives import Archives
from crime_dagster.sources.download.client import build_client
from crime_dagster.sources.download.datastore import Datastore, take_one
from crime_dagster.sources.download.fetching import Fetching, Session, fetch_files, fetch_members, list_files
from crime_dagster.sources.download.interfaces import fetch_layer, fetch_pages
from crime_dagster.sources.download.months import fetch_releases, has_releases
from crime_dagster.sources.download.placing import INCOMING, clear_room
from crime_dagster.sources.download.policy import AGAIN, Meter, Policy, in_megabytes
from crime_dagster.sources.download.records import Outcome, Records, Report, mark, read_records, write_records
from crime_dagster.sources.download.web import Web

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

    With `base`, a stand-in for all publishers, every line says so. `show` prints a line that the next one replaces.
    """
    policy = policy or Policy()

    def say_marked(text: str) -> None:
        say(mark(text, base))

    def refuse_another(process: str) -> None:
        found, remedy = f"another download is running (process {process})", "wait until it ends, or stop that process"
        raise InputError(file=folder, found=found, expected="one at a time", remedy=remedy)

    _prepare(folder)
    wanted = [source for source in catalogue.values() if source.download.kind != "manual"]
    by_hand = {key: f"{source.download.why} ({source.landing_page})" for key, source in catalogue.items()}
    outcomes = {key: Outcome(key, "manual", words=words) for key, words in by_hand.items()}
    meter = Meter(say_marked, None if show is None else lambda text: show(mark(text, base)), policy.progress_every)
    with (
        # Two downloads would write to the same temporary names.
        hold_file(folder / LOCK, refuse_another),
        client or build_client(is_local=base is not None) as opened,
        Archives(web := Web(opened, policy, say_marked, meter, base)) as archives,
    ):
        records = read_records(folder)
        session = Session(web, folder, Datastore(web), archives)
        for number, source in enumerate(wanted, 1):
            meter.place = f"source {number} of {len(wanted)}, "
            outcome = _download(session, source, records)
            say_marked(list_some([f"{source.key}: {outcome.status}", *outcome.files], SHOWN_FILES, "\n  "))
            outcomes[source.key] = outcome
    # A file that can be resumed stays.
    clear_room(folder / INCOMING)
    say_marked(f"{in_megabytes(meter.total)} fetched in all")
    return Report(folder, tuple(outcomes[key] for key in catalogue), meter.total, base)


def _prepare(folder: Path) -> None:
    if read_data_set(folder).synthetic:
        expected, remedy = "a folder for published files only", "set CRIME_DOWNLOAD_DIR to another folder"
        raise InputError(file=folder, found="a made-up data set", expected=expected, remedy=remedy)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        expected = "a folder that can be written to"
        remedy = "set CRIME_DOWNLOAD_DIR to a folder of yours, or fix its permissions"
        raise InputError(file=folder, found=str(error), expected=expected, remedy=remedy) from error


def _download(session: Session, source: Source, records: Records) -> Outcome:
    session.web.say(f"{source.key} ...")
    session.web.begin_source()
    fetching = Fetching(session, source, records.get(source.key, {}))
    files: tuple[str, ...] = ()
    failed: list[InputError | str] = []
    try:
        try:
            _fetch(fetching)
            files = _store(fetching, records)
            failed += fetching.errors
        except OSError as error:
            raise explain(error) from error
    except InputError as error:
        failed += [error]
    except Exception as error:
        # One odd response must not stop the other downloads: it is a bug of ours, so its traceback is kept.
        log = session.folder / LOG
        log.write_text(traceback.format_exc(), encoding="utf-8", errors="backslashreplace")
        failed += [f"{type(error).__name__}: {str(error)!a}; the details are in {log}"]
    if not failed:
        return Outcome(source.key, "fetched" if files else "unchanged", files, notes=tuple(fetching.notes))
    also = [
        f"also {one.file}: {(one.found or '')[:LONGEST_ERROR]}" for one in failed[1:] if isinstance(one, InputError)
    ]
    words = list_some([str(failed[0]), *also], SHOWN_ERRORS, "\n") + f"\n  page:     {source.landing_page}"
    may_pass = any(isinstance(one, InputError) and one.remedy.startswith(AGAIN) for one in failed)
    return Outcome(source.key, "failed", files, words, notes=tuple(fetching.notes), may_pass=may_pass)


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
    """Record what was fetched, and return the files that are new or changed."""
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
            words = f"{name} no longer counts: moved to .previous"
            # One edition for another is rare, and may be an older one; a release for another is every month's.
            (fetching.session.web.say if fetching.source.many_files else fetching.notes.append)(words)
