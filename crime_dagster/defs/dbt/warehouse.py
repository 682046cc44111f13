"""The dbt models as assets, in two steps: before the models are fitted, and from their results."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from functools import cached_property
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtProjectPreparer, DbtCliResource, DbtProject, dbt_assets
from dagster_dbt.core.dbt_cli_invocation import PARTIAL_PARSE_FILE_NAME
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from packaging.version import Version
from pydantic import Field

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import read_json
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import link_spatial_extension
from crime_dagster.defs.dbt.dbt_steps import build_where_changed
from crime_dagster.defs.dbt.node_versions import AFTER, AFTER_MODELS, BEFORE
from crime_dagster.defs.dbt.translator import TRANSLATOR
from crime_dagster.defs.runtime.invalid_config import failing_for_good
from crime_dagster.defs.runtime.scenario_settings import require_scenarios
from crime_dagster.defs.runtime.unchanged import StepConfig

# Target in profiles.yml: runs build a copy of the database.
WORKING = "working"


class Dbt(DbtCliResource):
    """dbt beside our Python, without what dagster-dbt starts before each run of it, two seconds each."""

    @cached_property
    def _cli_version(self) -> Version:
        """Return the version without `dbt --version`, which also asks a registry for a newer one."""
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        """Return None: the adapter would count rows and list columns in the database, which the steps do themselves."""


class Preparer(DagsterDbtProjectPreparer):
    """Parses the project with `Dbt`, which starts one process instead of two.

    The next run of dbt reads none of it again, where dagster-dbt would mark all seeds as changed: their absolute paths.
    """

    def _prepare_manifest(self, project: DbtProject) -> None:
        dbt = Dbt(project_dir=project)  # type: ignore[arg-type]  # pydantic hides that it takes a project
        dbt.cli(self._prepare_project_cli_args, target_path=project.target_path).wait()


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
    project = DbtProject(
        project_dir=settings.dbt_dir,
        target_path=settings.dbt_target_dir,
        profiles_dir=settings.dbt_dir,
        target="lake" if settings.lake else target,
    )
    if _is_stale(settings):
        if _has_newer(settings, (settings.dbt_dir / "tests").rglob("*.sql")) or _is_of_another_folder(settings):
            # Of a test whose SQL changed, partial parsing forgets what YAML says, such as the asset that it checks.
            # Of a seed it remembers the folder.
            (settings.dbt_target_dir / PARTIAL_PARSE_FILE_NAME).unlink(missing_ok=True)
        try:
            # dbt's output is dropped; the error has what matters.
            with redirect_stdout(StringIO()):
                Preparer().prepare(project)
        except DagsterDbtCliRuntimeError as error:
            raise InputError(
                file=settings.dbt_dir,
                found=f"dbt could not read its project: {_find_reason(error)}",
                expected="room on the disk, and a project that dbt can read",
                remedy=f"free some space or fix what is named, and run again; its log is in {settings.dbt_target_dir}",
            ) from error
    return project


def _find_reason(error: DagsterDbtCliRuntimeError) -> str:
    """Return dbt's last message, without its traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def _is_stale(settings: Settings) -> bool:
    # Folders too: deleting a file changes only the folder's modification time.
    folders = [settings.dbt_dir / name for name in ("models", "seeds", "macros", "tests")]
    paths = [*folders, *(path for folder in folders for path in folder.rglob("*")), *settings.dbt_dir.glob("*.yml")]
    return _has_newer(settings, paths)


def _is_of_another_folder(settings: Settings) -> bool:
    nodes = read_json(settings.manifest).get("nodes", {}).values()
    return any(Path(node["root_path"]) != settings.dbt_dir for node in nodes if node.get("root_path"))


def _has_newer(settings: Settings, paths: Iterable[Path]) -> bool:
    """Whether one of the files changed since the manifest was written, or there is none."""
    if not settings.manifest.is_file():
        return True
    built = settings.manifest.stat().st_mtime
    return any(path.stat().st_mtime >= built for path in paths)


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
