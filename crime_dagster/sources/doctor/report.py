"""The result of each address, as one of five states, for people and for machines."""

import re
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import write_json
from crime_dagster.sources.download.datastore import MOVED
from crime_dagster.sources.download.interfaces import ServiceError
from crime_dagster.sources.download.policy import AGAIN

STATUS = re.compile(r"\b(?:status|answers) (\d{3})\b")
GONE_STATUS = {"404", "410"}
# The server asks for credentials or another location: the address may exist all the same.
REFUSED_STATUS = {"401", "403", "407", "451", "498", "499"}
# File name below a data set's warehouse folder.
REPORT = "publishers.json"


class State(StrEnum):
    """How an address answers."""

    WORKS = "works"
    MOVED = "moved"
    CHANGED = "changed shape"
    GONE = "gone"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Answer:
    """The result for one source's address."""

    source: str
    kind: str
    address: str  # the address, or the identifier of a data set of the London Datastore
    state: State
    found: str
    expected: str = ""  # what would have been right
    columns: tuple[str, ...] = ()  # missing columns
    moved_to: str | None = None  # where the address redirects permanently

    def describe(self) -> str:
        facts = (("column", ", ".join(self.columns)), ("found", self.found), ("expected", self.expected))
        lines = [f"    {name + ':':9} {fact}" for name, fact in (*facts, ("moved to", self.moved_to)) if fact]
        return "\n".join([f"  {self.source} ({self.address})", *lines])


def classify(error: InputError) -> State:
    """Return the state for an answer that is not as expected; one that may pass or is not allowed says nothing."""
    if error.remedy == AGAIN:
        return State.NOT_REACHED
    if error.remedy == MOVED or isinstance(error, ServiceError):
        return State.GONE
    statuses = set(STATUS.findall(error.found or ""))
    if statuses & REFUSED_STATUS:
        return State.NOT_REACHED
    return State.GONE if statuses & GONE_STATUS else State.CHANGED


@dataclass(frozen=True)
class Diagnosis:
    """The result of one check of all addresses."""

    asked_at: str  # when it began, in UTC
    answers: tuple[Answer, ...]  # one per source that is not fetched by hand
    by_hand: tuple[str, ...]  # sources that are fetched by hand
    base: str | None = None  # stand-in that answered for all publishers

    @property
    def broken(self) -> list[Answer]:
        """Addresses that `make download` cannot fetch from, whenever it runs."""
        return [answer for answer in self.answers if answer.state in (State.CHANGED, State.GONE)]

    @property
    def exit_status(self) -> int:
        """1 if an address is gone or has changed, 2 if none could be reached, else 0."""
        if self.broken:
            return 1
        return 2 if self.answers and all(answer.state == State.NOT_REACHED for answer in self.answers) else 0

    @property
    def counts(self) -> dict[State, int]:
        found = Counter(answer.state for answer in self.answers)
        return {state: found[state] for state in State}

    def describe(self) -> str:
        counts = ", ".join(f"{count} {state}" for state, count in self.counts.items() if count or state == State.WORKS)
        lines = [f"{len(self.answers)} sources asked: {counts}; {len(self.by_hand)} fetched by hand and not asked"]
        for state in State:
            found = [answer.describe() for answer in self.answers if answer.state == state != State.WORKS]
            lines += [f"{state.capitalize()}:", *found] if found else []
        return "\n".join(lines)

    def write(self, path: Path) -> None:
        content = asdict(self)
        write_json({"stand_in": content.pop("base"), "counts": self.counts, **content}, path)
