"""The source of each file in a data folder, or why it is left out, and whether everything required is present."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from crime_dagster.core.data_set import MARKER
from crime_dagster.core.errors import InputError, list_some
from crime_dagster.core.files import stamp_file
from crime_dagster.sources.catalogue.catalogue import is_named_like, load_catalogue, rank_name
from crime_dagster.sources.catalogue.entry import NEEDS, Source
from crime_dagster.sources.folder.archives import read_starts
from crime_dagster.sources.folder.folder import Listing, is_empty, list_folder, stamp_folder
from crime_dagster.sources.folder.leftovers import LeftOut, describe_all, is_about, strip_unfinished
from crime_dagster.sources.folder.recognition import Recognition, recognise
from crime_dagster.sources.readers.formats.editions import read_edition
from crime_dagster.sources.readers.formats.map_files import PARTS, list_sidecars
from crime_dagster.sources.readers.formats.reading import SHAPEFILE, TEXTS, SourceFile

# The first line of most files is shorter than this.
START_BYTES = 8_192
SHOWN_FILES = 12


@dataclass(frozen=True)
class Inventory:
    """The files of a folder."""

    # Each file that belongs to a source, and how it was recognised; sorted by name.
    known: tuple[tuple[SourceFile, Recognition], ...] = ()
    left_out: tuple[LeftOut, ...] = ()  # files that a run does not read, and why

    def list_files(self, source: Source) -> list[SourceFile]:
        return [file for file, recognition in self.known if recognition.source is source]

    def describe(self) -> list[str]:
        return describe_all(self.left_out)


def find_files(source: Source, data_dir: Path) -> list[SourceFile]:
    return take_inventory(data_dir, _list_competing(source)).list_files(source)


def list_left_out(source: Source, data_dir: Path) -> list[LeftOut]:
    """Return the files of a data folder that are nearest to a source but left out."""
    return [one for one in take_inventory(data_dir, _list_competing(source)).left_out if one.source == source.key]


def find_trouble(source: Source, file: SourceFile) -> str | None:
    """Return why a file could not be used for a source if it were in a data folder; None if it could."""
    found = recognise(file, _list_competing(source))
    if found.error is not None:
        return _describe(found.error)
    if found.source is not source:
        return f"it is taken for a file of {found.source.key if found.source else 'no source'}, because {found.why}"
    return None


def take_inventory(data_dir: Path, sources: Sequence[Source] | None = None) -> Inventory:
    """Find the source of each file of a data folder; cached until a file's name, size or time changes.

    Without sources, the whole catalogue is used.
    """
    rivals = tuple(load_catalogue().values() if sources is None else sources)
    return _take(data_dir, stamp_folder(data_dir), rivals)


# Each source asks for its files, some thirty times a run.
@functools.lru_cache(maxsize=4)
def _take(data_dir: Path, _stamp: object, sources: tuple[Source, ...]) -> Inventory:
    return sort_files(list_folder(data_dir), sources)


def sort_files(listing: Listing, sources: tuple[Source, ...]) -> Inventory:
    left_out = []
    for one in listing.left_out:
        # A file that is never read is nearest to the source that its name fits.
        near = (source.key for source in sources if is_named_like(source, strip_unfinished(one.file)))
        left_out.append(replace(one, source=next(near, None)))
    shapes = {_stem(file.name) for file in listing.files if file.suffix == SHAPEFILE}
    wanted = []
    for file in listing.files:
        if file.suffix in PARTS and len(listing.files) > 1:
            if _stem(file.name) not in shapes:
                left_out.append(LeftOut(file.name, "lone_part", "part of a shapefile whose .shp is not beside it"))
        elif not is_about(PurePosixPath(file.name).name):
            wanted.append(file)
    groups: dict[Source, dict[SourceFile, Recognition]] = {}
    for file, found in _recognise_all(wanted, sources):
        if found.source is not None:
            groups.setdefault(found.source, {})[file] = found
        else:
            nearest = found.nearest.key if found.nearest is not None else None
            detail = _describe(found.error) if found.error is not None else found.why
            left_out.append(LeftOut(file.name, found.reason, detail, nearest, str(found.error or "")))
    known: list[tuple[SourceFile, Recognition]] = []
    for source, members in groups.items():
        counted, others = _choose_edition(source, list(members))
        known += [(file, members[file]) for file in counted]
        left_out += others
    return Inventory(
        known=tuple(sorted(known, key=lambda pair: pair[0].name)),
        left_out=tuple(sorted(left_out, key=lambda one: one.file)),
    )


def _list_competing(source: Source) -> tuple[Source, ...]:
    """Return the sources that compete for each file: the whole catalogue, if it has this source."""
    catalogue = load_catalogue()
    return tuple(catalogue.values()) if catalogue.get(source.key) is source else (source,)


def _recognise_all(
    files: Iterable[SourceFile], sources: tuple[Source, ...]
) -> Iterator[tuple[SourceFile, Recognition]]:
    groups: dict[SourceFile, list[SourceFile]] = {}
    for file in files:
        groups.setdefault(file.archive or file, []).append(file)
    for held, members in groups.items():
        stamps = tuple(map(stamp_file, (held.path, *list_sidecars(held.path))))
        yield from _recognise_group(tuple(members), stamps, sources)


@functools.lru_cache(maxsize=1 << 14)
def _recognise_group(
    files: tuple[SourceFile, ...], _stamp: object, sources: tuple[Source, ...]
) -> list[tuple[SourceFile, Recognition]]:
    starts = read_starts([file for file in files if file.suffix in TEXTS], START_BYTES)
    return [(file, recognise(file, sources, starts.get(file.name))) for file in files]


def _choose_edition(source: Source, files: Sequence[SourceFile]) -> tuple[list[SourceFile], list[LeftOut]]:
    """Leave out earlier editions, and files under names that are not the source's first choice.

    Several files of a single-file source count only if their names do not decide; their contents must then be equal.
    """
    if source.many_files or len(files) == 1:
        return list(files), []
    editions = {file: read_edition(file.name) for file in files}
    last = dict(sorted(editions.values()))  # of each series
    newest = [file for file, (series, edition) in editions.items() if edition == last[series]]
    ranks = {file: rank_name(source, file.name) for file in newest}
    best = min((rank for rank in ranks.values() if rank is not None), default=None)
    counted = [file for file, rank in ranks.items() if rank == best]
    names = " or ".join(file.name for file in counted)
    other = f"only one file of {source.key} is used: {names}, because of its name; remove that one to use this one"
    left_out = []
    for file, (series, _) in editions.items():
        if file not in ranks:
            used = next(one.name for one in newest if editions[one][0] == series)
            left_out.append(LeftOut(file.name, "earlier_edition", f"an earlier edition: {used} is used", source.key))
        elif file not in counted:
            left_out.append(LeftOut(file.name, "another_file", other, source.key))
    return counted, left_out


def _describe(error: InputError) -> str:
    column = f" for {error.column}" if error.column else ""
    return f"found {error.found}; expected{column} {error.expected}: {error.remedy}"


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix("")).casefold()


def require_files(catalogue: dict[str, Source], data_dir: Path, needs: Sequence[str] = ()) -> None:
    """Refuse a folder without crimes or areas, or without a source that the data set needs, by its key.

    Other sources are optional. One message lists everything that is missing.
    """
    inventory = Inventory() if is_empty(data_dir) else take_inventory(data_dir, tuple(catalogue.values()))
    if unknown := [key for key in needs if key not in catalogue]:
        expected = "keys of the catalogue of sources, such as mps/lsoa_crime"
        remedy, found = "correct the list `needs` of this file", f"needs: {', '.join(unknown)}"
        raise InputError(file=data_dir / MARKER, found=found, expected=expected, remedy=remedy)
    held = {recognition.source for _, recognition in inventory.known}
    kinds = [need for need in NEEDS if need not in {source.needed_for for source in held if source is not None}]
    lacking = [catalogue[key] for key in needs if catalogue[key] not in held]
    missing = [source for source in catalogue.values() if source.needed_for in kinds or source in lacking]
    if not missing:
        return
    names = sorted([*(file.name for file, _ in inventory.known), *(one.file for one in inventory.left_out)])
    found = f"{len(names)} files ({list_some(names, SHOWN_FILES, ', ')})" if names else "a folder without files"
    absent = [*[f"no {kind}" for kind in kinds], *[f"none for {source.key}" for source in lacking]]
    of_kind = {kind: f"{kind}, at least one: " for kind in kinds}
    wanted = [f"{of_kind.get(str(one.needed_for), '')}{one.key}: a file named like {one.named_like}" for one in missing]
    pages = [f"{source.key}: {source.title}, {source.landing_page}" for source in missing]
    raise InputError(
        file=data_dir,
        found=f"{found}, and {', '.join(absent)}" + _items(inventory.describe()),
        expected="in this folder or below it" + _items(wanted),
        remedy="check that CRIME_DATA_DIR names the right folder, or download what is missing" + _items(pages),
    )


def _items(lines: list[str]) -> str:
    return "".join(f"\n            - {line}" for line in lines)
