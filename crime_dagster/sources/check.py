"""What the project would do with a file, an archive or a folder: said, and nothing built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import InputError
from crime_dagster.sources.account import Account, Claimed, count_records, sum_columns, sum_months, tidy_month
from crime_dagster.sources.archives import describe_outsiders, is_archive, list_members, open_files
from crime_dagster.sources.areas import MIXED, Areas, gather_areas, load_london_areas
from crime_dagster.sources.catalogue import is_named_like
from crime_dagster.sources.categories import describe_categories
from crime_dagster.sources.entry import Source
from crime_dagster.sources.files import hash_content
from crime_dagster.sources.folder import list_files, list_obstacles, list_outsiders
from crime_dagster.sources.judgement import describe_missing, describe_strangers, judge
from crime_dagster.sources.links import require_regular
from crime_dagster.sources.merging import merge_accounts
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.reading import Reading, SourceFile
from crime_dagster.sources.readers.shapefile import PARTS
from crime_dagster.sources.recognition import Recognition, is_readable_kind, recognise


@dataclass(frozen=True)
class Checked:
    """What was found at a path.

    Args:
        files: One account per file.
        all: The account of all of them together.
    """

    files: list[Account]
    all: Account

    @property
    def is_usable(self) -> bool:
        """Whether what lies at the path would be used."""
        return self.all.error is None


def check_path(path: Path, catalogue: Mapping[str, Source], categories: Mapping[str, frozenset[str]]) -> Checked:
    """Read what lies at a path as a run would, and count.

    Args:
        path: A file, a zip archive or a folder.
        catalogue: Sources by key.
        categories: Categories of crimes that count in a crime type, by publisher; of a publisher that is not among
            them nothing is said.

    Returns:
        The accounts. Trouble with the input stands in their `error`; it is not raised.
    """
    try:
        listed, notes = _list_at(path)
        with open_files(listed) as files:
            return _check_files(files, notes, path, catalogue, categories)
    except InputError as error:
        account = Account(error=str(error), file=path.name)
        return Checked(files=[account], all=Account(error=str(error)))


def _list_at(path: Path) -> tuple[list[SourceFile], list[str]]:
    """The files at a path, and what is strange about the archives there."""
    if not path.exists():
        raise InputError(
            file=path, found="nothing there", expected="a file, a zip archive or a folder", remedy="mend the path"
        )
    require_regular(path)
    obstacles: dict[str, str] = {}
    if path.is_dir():
        files, strange, obstacles = list_files(path), list_outsiders(path), list_obstacles(path)
    elif is_archive(path.name):
        files, outside = list_members(SourceFile(path=path, name=path.name))
        strange = [f"{path.name}/{member}" for member in outside]
    else:
        files, strange = [SourceFile(path=path, name=path.name)], []
    notes = [describe_outsiders(strange)] if strange else []
    return files, [*notes, *(f"{name}: not read, {why}" for name, why in obstacles.items())]


def _check_files(
    files: Sequence[SourceFile],
    notes: list[str],
    path: Path,
    catalogue: Mapping[str, Source],
    categories: Mapping[str, frozenset[str]],
) -> Checked:
    is_alone = path.is_file() and len(files) == 1
    known: list[tuple[SourceFile, Recognition]] = []
    refused: list[Account] = []
    for file in files:
        if file.path.suffix.casefold() in PARTS and not is_alone:
            continue
        try:
            known.append((file, _recognise(file, catalogue)))
        except InputError as error:
            refused.append(Account(file=file.name, error=str(error)))
    areas = _find_areas(known, path)
    claimed = [_check_file(file, recognition, areas, categories) for file, recognition in known]
    accounts = sorted([*(one.account for one in claimed), *refused], key=lambda account: account.file)
    claims = {account.file for account in refused if _is_claimed(account.file, catalogue)}
    claims |= {one.file.name for one in claimed}
    everything = merge_accounts(claimed)
    everything.warnings = [*notes, *everything.warnings]
    _refuse_all(everything, accounts, claims, is_alone=is_alone, path=path)
    return Checked(files=accounts, all=everything)


def _recognise(file: SourceFile, catalogue: Mapping[str, Source]) -> Recognition:
    if not is_readable_kind(file):
        raise InputError(
            file=file.name,
            found=f"a file of the kind '{file.path.suffix}'",
            expected="a text table, a workbook (.xlsx, .ods), Parquet, a map (.shp, .geojson, .gpkg) or a zip archive",
            remedy="give the file as its publisher has it in one of these kinds",
        )
    return recognise(file, catalogue)


def _is_claimed(name: str, catalogue: Mapping[str, Source]) -> bool:
    return any(is_named_like(source, name) for source in catalogue.values())


def _find_areas(known: Sequence[tuple[SourceFile, Recognition]], path: Path) -> Areas:
    """The areas of boundaries and lookups among the files, else those of London."""
    listed: dict[str, set[str]] = {}
    links: list[tuple[str, str]] = []
    shipped = load_london_areas()
    if path.is_file() and not is_archive(path.name):
        return shipped
    # A list of areas says more of the place than shapes, which may hold neighbours.
    lists = {recognition.source.lsoa_vintage for _, recognition in known if _is_list(recognition.source)}
    for file, recognition in known:
        source = recognition.source
        if source.reader == "boundaries" and source.lsoa_vintage in lists:
            continue
        if "areas_of_place" not in source.options:
            continue
        try:
            rows = READERS[source.reader](file, source).rows
        except InputError:
            # The file's own account says what is wrong with it.
            continue
        columns = [rows[name].to_pylist() for name in source.options["areas_of_place"]]
        if len(columns) == 2:
            links += zip(*columns, strict=True)
        else:
            listed.setdefault(source.lsoa_vintage or "2021", set()).update(columns[0])
    return gather_areas(listed, links, "the boundaries and lookups beside it", shipped)


def _is_list(source: Source) -> bool:
    return source.reader != "boundaries" and len(source.options.get("areas_of_place", ())) == 1


def _check_file(
    file: SourceFile, recognition: Recognition, areas: Areas, categories: Mapping[str, frozenset[str]]
) -> Claimed:
    source = recognition.source
    account = Account(file=file.name, source=source.key, why=recognition.why)
    claimed = Claimed(file=file, source=source, account=account)
    try:
        reading = judge(READERS[source.reader](file, source), source, file, areas)
        claimed.content = hash_content(file)
    except InputError as error:
        account.error = str(error)
        return claimed
    count_records(account, reading)
    account.warnings = [*reading.warnings, *describe_categories(reading.rows, source, categories, file)]
    account.lsoa_vintage = _find_vintage(reading, source, file, areas, account)
    account.months = sum_months(reading.rows, source)
    account.totals = sum_columns(reading.rows, source)
    if account.rows_kept == 0:
        account.error = str(_refuse_nothing(file, account, source))
    _keep_parts(claimed, reading)
    return claimed


def _keep_parts(claimed: Claimed, reading: Reading) -> None:
    """Keep what is needed to tell which of several files counts: sums, not records."""
    source, rows = claimed.source, reading.rows
    if source.options.get("record_id"):
        force, area = source.options["force"], source.options["judged_area"]
        frame = pd.DataFrame({name: rows[name].to_pandas() for name in (force, "month", area)})
        frame.columns = pd.Index(["force", "month", "area"])
        claimed.parts = frame.groupby(["force", "month", "area"], dropna=False).size().rename("figure").reset_index()
    elif source.spread_name == "month" and source.many_files:
        codes = _find_codes(rows, source)
        sums = rows.select(["month"]).append_column("figure", pc.cast(rows[source.columns[-1].name], pa.int64()))
        sums = sums.append_column("area", codes if codes is not None else pa.nulls(rows.num_rows, pa.string()))
        frame = sums.group_by(["area", "month"]).aggregate([("figure", "sum")]).to_pandas()
        frame = frame.rename(columns={"figure_sum": "figure"})
        frame["month"] = frame["month"].map(tidy_month)
        claimed.figures = frame


def _find_codes(rows: pa.Table, source: Source) -> pa.ChunkedArray | None:
    named = [source.options["judged_area"]] if "judged_area" in source.options else []
    named += [column.name for column in source.columns if column.kind == "lsoa_code"]
    return rows[named[0]] if named else None


def _find_vintage(reading: Reading, source: Source, file: SourceFile, areas: Areas, account: Account) -> str | None:
    column = _find_codes(reading.rows, source)
    if column is None:
        return source.lsoa_vintage
    codes = column.to_pandas()
    if source.reader == "boundaries":
        account.warnings += describe_missing(codes, areas, source.lsoa_vintage, file)
    else:
        account.warnings += describe_strangers(codes, areas, file)
    if source.lsoa_vintage is not None:
        return source.lsoa_vintage
    vintage = areas.find_vintage(codes.dropna().unique())
    if vintage == MIXED:
        counts = areas.count_vintages(codes.dropna())
        said = ", ".join(f"{count} with codes of {year} only" for year, count in counts.items())
        account.warnings.append(f"{file.name}: codes of both years side by side: {said}")
    return vintage


def _refuse_nothing(file: SourceFile, account: Account, source: Source) -> InputError:
    tally = ", ".join(f"{count} {reason}" for reason, count in account.rows_set_aside.items())
    return InputError(
        file=file.name,
        found=f"no usable row ({tally or 'no rows below the header'})",
        expected=f"rows of {source.key}",
        remedy=f"compare the file with the publisher's ({source.landing_page}) and put a whole one in its place",
    )


def _refuse_all(
    everything: Account, accounts: Sequence[Account], claims: set[str], *, is_alone: bool, path: Path
) -> None:
    """Say whether all is refused: nothing can be used, or a file that a source claims cannot."""
    broken = [account for account in accounts if account.error and (account.file in claims or is_alone)]
    passed_over = [account for account in accounts if account.error and account not in broken]
    if broken:
        everything.error = "\n".join(str(account.error) for account in broken)
    elif len(passed_over) == len(accounts):
        everything.error = "\n".join(str(account.error) for account in passed_over) or str(
            InputError(
                file=path,
                found="no published file",
                expected="files of the catalogue",
                remedy="see the list of sources",
            )
        )
    elif passed_over:
        names = ", ".join(account.file for account in passed_over)
        everything.warnings.append(f"{len(passed_over)} files belong to no source and are passed over: {names}")
