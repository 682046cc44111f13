"""How time and memory grow with the number of areas, stage by stage, on made-up cities of 36 months.

Usage: python benchmarks/growth.py [--areas 5000 12000 | --country] [--stages landing marts ...] [--work FOLDER]. Each
stage is a process; what a stage needs is built by the one before it. Models and pictures are those of one crime type,
whose cost the other types repeat. `--country` measures a made-up England and Wales instead: 43 police forces with 30
million street-level records, some 10 GB of disk, and everything that a run makes of them. The figures go into
`docs/benchmarks.md`.
"""

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import PAGE, PEERS, RESULTS, RUN, clear, find_code, locate, write_page
from measure import describe_machine, run_process
from pyarrow import parquet

CITY = [sys.executable, "-m", "crime_dagster.sources.synthetic"]
STAGES = {
    "landing": [*PEERS, "land"],
    "marts": [sys.executable, "-m", "crime_dagster", "dbt"],
    "models": [*PEERS, "our model"],
    "pictures": [*PEERS, "our pictures"],
    "everything": RUN,
}
OF_ONE_TYPE = ["landing", "marts", "models", "pictures"]
AREAS_PER_BOROUGH = 150
COUNTRY = ["--forces", "43", "--areas", "36000", "--boroughs", "318", "--crime-level", "1.6"]


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--areas", nargs="*", type=int, default=[5_000, 12_000])
    parser.add_argument("--country", action="store_true", help="43 police forces with 30 million records instead")
    parser.add_argument("--stages", nargs="*", choices=STAGES, help="all; of cities all but everything")
    parser.add_argument("--work", type=Path, help="where to build, kept; by default a folder that is removed")
    given = parser.parse_args()
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"rows": {}}
    results.setdefault("machine", describe_machine())
    measured: dict[str, dict[str, Any]] = results.setdefault("country" if given.country else "growth", {})
    code = find_code()
    places = {"country": COUNTRY} if given.country else {str(areas): _plan_city(areas) for areas in given.areas}
    stages = given.stages or (list(STAGES) if given.country else OF_ONE_TYPE)
    with TemporaryDirectory() as temporary:
        for place, options in places.items():
            folder = (given.work or Path(temporary)).absolute() / place
            environment = locate(folder / "data", folder / "warehouse")
            if not (folder / "data").exists():
                run_process([*CITY, str(folder / "data"), *options], {})
            if "landing" in stages:
                clear(folder / "warehouse")
                # Dbt reads its project once, whatever the number of areas.
                run_process([sys.executable, "-m", "crime_dagster", "prepare"], environment)
            for stage in stages:
                cost = run_process(STAGES[stage], environment)
                found = {"cpu": cost.cpu, "peak": cost.peak, "tree": cost.tree, "code": code}
                if stage == "landing" and given.country:
                    found["records"] = _count_records(folder / "warehouse" / "landing" / "police_uk")
                measured.setdefault(stage, {})[place] = found
                print(f"{place}, {stage}: {cost.cpu:.1f} s of the processor, {cost.tree:,.0f} MiB", flush=True)
                RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
                PAGE.write_text(write_page(results, code), encoding="utf-8")
    return 0


def _count_records(folder: Path) -> int:
    return sum(parquet.read_metadata(path).num_rows for path in folder.glob("street_crime/*.parquet"))


def _plan_city(areas: int) -> list[str]:
    return ["--areas", str(areas), "--boroughs", str(min(400, max(6, areas // AREAS_PER_BOROUGH)))]


if __name__ == "__main__":
    raise SystemExit(main())
