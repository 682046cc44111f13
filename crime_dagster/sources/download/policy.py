"""How patient a download is, and which failures are worth another attempt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Policy:
    """How patient a download is; times are in seconds."""

    attempts: int = 6  # for one file
    first_wait: float = 1.0  # before the second attempt; each later wait is twice as long
    longest_wait: float = 60.0
    longest_asked_wait: float = 300.0  # if a server asks for more, the source has failed for now
    redirects: int = 5
    deadline: float = 3600.0  # for one request with its body
    head_deadline: float = 180.0  # for the answer to a request to begin
    source_deadline: float = 3 * 3600.0
    grace: float = 60.0  # after this, a body must have come at `slowest` or faster
    slowest: float = 1000.0  # bytes per second, on average
    progress_every: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time  # since 1970, for dates that a server names
    clock: Callable[[], float] = time.monotonic  # never set back or forward, for deadlines


class TryAgainError(Exception):
    """A failure that another attempt may not meet.

    `wait` is in seconds, if the server asked for it; `is_busy` if the whole server asks for fewer requests.
    """

    def __init__(self, found: str, wait: float | None = None, *, is_busy: bool = False) -> None:
        super().__init__(found)
        self.wait = wait
        self.is_busy = is_busy


def read_retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for, as a number or as a date; None if it does not say."""
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
