"""Published files to landing files: one asset per entry of the catalogue, keyed `<publisher>/<thing>`."""

import dagster as dg
import pyarrow as pa

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_parquet_version, write_parquet
from crime_dagster.defs.partitions import OWNER
from crime_dagster.sources.catalogue import Source, find_files, load_catalogue
from crime_dagster.sources.land import Landed, data_version, land


def build_ingest_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset per published source, and one for what the data set says of itself."""
    return [_build_data_set_asset(settings), *(_build_asset(source, settings) for source in load_catalogue().values())]


def _build_data_set_asset(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        key=["landing", "data_sets"],
        group_name="ingest",
        owners=[OWNER],
        kinds={"python", "parquet"},
        description="What the data set says of itself: its place, its force, and whether it is made up.",
    )
    def data_sets() -> dg.MaterializeResult:
        said = settings.data_set
        row = {"place": [said.place], "is_synthetic": [said.synthetic], "force": [said.force]}
        write_parquet(pa.table(row), settings.landing_dir / "_data_set.parquet")
        return dg.MaterializeResult(metadata={"place": said.place, "is_synthetic": said.synthetic, "force": said.force})

    return data_sets


def _build_asset(source: Source, settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        key=[source.publisher, source.thing],
        group_name="ingest",
        owners=[OWNER],
        kinds={"python", "parquet"},
        description=f"{source.title}. {source.licence}",
        metadata={"landing_page": dg.MetadataValue.url(source.landing_page), "attribution": source.attribution},
    )
    def _land(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        try:
            return land_source(source, settings, context.log)
        except InputError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error

    return _land


def land_source(source: Source, settings: Settings, log: dg.DagsterLogManager) -> dg.MaterializeResult:
    """Land one source; an unchanged one is left as it lies.

    An optional source without files leaves no landing file, so that dbt sees an empty table.

    Raises:
        InputError: The files cannot be used, or a required source has none.
    """
    path = settings.landing_dir / source.publisher / f"{source.thing}.parquet"
    name = f"{source.publisher}__{source.thing}.parquet"
    beside = [settings.landing_dir / folder / name for folder in ("_source_files", "_set_aside")]
    if not find_files(source, settings.data_dir):
        for stale in [path, *beside]:
            stale.unlink(missing_ok=True)
        return dg.MaterializeResult(metadata={"files": 0, "note": "optional, and not in this data set"})
    version = data_version(source, settings.data_dir)
    if all(file.is_file() for file in beside) and read_parquet_version(path) == version:
        return dg.MaterializeResult(
            metadata={"note": "unchanged since it was landed"}, data_version=dg.DataVersion(version)
        )
    landed = land(source, settings.data_dir)
    for warning in landed.warnings:
        log.warning(warning)
    # The landing file carries the version and comes last: a run that is killed before it lands the source again.
    write_parquet(landed.files, beside[0])
    write_parquet(landed.set_aside, beside[1])
    write_parquet(landed.rows, path, version=version)
    metadata = _describe(landed)
    log.info("{rows_in:,} records in, {rows_kept:,} kept, {rows_set_aside:,} set aside".format(**metadata))
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(version))


def _describe(landed: Landed) -> dict[str, dg.MetadataValue | int]:
    counts = {
        name: int(pa.compute.sum(landed.files[name]).as_py() or 0)
        for name in ("rows_in", "rows_kept", "rows_set_aside")
    }
    return {
        **counts,
        "dagster/row_count": landed.rows.num_rows,
        "files": dg.MetadataValue.md(landed.files.to_pandas().to_markdown(index=False)),
        "warnings": dg.MetadataValue.md("\n".join(f"- {warning}" for warning in landed.warnings) or "none"),
    }
