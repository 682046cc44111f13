"""The one partitioning of the project: crime types, from the dbt seed."""

from __future__ import annotations

import dagster as dg

from crime_dagster.core.crime_types import CrimeType, read_crime_types
from crime_dagster.core.settings import Settings

OWNER = "team:crime-data"

# A step over several crime types is one step, not one per type: the types are worked on in parallel inside it, and
# each new process would cost seconds of imports.
SINGLE_RUN = dg.BackfillPolicy.single_run()


def build_crime_types(settings: Settings) -> dg.StaticPartitionsDefinition:
    """One partition per row of the seed `crime_types`."""
    return dg.StaticPartitionsDefinition([row.crime_type for row in read_crime_types(settings.dbt_dir)])


def list_chosen_types(context: dg.AssetExecutionContext, settings: Settings) -> list[CrimeType]:
    """The crime types of this run's partitions, in their sort order."""
    chosen = set(context.partition_keys)
    return [row for row in read_crime_types(settings.dbt_dir) if row.crime_type in chosen]


def tag_all_types(settings: Settings) -> dict[str, str]:
    """Run tags that make one run cover every crime type.

    A job over partitioned and unpartitioned assets needs a partition range to run at all.
    """
    keys = [row.crime_type for row in read_crime_types(settings.dbt_dir)]
    return {
        "dagster/asset_partition_range_start": keys[0],
        "dagster/asset_partition_range_end": keys[-1],
    }
