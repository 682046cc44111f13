"""How long dbt's nodes take, against one query that reads, unpivots and sums the largest source.

Usage: CRIME_DATA_DIR=<published files> python benchmarks/sql_budget.py, after `make run` or `make dbt` on them.
dbt runs anew, with one thread, so that no node's time holds the waiting for another; DuckDB uses all
cores in both. Prints a table: kind of node, how many, seconds; then the query, the best of three, and the ratio.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import link_spatial_extension, open_memory
from crime_dagster.sources.catalogue import find_files, load_catalogue

SOURCE = "mps/lsoa_crime"
MONTH = re.compile(r"(19|20)\d{4}")


def time_nodes(settings: Settings) -> dict[str, list[float]]:
    """Run `dbt build` and return the seconds of its nodes by kind."""
    link_spatial_extension(settings.warehouse_dir / "extensions")
    dbt = Path(sys.executable).with_name("dbt")
    subprocess.run([str(dbt), "--quiet", "build", "--threads", "1"], cwd=settings.dbt_dir, check=True)
    results = json.loads((settings.dbt_target_dir / "run_results.json").read_text(encoding="utf-8"))["results"]
    seconds: dict[str, list[float]] = defaultdict(list)
    for result in results:
        seconds[result["unique_id"].split(".")[0]].append(result["execution_time"])
    return seconds


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
    nodes = time_nodes(settings)
    query = time_query([file.path for file in files])
    for kind, seconds in sorted(nodes.items()):
        print(f"{kind:<10} {len(seconds):>5} {sum(seconds):>8.2f} s")
    total = sum(sum(seconds) for kind, seconds in nodes.items() if kind != "operation")
    print(f"{'all':<10} {'':>5} {total:>8.2f} s, without hooks")
    print(f"{'query':<10} {len(files):>5} {query:>8.2f} s")
    print(f"ratio {total / query:.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
