"""When things run: the jobs and their schedules."""

from typing import Any

import dagster as dg

from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest.arrivals import build_arrival_sensor
from crime_dagster.defs.ingest.backfill import build_backfill_jobs
from crime_dagster.defs.ingest.download import build_download_job
from crime_dagster.defs.ingest.publishers import build_publishers_job, build_publishers_schedule
from crime_dagster.defs.models.evaluation import EVALUATIONS
from crime_dagster.defs.runtime.partitions import tag_all_types

# The Metropolitan Police Service publishes a month in the first half of the next one; the twelfth leaves room.
MONTHLY = "0 6 12 * *"
FOLDER_GIFS = dg.AssetKey(["gifs", "from_folder"])
# What is looked at when a model is judged, and not each month.


def build_automation(
    settings: Settings,
) -> tuple[list[Any], list[dg.ScheduleDefinition], list[dg.SensorDefinition]]:
    """The jobs, the schedules, and the sensor on arriving files.

    `refresh_monthly` is everything but the wider evaluation, which is `evaluate_models`. `land_sources`,
    `run_scenarios` and `draw_pictures` are parts of it; beside it stand `download_sources`, `check_publishers` (weekly)
    and, per publisher of monthly files, `backfill_<publisher>`.
    """
    evaluations = dg.AssetSelection.assets(*EVALUATIONS)
    # Wants to be told a folder.
    own = dg.AssetSelection.assets(FOLDER_GIFS)
    refresh = dg.define_asset_job(
        "refresh_monthly",
        selection=dg.AssetSelection.all() - evaluations - own,
        description="Land every source, build and test the tables, fit the models, draw and publish, for all crime "
        "types. When launched by hand it needs the tags dagster/asset_partition_range_start and _end.",
    )
    # All of what dbt builds from the models, whichever of them is asked: the step is one, and is whole or is not.
    models = dg.AssetSelection.groups("models")
    tables = models.downstream() & dg.AssetSelection.groups("marts", "staging")
    evaluate = dg.define_asset_job(
        "evaluate_models",
        selection=evaluations | ((evaluations | tables).downstream() - models - own),
        description="The extended evaluation of the models, and its tables. It uses the models that the last refresh "
        "saved. When launched by hand it needs the tags dagster/asset_partition_range_start and _end.",
    )
    land = dg.define_asset_job(
        "land_sources",
        selection=dg.AssetSelection.groups("ingest"),
        description="Land published files that are new or changed, and nothing else.",
    )

    pictures = dg.AssetSelection.groups("maps", "charts", "gifs", "gallery") - own
    draw = dg.define_asset_job(
        "draw_pictures",
        selection=pictures,
        description="Draw every picture and page again from the tables that are there, and publish. When launched by "
        "hand it needs the tags dagster/asset_partition_range_start and _end.",
    )
    impact = dg.AssetSelection.assets(dg.AssetKey(["models", "impact"]))
    ask = dg.define_asset_job(
        "run_scenarios",
        selection=impact | tables | (tables.downstream() & pictures),
        description="Ask what-ifs of the models: those of scenarios.yml, or the one in the launchpad. Their tables, "
        "charts and pages follow.",
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

    gifs = dg.define_asset_job(
        "gifs_from_folder",
        selection=own,
        description="Make GIFs of a folder of pictures, '<type> crimes.png' and 'predicted <type> crimes.png' in turn.",
    )
    check = build_publishers_job(settings)
    jobs = [refresh, evaluate, land, draw, ask, gifs, build_download_job(settings), check]
    jobs += build_backfill_jobs(settings)
    schedules = [refresh_monthly_schedule, build_publishers_schedule(settings, check)]
    return jobs, schedules, [build_arrival_sensor(settings, refresh)]
