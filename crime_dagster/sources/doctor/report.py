"""The answers of all addresses, in words and for machines."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from crime_dagster.sources.doctor.answer import BROKEN, NOT_REACHED, STATES, WORKS, Answer


@dataclass(frozen=True)
class Report:
    """What became of one round.

    Args:
        asked_at: When it began, in UTC.
        answers: One per source that is not fetched by hand.
        by_hand: Sources that are: their addresses are not asked.
        base: Stand-in that answered for all publishers; None where they answered themselves.
    """

    asked_at: str
    answers: tuple[Answer, ...]
    by_hand: tuple[str, ...]
    base: str | None = None

    @property
    def broken(self) -> list[Answer]:
        """Those that `make download` cannot have any more."""
        return [answer for answer in self.answers if answer.state in BROKEN]

    @property
    def exit_status(self) -> int:
        """1 where an address is gone or has changed, 2 where none could be reached, else 0."""
        if self.broken:
            return 1
        return 2 if self.answers and all(answer.state == NOT_REACHED for answer in self.answers) else 0

    @property
    def counts(self) -> dict[str, int]:
        """How many addresses are in each state."""
        found = Counter(answer.state for answer in self.answers)
        return {state: found[state] for state in STATES}

    def describe(self) -> str:
        """Counts, then each address that does not work, with what was found and expected."""
        counts = ", ".join(f"{count} {state}" for state, count in self.counts.items() if count or state == WORKS)
        lines = [f"{len(self.answers)} sources asked: {counts}; {len(self.by_hand)} fetched by hand and not asked"]
        for state in STATES[1:]:
            found = [answer for answer in self.answers if answer.state == state]
            lines += [f"{state.capitalize()}:", *(describe_answer(answer) for answer in found)] if found else []
        return "\n".join(lines)

    def as_data(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "asked_at": self.asked_at,
            "stand_in": self.base,
            "counts": self.counts,
            "answers": [asdict(answer) for answer in self.answers],
            "by_hand": list(self.by_hand),
        }

    def as_json(self) -> str:
        """The same as text, indented."""
        return json.dumps(self.as_data(), indent=2, ensure_ascii=False) + "\n"


def describe_answer(answer: Answer) -> str:
    """An answer in a few indented lines."""
    lines = [f"  {answer.source} ({answer.address})"]
    if answer.columns:
        lines.append(f"    column:   {', '.join(answer.columns)}")
    lines.append(f"    found:    {answer.found}")
    if answer.expected:
        lines.append(f"    expected: {answer.expected}")
    if answer.moved_to:
        lines.append(f"    moved to: {answer.moved_to}")
    return "\n".join(lines)
