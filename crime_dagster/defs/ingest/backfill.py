"""Jobs that land chosen months again: one per publisher whose files are partitioned by month.

They are separate because a Dagster job has a single partitioning, and a refresh has the crime types. They write the
same files as a refresh, and leave all other months alone.
"""

from collections.abc import Sequence

import dagster as dg

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest.ingest import land_again
from crime_dagster.defs.ingest.months import MONTHS, tell_months
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.inventory import find_files
from crime_dagster.sources.land.cuts import find_cut
from crime_dagster.sources.land.portions import plan_portions


def _build_job(publisher: str, sources: Sequence[Source]) -> dg.JobDefinition:
    @dg.op(name=f"land_months_of_{publisher}", description="Land the files of the chosen months again.")
    def land_months(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
        chosen = list_chosen_months(context)
        landed: set[str] = set()
        try:
            for source in sources:
                landed |= land_chosen(source, chosen, settings, context)
        except InputError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        lacking = [month for month in chosen if month not in landed]
        if lacking:
            words = f"no file of {publisher} in {settings.data_dir} has {', '.join(lacking)} in its name"
            raise dg.Failure(
                description=f"{words}: nothing was landed for that; download the files, or choose other months",
                allow_retries=False,
            )

    @dg.job(
        name=f"backfill_{publisher}",
        partitions_def=MONTHS,
        executor_def=dg.in_process_executor,
        description="Land chosen months again, whether or not their files have changed; other months are left alone. "
        "For several months in one run launch it with the tags dagster/asset_partition_range_start and _end; a plain "
        "launch is over all that have files.",
    )
    def backfill() -> None:
        land_months()

    return backfill


def list_chosen_months(context: dg.OpExecutionContext) -> list[str]:
    """Return the months of a run: its partition, or those of its partition range; none for a plain launch."""
    if context.has_partition_key:
        return [context.partition_key]
    if not context.has_partition_key_range:
        return []
    return list(MONTHS.get_partition_keys_in_range(context.partition_key_range))


def land_chosen(source: Source, months: Sequence[str], settings: Settings, context: dg.OpExecutionContext) -> set[str]:
    """Land the months that a source has files for, all if none are named, and return them."""
    if not find_files(source, settings.data_dir):
        return set()
    planned = plan_portions(source, settings.data_dir, find_cut(settings.data_set, settings.data_dir))
    portions = [portion for portion in planned if not months or portion.name in months]
    for portion in portions:
        for warning in land_again(source, portion, settings):
            context.log.warning(warning)
    if portions:
        names = {portion.name for portion in portions}
        said = {"months": ", ".join(sorted(names)), "note": "landed again by a back-fill"}
        context.log_event(dg.AssetMaterialization(asset_key=[source.publisher, source.thing], metadata=said))
        tell_months(context, source, settings)
        return names
    return set()


def _find_parted() -> dict[str, list[Source]]:
    """Return the sources partitioned by month, by publisher."""
    parted: dict[str, list[Source]] = {}
    for source in load_catalogue().values():
        if "partition" in source.options:
            parted.setdefault(source.publisher, []).append(source)
    return parted


BACKFILLS = [_build_job(publisher, sources) for publisher, sources in _find_parted().items()]
