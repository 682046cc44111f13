"""Start-up time, and that Dagster's own check of the definitions finds nothing."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROJECT, SAMPLE
from tests.operations.services import BIN, name_environment

TIMED = """
import time
first = time.process_time()
import dagster, dagster_dbt
second = time.process_time()
from crime_dagster.definitions import defs
defs()
print((time.process_time() - first) / (second - first))
"""


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


def test_loading_the_definitions_costs_under_two_and_a_half_times_what_dagster_itself_does(environment: dict[str, str]):
    # Processor time, so that other programs on this machine do not count. The best of three, as the first may have to
    # compile; a good first one needs no other.
    assert any(float(call(environment, "python", "-c", TIMED).stdout) < 2.5 for _ in range(3))


def test_definitions_are_valid_for_dagster(environment: dict[str, str]):
    # dg warns if it does not run in the activated environment.
    done = call(environment | {"VIRTUAL_ENV": str(BIN.parent)}, "dg", "check", "defs")
    everything = done.stdout + done.stderr
    assert done.returncode == 0, everything[-2000:]
    assert "All definitions loaded successfully." in everything
    assert "ERROR" not in everything
    assert "warning" not in everything.lower(), everything
