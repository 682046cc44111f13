"""What became of each source, in words for the person who asked for the download."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STATUSES = ("fetched", "unchanged", "manual", "failed")


@dataclass(frozen=True)
class Outcome:
    """What became of one source.

    Args:
        key: The source.
        status: `fetched` (at least one file is new or changed), `unchanged`, `manual` or `failed`.
        files: Its files that are new or changed, as paths below the data folder.
        words: Why it failed, or how it is fetched by hand.
        notes: What a person should know of what was fetched: months that no release has, rows that a revision lost.
    """

    key: str
    status: str
    files: tuple[str, ...] = ()
    words: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What became of all sources.

    Args:
        folder: The data folder.
        outcomes: One per source.
        size: Bytes that travelled.
        base: Stand-in for all publishers; None for their own addresses.
    """

    folder: Path
    outcomes: tuple[Outcome, ...]
    size: int = 0
    base: str | None = None

    def select(self, status: str) -> list[Outcome]:
        """The sources of one status."""
        return [outcome for outcome in self.outcomes if outcome.status == status]

    @property
    def failed(self) -> list[Outcome]:
        """The sources that failed."""
        return self.select("failed")

    def describe(self) -> str:
        """Counts, then each source with notes, that failed or is fetched by hand, with words."""
        lines = [f"{self.folder}: " + ", ".join(f"{len(self.select(status))} {status}" for status in STATUSES)]
        for title, found in (
            ("Notes:", [(each.key, note) for each in self.outcomes for note in each.notes]),
            ("Fetched by hand:", [(each.key, each.words) for each in self.select("manual")]),
            ("Failed:", [(each.key, each.words) for each in self.failed]),
        ):
            lines += [title, *(f"  {key}: {_indent(words)}" for key, words in found)] if found else []
        return mark("\n".join(lines), self.base)


def mark(words: str, base: str | None) -> str:
    """Words in which every line says that all publishers were replaced by a stand-in; as they are without one."""
    return words if base is None else "\n".join(f"[{base}] {line}" for line in words.split("\n"))


def _indent(words: str) -> str:
    return words.replace("\n", "\n    ")
