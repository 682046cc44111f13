"""The dbt models as assets, in two steps: before the models are fitted, and from their results."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets
from packaging.version import Version
from pydantic import Field

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import link_spatial_extension
from crime_dagster.defs.dbt.dbt_steps import build_where_changed
from crime_dagster.defs.dbt.node_versions import AFTER, AFTER_MODELS, BEFORE
from crime_dagster.defs.dbt.parse import WORKING, parse_beside
from crime_dagster.defs.dbt.translator import TRANSLATOR
from crime_dagster.defs.runtime.invalid_config import failing_for_good
from crime_dagster.defs.runtime.scenario_settings import require_scenarios
from crime_dagster.defs.runtime.unchanged import StepConfig


class Dbt(DbtCliResource):
    """dbt beside our Python, without what dagster-dbt starts before each run of it, two seconds each."""

    @cached_property
    def _cli_version(self) -> Version:
        """Return the version without `dbt --version`, which also asks a registry for a newer one."""
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        """Return None: the adapter would count rows and list columns in the database, which the steps do themselves."""


class YearConfig(StepConfig):
    """The year of the analysis table."""

    year_ending: str | None = Field(
        default=None,
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
        description="Last month of the twelve that `lsoa_features` sums, as YYYY-MM. "
        "Empty: the newest twelve complete months.",
    )


def build_project(settings: Settings, target: str | None = WORKING) -> DbtProject:
    """Return the dbt project with an up-to-date manifest.

    `prepare_if_dev` only works under `dagster dev`; runs and tests need the manifest as well. `target` is from
    profiles.yml, None for that of a bare `dbt build`; dbt parses the project again for another one.
    """
    with parse_beside(settings, target):
        return DbtProject(
            project_dir=settings.dbt_dir,
            target_path=settings.dbt_target_dir,
            profiles_dir=settings.dbt_dir,
            target="lake" if settings.lake else target,
        )


def build_dbt_assets(settings: Settings, project: DbtProject) -> list[dg.AssetsDefinition]:
    """Return two groups of dbt assets; both run `dbt build`, so that tests stop what depends on them."""
    shared: Any = {
        "manifest": settings.manifest,
        "dagster_dbt_translator": TRANSLATOR,
        "project": project,
        "pool": "warehouse",
    }

    def build(context: dg.AssetExecutionContext, dbt: Dbt, name: str, config: StepConfig, *told: str) -> Iterator[Any]:
        link_spatial_extension(settings.warehouse_dir / "extensions")
        # dagster-dbt would have a log per run in the folder of what the run compiled.
        told = (*told, "--log-path", str(settings.dbt_log_dir))
        yield from build_where_changed(
            context, settings, name, config, lambda arguments: dbt.cli([*arguments, *told], context=context)
        )

    @dbt_assets(**shared, exclude=f"tag:{AFTER_MODELS}", name=BEFORE)
    def before_models(context: dg.AssetExecutionContext, dbt: Dbt, config: YearConfig) -> Iterator[Any]:
        with failing_for_good():
            require_scenarios(settings)
        told = ["--vars", f"{{year_ending: '{config.year_ending}'}}"] if config.year_ending else []
        yield from build(context, dbt, BEFORE, config, *told)

    @dbt_assets(**shared, select=f"tag:{AFTER_MODELS}", name=AFTER)
    def after_models(context: dg.AssetExecutionContext, dbt: Dbt, config: StepConfig) -> Iterator[Any]:
        yield from build(context, dbt, AFTER, config)

    return [before_models, after_models]
