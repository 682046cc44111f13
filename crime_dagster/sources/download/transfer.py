"""One file over HTTP: conditional, resumable, bounded and counted. Its name is temporary."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.download.body import Body
from crime_dagster.sources.download.meter import in_megabytes
from crime_dagster.sources.download.policy import TryAgainError
from crime_dagster.sources.download.refusal import refuse
from crime_dagster.sources.download.web import Web

# Lengths of more digits are no lengths of files, and thousands of digits are no number to Python.
CONTENT_RANGE = re.compile(r"^bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)$", re.ASCII)
LENGTH = re.compile(r"^\d{1,18}$", re.ASCII)
LIMIT_HINT = "raise `limit_mb` in the catalogue if the publisher's file is really that large"


@dataclass(frozen=True)
class Stamp:
    """By what a server knows a version of a file.

    Args:
        etag: Its `ETag`; None where it has none.
        last_modified: Its `Last-Modified`; None where it has none.
        size: Its length in bytes; None where the server does not say.
    """

    etag: str | None = None
    last_modified: str | None = None
    size: int | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str], size: int | None) -> Stamp:
        """What a response says."""
        return cls(headers.get("etag"), headers.get("last-modified"), size)

    @property
    def conditions(self) -> dict[str, str]:
        """Headers that ask for the file only if it has changed."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}

    @property
    def validator(self) -> str | None:
        """What makes a resumed transfer safe: a strong ETag, else the date; a weak ETag does not name bytes."""
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return self.last_modified

    def is_same(self, other: Stamp) -> bool:
        """Whether both name one version: by ETag, else by date and length, else, where there is neither, by length."""
        if self.etag or other.etag:
            return self.etag == other.etag
        if self.last_modified or other.last_modified:
            return (self.last_modified, self.size) == (other.last_modified, other.size)
        return self.size is not None and self.size == other.size


class Partial:
    """A file on its way, and beside it what its rest must match.

    Args:
        path: The temporary name.
        url: Where it comes from.
    """

    def __init__(self, path: Path, url: str) -> None:
        self.path = path
        self.url = url
        self.note = path.with_name(f".{path.name}.json")

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def read_validator(self) -> str | None:
        """What the rest must match; None where it has to start again."""
        try:
            said = json.loads(self.note.read_text(encoding="utf-8"))
            return str(said["validator"]) if said["url"] == self.url and self.size else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def begin(self, validator: str | None) -> None:
        """Forget what was there, and note what a rest would have to match."""
        self.discard()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if validator is not None:
            self.note.write_text(json.dumps({"url": self.url, "validator": validator}), encoding="utf-8")

    def discard(self) -> None:
        """Delete both."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def fetch(web: Web, url: str, path: Path, limit: int, known: Stamp | None = None) -> Stamp | None:
    """Fetch a file to a temporary name, from where an earlier attempt stopped if the server can.

    Args:
        web: The client.
        url: Its address.
        path: The temporary name; what an earlier run left there is continued.
        limit: Bytes above which it is refused.
        known: The version that is here already; None where there is none.

    Returns:
        The version at `path`; None where the local one is the newest.

    Raises:
        InputError: It cannot be had, is too large, or is a web page.
        OSError: It cannot be written.
    """
    partial = Partial(path, url)
    if known is not None and partial.read_validator() is None and is_unchanged(web, url, known):
        return None
    stamp = web.repeat(url, lambda: _attempt(web, partial, limit, known))
    partial.note.unlink(missing_ok=True)
    return stamp


def is_unchanged(web: Web, url: str, known: Stamp) -> bool:
    """Whether a server says, without sending the file, that a version is still the newest; False where it does not say.

    Asked for the head alone: servers that send the same file again, whatever the conditions, are many.
    """

    def attempt() -> bool:
        with web.open(url, known.conditions, method="HEAD") as body:
            return body.status == 304 or (
                body.status == 200 and known.is_same(Stamp.of(body.headers, read_total(body)))
            )

    try:
        return web.repeat(url, attempt, attempts=1)
    except InputError:
        # Whatever is wrong, the request for the file itself will tell.
        return False


def read_total(body: Body) -> int | None:
    """Bytes of the whole file, as a response announces them; None where it does not."""
    if body.is_packed:
        return None
    if body.status == 206:
        found = CONTENT_RANGE.match(body.headers.get("content-range", ""))
        return int(found[3]) if found is not None and found[3] != "*" else None
    length = body.headers.get("content-length", "")
    return int(length) if LENGTH.match(length) else None


def _attempt(web: Web, partial: Partial, limit: int, known: Stamp | None) -> Stamp | None:
    validator = partial.read_validator()
    if validator is not None:
        headers = {"Range": f"bytes={partial.size}-", "If-Range": validator}
    else:
        headers = known.conditions if known is not None else {}
    with web.open(partial.url, headers) as body:
        if body.status == 304:
            if known is None:
                raise refuse(partial.url, "status 304 Not Modified, to a request without a condition")
            partial.discard()
            return None
        _check_range(body, partial, validator)
        if body.headers.get("content-type", "").lower().startswith(("text/html", "application/xhtml")):
            raise refuse(partial.url, "a web page", "the published file, not a page about it or an error page")
        total = read_total(body)
        stamp = Stamp.of(body.headers, total)
        if total is not None and total > limit:
            partial.discard()
            raise refuse(partial.url, f"{total:,} bytes announced", f"at most {limit:,}", LIMIT_HINT)
        if body.status == 200:
            partial.begin(None if body.is_packed else stamp.validator)
        _write(web, body, partial, limit, total)
    if total is not None and partial.size != total:
        found = partial.size
        partial.discard()
        raise TryAgainError(f"{found:,} bytes, where {total:,} were announced")
    return stamp


def _check_range(body: Body, partial: Partial, validator: str | None) -> None:
    """See that a part continues what is here: same version, next byte. Else it starts again."""
    if body.status == 200:
        return
    found = CONTENT_RANGE.match(body.headers.get("content-range", ""))
    is_next = found is not None and int(found[1]) == partial.size
    # A part that does not say of which version it is may be of any.
    is_same = validator in (body.headers.get("etag"), body.headers.get("last-modified"))
    if body.status == 206 and validator is not None and is_next and is_same and not body.is_packed:
        return
    partial.discard()
    raise TryAgainError(f"status {body.status}, which does not continue what is here")


def _write(web: Web, body: Body, partial: Partial, limit: int, total: int | None) -> None:
    size = partial.size
    if size:
        web.say(f"  continued at {in_megabytes(size)}")
    web.meter.begin(size, total)
    with partial.path.open("ab") as stream:
        # What came too slowly stays: the next run goes on from there.
        for chunk in body.read():
            size += len(chunk)
            if size > limit:
                partial.discard()
                raise refuse(partial.url, f"more than {limit:,} bytes", "a smaller body", LIMIT_HINT)
            stream.write(chunk)
