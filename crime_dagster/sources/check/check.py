"""Shows how a file, an archive or a folder would be read, without building anything."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from crime_dagster.core.data_set import DataSet, choose_place, read_data_set
from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import Account, Claimed, Evidence, sum_columns, sum_months
from crime_dagster.sources.check.evidence import find_areas, find_codes, gather_evidence, lists_areas
from crime_dagster.sources.check.merging import merge_accounts
from crime_dagster.sources.check.places import exclude_points, find_reference, find_shapes, load_shipped
from crime_dagster.sources.folder.archives import is_archive, open_files
from crime_dagster.sources.folder.files import hash_content, require_one
from crime_dagster.sources.folder.folder import list_file, list_folder, require_regular
from crime_dagster.sources.folder.inventory import sort_files
from crime_dagster.sources.folder.leftovers import SHOWN_NAMES, LeftOut, describe_all
from crime_dagster.sources.land.categories import judge_records
from crime_dagster.sources.land.cuts import OUTSIDE, Cut, cut_reading, find_cut, refuse_elsewhere
from crime_dagster.sources.land.judgement import describe_unknown_codes, judge_places
from crime_dagster.sources.land.land import describe_empty, refuse_nothing
from crime_dagster.sources.land.twins import judge_twins, pick_keys
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile
from crime_dagster.sources.vocabulary.areas import MIXED, KnownAreas


@dataclass(frozen=True)
class Checked:
    """One account per file at a path, and one of all together."""

    files: list[Account]
    all: Account

    @property
    def is_usable(self) -> bool:
        return self.all.error is None


def check_path(path: Path, catalogue: Mapping[str, Source], place: str = "") -> Checked:
    """Read a file, a zip archive or a folder as a run would for a place, and count.

    Errors are reported in the accounts, not raised.
    """
    try:
        if not os.path.exists(path):  # noqa: PTH110 False for a path that is too long, where pathlib raises
            expected = "a file, a zip archive or a folder"
            raise InputError(file=path, found="nothing there", expected=expected, remedy="correct the path")
        require_regular(path)
        listing = list_folder(path) if path.is_dir() else list_file(path)
        inventory = sort_files(listing, tuple(catalogue.values()))
        with open_files([file for file, _ in inventory.known]) as opened:
            pairs = zip(opened, inventory.known, strict=True)
            known = [(file, found.source, found.why) for file, (_, found) in pairs if found.source is not None]
            data_set = choose_place(read_data_set(path if path.is_dir() else path.parent), place)
            return _check_known(known, inventory.left_out, path, data_set)
    except InputError as error:
        account = Account(error=str(error), file=path.name)
        return Checked(files=[account], all=Account(error=str(error)))


def _check_known(
    known: Sequence[tuple[SourceFile, Source, str]],
    left_out: Sequence[LeftOut],
    path: Path,
    data_set: DataSet,
) -> Checked:
    cut = find_cut(data_set, path)
    absent = {source: words for _, source, _ in known if cut and (words := cut.describe_absence(source))}
    areas = cut.areas if cut and not cut.is_default else _find_areas(known, path)
    claimed = [_check_file(file, source, why, areas, cut) for file, source, why in known if source not in absent]
    _judge_empty(claimed)
    exclude_points(claimed)
    _refuse_rivals(claimed, path)
    excluded = _exclude_context(claimed)
    # Members that would be unpacked outside their archive get a warning and no account.
    passed_over = [
        Account(file=one.file, error=one.message or one.describe())
        for one in left_out
        if one.reason != "outside_archive"
    ]
    accounts = sorted([*(one.account for one in claimed), *passed_over], key=lambda account: account.file)
    everything = merge_accounts(claimed)
    unused = [f"{source.key} is not used: {words}" for source, words in absent.items()]
    everything.warnings = [*unused, *describe_all(left_out), *excluded, *everything.warnings]
    everything.error = _find_refusal(claimed, passed_over, path)
    return Checked(files=accounts, all=everything)


def _find_areas(known: Sequence[tuple[SourceFile, Source, str]], path: Path) -> KnownAreas:
    if path.is_file() and not is_archive(path.name):
        return load_shipped()
    sources = {source for _, source, _ in known}
    listing = [(file, source) for file, source, _ in known if lists_areas(source, sources)]
    return find_areas(_read_good(listing), load_shipped())


def _read_good(files: Iterable[tuple[SourceFile, Source]]) -> Iterator[tuple[Source, pa.Table]]:
    for file, source in files:
        # The file's own account reports its error.
        with suppress(InputError):
            yield source, READERS[source.reader](file, source).rows


def _check_file(file: SourceFile, source: Source, why: str, areas: KnownAreas, cut: Cut | None) -> Claimed:
    account = Account(file=file.name, source=source.key, why=why)
    claimed = Claimed(file=file, source=source, account=account, evidence=Evidence(file.name, source))
    try:
        landed = judge_records(cut_reading(READERS[source.reader](file, source), source, file, cut), source, file)
        reading = judge_places(landed, source, file, areas)
        claimed.content = hash_content(file)
    except InputError as error:
        account.error = str(error)
        return claimed
    claimed.evidence = gather_evidence(landed.rows, source, file, areas, cut)
    account.count_records(reading)
    account.lsoa_vintage = claimed.evidence.vintage
    account.warnings = [*reading.warnings, *_describe_codes(reading, source, file, areas, account.lsoa_vintage)]
    account.warnings += claimed.evidence.doubts
    account.months = sum_months(reading.rows, source)
    account.totals = sum_columns(reading.rows, source)
    if account.rows_kept == 0 and reading.rows_outside and source.needed_for == "areas":
        account.error = str(refuse_elsewhere(source, [file.name], cut, reading.warnings))
    elif account.rows_kept == 0 and not reading.is_blank and not reading.rows_outside:
        account.error = str(refuse_nothing(source, [file.name], account.rows_set_aside, account.warnings))
    if "record_id" in source.options:
        claimed.forces = frozenset(landed.rows[source.options["force"]].to_pylist())
    claimed.keys = pick_keys(reading.rows, source, file)
    claimed.shapes = find_shapes(reading.rows, source)
    return claimed


def _describe_codes(
    reading: Reading, source: Source, file: SourceFile, areas: KnownAreas, vintage: str | None
) -> list[str]:
    """Return warnings about unknown areas, and about codes of both years in one file."""
    column = find_codes(reading.rows, source)
    if column is None:
        return []
    codes = column.to_pandas()
    areas = find_reference(areas, codes, vintage)
    unknown = [] if source.reader == "boundaries" else describe_unknown_codes(codes, areas, file)
    if vintage != MIXED:
        return unknown
    said = ", ".join(f"{n} with codes of {year} only" for year, n in areas.count_vintages(codes.dropna()).items())
    return [*unknown, f"{file.name}: codes of both years in one file: {said}"]


def _judge_empty(claimed: Sequence[Claimed]) -> None:
    """Accept a file with only a header as an unreported month, if other files of its source have rows.

    Also accept records of a force that has none in the place: the publisher's archive has all forces.
    """
    held = {one.source for one in claimed if one.account.rows_kept}
    reported = {force for one in claimed if one.evidence.parts is not None for force in one.evidence.parts["force"]}
    for one in claimed:
        if one.forces and reported and not one.forces & reported:
            one.account.error = None
            continue
        if one.account.rows_kept or one.account.error or OUTSIDE in one.account.rows_set_aside:
            continue
        if one.source in held:
            one.account.warnings.append(describe_empty(one.source, one.file))
        else:
            one.account.error = str(refuse_nothing(one.source, [one.file.name], one.account.rows_set_aside))


def _refuse_rivals(claimed: Sequence[Claimed], path: Path) -> None:
    """Refuse differing files of which only one may count, and two editions of one list, as a run does."""
    groups: dict[Source, list[Claimed]] = {}
    for one in claimed:
        groups.setdefault(one.source, []).append(one)
    for source, members in groups.items():
        try:
            require_one(source, [one.file for one in members], path)
            keys = {one.content: (one.file.name, one.keys) for one in members[::-1] if one.keys is not None}
            members[0].account.warnings += judge_twins(source, dict(keys.values()))
        except InputError as error:
            for one in members:
                one.account.error = one.account.error or str(error)


def _exclude_context(claimed: Sequence[Claimed]) -> list[str]:
    """Exclude context sources with an unusable file entirely, each with a warning; they stop nothing."""
    broken = {one.source: one for one in claimed if one.source.context and one.account.error}
    for one in claimed:
        if one.source in broken and not one.account.error:
            one.account.error = f"{one.file.name}: excluded with {broken[one.source].file.name}"
    words = "is for context only and would be excluded"
    return [f"{source.key} {words}: {one.file.name} cannot be used" for source, one in broken.items()]


def _find_refusal(claimed: Sequence[Claimed], passed_over: Sequence[Account], path: Path) -> str | None:
    """Return why the whole path is refused: a source's file is unusable, or no file belongs to a source."""
    broken = [one for one in claimed if one.account.error]
    if len(broken) < len(claimed):
        broken = [one for one in broken if not one.source.context]
    if broken:
        return _join(dict.fromkeys(str(one.account.error) for one in broken), "refused files, each for its own reason")
    if claimed:
        return None
    unknown = _join((str(account.error) for account in passed_over), "files of which none is a published file")
    expected, remedy = "files of the catalogue", "see the list of sources"
    return unknown or str(InputError(file=path, found="no published file", expected=expected, remedy=remedy))


def _join(messages: Iterable[str], of_what: str) -> str:
    words = list(messages)
    if len(words) > SHOWN_NAMES:
        words[SHOWN_NAMES:] = [f"and {len(words) - SHOWN_NAMES:,} more {of_what}"]
    return "\n".join(words)
