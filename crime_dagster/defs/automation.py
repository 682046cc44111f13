"""When things run: the jobs and the schedule."""

from typing import Any

import dagster as dg

from crime_dagster.core.settings import Settings
from crime_dagster.defs.backfill import build_backfill_jobs
from crime_dagster.defs.download import build_download_job
from crime_dagster.defs.partitions import tag_all_types

# The Metropolitan Police Service publishes a month in the first half of the next one; the twelfth leaves room.
MONTHLY = "0 6 12 * *"
# What is looked at when a model is judged, and not each month.
EVALUATIONS = (dg.AssetKey(["models", "impact_grid"]), dg.AssetKey(["models", "evaluation"]))


def build_automation(settings: Settings) -> tuple[list[Any], list[dg.ScheduleDefinition]]:
    """The jobs and the monthly schedule.

    `refresh_monthly` is everything but the wider evaluation, which is `evaluate_models`, and `land_sources` its first
    part; beside it stand `download_sources` and, per publisher of monthly files, `backfill_<publisher>`.
    """
    evaluations = dg.AssetSelection.assets(*EVALUATIONS)
    refresh = dg.define_asset_job(
        "refresh_monthly",
        selection=dg.AssetSelection.all() - evaluations,
        description="Land every source, build and test the tables, fit the models, draw and publish, for all crime "
        "types. Launched by hand it wants the tags dagster/asset_partition_range_start and _end.",
    )
    evaluate = dg.define_asset_job(
        "evaluate_models",
        selection=evaluations.downstream(),
        description="The wider evaluation of the models, and the tables that hold it. It asks the models that the last "
        "refresh saved. Launched by hand it wants the tags dagster/asset_partition_range_start and _end.",
    )
    land = dg.define_asset_job(
        "land_sources",
        selection=dg.AssetSelection.groups("ingest"),
        description="Land published files that are new or changed, and nothing else.",
    )

    @dg.schedule(
        name="refresh_monthly_schedule",
        job=refresh,
        cron_schedule=MONTHLY,
        execution_timezone="Europe/London",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="At six on the twelfth of each month, London time.",
    )
    def refresh_monthly_schedule() -> dg.RunRequest:
        return dg.RunRequest(tags=tag_all_types(settings))

    jobs = [refresh, evaluate, land, build_download_job(settings), *build_backfill_jobs(settings)]
    return jobs, [refresh_monthly_schedule]
