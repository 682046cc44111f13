"""What whole processes cost, as the operating system counts it once they have ended, and what a machine is worth."""

import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KIB_PER_MIB = 1024
# A plain loop of ten million additions: what this machine does in a second, whatever else it is doing.
PYLOOP = [sys.executable, "-c", "n = 0\nfor _ in range(10_000_000):\n    n += 1"]


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processor, children included; MiB of the largest process; what it said.

    `tree` is the most MiB of all its processes together, looked at twice a second; what they share is counted once.
    """

    wall: float
    cpu: float
    peak: float
    said: dict[str, Any]
    tree: float = 0.0


def run_process(command: Sequence[str], environment: dict[str, str], folder: Path = ROOT) -> Cost:
    """Run a command in a folder to its end; one that fails stops everything, with its last lines."""
    with TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},  # noqa: TID251 handed on as it is
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        ended, sizes = threading.Event(), [0.0]
        watch = threading.Thread(target=_watch, args=(process.pid, ended, sizes))
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        ended.set()
        watch.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}:\n{text[-2000:]}")
    last = text.strip().rpartition("\n")[2]
    said = json.loads(last) if last.startswith("{") else {}
    peak, tree = usage.ru_maxrss / KIB_PER_MIB, max(sizes) / KIB_PER_MIB
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak, said, tree)


def _watch(pid: int, ended: threading.Event, sizes: list[float]) -> None:
    while not ended.wait(0.5):
        sizes.append(_weigh_tree(pid))


def _weigh_tree(pid: int) -> float:
    """Add up the KiB of a process and its descendants; of a page that several share, each has its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        own = next((float(line.split()[1]) for line in lines if line.startswith("Pss:")), 0.0)
        children = [one.read_text(encoding="utf-8").split() for one in Path(f"/proc/{pid}/task").glob("*/children")]
        return own + sum(_weigh_tree(int(child)) for of_thread in children for child in of_thread)
    except OSError:  # it has ended meanwhile
        return 0.0


def measure(
    command: Sequence[str], runs: int, environment: dict[str, str], prepare: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """The medians of some runs, each beside its own yardstick, and the clock's median in yardsticks."""
    costs, loops = [], []
    for _ in range(runs):
        prepare()
        loops.append(run_process(PYLOOP, {}).wall)
        costs.append(run_process(command, environment))
    found = {name: statistics.median(getattr(one, name) for one in costs) for name in ("wall", "cpu", "peak")}
    ratio = statistics.median(one.wall / loop for one, loop in zip(costs, loops, strict=True))
    return {**asdict(costs[-1]), **found, "pyloops": ratio, "pyloop": statistics.median(loops), "runs": runs}


def describe_machine() -> str:
    """Cores, processor, system and Python in a sentence, and how busy it is."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()} {platform.release()}, Python "
        f"{platform.python_version()}; load when the measuring began: {load:.1f}"
    )
