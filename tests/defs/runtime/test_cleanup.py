"""Cleaning up after a killed run."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.cleanup import GONE, OF_COMMAND, clear_away
from crime_dagster.drawing.kit.finish import save_file
from tests.conftest import PROJECT


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(tmp_path / "data", tmp_path / "warehouse")
    for path in (found.landing_dir / "ons" / "lsoas.parquet", found.build_dir / "maps" / "total.html"):
        save_file(b"whole", path)
        path.with_name(f".{path.name}.partial").write_bytes(b"ha")
    (found.releases_dir / "000001").mkdir(parents=True)
    half = found.releases_dir / ".000002.partial"
    half.mkdir()
    (half / "index.html").write_text("half")
    (found.releases_dir / "000001" / ".manifest.json.partial").write_text("{")
    (found.warehouse_dir / ".published.partial").symlink_to("releases/000002")
    found.working_database.write_bytes(b"half")
    return found


def list_files(settings: Settings) -> list[str]:
    found = (path for path in settings.warehouse_dir.rglob("*") if not path.is_dir() or path.is_symlink())
    return sorted(path.relative_to(settings.warehouse_dir).as_posix() for path in found)


def test_half_written_files_go_and_whole_ones_stay(settings: Settings):
    with dg.DagsterInstance.ephemeral() as instance:
        assert len(clear_away(settings, instance)) == 6
        assert list_files(settings) == ["build/maps/total.html", "landing/ons/lsoas.parquet"]
        assert [one.name for one in settings.releases_dir.iterdir()] == ["000001"]
        assert clear_away(settings, instance) == []


@pytest.mark.parametrize(
    ("tags", "status", "after"),
    [
        (OF_COMMAND, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE),
        (OF_COMMAND, dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.SUCCESS),
        # The daemon watches its own.
        ({}, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTED),
    ],
)
def test_a_run_whose_process_is_gone_is_over(
    tmp_path: Path, tags: dict[str, str], status: dg.DagsterRunStatus, after: dg.DagsterRunStatus
):
    with dg.DagsterInstance.ephemeral() as instance:

        @dg.op
        def nothing() -> None: ...

        @dg.job
        def job() -> None:
            nothing()

        run = instance.create_run_for_job(job, status=status, tags=tags)
        clear_away(Settings(tmp_path / "data", tmp_path / "warehouse"), instance)
        found = instance.get_run_by_id(run.run_id)
        assert found is not None
        assert found.status == after
        if after != status:
            records = instance.all_logs(run.run_id)
            assert any(GONE in str(record) for record in records)


def test_a_killed_step_gives_its_slot_back(tmp_path: Path):
    """With one slot for writers, like the instance of every data set."""
    shutil.copy(PROJECT / "deploy" / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        storage = instance.event_log_storage
        for run_id, is_free in (("killed", True), ("next", False)):
            storage.initialize_concurrency_limit_to_default("warehouse")
            claim = storage.claim_concurrency_slot("warehouse", run_id, "dbt_before_models")
            assert claim.is_claimed == is_free
        found = clear_away(Settings(tmp_path / "data", tmp_path / "warehouse"), instance)
        assert "slot of run killed" in found
        assert storage.claim_concurrency_slot("warehouse", "after", "dbt_before_models").is_claimed
