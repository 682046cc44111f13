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
        files: Its files, as paths below the data folder.
        words: Why it failed, or how it is fetched by hand.
    """

    key: str
    status: str
    files: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Report:
    """What became of all sources.

    Args:
        folder: The data folder.
        outcomes: One per source.
    """

    folder: Path
    outcomes: tuple[Outcome, ...]

    def select(self, status: str) -> list[Outcome]:
        """The sources of one status."""
        return [outcome for outcome in self.outcomes if outcome.status == status]

    @property
    def failed(self) -> list[Outcome]:
        """The sources that failed."""
        return self.select("failed")

    def describe(self) -> str:
        """Counts, then each source that failed or is fetched by hand, with words."""
        lines = [f"{self.folder}: " + ", ".join(f"{len(self.select(status))} {status}" for status in STATUSES)]
        for status, title in (("manual", "Fetched by hand:"), ("failed", "Failed:")):
            found = self.select(status)
            lines += [title, *(f"  {outcome.key}: {_indent(outcome.words)}" for outcome in found)] if found else []
        return "\n".join(lines)


def _indent(words: str) -> str:
    return words.replace("\n", "\n    ")
