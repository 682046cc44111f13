"""The job that lands chosen months again, of the sources whose files are partitioned by month.

It is not part of a refresh because a Dagster job has a single partitioning, and a refresh has the crime types. It
writes the same files as a refresh, and leaves all other months alone.
"""

from collections.abc import Sequence

import dagster as dg

from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest.ingest import land_again
from crime_dagster.defs.ingest.months import MONTHS, report_months
from crime_dagster.defs.runtime.invalid_config import failing_for_good
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.inventory import find_files
from crime_dagster.sources.land.cuts import find_cut
from crime_dagster.sources.land.portions import plan_portions

SOURCES = [source for source in load_catalogue().values() if "partition" in source.options]
PUBLISHERS = "_and_".join(dict.fromkeys(source.publisher for source in SOURCES))


@dg.op(name=f"land_months_of_{PUBLISHERS}", description="Land the files of the chosen months again.")
def land_months(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    # A plain launch names no month.
    chosen = [context.partition_key] if context.has_partition_key else []
    if context.has_partition_key_range:
        chosen = list(MONTHS.get_partition_keys_in_range(context.partition_key_range))
    with failing_for_good():
        landed = set[str]().union(*(land_chosen(source, chosen, settings, context) for source in SOURCES))
    if lacking := [month for month in chosen if month not in landed]:
        words = f"no file of {PUBLISHERS} in {settings.data_dir} has {', '.join(lacking)} in its name"
        raise dg.Failure(
            description=f"{words}: nothing was landed for that; download the files, or choose other months",
            allow_retries=False,
        )


@dg.job(
    name=f"backfill_{PUBLISHERS}",
    partitions_def=MONTHS,
    executor_def=dg.in_process_executor,
    description="Land chosen months again, whether or not their files have changed; other months are left alone. "
    "For several months in one run launch it with the tags dagster/asset_partition_range_start and _end; a plain "
    "launch is over all that have files.",
)
def backfill() -> None:
    land_months()


def land_chosen(source: Source, months: Sequence[str], settings: Settings, context: dg.OpExecutionContext) -> set[str]:
    """Land the months that a source has files for, all if none are named, and return them."""
    if not find_files(source, settings.data_dir):
        return set()
    planned = plan_portions(source, settings.data_dir, find_cut(settings.data_set, settings.data_dir))
    portions = {portion.name: portion for portion in planned if not months or portion.name in months}
    for portion in portions.values():
        for warning in land_again(source, portion, settings):
            context.log.warning(warning)
    if portions:
        metadata = {"months": ", ".join(sorted(portions)), "note": "landed again by a back-fill"}
        context.log_event(dg.AssetMaterialization(asset_key=[source.publisher, source.thing], metadata=metadata))
        report_months(context, source, settings)
    return set(portions)
