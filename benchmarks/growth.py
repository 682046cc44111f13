"""How time and memory grow with the number of areas, stage by stage, on made-up cities of 36 months.

Usage: python benchmarks/growth.py [--areas 5000 12000] [--stages landing marts models pictures] [--work FOLDER]. Each
stage is a process; what a stage needs is built by the one before it. Models and pictures are those of one crime type,
whose cost the other types repeat. The figures go into `docs/benchmarks.md`.
"""

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import PAGE, PEERS, RESULTS, clear, find_code, locate, write_page
from measure import describe_machine, run_process

CITY = [sys.executable, "-m", "crime_dagster.sources.synthetic"]
STAGES = {
    "landing": [*PEERS, "land"],
    "marts": [sys.executable, "-m", "crime_dagster", "dbt"],
    "models": [*PEERS, "our model"],
    "pictures": [*PEERS, "our pictures"],
}
AREAS_PER_BOROUGH = 150


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--areas", nargs="*", type=int, default=[5_000, 12_000])
    parser.add_argument("--stages", nargs="*", choices=STAGES, default=list(STAGES))
    parser.add_argument("--work", type=Path, help="where to build, kept; by default a folder that is removed")
    given = parser.parse_args()
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"rows": {}}
    results.setdefault("machine", describe_machine())
    growth: dict[str, dict[str, Any]] = results.setdefault("growth", {})
    code = find_code()
    with TemporaryDirectory() as temporary:
        for areas in given.areas:
            folder = (given.work or Path(temporary)).absolute() / str(areas)
            environment = locate(folder / "data", folder / "warehouse")
            if not (folder / "data").exists():
                boroughs = str(min(400, max(6, areas // AREAS_PER_BOROUGH)))
                run_process([*CITY, str(folder / "data"), "--areas", str(areas), "--boroughs", boroughs], {})
            if "landing" in given.stages:
                clear(folder / "warehouse")
                # Dbt reads its project once, whatever the number of areas.
                run_process([sys.executable, "-m", "crime_dagster", "prepare"], environment)
            for stage in given.stages:
                cost = run_process(STAGES[stage], environment)
                growth.setdefault(stage, {})[str(areas)] = {"cpu": cost.cpu, "peak": cost.peak, "code": code}
                print(f"{areas:,} areas, {stage}: {cost.cpu:.1f} s of the processor, {cost.peak:,.0f} MiB", flush=True)
                RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
                PAGE.write_text(write_page(results, code), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
