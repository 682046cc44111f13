"""What two workers gain over one, on the same cores, for a made-up country of five forces, and where the rest goes.

Usage: python -m benchmarks.workers [--workers 1 2] [--forces 5], with what `make test-scale` needs. Each run starts
PostgreSQL, Redis, a store and the workers, and builds from nothing. A task is a worker's step with fetching and
sending, a step is what Dagster timed. The figures are in `docs/scaling.md`.
"""

import argparse
import datetime as dt
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.operations.machines import WORKER, find_missing, run_machine, serve_shared
from tests.operations.services import Services, wait_for

DONE = re.compile(r"\[([-\d]+ [:\d]+,\d+): INFO\S+ Task execute_plan\[\S+\] succeeded in ([\d.]+)s")
HEAD = "workers | seconds | of the processor: workers, run, PostgreSQL, store, Redis | tasks | both busy | one | none"
LONGEST = 8


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", nargs="*", type=int, choices=(1, 2), default=[1, 2])
    parser.add_argument("--forces", default="5")
    given = parser.parse_args()
    if missing := find_missing():
        raise SystemExit(missing)
    print(HEAD)
    with TemporaryDirectory() as temporary:
        country = Path(temporary) / "country"
        made = [sys.executable, "-m", "crime_dagster.sources.synthetic", str(country), "--forces", given.forces]
        subprocess.run(made, check=True, capture_output=True)
        for at, workers in enumerate(given.workers):
            measure(Path(temporary) / str(at), country, workers)
    return 0


def measure(folder: Path, country: Path, number: int) -> None:
    """Run with some workers, from nothing."""
    folder.mkdir()
    with ExitStack() as stack:
        postgres, servers = stack.enter_context(serve_shared(folder))
        machines = [run_machine(folder / name, servers, folder / name / "country") for name in ("one", "two")[:number]]
        started = [stack.enter_context(one).start("worker", *WORKER, "worker@%h") for one in machines]
        main = stack.enter_context(run_machine(folder / "main", servers, country))
        wait_for("the workers", lambda: all(" ready." in one.read_logs() for one in machines), 300)
        base = int((postgres.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        groups = [[one.pid for one in started], [base], [one.pid for one in servers.running]]
        before, began = [*map(count_cpu, groups)], time.time()
        children = sum(os.times()[2:4])
        if main.start("run", "python", "-m", "crime_dagster", "run").wait():
            raise SystemExit(main.read_logs()[-3000:])
        wall, run = time.time() - began, sum(os.times()[2:4]) - children
        workers, base_cpu, store = (now - then for now, then in zip(map(count_cpu, groups), before, strict=True))
        tasks = [task for one in machines for task in list_tasks(one)]
        both, single = (count_busy(tasks, at) for at in (2, 1))
        spent = f"{len(tasks)} of {sum(end - start for start, end in tasks):.0f} s"
        shares = f"{both:.0f} | {single:.0f} | {wall - both - single:.0f}"
        print(f"{number} | {wall:.0f} | {workers:.0f}, {run:.0f}, {base_cpu:.0f}, {store:.0f} | {spent} | {shares}")
        lasted = json.loads((folder / "main" / "warehouse" / "lasted.json").read_text(encoding="utf-8"))
        longest = sorted(lasted.items(), key=lambda one: -one[1])[:LONGEST]
        said = ", ".join(f"{key} {value:.0f}" for key, value in longest)
        print(f"  steps {sum(lasted.values()):.0f} s: {said}", flush=True)


def count_cpu(pids: list[int]) -> float:
    """Seconds of the processor of processes and their children, ended ones included."""
    return sum(map(_count_one, pids))


def _count_one(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except (FileNotFoundError, ProcessLookupError):
        # It ended since its parent was asked, which has counted it.
        return 0
    return sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK") + count_cpu([int(one) for one in children])


def list_tasks(machine: Services) -> Iterator[tuple[float, float]]:
    """Yield when a worker's tasks began and ended."""
    for end, seconds in DONE.findall(machine.read_logs()):
        ended = dt.datetime.strptime(end, "%Y-%m-%d %H:%M:%S,%f").astimezone().timestamp()
        yield ended - float(seconds), ended


def count_busy(tasks: list[tuple[float, float]], number: int) -> float:
    """Count the seconds in which so many workers were busy."""
    changes = sorted([(start, 1) for start, _ in tasks] + [(end, -1) for _, end in tasks])
    total, busy = 0.0, 0
    for (when, change), (after, _) in pairwise(changes):
        busy += change
        total += (after - when) * (busy == number)
    return total


if __name__ == "__main__":
    raise SystemExit(main())
