"""Tables of the published files of London: landed and built by dbt, without models and pictures."""

from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import link_spatial_extension
from crime_dagster.defs.ingest.ingest import SOURCES, catalogue, data_sets
from crime_dagster.defs.ingest.left_out import left_out_files
from tests.conftest import Run, build_once
from tests.dbt.forked import PROJECT, run_dbt


def build_tables(data: Path, warehouse: Path, *marts: str) -> Run:
    """Build what `make dbt` builds, or some marts, and run the same tests, with dbt's project parsed once per session.

    dbt's unit tests try the SQL with rows of their own, whatever the data: `tests/dbt` runs them.
    """
    settings = Settings(data, warehouse)
    for folder in (settings.landing_dir, settings.dbt_target_dir):
        folder.mkdir(parents=True)
    link_spatial_extension(warehouse / "extensions")
    assert dg.materialize([data_sets, catalogue, *SOURCES, left_out_files], resources={"settings": settings}).success
    # Cautious: only tests of which every table is built.
    chosen = ("--indirect-selection", "cautious", "--select", *(f"+{name}" for name in marts)) if marts else ()
    told = ("build", "--exclude-resource-type", "unit_test", *chosen)
    done = run_dbt(PROJECT, warehouse, *told, **settings.child_environment())
    return Run(done.status, done.output, "", warehouse)


@pytest.fixture(scope="session")
def built_london(real_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The published files of London, built once. Read or copy the warehouse."""
    return build_once(tmp_path_factory, "london", lambda warehouse: build_tables(real_data_dir, warehouse))
