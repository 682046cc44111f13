"""Start what `deploy/` starts, as plain processes that end with the test."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import PROJECT

BIN = Path(sys.executable).parent
KEPT = ("HOME", "PYTHONPATH", "LANG", "TMPDIR")
LAUNCH = """
mutation ($job: String!, $location: String!, $repository: String!) {
  launchRun(executionParams: {mode: "default", runConfigData: {}, selector: {
    jobName: $job, repositoryName: $repository, repositoryLocationName: $location}}) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""


def find_free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def name_environment(data: Path, warehouse: Path, **more: str) -> dict[str, str]:
    """Return the environment of a service, without other tests' settings."""
    # What chooses the kernels of linear algebra chooses the last digits of every model.
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("OPENBLAS_")}
    return {
        **kept,
        "PATH": f"{BIN}:/usr/bin:/bin",
        "CRIME_DATA_DIR": str(data),
        "CRIME_WAREHOUSE_DIR": str(warehouse),
        "DAGSTER_HOME": str(warehouse / "dagster_home"),
        "OMP_NUM_THREADS": "1",
        **more,
    }


def wait_for(what: str, is_so: Callable[[], Any], seconds: float) -> Any:
    """Return the first true result of `is_so`; an error counts as false.

    Raises:
        TimeoutError: It did not become true in time.
    """
    until, last = time.monotonic() + seconds, None
    while time.monotonic() < until:
        try:
            if found := is_so():
                return found
        except OSError as error:
            last = error
        time.sleep(0.3)
    raise TimeoutError(f"{what}: not within {seconds} s ({last})")


@dataclass
class Services:
    """Processes with their logs; leaving the block ends them and their children."""

    environment: dict[str, str]
    logs: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Services:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.running):
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        with (self.logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(BIN / command[0]), *command[1:]],
                cwd=PROJECT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def read_logs(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.logs.glob("*.log")))


def answers(port: int) -> bool:
    """Whether the web server on this port reports its version."""
    address = f"http://127.0.0.1:{port}/server_info"
    with urllib.request.urlopen(address, timeout=5) as answer:
        return bool(json.load(answer)["dagster_version"])


def ask(port: int, query: str, **variables: Any) -> dict[str, Any]:
    """Query the web server by GraphQL."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps({"query": query, "variables": variables}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 our own address
        return json.load(answer)["data"]
