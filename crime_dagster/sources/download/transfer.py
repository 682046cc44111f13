"""One file over HTTP: to a temporary name, conditional, resumable, limited and counted, or in ranges."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import read_json
from crime_dagster.sources.download.policy import AGAIN, TryAgainError, in_megabytes, refuse
from crime_dagster.sources.download.web import Body, Web

LIMIT_HINT = "raise `limit_mb` in the catalogue if the publisher's file is really that large"
# End of a zip with the position of its directory; a comment after it is rare and short.
TAIL = 4096
LARGEST_PART = 500_000_000


@dataclass(frozen=True)
class Validators:
    """How a server identifies a version of a file; None for what it does not state."""

    etag: str | None = None
    last_modified: str | None = None
    size: int | None = None

    @classmethod
    def of(cls, body: Body) -> Validators:
        return cls(body.headers.get("etag"), body.headers.get("last-modified"), body.total)

    @property
    def conditions(self) -> dict[str, str]:
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}

    @property
    def validator(self) -> str | None:
        """Return what makes it safe to resume: a strong ETag, else the date. A weak ETag does not identify bytes."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified

    def is_same(self, other: Validators) -> bool:
        """Whether both are the same version: by ETag, else by date and length; other figures may have equal length."""
        if self.etag or other.etag:
            return self.etag == other.etag
        return self.last_modified is not None and self == other

    def is_older(self, other: Validators) -> bool:
        """Whether the server dates it before the other; False if it does not date both."""
        try:
            dates = [parsedate_to_datetime(each.last_modified or "") for each in (self, other)]
            return dates[0] < dates[1]
        except (ValueError, TypeError):
            return False


class Partial:
    """A partial file, and beside it the validator that its rest must have."""

    def __init__(self, path: Path, url: str) -> None:
        self.path, self.url = path, url
        self.note = path.with_name(f".{path.name}.json")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    def read_validator(self) -> str | None:
        """Return the validator that the rest must have; None if the file has to start again."""
        note = read_json(self.note)
        return str(note["validator"]) if note.get("url") == self.url and "validator" in note and self.size else None

    def begin(self, validator: str | None) -> None:
        """Start again, recording the validator if there is one."""
        self.discard()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if validator is not None:
            self.note.write_text(json.dumps({"url": self.url, "validator": validator}), encoding="utf-8")

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def fetch(web: Web, url: str, path: Path, limit: int, known: Validators | None = None) -> Validators | None:
    """Fetch a file to a temporary name, resuming an earlier attempt or run if the server can.

    Above `limit` bytes it is refused. Returns the version at `path`, or None if the `known` one is still the newest.
    """
    arriving = Partial(path, url)
    if known is not None and arriving.read_validator() is None and is_unchanged(web, url, known):
        return None
    stamp = web.repeat(url, lambda: _attempt(web, arriving, limit, known))
    arriving.note.unlink(missing_ok=True)
    return stamp


def is_unchanged(web: Web, url: str, known: Validators) -> bool:
    """Whether a server says that a version is still the newest; False if it does not say.

    Sends a HEAD request: many servers send the same file again, whatever the conditions.
    """

    def attempt() -> bool:
        with web.open(url, known.conditions, method="HEAD") as body:
            return body.status == 304 or (body.status == 200 and known.is_same(Validators.of(body)))

    try:
        return web.repeat(url, attempt, attempts=1)
    except InputError:
        # The request for the file itself will report the problem.
        return False


