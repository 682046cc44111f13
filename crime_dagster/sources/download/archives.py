"""Zips of publishers: opened once per run, in parts where the server can, and files taken out of them."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from crime_dagster.sources.download.content import BROKEN, WHOLE_ZIP, check_content, choose_members, copy_member
from crime_dagster.sources.download.ranges import NoRangesError, RangeFile
from crime_dagster.sources.download.refusal import refuse
from crime_dagster.sources.download.transfer import Stamp, fetch, is_unchanged
from crime_dagster.sources.download.web import Web

# The longest head of a file in a zip: its fixed part, its name and what programs add to it.
LONGEST_HEAD = 30 + 2 * 0xFFFF
CHUNK = 1 << 20


@dataclass(frozen=True)
class Archive:
    """A zip that is open.

    Args:
        url: Its address.
        stamp: By what the server knows it.
        opened: The zip.
        remote: The file on the server; None where the whole zip was fetched.
    """

    url: str
    stamp: Stamp
    opened: zipfile.ZipFile
    remote: RangeFile | None = None

    def choose(self, globs: tuple[str, ...], limit: int) -> list[zipfile.ZipInfo]:
        """Its files of some names.

        Raises:
            InputError: There is none, or the zip cannot be trusted.
        """
        return choose_members(self.opened, globs, limit, self.url)

    def take(self, member: zipfile.ZipInfo, path: Path) -> None:
        """Take one file out of it; from a server, its bytes alone travel.

        Raises:
            InputError: It cannot be had or unpacked.
        """
        if self.remote is not None:
            start = member.header_offset
            longest = start + LONGEST_HEAD + member.compress_size
            # Files follow each other: what is not the head and the content of the next belongs to this one.
            others = (other.header_offset for other in self.opened.infolist() if other.header_offset > start)
            self.remote.hold(start, min(longest, min(others, default=self.opened.start_dir)))
        copy_member(self.opened, member, path, self.url)


class Archives:
    """The zips of one run: several sources may be made of one, whose directory is read once.

    Args:
        web: The client.
        room: Folder for zips that have to be fetched whole; they go when the run ends.
    """

    def __init__(self, web: Web, room: Path) -> None:
        self._web = web
        self._room = room
        self._open: dict[str, Archive] = {}
        self._unchanged: dict[tuple[str, Stamp], bool] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Archives:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def is_unchanged(self, url: str, known: Stamp) -> bool:
        """Whether the server says that a version is still the newest; asked once per run."""
        if url in self._open:
            return self._open[url].stamp.is_same(known)
        if (url, known) not in self._unchanged:
            self._unchanged[url, known] = is_unchanged(self._web, url, known)
        return self._unchanged[url, known]

    def open(self, url: str, limit: int, *, in_parts: bool) -> Archive:
        """Open a zip.

        Args:
            url: Its address.
            limit: Bytes that it may have where it is fetched whole.
            in_parts: Whether only some of it is wanted, so that it is worth asking for parts.

        Raises:
            InputError: It cannot be had, or is no zip.
        """
        if url not in self._open:
            found = self._open_in_parts(url) if in_parts else None
            self._open[url] = found or self._open_whole(url, limit)
        return self._open[url]

    def _open_in_parts(self, url: str) -> Archive | None:
        try:
            remote = RangeFile(self._web, url)
        except NoRangesError:
            self._web.say("  the server does not answer ranges: the whole archive is fetched")
            return None
        return Archive(url, remote.stamp, self._read_directory(remote, url), remote)

    def _open_whole(self, url: str, limit: int) -> Archive:
        path = self._room / f"{zlib.crc32(url.encode()):08x}.zip"
        stamp = fetch(self._web, url, path, limit)
        self._stack.callback(path.unlink, missing_ok=True)
        check_content(path, path.name, url)
        return Archive(url, stamp or Stamp(), self._read_directory(path, url))

    def _read_directory(self, file: Path | RangeFile, url: str) -> zipfile.ZipFile:
        try:
            return self._stack.enter_context(zipfile.ZipFile(file))
        except BROKEN as error:
            raise refuse(url, f"a zip that cannot be opened ({error})", WHOLE_ZIP) from error


def is_member(path: Path, member: zipfile.ZipInfo) -> bool:
    """Whether a file is what a zip's directory says of one: same length, same checksum."""
    if not path.is_file() or path.stat().st_size != member.file_size:
        return False
    checksum = 0
    for chunk in _read_chunks(path):
        checksum = zlib.crc32(chunk, checksum)
    return checksum == member.CRC


def _read_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk
