"""Lands published files: one asset per catalogue entry, keyed `<publisher>/<thing>`."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import hash_file
from crime_dagster.core.last_refresh import REFRESH, begin_refresh, forget_refresh
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.parquet import count_landed_rows, read_distinct, read_parquet, write_parquet
from crime_dagster.core.records import StepRecord, hash_outputs, read_record, watch, write_record
from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest.excluded import check_landing, exclude_source, list_check_specs
from crime_dagster.defs.ingest.months import report_months
from crime_dagster.defs.runtime.code_links import refer_to
from crime_dagster.defs.runtime.dbt_results import discard_failures, keep_refusal
from crime_dagster.defs.runtime.landed import find_place, list_landed
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.defs.runtime.previews import ROW_COUNT, preview_table
from crime_dagster.defs.runtime.telling import list_lines, log_warnings
from crime_dagster.defs.runtime.unchanged import find_record
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.inventory import find_files, list_left_out
from crime_dagster.sources.folder.leftovers import describe_all
from crime_dagster.sources.land.cuts import find_cut
from crime_dagster.sources.land.land import land_portion, require_rows, write_reason
from crime_dagster.sources.land.overlaps import describe_records
from crime_dagster.sources.land.portions import Portion, combine_versions, plan_portions

# Fields of a catalogue entry that are shown as metadata.
DESCRIBED = ("title", "credit", "attribution", "licence", "vintage", "cadence", "landing_page")


LANDING: Any = {"group_name": "landing", "owners": [OWNER]}


@dg.asset(
    key=["landing", "data_sets"],
    **LANDING,
    kinds={"python", "parquet"},
    description="What `data_set.yml` says: the place, the force, whether the data is made up or partial.",
)
def data_sets(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    said = settings.data_set
    row = {"place": said.place, "is_synthetic": said.synthetic, "force": said.force, "is_partial": said.partial}
    row["recording_breaks"] = json.dumps(said.recording_breaks)
    return _write([row], settings.landing_dir / "_data_set.parquet")


def _write(rows: list[dict[str, Any]], path: Path) -> dg.MaterializeResult:
    write_parquet(pa.Table.from_pylist(rows), path)
    return dg.MaterializeResult(metadata={ROW_COUNT: len(rows), "preview": dg.MetadataValue.md(preview_table(path))})


@dg.asset(
    key=["landing", "catalogue"],
    **LANDING,
    kinds={"python", "parquet"},
    description="Every source of the catalogue with its title, licence and attribution.",
)
def catalogue(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    rows = [
        {
            "publisher": source.publisher,
            "thing": source.thing,
            "sort_order": number,
            **{name: str(getattr(source, name)) for name in DESCRIBED},
            "is_context": source.context,
        }
        for number, source in enumerate(load_catalogue().values(), start=1)
    ]
    return _write(rows, settings.landing_dir / "_catalogue.parquet")


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", words.lower()).strip("-.")[:63]


def _build_asset(source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=[source.publisher, source.thing],
        group_name=source.publisher,
        tags={
            "licence": _slug(source.licence),
            "cadence": _slug(source.cadence),
            # How a release depends on it.
            "tier": "required" if source.needed_for else "context" if source.context else "optional",
        },
        owners=[OWNER],
        kinds={"python", "parquet"},
        description=f"{source.title}. {source.licence}",
        metadata={
            "landing_page": dg.MetadataValue.url(source.landing_page),
            "attribution": source.attribution,
            **refer_to(land_source),
        },
        check_specs=list_check_specs(source),
    )
    def _land(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        discard_failures(settings, source.key)
        try:
            with keep_whole(settings, context):
                result = land_or_exclude(source, settings, context.log)
            report_months(context, source, settings)
            return result
        except InputError as error:
            keep_refusal(settings, source.key, str(error))
            raise dg.Failure(description=str(error), allow_retries=False) from error

    return _land


@contextmanager
def keep_whole(settings: Settings, context: dg.AssetExecutionContext) -> Iterator[None]:
    """Delete damaged files and record the output of a step that itself finds what is unchanged."""
    with hold_warehouse(settings.warehouse_dir, context.log.info):
        # A refresh begins with landing, whoever started it; a run of some assets is not one.
        if context.run.job_name == REFRESH and not context.run.asset_selection:
            begin_refresh(settings, context.run_id)
            forget_refresh(settings)
        path, folder = find_record(settings, context.asset_key), settings.warehouse_dir
        record = read_record(path)
        before = record.outputs if record else {}
        for name in [name for name, digest in before.items() if hash_file(folder / name) not in (digest, None)]:
            context.log.warning(f"{name} differs from what was written: it is made again")
            (folder / name).unlink()
        path.unlink(missing_ok=True)
        with watch(settings) as watched:
            yield
        left = {*watched.written, *(folder / name for name in before)}
        write_record(StepRecord("landed", "", {}, hash_outputs(left, folder), context.run.run_id), path)


def land_or_exclude(source: Source, settings: Settings, log: dg.DagsterLogManager) -> dg.MaterializeResult:
    """Land one source; a context source with unusable files is excluded entirely, any other is refused."""
    try:
        result = land_source(source, settings, log)
    except InputError as error:
        if not source.context:
            raise
        return exclude_source(source, settings, write_reason(error), log)
    return result._replace(check_results=check_landing(source, settings))


def land_source(source: Source, settings: Settings, log: dg.DagsterLogManager) -> dg.MaterializeResult:
    """Land what changed of one source, by month where it is partitioned by month.

    An optional source without files leaves no landing file, so that dbt sees an empty table.
    """
    before = list_landed(source, settings.landing_dir)
    cut = find_cut(settings.data_set, settings.data_dir)
    if not find_files(source, settings.data_dir):
        _remove(source, settings, before)
        return dg.MaterializeResult(metadata={"files": 0, "note": "optional, and not in this data set"})
    if cut and (reason := cut.describe_absence(source)):
        return exclude_source(source, settings, reason, log)
    portions = plan_portions(source, settings.data_dir, cut)
    version = dg.DataVersion(combine_versions(portions))
    # Portions without files are removed first: a source landed both whole and in portions would count twice.
    stale = [name for name in before if name not in {portion.name for portion in portions}]
    _remove(source, settings, stale)
    places = {portion.name: find_place(source, settings.landing_dir, portion.name) for portion in portions}
    changed = [portion for portion in portions if not places[portion.name].holds(portion.version)]
    warnings = [warning for portion in changed for warning in land_again(source, portion, settings)]
    accounts = read_parquet([place.accounts for place in places.values()])
    require_rows(source, accounts)
    counts = {"months_landed": len(changed), "months_unchanged": len(portions) - len(changed)}
    months = {**counts, "months_removed": len(stale)} if "partition" in source.options else {}
    rows = [place.rows for place in places.values()]
    metadata = {
        **_describe(accounts),
        ROW_COUNT: count_landed_rows(rows),
        "preview": dg.MetadataValue.md(preview_table(rows[0])),
        **months,
    }
    if not changed and not stale:
        metadata["unchanged"] = True
        return dg.MaterializeResult(metadata=metadata, data_version=version)
    left_out = describe_all(list_left_out(source, settings.data_dir))
    warnings = [*left_out, *_describe_records(source, rows), *warnings]
    log_warnings(log, warnings)
    metadata["warnings"] = list_lines(warnings)
    log.info("{rows_in:,} records in, {rows_kept:,} kept, {rows_set_aside:,} excluded".format(**metadata))
    return dg.MaterializeResult(metadata=metadata, data_version=version)


def land_again(source: Source, portion: Portion, settings: Settings) -> list[str]:
    """Land one portion of a source, whatever is there, and return the warnings about its files."""
    place = find_place(source, settings.landing_dir, portion.name)
    return place.write(land_portion(source, portion), portion.version)


def _remove(source: Source, settings: Settings, names: list[str]) -> None:
    for name in names:
        find_place(source, settings.landing_dir, name).remove()


def _describe_records(source: Source, paths: list[Path]) -> list[str]:
    """Return which archive counts where several have a month, and which months a force has not delivered."""
    if "force" not in source.options or not source.options.get("archive") or "month" not in source.landed_names:
        return []
    columns = {"source_file": "file", "archive": "archive", source.options["force"]: "force", "month": "month"}
    held = read_distinct(paths, list(columns)).to_pandas().rename(columns=columns)
    return describe_records(held.dropna())


def _describe(accounts: pa.Table) -> dict[str, Any]:
    names = ("rows_in", "rows_kept", "rows_set_aside")
    counts = {name: int(pa.compute.sum(accounts[name]).as_py() or 0) for name in names}
    return {
        **counts,
        "files": dg.MetadataValue.md(accounts.drop_columns("doubts").to_pandas().to_markdown(index=False)),
    }


SOURCES = [_build_asset(source) for source in load_catalogue().values()]
# Every source's step accounts for its files in these two tables, which dbt reads.
ACCOUNTS = [
    dg.AssetSpec(
        ["landing", name],
        deps=[dg.AssetKey([source.publisher, source.thing]) for source in load_catalogue().values()],
        description=text,
        **LANDING,
        kinds={"parquet"},
    )
    for name, text in (
        ("source_files", "Published files with what landing counted; each source's step writes its part."),
        ("set_aside_rows", "Rows that landing excluded, with the reason; each source's step writes its part."),
    )
]
