"""What an address answered, in one of five words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crime_dagster.core.errors import InputError
from crime_dagster.sources.download.refusal import AGAIN

WORKS = "works"
MOVED = "moved"
CHANGED = "changed shape"
GONE = "gone"
NOT_REACHED = "not reached"
STATES = (WORKS, MOVED, CHANGED, GONE, NOT_REACHED)
# States in which `make download` would not get the source, whenever it is run.
BROKEN = (CHANGED, GONE)
STATUS = re.compile(r"\bstatus (\d{3})\b")
GONE_STATUS = {"404", "410"}
# The server asks for a name, a key or another place: the address may exist all the same.
REFUSED_STATUS = {"401", "403", "407", "451"}


@dataclass(frozen=True)
class Answer:
    """What the address of one source answered."""

    source: str
    kind: str
    address: str  # the address, or the identifier of a data set of the London Datastore
    state: str  # one of `STATES`
    found: str
    expected: str = ""  # what would have been right
    columns: tuple[str, ...] = ()  # columns that are missing
    moved_to: str | None = None  # where the address redirects permanently

    def describe(self) -> str:
        """A few indented lines."""
        facts = {
            "column": ", ".join(self.columns),
            "found": self.found,
            "expected": self.expected,
            "moved to": self.moved_to,
        }
        lines = [f"    {name + ':':9} {fact}" for name, fact in facts.items() if fact]
        return "\n".join([f"  {self.source} ({self.address})", *lines])


class AnswerError(Exception):
    """An address answers something else than the catalogue expects; `columns` are those that are missing."""

    def __init__(self, found: str, expected: str, columns: tuple[str, ...] = (), state: str = CHANGED) -> None:
        super().__init__(found)
        self.found = found
        self.expected = expected
        self.columns = columns
        self.state = state


def classify(error: InputError) -> str:
    """The state that a failed request means: one that may pass, or was refused to us, says nothing of the address."""
    statuses = set(STATUS.findall(error.found or ""))
    if error.remedy == AGAIN or statuses & REFUSED_STATUS:
        return NOT_REACHED
    return GONE if statuses & GONE_STATUS else CHANGED
