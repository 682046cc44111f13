"""What is in a data folder, file by file: the source that each belongs to, or why a run leaves it out.

The one way to know a file: runs, `make check`, downloads and the sensor's refresh all ask here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import is_named_like, load_catalogue, rank_name, strip_copy_mark
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.archives import read_heads, read_start, stamp_file
from crime_dagster.sources.folder.folder import Listing, list_folder, stamp_folder
from crime_dagster.sources.folder.leftovers import LeftOut, describe_all, is_about, strip_unfinished
from crime_dagster.sources.folder.recognition import Recognition, is_text, recognise
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.formats.shapefile import PARTS, list_sidecars

# The first line of most files is within this; one whose line is longer is read further.
START_BYTES = 8_192


@dataclass(frozen=True)
class Inventory:
    """The files of a folder.

    Args:
        known: Each file that belongs to a source, with what it was taken for; sorted by name.
        left_out: Each file that a run does not read, with the reason.
    """

    known: tuple[tuple[SourceFile, Recognition], ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def list_files(self, source: Source) -> list[SourceFile]:
        """The files of a source, sorted by name."""
        return [file for file, recognition in self.known if recognition.source is source]

    def describe(self) -> list[str]:
        """What a person should know of the files that are left out."""
        return describe_all(self.left_out)


def find_files(source: Source, data_dir: Path) -> list[SourceFile]:
    """Files of a data folder that belong to a source.

    Args:
        source: The source; one of the catalogue competes with all others of it for each file.
        data_dir: Folder of published files.

    Returns:
        The files, sorted by their path below the folder.

    Raises:
        InputError: The folder does not exist, is not a folder or is empty, or an archive in it is damaged.
    """
    return take_inventory(data_dir, _list_rivals(source)).list_files(source)


def list_left_out(source: Source, data_dir: Path) -> list[LeftOut]:
    """Files of a data folder that are nearest to a source and that a run leaves out.

    Raises:
        InputError: As `find_files`.
    """
    return [one for one in take_inventory(data_dir, _list_rivals(source)).left_out if one.source == source.key]


def find_trouble(source: Source, file: SourceFile) -> str | None:
    """Why a file would not be used for a source, were it in a data folder; None where it would."""
    found = recognise(file, _list_rivals(source))
    if found.error is not None:
        return _say(found.error)
    if found.source is not source:
        return f"it is taken for a file of {found.source.key if found.source else 'no source'}, for {found.why}"
    return None


def take_inventory(data_dir: Path, sources: Sequence[Source] | None = None) -> Inventory:
    """See what each file of a data folder is.

    Args:
        data_dir: Folder of published files.
        sources: What a file may belong to; the whole catalogue where it is None.

    Returns:
        The inventory; the folder is looked through again when a file's name, size or time of change differs.

    Raises:
        InputError: As `find_files`.
    """
    rivals = tuple(load_catalogue().values() if sources is None else sources)
    return _take(data_dir, stamp_folder(data_dir), rivals)


# Each source asks for its files, some thirty times a run.
@functools.lru_cache(maxsize=4)
def _take(data_dir: Path, _stamp: object, sources: tuple[Source, ...]) -> Inventory:
    return sort_files(list_folder(data_dir), sources)


def sort_files(listing: Listing, sources: tuple[Source, ...]) -> Inventory:
    """See what each of some files is.

    Args:
        listing: The files.
        sources: What a file may belong to.
    """
    left_out = [_name_nearest(one, sources) for one in listing.left_out]
    groups: dict[Source, list[tuple[SourceFile, Recognition]]] = {}
    shapes = {_stem(file.name) for file in listing.files if file.name.casefold().endswith(".shp")}
    wanted = []
    for file in listing.files:
        if file.path.suffix.casefold() in PARTS and len(listing.files) > 1:
            if _stem(file.name) not in shapes:
                left_out.append(LeftOut(file.name, "lone_part", "part of a shapefile whose .shp is not beside it"))
        elif not is_about(PurePosixPath(file.name).name):
            wanted.append(file)
    for file, found in _recognise_all(wanted, sources):
        if found.source is not None:
            groups.setdefault(found.source, []).append((file, found))
        else:
            left_out.append(_leave_out(file, found))
    known: list[tuple[SourceFile, Recognition]] = []
    for source, members in groups.items():
        counted, others = choose_edition(source, [file for file, _ in members])
        names = {file.name for file in counted}
        known += [pair for pair in members if pair[0].name in names]
        left_out += others
    return Inventory(
        known=tuple(sorted(known, key=lambda pair: pair[0].name)),
        left_out=tuple(sorted(left_out, key=lambda one: one.file)),
    )


def _list_rivals(source: Source) -> tuple[Source, ...]:
    catalogue = load_catalogue()
    return tuple(catalogue.values()) if catalogue.get(source.key) is source else (source,)


def _recognise_all(
    files: Iterable[SourceFile], sources: tuple[Source, ...]
) -> Iterable[tuple[SourceFile, Recognition]]:
    packed: dict[SourceFile, list[SourceFile]] = {}
    for file in files:
        if file.archive is not None:
            packed.setdefault(file.archive, []).append(file)
        else:
            parts = (file.path, *list_sidecars(file.path))
            yield file, _recognise_plain(file, tuple(map(stamp_file, parts)), sources)
    for archive, members in packed.items():
        yield from _recognise_packed(tuple(members), stamp_file(archive.path), sources)


@functools.lru_cache(maxsize=1 << 14)
def _recognise_plain(file: SourceFile, _stamp: object, sources: tuple[Source, ...]) -> Recognition:
    return recognise(file, sources, read_start(file, START_BYTES) if is_text(file) else None)


@functools.lru_cache(maxsize=64)
def _recognise_packed(
    members: tuple[SourceFile, ...], _stamp: object, sources: tuple[Source, ...]
) -> list[tuple[SourceFile, Recognition]]:
    starts = read_heads([file for file in members if is_text(file)], START_BYTES)
    return [(file, recognise(file, sources, starts.get(file.name))) for file in members]


def _name_nearest(one: LeftOut, sources: Sequence[Source]) -> LeftOut:
    """What is never read is nearest to the source that has files of its name."""
    name = strip_unfinished(one.file)
    nearest = next((source.key for source in sources if is_named_like(source, name)), None)
    return replace(one, source=nearest)


def _leave_out(file: SourceFile, found: Recognition) -> LeftOut:
    nearest = found.nearest.key if found.nearest is not None else None
    detail = _say(found.error) if found.error is not None else found.why
    return LeftOut(file.name, found.reason, detail, nearest, str(found.error or ""))


def _say(error: InputError) -> str:
    column = f" for {error.column}" if error.column else ""
    return f"found {error.found}; expected{column} {error.expected}: {error.remedy}"


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix("")).casefold()


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
    ranks = {file: _rank_edition(source, file) for file in newest}
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


def _rank_edition(source: Source, file: SourceFile) -> int:
    rank = rank_name(source, file.name)
    return 2 * len(source.patterns) if rank is None else rank
