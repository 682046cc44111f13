"""Moves files from where they arrive to where landing finds them, and keeps what they replace."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from crime_dagster.core.code_version import find_code_version
from crime_dagster.core.errors import InputError
from crime_dagster.core.files import sync
from crime_dagster.sources.catalogue.catalogue import is_named_like
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.policy import refuse
from crime_dagster.sources.download.records import Record
from crime_dagster.sources.download.trial import Content, describe_loss, read_beginning, read_content
from crime_dagster.sources.folder.files import hash_file
from crime_dagster.sources.folder.inventory import find_trouble
from crime_dagster.sources.readers.formats.reading import SourceFile

# Hidden, so that landing does not take their files for published ones.
INCOMING = ".incoming"
ASIDE = ".aside"
PREVIOUS = ".previous"
# A file of these kinds cannot be read if it was cut; for others only the server knows how long they are.
SELF_CONTAINED = (".json", ".geojson", ".xlsx", ".ods", ".parquet", ".gpkg", ".zip")
READING = "crime_dagster.sources.readers"


@dataclass(frozen=True)
class Placed:
    """A file that is in its place."""

    name: str  # its path below the data folder
    sha256: str  # of its bytes
    content: Content | None  # what it has; None if only its beginning was read
    note: str = ""  # what a person should know of it


@dataclass(frozen=True)
class Destination:
    """The files of one source in a data folder."""

    folder: Path
    source: Source

    @property
    def reading(self) -> str:
        """Version of the catalogue's entry and of the readers: what one refused, another may accept."""
        entry = json.dumps(asdict(self.source), sort_keys=True, default=str)
        return hashlib.sha256(f"{entry}{find_code_version(READING)}".encode()).hexdigest()

    def name(self, *parts: str) -> str:
        """The path below the data folder of a file of the source."""
        return "/".join((self.source.publisher, *parts))

    def incoming(self, name: str) -> Path:
        """Where a file arrives, under its own name because readers go by endings."""
        return self.folder / INCOMING / name

    def put(
        self, name: str, url: str, *, is_announced: bool, before: Content | None = None, is_checked: bool = False
    ) -> Placed:
        """Read what has arrived, compare it with what is there, and exchange the two unless they are the same.

        What lacks rows or months that the file that is there has is refused and kept aside. If a checksum says that it
        is whole (`is_checked`) and it replaces nothing, only its beginning is read.
        """
        arrived, place = self.incoming(name), self.folder / name
        try:
            sha256 = hash_file(arrived)
            if not place.is_file() and is_checked:
                content, note = read_beginning(self.source, arrived, name, url), ""
            else:
                whole = read_content(self.source, arrived, name, url)
                if place.is_file() and hash_file(place) == sha256:
                    return Placed(name, sha256, whole)
                content, note = whole, self._compare(name, url, whole, before, is_announced=is_announced)
            if trouble := find_trouble(self.source, SourceFile(path=arrived, name=name)):
                raise refuse(url, f"{name}: {trouble}", f"a file that a run takes for {self.source.key}")
            place.parent.mkdir(parents=True, exist_ok=True)
            sync(arrived)
            if place.is_file():
                _move(place, self.folder / PREVIOUS / name)
            arrived.replace(place)
        finally:
            # What was refused is not continued next time either.
            arrived.unlink(missing_ok=True)
        return Placed(name, sha256, content, note)

    def retire(self, record: Record, kept: set[str]) -> list[str]:
        """Move the files of an earlier run that are not `kept` out of the way, and return their names.

        A file that a person has changed or put there is not ours to move.
        """
        moved = []
        for name, sha256 in record.files.items():
            path = self.folder / name
            if name not in kept and path.is_file() and hash_file(path) == sha256:
                _move(path, self.folder / PREVIOUS / name)
                moved.append(name)
                _remove_empty(path.parent, self.folder)
        return moved

    def forget_previous(self, kept: set[str]) -> None:
        """Delete what earlier runs had moved out of the way, but not earlier versions of files that are `kept`."""
        room = self.folder / PREVIOUS
        for path in sorted((room / self.source.publisher).rglob("*")):
            name = path.relative_to(room).as_posix()
            if path.is_file() and name not in kept and is_named_like(self.source, name):
                path.unlink()
                _remove_empty(path.parent, self.folder)

    def _compare(self, name: str, url: str, content: Content, before: Content | None, *, is_announced: bool) -> str:
        """A note on what the new version lacks; raises if that is too much."""
        place = self.folder / name
        if not place.is_file():
            return ""
        try:
            old = before or read_content(self.source, place, name, str(place))
        except InputError:
            # A file that cannot be read is no reason to refuse one that can.
            return ""
        is_whole = is_announced or name.casefold().endswith(SELF_CONTAINED)
        loss, is_too_much = describe_loss(content, old, is_whole=is_whole)
        if not is_too_much:
            return f"{name}: {loss}" if loss else ""
        aside = self.folder / ASIDE / name
        _move(self.incoming(name), aside)
        raise InputError(
            file=url,
            found=f"{loss}; kept aside as {aside}",
            expected=f"at least what {name} has, which stays",
            remedy="if the publisher has taken records away, move the file kept aside over the one that is there",
        )


def clear_rooms(folder: Path) -> None:
    """Delete the empty folders of arriving files; a file that can be continued stays."""
    room = folder / INCOMING
    for path in [*sorted(room.rglob("*"), reverse=True), room]:
        _remove_empty(path, folder)


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, target)


def _remove_empty(path: Path, top: Path) -> None:
    while path != top and path.is_dir() and not any(path.iterdir()):
        path.rmdir()
        path = path.parent
