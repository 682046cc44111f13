"""The answers of all addresses, for people and for machines."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from crime_dagster.core.files import write_whole
from crime_dagster.sources.doctor.answer import BROKEN, NOT_REACHED, STATES, WORKS, Answer

# Where a data set's answers are kept, below its warehouse folder.
REPORT = "publishers.json"


@dataclass(frozen=True)
class Diagnosis:
    """What became of one round."""

    asked_at: str  # when it began, in UTC
    answers: tuple[Answer, ...]  # one per source that is not fetched by hand
    by_hand: tuple[str, ...]  # sources that are fetched by hand
    base: str | None = None  # stand-in that answered for all publishers

    @property
    def broken(self) -> list[Answer]:
        """Those that `make download` cannot fetch any more."""
        return [answer for answer in self.answers if answer.state in BROKEN]

    @property
    def exit_status(self) -> int:
        """1 if an address is gone or has changed, 2 if none could be reached, else 0."""
        if self.broken:
            return 1
        return 2 if self.answers and all(answer.state == NOT_REACHED for answer in self.answers) else 0

    @property
    def counts(self) -> dict[str, int]:
        """Number of addresses in each state."""
        found = Counter(answer.state for answer in self.answers)
        return {state: found[state] for state in STATES}

    def describe(self) -> str:
        """Counts, then each address that does not work."""
        counts = ", ".join(f"{count} {state}" for state, count in self.counts.items() if count or state == WORKS)
        lines = [f"{len(self.answers)} sources asked: {counts}; {len(self.by_hand)} fetched by hand and not asked"]
        for state in STATES[1:]:
            found = [answer.describe() for answer in self.answers if answer.state == state]
            lines += [f"{state.capitalize()}:", *found] if found else []
        return "\n".join(lines)

    def write(self, path: Path) -> None:
        """Write the answers for machines."""
        data = {
            "asked_at": self.asked_at,
            "stand_in": self.base,
            "counts": self.counts,
            "answers": [asdict(answer) for answer in self.answers],
            "by_hand": list(self.by_hand),
        }
        with write_whole(path) as partial:
            partial.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
