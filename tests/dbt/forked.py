"""dbt in a separate process: DuckDB locks a database as long as its process lives."""

import json
import multiprocessing
import os
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
# Forked from a process that has imported dbt and parsed the project: both take longer than building a tiny city. The
# tests of kills have theirs forked from it too.
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["tests.dbt.read_project", "tests.faults.writer"])


@dataclass(frozen=True)
class Built:
    """The result of one dbt command."""

    status: int
    output: str
    results: dict[str, str]


def run_dbt(project: Path, warehouse: Path, *arguments: str, **environment: str) -> Built:
    """Run a dbt command; `results` maps each node's name to its status."""
    results = warehouse / "dbt" / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    output = warehouse / "said.txt"
    process = FORKED.Process(target=_invoke, args=(project, warehouse, arguments, output, environment))
    process.start()
    process.join(900)
    process.kill()
    process.join()
    assert process.exitcode is not None
    return Built(process.exitcode, output.read_text(encoding="utf-8"), _read_results(results))


def _invoke(
    project: Path, warehouse: Path, arguments: tuple[str, ...], output: Path, environment: dict[str, str]
) -> None:
    said = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    from dbt.cli.main import dbtRunner

    from tests.dbt.read_project import MANIFEST

    for name in [name for name in os.environ if name.startswith(("DBT_", "CRIME_"))]:
        del os.environ[name]
    os.environ |= {"CRIME_WAREHOUSE_DIR": str(warehouse), "DBT_LOG_PATH": str(warehouse / "logs"), **environment}
    os.chdir(project)
    runner = dbtRunner(manifest=MANIFEST if project == PROJECT else None)
    # Nobody reads the log of every statement, which takes a tenth of the time.
    told = ["--no-use-colors", "--log-level-file", "none", *arguments]
    sys.exit(not runner.invoke(told).success)


def _read_results(path: Path) -> dict[str, str]:
    nodes = json.loads(path.read_text(encoding="utf-8"))["results"] if path.is_file() else []
    # model.<project>.<name>, test.<project>.<name>[.<hash>], unit_test.<project>.<model>.<name>
    names = [node["unique_id"].split(".") for node in nodes]
    return {name[3 if name[0] == "unit_test" else 2]: node["status"] for name, node in zip(names, nodes, strict=True)}
