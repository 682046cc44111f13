"""What became of each source, for the person who asked for the download."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

STATUSES = ("fetched", "unchanged", "manual", "failed")


@dataclass(frozen=True)
class Outcome:
    """What became of one source."""

    key: str
    status: str  # `fetched` (at least one file is new or changed), `unchanged`, `manual` or `failed`
    files: tuple[str, ...] = ()  # its files that are new or changed, as paths below the data folder
    words: str = ""  # why it failed, or how it is fetched by hand
    may_pass: bool = False  # whether it failed for a reason that may be gone later: a server that does not answer
    notes: tuple[str, ...] = ()  # what a person should know: months that no release has, rows that a revision lost


@dataclass(frozen=True)
class Report:
    """What became of all sources; `size` is the bytes fetched, `base` a stand-in for all publishers."""

    folder: Path
    outcomes: tuple[Outcome, ...]
    size: int = 0
    base: str | None = None

    def select(self, status: str) -> list[Outcome]:
        """The sources with a status."""
        return [outcome for outcome in self.outcomes if outcome.status == status]

    @property
    def failed(self) -> list[Outcome]:
        """The sources that failed."""
        return self.select("failed")

    def describe(self) -> str:
        """Counts, then notes, sources fetched by hand and failures."""
        lines = [f"{self.folder}: " + ", ".join(f"{len(self.select(status))} {status}" for status in STATUSES)]
        for title, found in (
            ("Notes:", [(each.key, note) for each in self.outcomes for note in each.notes]),
            ("Fetched by hand:", [(each.key, each.words) for each in self.select("manual")]),
            ("Failed:", [(each.key, each.words) for each in self.failed]),
        ):
            lines += [title, *(indent(f"{key}: {words}", "    ")[2:] for key, words in found)] if found else []
        return mark("\n".join(lines), self.base)


def mark(text: str, base: str | None) -> str:
    """Say in every line that a stand-in answered for all publishers, if one did."""
    return text if base is None else indent(text, f"[{base}] ", lambda _: True)
