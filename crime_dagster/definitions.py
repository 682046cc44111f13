"""The definitions that Dagster loads, and the function that builds them for any settings."""

import gc

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from crime_dagster.core.settings import PROJECT_DIR, Settings


def build_defs(settings: Settings) -> dg.Definitions:
    """Build the Dagster definitions of one data set.

    The modules of `defs` are discovered; what depends on the data set is made here: dbt's assets, by the manifest in
    the warehouse folder, and the alerts, if there is a webhook. The folders of `settings` are made, and dbt's manifest
    is written if it is missing or older than the dbt project.

    Raises:
        InputError: The warehouse folder cannot be written.
    """
    # Here, so that `defs` loads them without the search for garbage.
    from crime_dagster.defs.automation.executor import choose_executor
    from crime_dagster.defs.dbt.warehouse import Dbt, build_dbt_assets, build_project
    from crime_dagster.defs.runtime.alerts import build_alerts
    from crime_dagster.defs.runtime.code_links import find_repository, link_code
    from crime_dagster.defs.runtime.progress import progress_logger

    settings.prepare()
    project = build_project(settings)

    def load_graph() -> AssetGraph:
        return definitions.resolve_asset_graph()

    definitions = dg.Definitions.merge(
        dg.load_from_defs_folder(path_within_project=PROJECT_DIR),
        dg.Definitions(
            assets=build_dbt_assets(settings, project),
            sensors=build_alerts(settings),
            loggers={"progress": progress_logger},
            resources={
                "settings": settings,
                "dbt": Dbt(project_dir=project),  # type: ignore[arg-type]  # pydantic hides that it takes a project
                # All assets and checks: a release also asks for those of other runs.
                "load_graph": load_graph,
            },
            executor=choose_executor(settings),
        ),
    )
    repository = find_repository()
    return link_code(definitions, repository) if repository else definitions


def load_defs(settings: Settings) -> dg.Definitions:
    """Build the definitions of a process that lives as long as they do."""
    # Loading makes a million lasting objects: garbage collection among them took a quarter of the time.
    gc.disable()
    try:
        return build_defs(settings)
    finally:
        gc.freeze()
        gc.enable()


@dg.definitions
def defs() -> dg.Definitions:
    """Return what `dagster dev` and `dg` load: the data set of the environment."""
    return load_defs(Settings.from_environment())
