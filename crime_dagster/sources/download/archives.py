"""Publishers' zips: opened once per run, by range requests if the server supports them."""

import functools
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import translate
from io import BytesIO
from pathlib import Path, PurePosixPath

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import is_safe_name
from crime_dagster.sources.download.policy import WAIT, refuse
from crime_dagster.sources.download.transfer import NoRangesError, RangeFile, Validators, fetch, is_unchanged
from crime_dagster.sources.download.web import Web
from crime_dagster.sources.folder.archives import is_inside, unpack_member

# What unpacking raises for a damaged or password-protected zip.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, struct.error)
WHOLE_ZIP = "a whole zip without a password"
# A local file header in a zip: its fixed part, and room for extra fields; longer ones cost another request.
HEAD, ADDED = 30, 1024
MOST_MEMBERS = 50_000
CHUNK = 1 << 18
SHOWN = 8


@dataclass(frozen=True)
class Archive:
    """An open zip; `remote` is the file on the server, None if the whole zip was fetched."""

    url: str
    stamp: Validators
    opened: zipfile.ZipFile
    remote: RangeFile | None = None

    def prefetch(self, member: zipfile.ZipInfo, most: int | None = None) -> None:
        """Fetch a member, or its first `most` bytes, in one request."""
        if self.remote is not None:
            size = member.compress_size if most is None else min(member.compress_size, most)
            start = member.header_offset
            following = [other.header_offset for other in self.opened.infolist() if other.header_offset > start]
            end = start + HEAD + len(member.filename.encode()) + ADDED + size
            self.remote.hold(start, min(end, *following, self.opened.start_dir))

    def choose(self, globs: tuple[str, ...], limit: int) -> list[zipfile.ZipInfo]:
        """Return the members that a source is made of, by name or path, at most `limit` bytes together."""
        members = [member for member in self.opened.infolist() if not member.is_dir()]
        if len(members) > MOST_MEMBERS:
            raise refuse(self.url, f"a zip of {len(members):,} files", f"at most {MOST_MEMBERS:,}")
        wanted = set(select_names((member.filename for member in members), globs))
        chosen = [member for member in members if member.filename in wanted]
        # A member that leads outside the archive spoils the zip even if it is not wanted.
        outside = [member.filename for member in members if not is_inside(member.filename)]
        outside += [member.filename for member in chosen if not all(map(is_safe_name, member.filename.split("/")))]
        if outside:
            raise refuse(self.url, f"a zip with the entry {outside[0]!r}", "entries with plain names in their folder")
        if not chosen:
            shown = ", ".join(member.filename for member in members[:SHOWN])
            raise refuse(self.url, f"a zip of {shown or 'nothing'}", f"files named like {' or '.join(globs)}")
        if len({member.filename.casefold() for member in chosen}) < len(chosen):
            raise refuse(self.url, "a zip that has a file twice", "each file once")
        if sum(member.file_size for member in chosen) > limit:
            raise refuse(self.url, f"a zip of more than {limit:,} bytes unpacked", "less (`limit_mb` of the catalogue)")
        return chosen

    def take(self, member: zipfile.ZipInfo, path: Path) -> None:
        self.prefetch(member)
        try:
            unpack_member(self.opened, member, path)
        except (InputError, OSError, *BROKEN) as error:
            path.unlink(missing_ok=True)
            if isinstance(error, (InputError, OSError)):
                raise
            found = f"a zip whose {member.filename} cannot be unpacked ({error})"
            raise refuse(self.url, found, WHOLE_ZIP) from error


class Archives(ExitStack):
    """The zips of one run: several sources may share one, whose directory is read once."""

    def __init__(self, web: Web) -> None:
        super().__init__()
        self._web = web
        self._open: dict[str, Archive | None] = {}
        self._ask = functools.cache(functools.partial(is_unchanged, web))

    def is_unchanged(self, url: str, known: Validators) -> bool:
        """Whether the server says that a version is still the newest; asked once per run."""
        archive = self._open.get(url)
        return self._ask(url, known) if archive is None else archive.stamp.is_same(known)

    def open(self, url: str, room: Path, limit: int) -> Archive:
        """Open a zip; one that is fetched whole, up to `limit` bytes, stays in `room` until the run ends."""
        archive = self.open_in_parts(url)
        if archive is None:
            self._web.say("  the server does not send parts: the whole archive is fetched")
            path = room / f"{zlib.crc32(url.encode()):08x}.zip"
            stamp = fetch(self._web, url, path, limit) or Validators()
            self.callback(path.unlink, missing_ok=True)
            archive = self._open[url] = Archive(url, stamp, self.enter_context(open_zip(path, url)))
        return archive

    def open_in_parts(self, url: str) -> Archive | None:
        """Open a zip by range requests; None if the server does not support them."""
        if url not in self._open:
            try:
                remote = RangeFile(self._web, url)
                self._open[url] = Archive(url, remote.stamp, self.enter_context(open_zip(remote, url)), remote)
            except NoRangesError:
                self._open[url] = None
        return self._open[url]


def open_zip(file: Path | RangeFile | BytesIO, url: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except BROKEN as error:
        raise refuse(url, f"not a zip that can be opened ({error})", WHOLE_ZIP, WAIT) from error


def is_member(path: Path, member: zipfile.ZipInfo) -> bool:
    """Whether a file matches a zip's directory entry: same length, same checksum."""
    if not path.is_file() or path.stat().st_size != member.file_size:
        return False
    checksum = 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            checksum = zlib.crc32(chunk, checksum)
    return checksum == member.CRC


def select_names(paths: Iterable[str], globs: Iterable[str]) -> list[str]:
    """Return the paths that fit a glob, by name or path, without files added by operating systems."""
    wanted = re.compile("|".join(translate(glob.casefold()) for glob in globs))
    folded = ((path, path.casefold()) for path in paths)
    own = ((path, text, PurePosixPath(text).name) for path, text in folded if not text.startswith("__macosx"))
    return [path for path, *texts in own if not texts[1].startswith(".") and any(map(wanted.match, texts))]
