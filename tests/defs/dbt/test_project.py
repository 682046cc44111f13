"""The message if dbt cannot parse its project, such as on a full disk."""

from pathlib import Path

import pytest
from dagster_dbt import DagsterDbtProjectPreparer
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
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
