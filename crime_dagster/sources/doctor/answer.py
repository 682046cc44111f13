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
# Asked for a name, a key or another place: the address may be there all the same.
REFUSED_STATUS = {"401", "403", "407", "451"}


@dataclass(frozen=True)
class Answer:
    """What the address of one source answered.

    Args:
        source: Key of the source.
        kind: Kind of its address.
        address: The address, or the identifier of a data set of the London Datastore.
        state: One of `STATES`.
        found: What was found, in words.
        expected: What would have been right.
        columns: Columns that are missing, where the shape has changed.
        moved_to: Where the address leads for good; None where it does not.
    """

    source: str
    kind: str
    address: str
    state: str
    found: str
    expected: str = ""
    columns: tuple[str, ...] = ()
    moved_to: str | None = None


class ShapeError(Exception):
    """An address answers, with something else than the catalogue expects.

    Args:
        found: What it holds.
        expected: What would have been right.
        columns: Columns that are missing.
    """

    def __init__(self, found: str, expected: str, columns: tuple[str, ...] = ()) -> None:
        super().__init__(found)
        self.found = found
        self.expected = expected
        self.columns = columns


class GoneError(Exception):
    """There is nothing any more at an address, by the words of its publisher.

    Args:
        found: What it answers.
        expected: What would have been right.
    """

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found)
        self.found = found
        self.expected = expected


def classify(error: InputError) -> str:
    """Which state a failed request means: what may pass, or was refused to us, says nothing about the address."""
    statuses = set(STATUS.findall(error.found or ""))
    if error.remedy == AGAIN or statuses & REFUSED_STATUS:
        return NOT_REACHED
    return GONE if statuses & GONE_STATUS else CHANGED
