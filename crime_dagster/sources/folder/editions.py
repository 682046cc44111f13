"""Which of several files of a source that is one file counts, as far as their names say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from crime_dagster.sources.catalogue.catalogue import rank_name, strip_copy_mark
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.leftovers import LeftOut
from crime_dagster.sources.readers.formats.reading import SourceFile

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# A month and year in words, a date in figures or the number of a version.
EDITION = re.compile(
    rf"(?<![a-z])(?P<word>{'|'.join(MONTHS)})[a-z]*[-_ ]*(?P<year>(?:19|20)\d\d)(?!\d)"
    r"|(?<!\d)(?P<date>(?:19|20)\d\d(?:[-_]?(?:0[1-9]|1[0-2])(?:[-_]?[0-3]\d)?)?)(?!\d)"
    r"|(?<![a-z])v(?P<version>\d{1,3})(?!\d)"
)
# What ONS's portal puts behind the name of each download.
PORTAL_NUMBER = re.compile(r"_-?\d{8,}$")


def choose_edition(source: Source, files: Sequence[SourceFile]) -> tuple[list[SourceFile], list[LeftOut]]:
    """Leave out earlier editions, and files under names that are not the source's first choice.

    Args:
        source: The source.
        files: Files that belong to it.

    Returns:
        The files that count, and those that do not. Of a source that is one file several count only where their names
        leave it open; whether they are the same is for their contents to say.
    """
    if source.many_files or len(files) == 1:
        return list(files), []
    newest, earlier = _drop_earlier(source, files)
    ranks = {file: _rank(source, file) for file in newest}
    best = min(ranks.values())
    counted = [file for file in newest if ranks[file] == best]
    names = " or ".join(file.name for file in counted)
    words = f"only one file of {source.key} is used: {names}, because of its name; remove that one to use this one"
    return counted, earlier + [
        LeftOut(file.name, "another_file", words, source.key) for file in newest if ranks[file] != best
    ]


def _drop_earlier(source: Source, files: Sequence[SourceFile]) -> tuple[list[SourceFile], list[LeftOut]]:
    editions: dict[str, list[tuple[tuple[int, ...], SourceFile]]] = {}
    for file in files:
        series, edition = read_edition(file.name)
        editions.setdefault(series, []).append((edition, file))
    newest: list[SourceFile] = []
    earlier: list[LeftOut] = []
    for members in editions.values():
        last = max(edition for edition, _ in members)
        kept = [file for edition, file in members if edition == last]
        words = f"an earlier edition: {kept[0].name} is used"
        newest += kept
        earlier += [
            LeftOut(file.name, "earlier_edition", words, source.key) for edition, file in members if edition != last
        ]
    return newest, earlier


def read_edition(name: str) -> tuple[str, tuple[int, ...]]:
    """A file's name without what says its edition, and that as numbers that can be compared."""
    folded = strip_copy_mark(PurePosixPath(name).name.casefold())
    stem, dot, suffix = folded.rpartition(".")
    stem = PORTAL_NUMBER.sub("", stem)
    numbers: list[int] = []
    for found in EDITION.finditer(stem):
        if found["word"]:
            numbers += [int(found["year"]), MONTHS.index(found["word"]) + 1, 0]
        elif found["date"]:
            digits = re.sub(r"\D", "", found["date"]).ljust(8, "0")
            numbers += [int(digits[:4]), int(digits[4:6]), int(digits[6:])]
        else:
            numbers.append(int(found["version"]))
    return f"{EDITION.sub('#', stem)}{dot}{suffix}", tuple(numbers)


def _rank(source: Source, file: SourceFile) -> int:
    rank = rank_name(source, file.name)
    return 2 * len(source.patterns) if rank is None else rank
