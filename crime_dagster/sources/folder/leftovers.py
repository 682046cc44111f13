"""Files that no run reads: system files, unfinished downloads, and how others are reported."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from crime_dagster.core.data_set import MARKER
from crime_dagster.core.errors import list_some
from crime_dagster.core.settings import PICTURES, SCENARIOS

PARTIAL = (".part", ".partial", ".crdownload", ".opdownload", ".download", ".tmp")
# The project's own files beside the published ones, and publishers' notes.
ABOUT = (MARKER, SCENARIOS, PICTURES, "readme", "readme.*", "licence", "licence.*", "license", "license.*")
LITTER = ("thumbs.db", "desktop.ini", "__macosx*", ".*")
SHOWN_NAMES = 12
SHOWN_LINES = 40


@dataclass(frozen=True)
class LeftOut:
    """A file that a run does not read."""

    file: str  # path below the data folder, with `/`
    reason: str  # in one word
    detail: str  # what was found and what to do
    source: str | None = None  # key of the nearest source; None if none is near
    message: str = ""  # full message, if reading it was tried

    def describe(self) -> str:
        """Return the file and why it is left out, on one line."""
        return f"{self.file}: not used, {self.detail}"


def is_litter(name: str) -> bool:
    """Whether the system made a file or folder: resource forks, previews, hidden files."""
    return describe_unfinished(name) is None and _fits(name, LITTER)


def is_about(name: str) -> bool:
    """Whether a file only documents the data, such as a licence."""
    return _fits(name, ABOUT)


def describe_unfinished(name: str) -> str | None:
    """Return why a file or folder of that name is never read; None for one that may be."""
    folded = name.casefold()
    if folded.endswith(PARTIAL):
        return "part of a download: wait until it has finished, or download the file again"
    if folded.startswith(".") and folded.endswith(".icloud"):
        return "a placeholder of iCloud: download the file itself to this computer"
    if folded.startswith(("~$", ".~lock.")):
        return "a lock of an office program: save and close the file that is open"
    return None


def strip_unfinished(path: str) -> str:
    """Return the path that a file will have when it is complete, as far as its name shows it."""
    folder, slash, name = path.rpartition("/")
    for ending in (*PARTIAL, ".icloud"):
        if name.casefold().endswith(ending):
            name = name[: -len(ending)]
    return f"{folder}{slash}{name.removeprefix('~$').removeprefix('.~lock.').removesuffix('#').removeprefix('.')}"


def describe_all(left_out: Iterable[LeftOut]) -> list[str]:
    """Return one line per file that is left out, or per group with the same reason and detail; the rest is counted."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in left_out:
        groups.setdefault((one.reason, one.detail), []).append(one.file)
    lines = [
        f"{list_some(names, SHOWN_NAMES, ', ')}: not used, {detail}"
        for (_, detail), names in list(groups.items())[:SHOWN_LINES]
    ]
    rest = sum(len(names) for names in list(groups.values())[SHOWN_LINES:])
    return [*lines, *([f"and {rest:,} more files: not used, each for its own reason"] if rest else [])]


def _fits(name: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.casefold(), glob) for glob in globs)
