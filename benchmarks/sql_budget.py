"""How long dbt's nodes take, against one query that reads, unpivots and sums the largest source.

Usage: CRIME_DATA_DIR=<published files> python benchmarks/sql_budget.py, after `make run` or `make dbt` on them.
dbt runs again, with one thread, so that no node's time holds the waiting for another; DuckDB uses all
cores in all of it. Prints a table: kind of node, how many, seconds of this project, and of an empty one with as many
views, tables and data tests and no SQL in them (what dbt itself costs); then the query, the best of three, both ratios.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import link_spatial_extension, open_memory
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.folder.inventory import find_files

SOURCE = "mps/lsoa_crime"
MONTH = re.compile(r"(19|20)\d{4}")


def time_nodes(project_dir: Path, target_dir: Path) -> dict[str, list[float]]:
    """Run `dbt build` and return the seconds of its nodes by kind."""
    dbt = Path(sys.executable).with_name("dbt")
    places = ["--project-dir", str(project_dir), "--profiles-dir", str(project_dir), "--target-path", str(target_dir)]
    subprocess.run([str(dbt), "--quiet", "build", "--threads", "1", *places], cwd=project_dir, check=True)
    results = json.loads((target_dir / "run_results.json").read_text(encoding="utf-8"))["results"]
    seconds: dict[str, list[float]] = defaultdict(list)
    for result in results:
        seconds[result["unique_id"].split(".")[0]].append(result["execution_time"])
    return seconds


def time_empty_nodes(manifest_path: Path) -> dict[str, list[float]]:
    """The same of a project with as many views, tables and data tests as the manifest's, whose SQL does nothing."""
    nodes = json.loads(manifest_path.read_text(encoding="utf-8"))["nodes"].values()
    models = [node["config"]["materialized"] for node in nodes if node["resource_type"] == "model"]
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "models").mkdir()
        (project / "tests").mkdir()
        for number, materialized in enumerate(models):
            sql = f"{{{{ config(materialized='{materialized}') }}}} select 1 as one"
            (project / f"models/model_{number}.sql").write_text(sql, encoding="utf-8")
        for number in range(sum(node["resource_type"] == "test" for node in nodes)):
            (project / f"tests/test_{number}.sql").write_text("select 1 as one where false", encoding="utf-8")
        flags = {"send_anonymous_usage_stats": False}
        project_text = json.dumps({"name": "empty", "version": "1.0.0", "profile": "empty", "flags": flags})
        output = {"type": "duckdb", "path": str(project / "empty.duckdb")}
        profile_text = json.dumps({"empty": {"target": "empty", "outputs": {"empty": output}}})
        # JSON is YAML.
        (project / "dbt_project.yml").write_text(project_text, encoding="utf-8")
        (project / "profiles.yml").write_text(profile_text, encoding="utf-8")
        return time_nodes(project, project / "target")


def time_query(paths: list[Path]) -> float:
    """Seconds of the one query, the best of three."""
    best = float("inf")
    for _ in range(3):
        with open_memory() as connection:
            started = time.perf_counter()
            connection.execute(write_query(paths), [str(path) for path in paths])
            best = min(best, time.perf_counter() - started)
    return best


def write_query(paths: list[Path]) -> str:
    """The query over files whose months are columns; header, delimiter, quote and types are declared."""
    parts = []
    for path in paths:
        with path.open(encoding="utf-8-sig") as stream:
            names = stream.readline().strip().split(",")
        columns = ", ".join(f"'{name}': '{'BIGINT' if MONTH.fullmatch(name) else 'VARCHAR'}'" for name in names)
        months = ", ".join(f'"{name}"' for name in names if MONTH.fullmatch(name))
        code, category = names[0], next(name for name in names if "major" in name.lower())
        read = f"read_csv(?, header = true, delim = ',', quote = '\"', auto_detect = false, columns = {{{columns}}})"
        long = f"(unpivot (from {read}) on {months} into name month value crimes)"
        parts.append(f'select "{code}" as area, "{category}" as category, month, crimes from {long}')  # noqa: S608 names of a header
    union = " union all ".join(parts)
    # Names of columns cannot be parameters; a name with a quotation mark would be refused by the reader before.
    return f"create table sums as select area, category, month, sum(crimes) as crimes from ({union}) group by all"  # noqa: S608 names of a header


def main() -> int:
    """Measure and print."""
    settings = Settings.from_environment()
    settings.prepare()
    files = find_files(load_catalogue()[SOURCE], settings.data_dir)
    if not files:
        print(f"The data set has no file of {SOURCE}: there is nothing to compare with.", file=sys.stderr)
        return 1
    link_spatial_extension(settings.warehouse_dir / "extensions")
    nodes = time_nodes(settings.dbt_dir, settings.dbt_target_dir)
    empty = time_empty_nodes(settings.dbt_target_dir / "manifest.json")
    query = time_query([file.path for file in files])
    print(f"{'':<10} {'nodes':>5} {'seconds':>8} {'empty':>8}")
    for kind, seconds in sorted(nodes.items()):
        print(f"{kind:<10} {len(seconds):>5} {sum(seconds):>8.2f} {sum(empty[kind]):>8.2f}")
    totals = [sum(sum(of) for kind, of in every.items() if kind != "operation") for every in (nodes, empty)]
    print(f"{'all':<10} {'':>5} {totals[0]:>8.2f} {totals[1]:>8.2f}, without hooks")
    print(f"{'query':<10} {len(files):>5} {query:>8.2f}")
    print(f"{'ratio':<10} {'':>5} {totals[0] / query:>8.1f} {totals[1] / query:>8.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
