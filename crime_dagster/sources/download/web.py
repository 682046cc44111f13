"""Requests over HTTP: what is tried again and how long is waited, where redirects may lead, and small JSON answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from crime_dagster.core.errors import InputError
from crime_dagster.sources.address import follow_address

REDIRECTS = (301, 302, 303, 307, 308)
JSON_LIMIT = 100_000_000
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Policy:
    """How patient a download is.

    Args:
        attempts: Requests for one file, the first included.
        first_wait: Seconds before the second attempt; each later wait is twice as long.
        longest_wait: Seconds that no such wait exceeds.
        longest_asked_wait: Seconds that a server may ask for; where it asks for more, the source has failed for now.
        redirects: Redirects that are followed.
        deadline: Seconds that one file may take altogether.
        progress_every: Seconds between two lines of progress.
        sleep: Waits for a number of seconds.
        now: Seconds since 1970.
    """

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_asked_wait: float = 300.0
    redirects: int = 5
    deadline: float = 3 * 3600.0
    progress_every: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time


class TryAgainError(Exception):
    """A failure that may pass.

    Args:
        found: What happened, in words.
        wait: Seconds that the server asked for; None where it did not say.
    """

    def __init__(self, found: str, wait: float | None = None) -> None:
        super().__init__(found)
        self.wait = wait


class Web:
    """A client that follows the policy.

    Args:
        client: What sends the requests.
        policy: How patient it is.
        say: Takes one line for people.
    """

    def __init__(self, client: httpx.Client, policy: Policy, say: Callable[[str], None]) -> None:
        self.client = client
        self.policy = policy
        self.say = say

    def repeat(self, url: str, attempt: Callable[[], Answer]) -> Answer:
        """Call until it answers: again after a cut connection, 429 and 5xx, and after nothing else.

        Raises:
            InputError: It failed for good, or too often.
        """
        policy = self.policy
        for number in range(1, policy.attempts + 1):
            try:
                return attempt()
            except TryAgainError as error:
                found, asked = str(error), error.wait
            except httpx.ConnectError as error:
                raise refuse(url, f"no connection ({error})") from error
            except (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError) as error:
                found, asked = f"the connection was cut ({error or type(error).__name__})", None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise refuse(url, f"{type(error).__name__}: {error}") from error
            if number == policy.attempts:
                raise refuse(url, f"{found}, in {number} attempts")
            if asked is not None and asked > policy.longest_asked_wait:
                raise refuse(url, f"{found}, and the server asks to wait {asked:.0f} s")
            wait = min(policy.first_wait * 2 ** (number - 1), policy.longest_wait) if asked is None else asked
            self.say(f"  {found}; again in {wait:.0f} s")
            policy.sleep(wait)
        raise refuse(url, "no attempt was allowed")

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str], query: Mapping[str, str] | None = None) -> Iterator[Any]:
        """Send one request and follow its redirects; the body is not read yet.

        Yields:
            The response (httpx.Response) with a status that is no redirect and no failure.

        Raises:
            TryAgainError: Status 429 or 5xx.
            InputError: A redirect that leads elsewhere than to http or https or goes on too long, or another failure.
        """
        here = url
        for _ in range(self.policy.redirects + 1):
            with self.client.stream(
                "GET", here, headers=dict(headers), params=query, follow_redirects=False
            ) as response:
                if response.status_code not in REDIRECTS:
                    self._check_status(here, response)
                    yield response
                    return
                location = response.headers.get("location")
            there = follow_address(here, location)
            if there is None:
                raise refuse(url, f"a redirect to {location!r}", "redirects to http or https addresses only")
            if urlsplit(here).scheme == "https" and urlsplit(there).scheme == "http":
                raise refuse(url, f"a redirect from https to {there!r}", "redirects that stay encrypted")
            # The address of a redirect is whole: it carries what it needs of the query.
            here, query = there, None
        raise refuse(url, f"more than {self.policy.redirects} redirects")

    def read_json(self, url: str, query: Mapping[str, str] | None = None) -> Any:
        """Fetch a JSON document, whole.

        Raises:
            InputError: It cannot be had, is too large or is no JSON.
        """

        def attempt() -> bytes:
            parts: list[bytes] = []
            size = 0
            with self.open(url, {"Accept": "application/json"}, query) as response:
                for part in response.iter_bytes():
                    size += len(part)
                    if size > JSON_LIMIT:
                        raise refuse(url, f"more than {JSON_LIMIT:,} bytes", "a description of a data set")
                    parts.append(part)
            return b"".join(parts)

        body = self.repeat(url, attempt)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise refuse(url, f"no JSON, it begins {body[:60]!r}", "a JSON document") from error

    def _check_status(self, url: str, response: httpx.Response) -> None:
        status = response.status_code
        if status == 429 or status >= 500:
            asked = read_retry_after(response.headers.get("retry-after"), self.policy.now())
            raise TryAgainError(f"status {status} {response.reason_phrase}".rstrip(), asked)
        if status not in (200, 206, 304, 416):
            raise refuse(url, f"status {status} {response.reason_phrase}".rstrip())


def build_client() -> httpx.Client:
    """A client for one download: bodies as they lie on the server, so that lengths and ranges mean what they say."""
    return httpx.Client(
        headers={"User-Agent": f"crime-dagster/{version('crime-dagster')}", "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(60.0, connect=30.0),
    )


def read_retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for: a number, or a date less the time now; None where it says nothing.

    Args:
        value: The header.
        now: Seconds since 1970.
    """
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
        seconds = (date if date.tzinfo is not None else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, seconds - now)


def refuse(url: str, found: str, expected: str = "the published file") -> InputError:
    """An error about what an address holds."""
    return InputError(
        file=url,
        found=found,
        expected=expected,
        remedy="run it again later; if it stays, compare the address in the catalogue with the publisher's page",
    )
