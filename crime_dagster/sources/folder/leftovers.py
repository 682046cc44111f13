"""Files that no run reads: what computers leave behind, downloads that have not ended, and how the rest is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from crime_dagster.core.data_set import MARKER
from crime_dagster.core.settings import SCENARIOS

PARTIAL = (".part", ".partial", ".crdownload", ".opdownload", ".download", ".tmp")
# What the project itself reads beside the published files, and what publishers say about theirs.
ABOUT = (MARKER, SCENARIOS, "readme", "readme.*", "licence", "licence.*", "license", "license.*")
LITTER = ("thumbs.db", "desktop.ini", "__macosx*", ".*")
SHOWN_NAMES = 12
SHOWN_LINES = 40


@dataclass(frozen=True)
class LeftOut:
    """A file that a run does not read.

    Args:
        file: Its path below the data folder, with `/`.
        reason: One word for the reason.
        detail: What was found and what to do, for people.
        source: Key of the source that it is nearest to; None where it is near none.
        message: The same at length, where reading it was tried.
    """

    file: str
    reason: str
    detail: str
    source: str | None = None
    message: str = ""

    def describe(self) -> str:
        """The file and why it is left out, as one line."""
        return f"{self.file}: not used, {self.detail}"


def is_litter(name: str) -> bool:
    """Whether a file or folder is none that anybody put there: resource forks, previews, hidden files."""
    folded = name.casefold()
    return describe_unfinished(name) is None and any(fnmatchcase(folded, glob) for glob in LITTER)


def is_about(name: str) -> bool:
    """Whether a file says something about the data and holds none, such as a licence."""
    folded = name.casefold()
    return any(fnmatchcase(folded, glob) for glob in ABOUT)


def describe_unfinished(name: str) -> str | None:
    """Why a file or folder of that name is never read; None for one that may be."""
    folded = name.casefold()
    if folded.endswith(PARTIAL):
        return "part of a download: wait until it has finished, or download the file again"
    if folded.startswith(".") and folded.endswith(".icloud"):
        return "a placeholder of iCloud: download the file itself to this computer"
    if folded.startswith(("~$", ".~lock.")):
        return "a lock of an office program: save and close the file that is open"
    return None


def strip_unfinished(path: str) -> str:
    """The path that a file will have when it is whole, as far as its name says it."""
    folder, slash, name = path.rpartition("/")
    for ending in (*PARTIAL, ".icloud"):
        if name.casefold().endswith(ending):
            name = name[: -len(ending)]
    return f"{folder}{slash}{name.removeprefix('~$').removeprefix('.~lock.').removesuffix('#').removeprefix('.')}"


def describe_all(left_out: Iterable[LeftOut]) -> list[str]:
    """One line per file that is left out; of many with the same reason and detail one line for all of them.

    Whoever points at a folder of thousands of other files reads of the first ones, and how many more there are.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for one in left_out:
        groups.setdefault((one.reason, one.detail), []).append(one.file)
    lines = []
    for (_, detail), names in groups.items():
        shown = ", ".join(names[:SHOWN_NAMES])
        more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
        lines.append(f"{shown}{more}: not used, {detail}")
    rest = sum(len(names) for names in list(groups.values())[SHOWN_LINES:])
    return [*lines[:SHOWN_LINES], *([f"and {rest:,} more files: not used, each for its own reason"] if rest else [])]
