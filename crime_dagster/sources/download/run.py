"""The whole download: each source of the catalogue in turn; one that fails does not stop the others."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import sync
from crime_dagster.core.settings import Settings
from crime_dagster.sources.catalogue import Source, is_taken_for
from crime_dagster.sources.download import arcgis, pages
from crime_dagster.sources.download.content import check_content, unpack
from crime_dagster.sources.download.datastore import Resource, list_resources
from crime_dagster.sources.download.records import Record, Records, read_records, write_records
from crime_dagster.sources.download.report import Outcome, Report
from crime_dagster.sources.download.transfer import Stamp, fetch
from crime_dagster.sources.download.web import Policy, Web, build_client, refuse
from crime_dagster.sources.files import hash_file


def download_sources(
    catalogue: Mapping[str, Source],
    folder: Path,
    say: Callable[[str], None],
    policy: Policy | None = None,
    client: httpx.Client | None = None,
) -> Report:
    """Fetch what is new or changed of every source into `<folder>/<publisher>/<file>`.

    Args:
        catalogue: Sources by key.
        folder: The data folder; it is made where it is missing.
        say: Takes one line of progress.
        policy: How patient it is.
        client: What sends the requests; a new one where it is None.

    Returns:
        What became of each source.

    Raises:
        InputError: The folder cannot be written, holds made-up data, or is being downloaded into already.
    """
    _prepare(folder)
    outcomes = []
    with _lock(folder), client or build_client() as opened:
        records = read_records(folder)
        web = Web(opened, policy or Policy(), say)
        for source in catalogue.values():
            outcome = _download(web, source, folder, records)
            if outcome.status != "manual":
                say(f"{source.key}: {outcome.status}" + "".join(f"\n  {name}" for name in outcome.files))
            outcomes.append(outcome)
    return Report(folder, tuple(outcomes))


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
            remedy="set CRIME_DOWNLOAD_DIR to a folder of yours, or mend its permissions",
        ) from error


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One download at a time: two would write to the same temporary names. A lock goes with its process."""
    try:
        with (folder / ".downloads.lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError as error:
        raise InputError(
            file=folder,
            found="another download that goes on",
            expected="one at a time",
            remedy="wait until it has ended",
        ) from error


def _download(web: Web, source: Source, folder: Path, records: Records) -> Outcome:
    address = source.download
    if address.kind == "manual":
        return Outcome(source.key, "manual", words=f"{address.why} ({source.landing_page})")
    web.say(f"{source.key} ...")
    known = records.get(source.key, {})
    try:
        found = FETCHERS.get(address.kind, _fetch_files)(web, source, folder, known)
        is_new = any(known.get(url) is None or known[url].files != record.files for url, record in found.items())
        _remove_earlier(web, source, folder, known, found)
        records[source.key] = found
        write_records(folder, records)
    except (InputError, OSError) as error:
        return Outcome(source.key, "failed", words=str(error))
    files = sorted(name for record in found.values() for name in record.files)
    return Outcome(source.key, "fetched" if is_new else "unchanged", tuple(files) if is_new else ())


def _fetch_files(web: Web, source: Source, folder: Path, known: Mapping[str, Record]) -> dict[str, Record]:
    address = source.download
    resources = list_resources(web, address, source.many_files, lambda name: _is_known(source, name))
    return {resource.url: _fetch_file(web, source, folder, resource, known.get(resource.url)) for resource in resources}


def _fetch_file(web: Web, source: Source, folder: Path, resource: Resource, known: Record | None) -> Record:
    address = source.download
    settings = json.dumps([resource.name, address.members])
    is_here = known is not None and known.settings == settings and known.is_whole(folder)
    place = folder / source.publisher
    partial = place / f".{resource.name}.partial"
    stamp = fetch(web, resource.url, partial, address.limit, known.stamp if known is not None and is_here else None)
    if stamp is None and known is not None:
        return known
    parts: dict[str, Path] = {}
    try:
        check_content(partial, resource.name, resource.url)
        if address.members:
            parts = unpack(partial, place, address.members, address.limit, resource.url)
        else:
            parts = {resource.name: partial}
        files = _put_in_place(source, folder, parts, resource.url)
    finally:
        # What is not as it should be is not continued next time either.
        for path in (partial, *parts.values()):
            path.unlink(missing_ok=True)
    return Record(stamp or Stamp(), settings, files)


def _fetch_layer(web: Web, source: Source, folder: Path, known: Mapping[str, Record]) -> dict[str, Record]:
    address = source.download
    url, name = address.url or "", address.file or ""
    layers = arcgis.describe_all(web, address)
    version = arcgis.name_version(layers)
    settings = json.dumps([name, version])
    before = known.get(url)
    if version is not None and before is not None and before.settings == settings and before.is_whole(folder):
        return {url: before}
    files = _write_body(source, folder, arcgis.read_layers(web, address, layers))
    return {url: Record(Stamp(), settings, files)}


def _fetch_pages(web: Web, source: Source, folder: Path, _: Mapping[str, Record]) -> dict[str, Record]:
    files = _write_body(source, folder, pages.read_pages(web, source.download))
    return {source.download.url or "": Record(Stamp(), source.download.file or "", files)}


def _write_body(source: Source, folder: Path, body: bytes) -> dict[str, str]:
    """Write what was put together from several answers under the name that the catalogue gives it."""
    address = source.download
    url, name = address.url or "", address.file or ""
    if len(body) > address.limit:
        raise refuse(url, f"{len(body):,} bytes", f"at most {address.limit:,} (`limit_mb` of the catalogue)")
    partial = folder / source.publisher / f".{name}.partial"
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        partial.write_bytes(body)
        check_content(partial, name, url)
        return _put_in_place(source, folder, {name: partial}, url)
    finally:
        partial.unlink(missing_ok=True)


FETCHERS: dict[str, Callable[[Web, Source, Path, Mapping[str, Record]], dict[str, Record]]] = {
    "arcgis": _fetch_layer,
    "pages": _fetch_pages,
}


def _put_in_place(source: Source, folder: Path, parts: Mapping[str, Path], url: str) -> dict[str, str]:
    """Rename what arrived, once the catalogue knows all of it; the same bytes are left as they lie."""
    unknown = [name for name in parts if not _is_known(source, name)]
    if unknown:
        raise refuse(url, f"the name {unknown[0]}", f"a name like {' or '.join(source.patterns)}")
    files = {}
    for name, path in parts.items():
        place = folder / source.publisher / name
        sha256 = hash_file(path)
        if not (place.is_file() and hash_file(place) == sha256):
            sync(path)
            path.replace(place)
        files[f"{source.publisher}/{name}"] = sha256
    return files


def _remove_earlier(
    web: Web, source: Source, folder: Path, known: Mapping[str, Record], found: Mapping[str, Record]
) -> None:
    """Where one file is a source, an edition under another name takes the place of the one fetched before."""
    if source.many_files:
        return
    kept = {name for record in found.values() for name in record.files}
    for record in known.values():
        for name, sha256 in record.files.items():
            path = folder / name
            # A file that a person has changed or put there is not ours to delete.
            if name not in kept and path.is_file() and hash_file(path) == sha256:
                path.unlink()
                web.say(f"  removed {name}, an earlier edition")


def _is_known(source: Source, name: str) -> bool:
    return is_taken_for(source, f"{source.publisher}/{name}")
