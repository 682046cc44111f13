"""How patient a download is, and what may pass if it is patient."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Policy:
    """How patient a download is.

    Args:
        attempts: Requests for one file, the first included.
        first_wait: Seconds before the second attempt; each later wait is twice as long.
        longest_wait: Seconds that no such wait exceeds.
        longest_asked_wait: Seconds that a server may ask for; where it asks for more, the source has failed for now.
        redirects: Redirects that are followed.
        deadline: Seconds that one request may take altogether, its body included.
        head_deadline: Seconds until a request must have been answered, the body aside.
        source_deadline: Seconds that one source may take altogether.
        grace: Seconds after which a body must have come at `slowest` or faster.
        slowest: Bytes per second, on average.
        progress_every: Seconds between two lines of progress.
        sleep: Waits for a number of seconds.
        now: Seconds since 1970, for dates that a server names.
        clock: Seconds of a clock that is never set, for all deadlines.
    """

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_asked_wait: float = 300.0
    redirects: int = 5
    deadline: float = 3600.0
    head_deadline: float = 180.0
    source_deadline: float = 3 * 3600.0
    grace: float = 60.0
    slowest: float = 1000.0
    progress_every: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = time.monotonic


class TryAgainError(Exception):
    """A failure that may pass.

    Args:
        found: What happened, in words.
        wait: Seconds that the server asked for; None where it did not say.
        is_busy: Whether the whole server asks for fewer requests: another address of it is no way round that.
    """

    def __init__(self, found: str, wait: float | None = None, *, is_busy: bool = False) -> None:
        super().__init__(found)
        self.wait = wait
        self.is_busy = is_busy


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
