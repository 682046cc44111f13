"""HTTP requests: retries and waits, allowed redirects, and small JSON responses."""

import json
import queue
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import httpx

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import follow_address, read_host
from crime_dagster.sources.download.policy import (
    AGAIN,
    AUTHORITY,
    PROXY,
    WAIT,
    Meter,
    Policy,
    TryAgainError,
    check_status,
    in_minutes,
    may_lead_to,
    refuse,
    replace_host,
)

REDIRECTS = (301, 302, 303, 307, 308)
JSON_LIMIT = 100_000_000
# Lengths have at most 18 digits.
CONTENT_RANGE = re.compile(r"^bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)$", re.ASCII)
LENGTH = re.compile(r"^\d{1,18}$", re.ASCII)
Answer = TypeVar("Answer")
Query = Mapping[str, str] | None
Check = Callable[[Any], object]


class Body:
    """A response body that is not read yet, and its address after redirects.

    `count` is called for each piece with the bytes so far and the piece's own; it raises if they come too slowly.
    """

    def __init__(self, response: httpx.Response, url: str, count: Callable[[int, int], None]) -> None:
        self._response, self._count = response, count
        self.status, self.headers, self.url = response.status_code, response.headers, url
        # Whether it was compressed without being asked: its lengths and ranges then mean other bytes.
        self.is_packed = self.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")

    @property
    def span(self) -> tuple[int, int, int | None] | None:
        """First and last byte of a range, and the length of the whole file; None if it is not a range."""
        found = CONTENT_RANGE.match(self.headers.get("content-range", ""))
        if self.status != 206 or found is None or self.is_packed:
            return None
        return int(found[1]), int(found[2]), None if found[3] == "*" else int(found[3])

    @property
    def total(self) -> int | None:
        """Bytes of the whole file; None if the server does not say."""
        if self.status == 206:
            return self.span[2] if self.span is not None else None
        length = self.headers.get("content-length", "")
        return int(length) if LENGTH.match(length) and not self.is_packed else None

    def read(self) -> Iterator[bytes]:
        """Yield the pieces of the body as they arrive."""
        size = 0
        # Pieces of a fixed size would be buffered first, and the buffer is lost with the connection.
        for piece in self._response.iter_bytes() if self.is_packed else self._response.iter_raw():
            size += len(piece)
            self._count(size, len(piece))
            yield piece

    def read_start(self, most: int) -> bytes:
        """Return the whole body, or just over `most` bytes of a longer one."""
        parts = bytearray()
        for piece in self.read():
            parts += piece
            if len(parts) > most:
                break
        return bytes(parts)


