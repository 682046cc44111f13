"""Where Dagster's state is, with and without DAGSTER_HOME."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._cli.utils import get_possibly_temporary_instance_for_cli
from dagster._core.test_utils import create_run_for_test

from tests.conftest import PROJECT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to call `dg` from, with the project's dagster.yaml."""
    (tmp_path / "dagster.yaml").symlink_to(PROJECT / "dagster.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRIME_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return tmp_path


def test_a_bare_dg_finds_the_runs_of_the_warehouse(folder: Path):
    @dg.job
    def nothing() -> None: ...

    with get_possibly_temporary_instance_for_cli() as instance:
        run_id = nothing.execute_in_process(instance=instance).run_id
    with get_possibly_temporary_instance_for_cli() as instance:
        assert [run.run_id for run in instance.get_runs()] == [run_id]
        created = create_run_for_test(instance)  # as the web server and the daemon do
        assert instance.get_run_by_id(created.run_id) is not None
        assert Path(instance.root_directory) == folder / "warehouse" / "dagster_home"
    assert {path.name for path in folder.iterdir()} == {"dagster.yaml", "warehouse"}


def test_a_stated_folder_counts(folder: Path, monkeypatch: pytest.MonkeyPatch):
    home = folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_bytes((PROJECT / "dagster.yaml").read_bytes())
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    with get_possibly_temporary_instance_for_cli() as instance:
        assert Path(instance.root_directory) == home
