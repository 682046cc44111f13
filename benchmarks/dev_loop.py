"""What work on the project costs: loading, one asset in Dagster's UI, a refresh of nothing, one edit of each kind.

Usage: python benchmarks/dev_loop.py <a built warehouse of the sample>. Project and warehouse are copied, and the copies
edited. Prints a table: seconds of the processor, children included, as such and in loops of `measure.PYLOOP`; seconds
by the clock; where Dagster ran something, its events and materialisations, and the MB that its history and dbt grew by.
Both are kept for CRIME_KEEP_DAYS.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster_graphql import DagsterGraphQLClient, DagsterGraphQLClientError
from measure import PYLOOP, ROOT, Cost, describe_machine, run_process

SETTLED = 3.0
BLOCK = 512
COUNTED = ("events", "materialisations", "MB")
LOCATION, REPOSITORY = "crime_dagster.definitions", "__repository__"
AREAS = "dbt_project/models/marts/areas"
EDITS = {
    "edit of one scenario": ("crime_dagster/defs/scenarios.yml", "change: 20%", "change: 25%"),
    "edit of one description": (f"{AREAS}/boroughs.yml", "One row per borough of the areas", "A row per borough"),
    "edit of one colour": ("crime_dagster/drawing/kit/theme.py", '"former": "#2B7C9B"', '"former": "#2B7C9C"'),
    "edit of one SQL": (f"{AREAS}/boroughs.sql", "count(*) as areas", "count(lsoas.lsoa_code) as areas"),
}


class Dev:
    """`make dev` over a copy of the project, asked as its pages ask."""

    def __init__(self, project: Path, environment: dict[str, str]) -> None:
        self.kept = [Path(environment["CRIME_WAREHOUSE_DIR"]) / name for name in ("dagster_home", "dbt")]
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        command = [sys.executable, "-m", "crime_dagster", "dev", "--port", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        self.process = subprocess.Popen(command, cwd=project, env={**os.environ, **environment}, **quiet)  # type: ignore[call-overload]  # noqa: TID251
        self.client = DagsterGraphQLClient("127.0.0.1", port_number=port)
        while True:
            time.sleep(0.5)
            try:
                self.client.reload_repository_location(LOCATION)
                break
            except (OSError, DagsterGraphQLClientError):
                continue
        time.sleep(SETTLED)

    def count_seconds(self) -> float:
        """Of the processor, by all processes of its session and those that they waited for."""
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid:
                ticks += sum(map(int, fields[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def count_bytes(self) -> int:
        """Of what runs leave behind, on disk."""
        files = (path for folder in self.kept for path in folder.rglob("*"))
        return sum(path.stat().st_blocks * BLOCK for path in files if path.is_file())

    def reload(self) -> Cost:
        """Load the definitions again, as the button does."""
        begun, before = time.perf_counter(), self.count_seconds()
        self.client.reload_repository_location(LOCATION)
        return Cost(time.perf_counter() - begun, self.count_seconds() - before, 0, {})

    def launch(self, keys: list[str], tags: dict[str, str], job: str = "__ASSET_JOB") -> Cost:
        """Materialise assets, or run a job, to the end."""
        begun, before, held = time.perf_counter(), self.count_seconds(), self.count_bytes()
        chosen = [key.split("/") for key in keys] or None
        place = {"repository_location_name": LOCATION, "repository_name": REPOSITORY}
        run = self.client.submit_job_execution(job, **place, tags=tags, asset_selection=chosen)
        while (status := self.client.get_run_status(run)) not in FINISHED_STATUSES:
            time.sleep(0.2)
        wall = time.perf_counter() - begun
        time.sleep(SETTLED / 3)
        with dg.DagsterInstance.from_config(str(self.kept[0])) as instance:
            kinds = [one.dagster_event_type for one in instance.all_logs(run)]
        counts = {
            "events": len(kinds),
            "materialisations": kinds.count(dg.DagsterEventType.ASSET_MATERIALIZATION),
            "MB": f"{(self.count_bytes() - held) / 1e6:.1f}",
            "status": status.value,
        }
        return Cost(wall, self.count_seconds() - before, 0, counts)

    def stop(self) -> None:
        """End it, and its servers with it."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=120)


def main() -> None:
    """Measure, and print a row each."""
    columns = ["what", "CPU s", "pyloops", "clock s", *COUNTED]
    print(f"{describe_machine()}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        project, warehouse = Path(folder) / "project", Path(folder) / "warehouse"
        skipped = shutil.ignore_patterns("*_cache", "__pycache__", "releases", ".git", ".venv", "warehouse")
        shutil.copytree(ROOT, project, ignore=skipped, symlinks=True)
        shutil.copytree(sys.argv[1], warehouse, symlinks=True)
        environment = {"CRIME_WAREHOUSE_DIR": str(warehouse), "PYTHONPATH": str(project), "CRIME_DATA_DIR": ""}
        run = [sys.executable, "-m", "crime_dagster", "run"]

        def show(name: str, cost: Cost) -> None:
            loop, said = run_process(PYLOOP, {}).cpu, cost.said
            name += " (it failed)" if said.get("status", "SUCCESS") != "SUCCESS" else ""
            counts = [str(said.get(one, "")) for one in COUNTED]
            row = [name, f"{cost.cpu:.1f}", f"{cost.cpu / loop:.0f}", f"{cost.wall:.1f}", *counts]
            print(f"| {' | '.join(row)} |", flush=True)

        # What a copy in another folder makes due by itself.
        run_process(run, environment, project)
        for code in ("import dagster, dagster_dbt", "from crime_dagster.definitions import defs; defs()"):
            show(f"`{code}`", run_process([sys.executable, "-c", code], environment, project))
        dev = Dev(project, environment)
        try:
            show("reload in the UI", dev.reload())
            show("unchanged refresh in the UI", dev.launch([], {}, "refresh_monthly"))
            # Not counted: dbt reads its whole project again, as this warehouse is a copy in another folder.
            dev.launch(["marts/boroughs"], {})
            show("one mart in the UI", dev.launch(["marts/boroughs"], {}))
            forced = {"dagster/partition": "burglary", "crime_dagster/force": "true"}
            show("one type of one model in the UI", dev.launch(["models/hotspots"], forced))
        finally:
            dev.stop()
        run_process(run, environment, project)
        for name, (file, old, new) in EDITS.items():
            path = project / file
            text = path.read_text(encoding="utf-8")
            if old not in text:
                sys.exit(f"{file} has no {old!r} any more: name another edit here")
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            show(name, run_process(run, environment, project))


if __name__ == "__main__":
    main()