def _attempt(web: Web, arriving: Partial, limit: int, known: Validators | None) -> Validators | None:
    url, validator = arriving.url, arriving.read_validator()
    headers = known.conditions if known is not None else {}
    if validator is not None:
        headers = {"Range": f"bytes={arriving.size}-", "If-Range": validator}
    with web.open(url, headers) as body:
        if body.status == 304:
            if known is None:
                raise refuse(url, "status 304 Not Modified, to a request without a condition")
            arriving.discard()
            return None
        # A range must begin with the next byte and belong to the same version.
        is_next = body.span is not None and body.span[0] == arriving.size and validator is not None
        is_rest = is_next and validator in (body.headers.get("etag"), body.headers.get("last-modified"))
        if body.status != 200 and not is_rest:
            arriving.discard()
            raise TryAgainError(f"status {body.status}, which does not continue the part that is here")
        stamp = Validators.of(body)
        if stamp.size is not None and stamp.size > limit:
            arriving.discard()
            raise refuse(url, f"{stamp.size:,} bytes announced", f"at most {limit:,}", LIMIT_HINT)
        if body.status == 200:
            arriving.begin(None if body.is_packed else stamp.validator)
        _write(web, body, arriving, limit, stamp.size)
    if stamp.size is not None and (found := arriving.size) != stamp.size:
        arriving.discard()
        raise TryAgainError(f"{found:,} bytes, where {stamp.size:,} were announced")
    return stamp


def _write(web: Web, body: Body, arriving: Partial, limit: int, total: int | None) -> None:
    size = arriving.size
    if size:
        web.say(f"  continued at {in_megabytes(size)}")
    web.meter.begin(size, total)
    # Received bytes stay if the rest does not come: the next attempt or run resumes.
    try:
        with arriving.path.open("ab") as stream:
            for piece in body.read():
                size += len(piece)
                if size > limit:
                    arriving.discard()
                    raise refuse(arriving.url, f"more than {limit:,} bytes", "a smaller body", LIMIT_HINT)
                stream.write(piece)
    except OSError:
        # On a full disk it would leave no room for the other sources.
        arriving.discard()
        raise


class NoRangesError(Exception):
    """The server sends the whole file when asked for a range."""


class RangeFile(io.RawIOBase):
    """A file on a server that Python reads like a local one: only the bytes that are read are sent.

    Its last bytes are fetched at once; raises `NoRangesError` if the server does not support ranges.
    """

    def __init__(self, web: Web, url: str) -> None:
        super().__init__()
        self._web, self.url = web, url
        self.size = self._place = 0
        self.stamp = Validators()
        self._fetch(f"-{TAIL}")

    def hold(self, start: int, end: int) -> None:
        """Fetch a range in one request, so that reading within it needs no other."""
        try:
            self._fetch(f"{start}-{min(end, self.size) - 1}", start)
        except InputError as error:
            # The address that a redirect gave may have run out.
            raise refuse(self.url, error.found or "", error.expected, AGAIN) from error

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def read(self, size: int | None = -1) -> bytes:
        """Read bytes, with a request of their own unless they are held."""
        end = self.size if size is None or size < 0 else min(self._place + size, self.size)
        if end <= self._place:
            return b""
        if not self._start <= self._place <= end <= self._start + len(self._held):
            self.hold(self._place, end)
        part = self._held[self._place - self._start : end - self._start]
        self._place += len(part)
        return part

    def _fetch(self, span: str, start: int | None = None) -> None:
        self._start, self._held = self._web.repeat(self.url, lambda: self._attempt(span, start))

    def _attempt(self, span: str, start: int | None) -> tuple[int, bytes]:
        headers = {"Range": f"bytes={span}"}
        if self.stamp.validator is not None:
            headers["If-Range"] = self.stamp.validator
        with self._web.open(self.url, headers) as body:
            first, last, size = body.span or (0, 0, None)
            if size is None and start is None:
                raise NoRangesError
            stamp = Validators.of(body)
            if size is not None and start is None:
                # The version that a redirect leads to is used to the end, even if the address changes.
                self.url, self.size, self.stamp = body.url, size, stamp
            elif size is None or first != start or not (self.stamp == stamp or self.stamp.is_same(stamp)):
                raise refuse(self.url, "a part of another version of the file", "the version whose end was read", AGAIN)
            length = last - first + 1
            if not 0 < length <= min(size, LARGEST_PART) or last >= size:
                raise refuse(self.url, f"a part of {length:,} bytes", f"at most {LARGEST_PART:,}")
            self._web.meter.begin(0, length)
            part = body.read_start(length)
        if len(part) != length:
            raise TryAgainError(f"{len(part):,} bytes, where {length:,} were announced")
        return first, part
