"""What is in a zip on a server: its directory and the beginning of single files, where the server sends parts."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from crime_dagster.core.errors import InputError
from crime_dagster.sources.doctor.answer import ShapeError
from crime_dagster.sources.doctor.heads import HEAD, read_head
from crime_dagster.sources.download.content import BROKEN, WHOLE_ZIP, choose_members
from crime_dagster.sources.download.ranges import NoRangesError, RangeFile
from crime_dagster.sources.download.web import Web

SIGNATURE = b"PK\x03\x04"
# What stands before the name of a file in a zip, and behind a file whose size was not known before.
FIXED = 30
# What programs add to the name of a file in a zip: dates and owners; a longer one costs a second request.
ADDED = 1024
DESCRIPTOR = 16
LOCKED = 1


@dataclass(frozen=True)
class RemoteZip:
    """A zip of which parts can be had.

    Args:
        remote: The file on the server.
        opened: Its directory.
    """

    remote: RangeFile
    opened: zipfile.ZipFile

    def read_head(self, member: zipfile.ZipInfo) -> bytes:
        """The first bytes of one file, unpacked.

        Raises:
            InputError: They cannot be had.
            ShapeError: They cannot be unpacked.
        """
        start, name = member.header_offset, len(member.filename.encode())
        try:
            self.remote.hold(start, start + FIXED + name + ADDED + min(member.compress_size, HEAD))
            with self.opened.open(member) as stream:
                return stream.read(HEAD // 2)
        except BROKEN as error:
            raise ShapeError(f"{member.filename} cannot be unpacked ({error})", WHOLE_ZIP) from error


class Zips:
    """The zips of one round: several sources may be made of one, whose directory is read once.

    Args:
        web: The client.
    """

    def __init__(self, web: Web) -> None:
        self._web = web
        self._open: dict[str, RemoteZip | None] = {}

    def open(self, url: str) -> RemoteZip | None:
        """The directory of a zip; None where the server does not send parts.

        Raises:
            InputError: The address does not answer.
            ShapeError: It is no zip.
        """
        if url not in self._open:
            try:
                remote = RangeFile(self._web, url)
                self._open[url] = RemoteZip(remote, zipfile.ZipFile(remote))
            except NoRangesError:
                self._open[url] = None
            except BROKEN as error:
                raise ShapeError(f"no zip that can be opened ({error})", WHOLE_ZIP) from error
        return self._open[url]

    def read_members(self, url: str, globs: tuple[str, ...], limit: int) -> dict[str, bytes]:
        """The beginning of the newest file of each glob, by its name in the zip.

        Where the server does not send parts, those among the files that the zip begins with.

        Raises:
            InputError: The address does not answer.
            ShapeError: It is no zip, or lacks such files.
        """
        archive = self.open(url)
        if archive is None:
            return self._read_first(url, globs)
        # Names begin with their month where there are several: the last one is the newest.
        members = [max(_choose(archive, glob, limit, url), key=lambda member: member.filename) for glob in globs]
        return {member.filename: archive.read_head(member) for member in members}

    def _read_first(self, url: str, globs: tuple[str, ...]) -> dict[str, bytes]:
        head = read_head(self._web, url)
        members = dict(walk_members(head.content))
        found = {glob: [name for name in members if _fits(name, glob)] for glob in globs}
        lacking = [glob for glob, names in found.items() if not names]
        if head.is_whole and lacking:
            raise ShapeError(f"a zip of {', '.join(members) or 'nothing'}", f"files named like {' or '.join(lacking)}")
        # Of the last file the first line may be cut off.
        whole = {glob: [name for name in names if b"\n" in members[name]] for glob, names in found.items()}
        return {max(names): members[max(names)] for names in whole.values() if names}


def walk_members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and beginnings of the files that a zip begins with; empty where one is locked or packed in a rare way.

    Args:
        content: The first bytes of the zip.

    Raises:
        ShapeError: It is no zip.
    """
    if not content.startswith(SIGNATURE):
        raise ShapeError(f"no zip, it begins {content[:12]!r}", WHOLE_ZIP)
    at = 0
    while content[at:].startswith(SIGNATURE) and at + FIXED <= len(content):
        flags, method = (int.from_bytes(content[at + place : at + place + 2], "little") for place in (6, 8))
        packed_size, _, name_size, extra_size = struct.unpack_from("<IIHH", content, at + 18)
        start = at + FIXED + name_size + extra_size
        name = content[at + FIXED : at + FIXED + name_size].decode("utf-8", "replace")
        packed = content[start : start + packed_size] if packed_size else content[start:]
        body, rest = _unpack(name, packed, method) if not flags & LOCKED else (b"", b"")
        yield name, body
        # A program that could not go back to write the size says it behind the file: then its end says where that is.
        at = start + packed_size if packed_size else len(content) - len(rest) + DESCRIPTOR
        if not packed_size and not rest:
            return


def _unpack(name: str, packed: bytes, method: int) -> tuple[bytes, bytes]:
    """The beginning of a file, and what follows it."""
    if method == zipfile.ZIP_STORED:
        return packed[:HEAD], b""
    if method != zipfile.ZIP_DEFLATED:
        return b"", b""
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        body = machine.decompress(packed, HEAD)
        while machine.unconsumed_tail and not machine.eof:
            machine.decompress(machine.unconsumed_tail, HEAD)
    except zlib.error as error:
        raise ShapeError(f"a zip whose {name} cannot be unpacked ({error})", WHOLE_ZIP) from error
    return body, machine.unused_data


def _fits(name: str, glob: str) -> bool:
    return fnmatchcase(PurePosixPath(name).name.casefold(), glob.casefold())


def _choose(archive: RemoteZip, glob: str, limit: int, url: str) -> list[zipfile.ZipInfo]:
    try:
        return choose_members(archive.opened, (glob,), limit, url)
    except InputError as error:
        raise ShapeError(error.found or "", error.expected) from error
