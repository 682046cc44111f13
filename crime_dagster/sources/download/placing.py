"""Reads a fetched file with its source's reader and puts it where landing finds it; keeps what it replaces."""

import json
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from crime_dagster.core.code_version import find_code_version
from crime_dagster.core.errors import InputError, list_some
from crime_dagster.core.files import hash_text, sync
from crime_dagster.sources.catalogue.catalogue import is_named_like
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.policy import COMPARE, WAIT, describe_no_file, refuse
from crime_dagster.sources.download.records import Content, Record
from crime_dagster.sources.folder.files import hash_file
from crime_dagster.sources.folder.inventory import find_trouble
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import SourceFile

# Hidden, so that landing does not take their files for published ones.
INCOMING, ASIDE, PREVIOUS = ".incoming", ".aside", ".previous"
# A truncated file of these formats cannot be read; for others only the server knows the length.
SELF_CONTAINED = (".json", ".geojson", ".xlsx", ".ods", ".parquet", ".gpkg", ".zip")
READING = "crime_dagster.sources.readers"
SHOWN = 6
# A complete body may have fewer rows after a revision, but not fewer than this share.
REVISED = 0.9
# Rows after which Nomis ends the answer to a client without an account.
CUT_AT = 25_000
# A release may merge categories (in 2024 that of boroughs lost 35% of its rows); one of half the rows lacks areas.
THIN = 0.6


@dataclass(frozen=True)
class Placed:
    """A file in its final place."""

    name: str  # path below the data folder
    sha256: str  # of its bytes
    content: Content
    note: str = ""  # note for the user


@dataclass(frozen=True)
class Destination:
    """The files of one source in a data folder."""

    folder: Path
    source: Source

    @property
    def reading(self) -> str:
        """Version of the catalogue entry and of the readers: what one refused, another may accept."""
        entry = json.dumps(asdict(self.source), sort_keys=True, default=str)
        return hash_text(entry, find_code_version(READING))

    def name(self, *parts: str) -> str:
        """Return the path below the data folder of a file of the source."""
        return "/".join((self.source.publisher, *parts))

    def incoming(self, name: str) -> Path:
        """Return where a file arrives, under its own name because readers go by suffixes."""
        return self.folder / INCOMING / name

    def put(
        self,
        name: str,
        url: str,
        *,
        is_announced: bool,
        before: Content | None = None,
        series: Content | None = None,
    ) -> Placed:
        """Read the arrived file, compare it with the current one, and exchange them unless they are the same.

        A file without rows or months of the current one, or with far fewer rows per month than the release before
        (`series`), is refused and kept aside.
        """
        arrived, place = self.incoming(name), self.folder / name
        try:
            sha256, content = hash_file(arrived), read_content(self.source, arrived, name, url)
            if place.is_file() and hash_file(place) == sha256:
                return Placed(name, sha256, content)
            note = self._compare(name, url, content, before, series, is_announced=is_announced)
            if trouble := find_trouble(self.source, SourceFile(path=arrived, name=name)):
                raise refuse(url, f"{name}: {trouble}", f"a file that a run takes for {self.source.key}")
            place.parent.mkdir(parents=True, exist_ok=True)
            sync(arrived)
            if place.is_file():
                _copy(place, self.folder / PREVIOUS / name)
            arrived.replace(place)
        finally:
            # A refused file must not be resumed next time.
            arrived.unlink(missing_ok=True)
        return Placed(name, sha256, content, note)

    def retire(self, record: Record, kept: set[str]) -> list[str]:
        """Move the files of an earlier run that are not `kept` away, and return their names.

        A file that the user has changed or added is not ours to move.
        """
        paths = {name: self.folder / name for name in record.files if name not in kept}
        moved = [name for name, path in paths.items() if path.is_file() and hash_file(path) == record.files[name]]
        for name in moved:
            _move(paths[name], self.folder / PREVIOUS / name)
            with suppress(OSError):
                paths[name].parent.rmdir()
        return moved

    def forget_previous(self, kept: set[str]) -> None:
        """Delete what earlier runs moved away, except earlier versions of files that are `kept`."""
        room = self.folder / PREVIOUS
        for path in sorted((room / self.source.publisher).rglob("*")):
            name = path.relative_to(room).as_posix()
            if path.is_file() and name not in kept and is_named_like(self.source, name):
                path.unlink()
        clear_room(room)

    def _compare(
        self,
        name: str,
        url: str,
        content: Content,
        before: Content | None,
        series: Content | None,
        *,
        is_announced: bool,
    ) -> str:
        """Return a note on what the new version lacks; raise if that is too much."""
        place = self.folder / name
        if content.rows and content.rows % CUT_AT == 0:
            loss, is_too_much = f"exactly {content.rows:,} rows", True
            expected = f"all rows; some services end every answer after {CUT_AT:,}"
        elif place.is_file():
            try:
                old = before or read_content(self.source, place, name, str(place))
            except InputError:
                # An unreadable current file is no reason to refuse a readable one.
                return ""
            is_whole = is_announced or name.casefold().endswith(SELF_CONTAINED)
            loss, is_too_much = describe_loss(content, old, is_whole=is_whole)
            expected = f"at least what {name} has, which stays"
        else:
            loss, is_too_much = describe_thinness(content, series), True
            expected = "nearly as many as in the release before, which stays"
        if not loss or not is_too_much:
            return f"{name}: {loss}" if loss else ""
        aside = self.folder / ASIDE / name
        _move(self.incoming(name), aside)
        remedy = f"if it is all that the publisher has now, move the file kept aside to {place}"
        raise InputError(file=url, found=f"{loss}; kept aside as {aside}", expected=expected, remedy=remedy)


def clear_room(room: Path) -> None:
    """Delete the empty folders of a room, and the room itself if it is empty; files stay."""
    for path in [*sorted(room.rglob("*"), reverse=True), room]:
        with suppress(OSError):
            path.rmdir()


def _copy(path: Path, target: Path) -> None:
    """Keep a file at a second place; it stays where it is, so that a killed process leaves no gap."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(path)
    except OSError:
        shutil.copy2(path, target)


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # A name of the same file, which a killed process left, would stay instead.
    target.unlink(missing_ok=True)
    shutil.move(path, target)


def read_content(source: Source, path: Path, name: str, url: str) -> Content:
    """Read a file, which may have a temporary name, as landing would; refuse a web page or a file without rows."""
    with path.open("rb") as stream:
        no_file = describe_no_file(stream.read(4096), name)
    if no_file is not None:
        raise refuse(url, *no_file, WAIT)
    try:
        reading = READERS[source.reader](SourceFile(path, name), source)
    except InputError as error:
        found = (error.found or "") + (f" (row {error.row})" if error.row is not None else "")
        raise refuse(url, found, error.expected, COMPARE, error.column) from error
    # A month without crimes has only a header, but a release or a single-file source always has rows.
    may_be_empty = source.many_files and source.reader != "wide" and reading.is_blank
    if reading.rows.num_rows == 0 and not may_be_empty:
        raise refuse(url, f"no usable row among {reading.rows_in:,}", f"rows of {source.key}")
    return Content(reading.rows.num_rows, tuple(reading.months))


def describe_loss(new: Content, old: Content, *, is_whole: bool) -> tuple[str, bool]:
    """Return what a new version lacks, and whether that is too much for it to replace the old one.

    `is_whole` says whether nothing of the new one can have been lost on the way.
    """
    lost = sorted(set(old.months) - set(new.months))
    if lost:
        return f"{len(lost)} months fewer ({list_some(lost, SHOWN, ', ')})", True
    if new.rows < old.rows:
        found = f"{new.rows:,} rows, where the version before has {old.rows:,}"
        return found, not is_whole or new.rows < REVISED * old.rows
    return "", False


def describe_thinness(new: Content, old: Content | None) -> str:
    """Return how many rows fewer a month a release has than the one before; empty if not far fewer.

    A row is landed for each month, so in a release of few months what is rare has no row.
    """
    if old is None or not old.months or len(new.months) < len(old.months) / 2:
        return ""
    now, then = (each.rows / len(each.months) for each in (new, old))
    return f"{now:,.0f} rows a month, where the release before has {then:,.0f}" if now < THIN * then else ""
