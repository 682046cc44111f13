"""Files that may be damaged, filtered or moved, judged alone and beside others: a landed table and a warning.

What readers say is carried on only if a figure may be wrong; their other warnings are routine. The files count all the
same. `make check` says the same about a folder, by the same functions.
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pyarrow as pa

from crime_dagster.core.code_version import find_code_version
from crime_dagster.core.files import hash_file, hash_text
from crime_dagster.core.parquet import read_by_file, read_parquet, read_parquet_version, write_parquet
from crime_dagster.core.places import AUTHORITIES
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.invalid_config import failing_for_good
from crime_dagster.defs.runtime.landed import find_place, list_landed
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.defs.runtime.previews import ROW_COUNT, preview_table
from crime_dagster.defs.runtime.telling import list_lines, log_warnings
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.comparing import compare_files
from crime_dagster.sources.check.evidence import find_areas, gather_evidence, lists_areas
from crime_dagster.sources.check.places import CENTRES, load_shipped
from crime_dagster.sources.land.cuts import find_cut
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.vocabulary.areas import LSOAS

KEY = dg.AssetKey(["landing", "file_doubts"])
CHECK = "files_are_as_usual"
DOUBTS = "_file_doubts.parquet"
COLUMNS = pa.schema([(name, pa.string()) for name in ("publisher", "thing", "doubt")])


@dg.asset(
    key=KEY,
    group_name="landing",
    owners=[OWNER],
    kinds={"python", "parquet"},
    deps=[dg.AssetKey([source.publisher, source.thing]) for source in load_catalogue().values()],
    description="What is unusual in landed files, alone or beside each other: lost areas, months or categories, "
    "copies, releases that differ by more than a revision, maps that are moved.",
    check_specs=[dg.AssetCheckSpec(CHECK, asset=KEY, description="No landed file looks damaged, filtered or moved.")],
)
def file_doubts(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    path = settings.landing_dir / DOUBTS
    landed = dict(_list_landed(settings))
    cut = find_cut(settings.data_set, settings.data_dir)
    place = "" if cut is None else f"{cut.name} {cut.is_default}"
    versions = [f"{one.name} {read_parquet_version(one)}" for paths in landed.values() for one in paths]
    known = (hash_file(one) or "" for one in (AUTHORITIES, CENTRES, LSOAS))
    read = _list_read(settings)
    version = hash_text(find_code_version(__name__), place, *known, *versions, str(read))
    if read_parquet_version(path) != version:
        with failing_for_good():
            write_parquet(find_doubts(settings, read), path, version)
    words = list_doubts(settings)
    log_warnings(context.log, words)
    listed = list_lines(words)
    check = dg.AssetCheckResult(
        check_name=CHECK, passed=not words, severity=dg.AssetCheckSeverity.WARN, metadata={"doubts": listed}
    )
    return dg.MaterializeResult(
        metadata={ROW_COUNT: len(words), "doubts": listed, "preview": dg.MetadataValue.md(preview_table(path))},
        check_results=[check],
    )


def list_doubts(settings: Settings) -> list[str]:
    """Return what the last landing found unusual, a line each."""
    path = settings.landing_dir / DOUBTS
    return read_parquet([path])["doubt"].to_pylist() if path.is_file() else []


def find_doubts(settings: Settings, read: list[tuple[str, str, str]]) -> pa.Table:
    """Return what is unusual in the landed files, after what readers doubted in them, as a landed table."""
    landed = dict(_list_landed(settings))
    cut = find_cut(settings.data_set, settings.data_dir)
    if cut is None or cut.is_default:
        listing = {source: paths for source, paths in landed.items() if lists_areas(source, landed)}
        tables = ((source, rows) for source, paths in listing.items() for _, rows in _read(paths))
        areas = find_areas(tables, load_shipped())
    else:
        areas = cut.areas
    kept = [
        gather_evidence(rows, source, SourceFile(Path(name), name), areas, cut)
        for source, paths in landed.items()
        for name, rows in _read(paths)
    ]
    own = [(one.source.publisher, one.source.thing, doubt) for one in kept for doubt in one.doubts]
    shared = [(None, None, doubt) for doubt in compare_files(kept).doubts]
    rows = [dict(zip(COLUMNS.names, row, strict=True)) for row in dict.fromkeys([*read, *own, *shared])]
    return pa.Table.from_pylist(rows, schema=COLUMNS)


def _list_read(settings: Settings) -> list[tuple[str, str, str]]:
    """Return what readers doubted in the landed files, with publisher and thing."""
    found = []
    for source in load_catalogue().values():
        for name in list_landed(source, settings.landing_dir):
            path = find_place(source, settings.landing_dir, name).accounts
            if path.is_file() and "doubts" in (accounts := read_parquet([path])).column_names:
                listed = [doubt for doubts in accounts["doubts"].to_pylist() for doubt in doubts or ()]
                found += [(source.publisher, source.thing, doubt) for doubt in listed]
    return found


def _list_landed(settings: Settings) -> Iterator[tuple[Source, list[Path]]]:
    for source in load_catalogue().values():
        places = (find_place(source, settings.landing_dir, name) for name in list_landed(source, settings.landing_dir))
        if paths := [place.rows for place in places if place.rows.is_file()]:
            yield source, paths


def _read(paths: list[Path]) -> Iterator[tuple[str, pa.Table]]:
    for path in paths:
        yield from read_by_file(path)
