"""The definitions that Dagster loads, and the function that makes them for any settings."""

from __future__ import annotations

import warnings

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster_dbt import DbtCliResource

from crime_dagster.core.settings import Settings
from crime_dagster.defs.automation.automation import build_automation
from crime_dagster.defs.dbt.unit_test_checks import build_unit_test_checks
from crime_dagster.defs.dbt.warehouse import build_dbt_assets, build_project
from crime_dagster.defs.ingest.ingest import build_account_specs, build_ingest_assets
from crime_dagster.defs.models.evaluation import build_evaluation_assets
from crime_dagster.defs.models.forecasts import build_forecast_assets
from crime_dagster.defs.models.hotspots import build_hotspot_assets
from crime_dagster.defs.models.impact import build_impact_assets
from crime_dagster.defs.models.model_checks import build_model_checks
from crime_dagster.defs.models.models import build_model_assets
from crime_dagster.defs.models.places import build_place_assets
from crime_dagster.defs.pages.borough_pages import build_borough_page_assets
from crime_dagster.defs.pages.data_page import build_data_page_assets
from crime_dagster.defs.pages.downloads import build_downloads_assets
from crime_dagster.defs.pages.front_page import build_front_page_assets
from crime_dagster.defs.pages.models_page import build_models_page_assets
from crime_dagster.defs.pictures.city_charts import build_city_chart_assets
from crime_dagster.defs.pictures.explorer import build_explorer_assets
from crime_dagster.defs.pictures.folder_gifs import build_folder_gif_assets
from crime_dagster.defs.pictures.gifs import build_gif_assets
from crime_dagster.defs.pictures.impact_charts import build_impact_chart_assets
from crime_dagster.defs.pictures.maps import build_map_assets
from crime_dagster.defs.pictures.model_charts import build_model_chart_assets
from crime_dagster.defs.pictures.multiples import build_multiples_assets
from crime_dagster.defs.release.publish import build_publish_assets
from crime_dagster.defs.release.release_checks import build_release_checks
from crime_dagster.defs.runtime.alerts import build_alerts
from crime_dagster.defs.runtime.progress import progress_logger


def build_defs(settings: Settings) -> dg.Definitions:
    """Everything that Dagster knows of one data set.

    Args:
        settings: Where its files lie and where it builds. The folders are made, and dbt's manifest is written where
            it is missing or older than the dbt project.

    Raises:
        InputError: The warehouse folder cannot be written.
    """
    # Back-fill policies are marked as beta in the pinned version, once per asset and run; the pin is the answer to it.
    warnings.filterwarnings("ignore", "Parameter `backfill_policy`", category=dg.BetaWarning)
    settings.prepare()
    project = build_project(settings)
    jobs, schedules, sensors = build_automation(settings)

    def load_graph() -> AssetGraph:
        return definitions.resolve_asset_graph()

    definitions = dg.Definitions(
        assets=[
            *build_ingest_assets(settings),
            *build_account_specs(),
            *build_dbt_assets(settings, project),
            *build_model_assets(settings),
            *build_evaluation_assets(settings),
            *build_hotspot_assets(settings),
            *build_place_assets(settings),
            *build_forecast_assets(settings),
            *build_impact_assets(settings),
            *build_impact_chart_assets(settings),
            *build_city_chart_assets(settings),
            *build_model_chart_assets(settings),
            *build_multiples_assets(settings),
            *build_map_assets(settings),
            *build_gif_assets(settings),
            *build_folder_gif_assets(settings),
            *build_data_page_assets(settings),
            *build_models_page_assets(settings),
            *build_downloads_assets(settings),
            *build_borough_page_assets(settings),
            *build_explorer_assets(settings),
            *build_front_page_assets(settings),
            *build_publish_assets(settings, load_graph),
        ],
        asset_checks=[
            *build_model_checks(settings),
            *build_unit_test_checks(settings),
            *build_release_checks(settings),
        ],
        jobs=jobs,
        schedules=schedules,
        sensors=[*sensors, *build_alerts(settings)],
        loggers={"progress": progress_logger},
        resources={"dbt": DbtCliResource(project_dir=project)},
        # A process per step costs 4 to 5 seconds of imports each; work in parallel happens inside the functions.
        executor=dg.in_process_executor,
    )
    return definitions


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` and `dg` load: the data set that the environment names."""
    return build_defs(Settings.from_environment())
