"""The message if dbt cannot parse its project, such as on a full disk."""

import json
from pathlib import Path

import pytest
from dagster_dbt import DagsterDbtProjectPreparer
from dagster_dbt.core.dbt_cli_invocation import PARTIAL_PARSE_FILE_NAME
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.dbt import warehouse
from crime_dagster.defs.dbt.warehouse import build_project


def test_a_project_that_dbt_cannot_read_is_four_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def prepare(*_: object) -> None:
        print("Traceback (most recent call last): 390 lines of dbt's")
        raise DagsterDbtCliRuntimeError("dbt failed\n\n  OSError: [Errno 28] No space left on device\n")

    monkeypatch.setattr(DagsterDbtProjectPreparer, "prepare", prepare)
    with pytest.raises(InputError, match="No space left on device") as refused:
        build_project(Settings(tmp_path / "data", tmp_path / "warehouse"))
    assert len(str(refused.value).splitlines()) == 4
    assert "free some space" in refused.value.remedy
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("is_moved", [False, True])
def test_dbt_reads_a_moved_project_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_moved: bool):
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    parsed = settings.dbt_target_dir / PARTIAL_PARSE_FILE_NAME
    parsed.parent.mkdir(parents=True)
    parsed.touch()
    root = tmp_path if is_moved else settings.dbt_dir
    settings.manifest.write_text(json.dumps({"nodes": {"seed.one": {"root_path": str(root)}, "model.one": {}}}))
    monkeypatch.setattr(warehouse, "_is_stale", lambda _: True)
    monkeypatch.setattr(DagsterDbtProjectPreparer, "prepare", lambda *_: None)
    build_project(settings)
    assert parsed.is_file() is not is_moved
