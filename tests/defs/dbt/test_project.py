"""dbt's reading of its project: beside other work, by one process at a time, and the message if it cannot."""

import json
from pathlib import Path

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.lock import hold_file
from crime_dagster.core.settings import Settings
from crime_dagster.defs.dbt import parse
from crime_dagster.defs.dbt.parse import PARSING, PARTIAL_PARSE, parse_beside
from crime_dagster.defs.dbt.warehouse import build_project


def play_dbt(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Run a shell script in place of dbt."""
    program = folder / "dbt"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(parse, "find_dbt", lambda: str(program))


def test_a_project_that_dbt_cannot_read_is_four_lines(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    said = "Traceback (most recent call last): 390 lines\n\n  OSError: [Errno 28] No space left on device"
    play_dbt(monkeypatch, tmp_path, f"echo '{said}' >&2; exit 2")
    with pytest.raises(InputError, match="No space left on device") as refused:
        build_project(settings)
    assert len(str(refused.value).splitlines()) == 4
    assert "free some space" in refused.value.remedy
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("is_moved", [False, True])
def test_dbt_reads_a_moved_project_anew(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_moved: bool
):
    parsed = settings.dbt_target_dir / PARTIAL_PARSE
    parsed.parent.mkdir(parents=True)
    parsed.touch()
    root = tmp_path if is_moved else settings.dbt_dir
    settings.manifest.write_text(json.dumps({"nodes": {"seed.one": {"root_path": str(root)}, "model.one": {}}}))
    monkeypatch.setattr(parse, "_is_stale", lambda _: True)
    play_dbt(monkeypatch, tmp_path, "exit 0")
    build_project(settings)
    assert parsed.is_file() is not is_moved


def test_dbt_reads_its_project_while_other_work_is_done(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wait = "for _ in $(seq 100); do test -f begun && exit 0; sleep 0.1; done; exit 1"
    play_dbt(monkeypatch, tmp_path, f"cd {tmp_path}; {wait}")
    with parse_beside(settings):
        (tmp_path / "begun").touch()


def test_dbt_ends_with_the_work_beside_it(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    play_dbt(monkeypatch, tmp_path, f"sleep 2; touch {tmp_path}/ended")
    with pytest.raises(KeyboardInterrupt), parse_beside(settings):
        raise KeyboardInterrupt
    assert not (tmp_path / "ended").exists()


def test_a_project_that_another_process_reads_is_not_read_twice(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked = iter([True, False])
    monkeypatch.setattr(parse, "_is_stale", lambda _: next(asked))
    play_dbt(monkeypatch, tmp_path, "exit 1")
    with parse_beside(settings):
        # Who asks now waits.
        busy = pytest.raises(InterruptedError)
        with busy, hold_file(settings.dbt_target_dir / PARSING, _refuse):
            pass


def _refuse(process: str) -> None:
    raise InterruptedError(process)
