"""Pairs of pictures in a folder: `<type> crimes.png` and `predicted <type> crimes.png`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NAME = re.compile(r"(?P<predicted>predicted )?(?P<type>.+) crimes\.png", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """The names of a pair's files; one of them may be missing.

    Args:
        crime_type: What is written before "crimes".
        actual: File of what was recorded; None where it is missing.
        predicted: File of what was predicted; None where it is missing.
    """

    crime_type: str
    actual: str | None
    predicted: str | None

    @property
    def missing(self) -> str:
        """Name of the file that is missing; empty for a whole pair."""
        if self.actual is None:
            return f"{self.crime_type} crimes.png"
        return f"predicted {self.crime_type} crimes.png" if self.predicted is None else ""


def find_pairs(names: Iterable[str]) -> list[Pair]:
    """Find the pairs among the names of files.

    Args:
        names: Names without folder; others than those of such pictures do not count.

    Returns:
        Whole and half pairs, in order of their crime types. Capital letters do not matter.
    """
    halves: dict[str, dict[bool, str]] = {}
    labels: dict[str, str] = {}
    for name in sorted(names):
        found = _NAME.fullmatch(name)
        if found:
            key = found["type"].lower()
            labels.setdefault(key, found["type"])
            halves.setdefault(key, {})[bool(found["predicted"])] = name
    return [Pair(labels[key], halves[key].get(False), halves[key].get(True)) for key in sorted(halves)]
