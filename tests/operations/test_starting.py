"""Start-up time, and that Dagster's own check of the definitions finds nothing."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROJECT, SAMPLE
from tests.operations.services import BIN, name_environment

TIMED = "import time as t; t0 = t.process_time(); import crime_dagster.definitions; print(t.process_time() - t0)"


@pytest.fixture
def environment(prepared: Path) -> dict[str, str]:
    return name_environment(SAMPLE, prepared)


def call(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_definitions_are_imported_in_under_six_seconds(environment: dict[str, str]):
    # Processor time, so that other programs on this machine do not count. The best of two, as the first may have to
    # compile; a good first one needs no second.
    assert any(float(call(environment, "python", "-c", TIMED).stdout) < 6 for _ in range(2))


def test_definitions_are_valid_for_dagster(environment: dict[str, str]):
    # dg warns if it does not run in the activated environment.
    done = call(environment | {"VIRTUAL_ENV": str(BIN.parent)}, "dg", "check", "defs")
    everything = done.stdout + done.stderr
    assert done.returncode == 0, everything[-2000:]
    assert "All definitions loaded successfully." in everything
    assert "ERROR" not in everything
    assert "warning" not in everything.lower(), everything