class Web:
    """An HTTP client that follows the policy; `base` is a stand-in for all publishers, for tests."""

    def __init__(
        self,
        client: httpx.Client,
        policy: Policy,
        say: Callable[[str], object],
        meter: Meter | None = None,
        base: str | None = None,
    ) -> None:
        self.client, self.policy, self.say, self.base = client, policy, say, base
        self.meter = meter or Meter(say, every=policy.progress_every)
        # Hosts that were unreachable twice, or too slow, are not asked again.
        self._given_up: dict[str, str] = {}
        self._unreached: set[str] = set()
        self.begin_source()

    def begin_source(self) -> None:
        self._until = self.policy.clock() + self.policy.source_deadline

    def repeat(self, url: str, attempt: Callable[[], Answer], attempts: int | None = None) -> Answer:
        """Retry a call after a cut connection and what else may pass (`TryAgainError`), and after nothing else."""
        policy, number = self.policy, 0
        while True:
            number += 1
            most = attempts or policy.attempts
            try:
                return attempt()
            except TryAgainError as error:
                found, asked = str(error), error.wait
                most = policy.attempts if error.is_busy else most
            except (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError) as error:
                found, asked = f"the connection was cut ({error or type(error).__name__})", None
            except httpx.ProxyError as error:
                raise refuse(url, f"the proxy answers {error}", remedy=f"{AGAIN}; {PROXY}") from error
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                # An address or header that the client cannot write or read.
                raise refuse(url, f"{type(error).__name__}: {error}") from error
            wait = min(policy.first_wait * 2 ** (number - 1), policy.longest_wait) if asked is None else asked
            if number >= most:
                raise refuse(url, f"{found}, in {number} attempts" if number > 1 else found, remedy=AGAIN)
            if asked is not None and asked > policy.longest_asked_wait:
                raise refuse(url, f"{found}, and the server asks to wait {asked:.0f} s", remedy=AGAIN)
            if policy.clock() + wait > self._until:
                raise refuse(url, f"{found}, and the time for this source is up", remedy=AGAIN)
            self.say(f"  {found}; again in {wait:.0f} s")
            policy.sleep(wait)

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str], query: Query = None, method: str = "GET") -> Iterator[Body]:
        """Send one request and follow its redirects; the body is not read yet."""
        here, began = url, self.policy.clock()
        for _ in range(self.policy.redirects + 1):
            response = self._send(method, here, headers, query, began)
            try:
                if response.status_code not in REDIRECTS:
                    check_status(here, response, self.policy.now)
                    yield Body(response, here, partial(self._count, here, began))
                    return
                location = response.headers.get("location")
            finally:
                response.close()
            # The address of a redirect already has the query parameters it needs.
            here, query = self._follow(url, here, location), None
        raise refuse(url, f"more than {self.policy.redirects} redirects")

    def read_start(self, url: str, headers: Mapping[str, str], query: Query, most: int) -> bytes:
        """Return the whole body in one attempt, or just over `most` bytes of a longer one."""
        with self.open(url, headers, query) as body:
            self.meter.begin(0, None)
            # For a range that begins after the end of an empty file.
            return b"" if body.status == 416 else body.read_start(most)

    def read_json(self, url: str, query: Query = None, attempts: int | None = None, check: Check = bool) -> Any:
        """Return a JSON document; `check` raises `TryAgainError` for one with an error that may pass."""

        def attempt() -> Any:
            body = self.read_start(url, {"Accept": "application/json"}, query, JSON_LIMIT)
            if len(body) > JSON_LIMIT:
                raise refuse(url, f"more than {JSON_LIMIT:,} bytes", "a description of a data set")
            try:
                answer = json.loads(body)
            except (ValueError, RecursionError) as error:
                raise refuse(url, f"no JSON, it begins {body[:60]!r}", "a JSON document", WAIT) from error
            check(answer)
            return answer

        return self.repeat(url, attempt, attempts)

    def _count(self, url: str, began: float, size: int, new: int) -> None:
        """Count a piece of a body, and give up a body that will not end in time."""
        self.meter.count(new)
        took = self.policy.clock() - began
        if began + took > self._until:
            raise self._give_up(url, f"no end after {in_minutes(took)}")
        if took > self.policy.grace and size < self.policy.slowest * took:
            raise self._give_up(url, f"{size:,} bytes in {in_minutes(took)}, too slow to come to an end")

    def _send(self, method: str, url: str, headers: Mapping[str, str], query: Query, began: float) -> httpx.Response:
        host, clock = read_host(url), self.policy.clock
        if host in self._given_up:
            raise refuse(url, f"not asked again: {self._given_up[host]}", remedy=AGAIN)
        there = replace_host(url, self.base)
        request = self.client.build_request(method, there, headers=dict(headers), params=query)
        until = min(self._until, clock() + self.policy.head_deadline)
        answers: queue.SimpleQueue[httpx.Response | BaseException] = queue.SimpleQueue()

        def send() -> None:
            try:
                answers.put(self.client.send(request, stream=True, follow_redirects=False))
            except BaseException as error:
                answers.put(error)

        # A server that sends headers byte by byte resets the client's timeouts: only another thread can stop waiting.
        threading.Thread(target=send, daemon=True).start()
        try:
            answer = answers.get(timeout=max(0.0, until - clock()))
        except queue.Empty:
            why = f"no answer after {in_minutes(clock() - began)}"
            # Some servers never answer a HEAD request.
            raise (refuse(url, why, remedy=AGAIN) if method == "HEAD" else self._give_up(url, why)) from None
        if "CERTIFICATE_VERIFY_FAILED" in str(answer):
            raise refuse(url, str(answer), "a certificate that this machine trusts", AUTHORITY)
        if isinstance(answer, (httpx.ConnectError, httpx.ConnectTimeout)):
            why, is_first = f"no connection ({answer})", host not in self._unreached
            self._unreached.add(host)
            raise (refuse(url, why, remedy=AGAIN) if is_first else self._give_up(url, why)) from answer
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _follow(self, url: str, here: str, location: str | None) -> str:
        there = follow_address(here, location)
        if there is None:
            raise refuse(url, f"a redirect to {str(location)[:200]!r}", "redirects to http or https addresses only")
        if self.base is None and here.startswith("https:") and there.startswith("http:"):
            raise refuse(url, f"a redirect from https to {there!r}", "redirects that stay encrypted")
        if self.base is None and not may_lead_to(url, there):
            raise refuse(url, f"a redirect to {there!r}, inside a private network", "redirects to public addresses")
        return there

    def _give_up(self, url: str, why: str) -> InputError:
        self._given_up[read_host(url)] = why
        return refuse(url, why, remedy=AGAIN)
