"""Pairs of pictures in a folder: `<type> crimes.png` and `predicted <type> crimes.png`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NAME = re.compile(r"(?P<predicted>predicted )?(?P<type>.+) crimes\.png", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """The file names of a pair; one of them may be missing."""

    crime_type: str  # text before "crimes"
    actual: str | None  # file of recorded crime; None if missing
    predicted: str | None  # file of predicted crime; None if missing

    @property
    def missing(self) -> str:
        """Name of the missing file; empty for a complete pair."""
        if self.actual is None:
            return f"{self.crime_type} crimes.png"
        return f"predicted {self.crime_type} crimes.png" if self.predicted is None else ""


def find_pairs(names: Iterable[str]) -> list[Pair]:
    """Find the complete and incomplete pairs among file names (without folder), by crime type, ignoring case."""
    halves: dict[str, dict[bool, str]] = {}
    labels: dict[str, str] = {}
    for name in sorted(names):
        found = _NAME.fullmatch(name)
        if found:
            key = found["type"].lower()
            labels.setdefault(key, found["type"])
            halves.setdefault(key, {})[bool(found["predicted"])] = name
    return [Pair(labels[key], halves[key].get(False), halves[key].get(True)) for key in sorted(halves)]
