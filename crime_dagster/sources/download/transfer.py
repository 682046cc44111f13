"""One file over HTTP: conditional, resumable, bounded and counted. It lies under a temporary name when it is whole."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from crime_dagster.sources.download.web import TryAgainError, Web, refuse

CONTENT_RANGE = re.compile(r"^bytes (\d+)-(\d+)/(\d+|\*)$")


@dataclass(frozen=True)
class Stamp:
    """By what a server knows a version of a file.

    Args:
        etag: Its `ETag`; None where it has none.
        last_modified: Its `Last-Modified`; None where it has none.
    """

    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def of(cls, response: httpx.Response) -> Stamp:
        """What a response says."""
        return cls(response.headers.get("etag"), response.headers.get("last-modified"))

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


class Partial:
    """A file on its way, and beside it what its rest must match.

    Args:
        path: The temporary name.
        url: Where it comes from.
    """

    def __init__(self, path: Path, url: str) -> None:
        self.path = path
        self.url = url
        self.note = path.with_name(f"{path.name}.json")

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def read_validator(self) -> str | None:
        """What the rest must match; None where it has to begin anew."""
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
        The version that lies at `path`; None where the one that is here is the newest.

    Raises:
        InputError: It cannot be had, is too large, or is a web page.
        OSError: It cannot be written.
    """
    partial = Partial(path, url)
    started = web.policy.now()
    stamp = web.repeat(url, lambda: _attempt(web, partial, limit, known, started))
    partial.note.unlink(missing_ok=True)
    return stamp


def _attempt(web: Web, partial: Partial, limit: int, known: Stamp | None, started: float) -> Stamp | None:
    validator = partial.read_validator()
    if validator is not None:
        headers = {"Range": f"bytes={partial.size}-", "If-Range": validator}
    else:
        headers = known.conditions if known is not None else {}
    with web.open(partial.url, headers) as response:
        if response.status_code == 304:
            if known is None:
                raise refuse(partial.url, "status 304 Not Modified, to a request without a condition")
            partial.discard()
            return None
        _check_range(response, partial, validator)
        if response.headers.get("content-type", "").lower().startswith(("text/html", "application/xhtml")):
            raise refuse(partial.url, "a web page", "the published file, not a page about it or an error page")
        stamp = Stamp.of(response)
        total = _read_total(response)
        if total is not None and total > limit:
            partial.discard()
            raise refuse(partial.url, f"{total:,} bytes announced", f"at most {limit:,} (`limit_mb` of the catalogue)")
        if response.status_code == 200:
            partial.begin(None if is_packed(response) else stamp.validator)
        _write(web, response, partial, limit, total, started)
    if total is not None and partial.size != total:
        found = partial.size
        partial.discard()
        raise TryAgainError(f"{found:,} bytes, where {total:,} were announced")
    return stamp


def is_packed(response: httpx.Response) -> bool:
    """Whether the body was packed for the journey, against what was asked: its lengths and ranges mean other bytes."""
    return response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")


def _check_range(response: httpx.Response, partial: Partial, validator: str | None) -> None:
    """See that a part continues what is here: same version, next byte. Else it begins anew."""
    if response.status_code == 200:
        return
    found = CONTENT_RANGE.match(response.headers.get("content-range", ""))
    is_next = found is not None and int(found[1]) == partial.size
    is_same = validator in (response.headers.get("etag", validator), response.headers.get("last-modified"))
    if response.status_code == 206 and validator is not None and is_next and is_same and not is_packed(response):
        return
    partial.discard()
    raise TryAgainError(f"status {response.status_code}, which does not continue what is here")


def _read_total(response: httpx.Response) -> int | None:
    if is_packed(response):
        return None
    if response.status_code == 206:
        found = CONTENT_RANGE.match(response.headers["content-range"])
        return int(found[3]) if found is not None and found[3] != "*" else None
    length = response.headers.get("content-length", "")
    return int(length) if length.isdecimal() else None


def _write(web: Web, response: Any, partial: Partial, limit: int, total: int | None, started: float) -> None:
    size = partial.size
    told = web.policy.now()
    if size:
        web.say(f"  continued at {_in_words(size)}")
    # As they come: chunks of a fixed size are gathered first, and what was gathered is lost with the connection.
    chunks = response.iter_bytes() if is_packed(response) else response.iter_raw()
    with partial.path.open("ab") as stream:
        for chunk in chunks:
            size += len(chunk)
            now = web.policy.now()
            if size > limit or now - started > web.policy.deadline:
                break
            stream.write(chunk)
            if now - told >= web.policy.progress_every:
                told = now
                web.say(f"  {_in_words(size)}" + (f" of {_in_words(total)}" if total is not None else ""))
        else:
            return
    partial.discard()
    if size > limit:
        raise refuse(partial.url, f"more than {limit:,} bytes", "a smaller body (`limit_mb` of the catalogue)")
    raise refuse(partial.url, f"no end after {web.policy.deadline / 60:.0f} minutes")


def _in_words(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
