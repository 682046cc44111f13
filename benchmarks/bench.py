"""`make bench`: what a first look, a refresh and each peer cost, in whole processes, written to `docs/benchmarks.md`.

Usage: python benchmarks/bench.py [--london FOLDER] [--runs 5] [--only WORD ...]. A figure is a median, beside its own
yardstick: `pyloop` is a plain Python loop of ten million additions, `scan` one DuckDB query that reads, unpivots and
sums the releases of the largest source. What was not measured again stays in the table, and is marked stale where the
code has changed since.
"""

import argparse
import datetime as dt
import hashlib
import json
import math
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from measure import ROOT, describe_machine, measure, run_process

RESULTS, PAGE = ROOT / "benchmarks" / "results.json", ROOT / "docs" / "benchmarks.md"
SAMPLE = ROOT / "data_raw" / "sample"
RUN = [sys.executable, "-m", "crime_dagster", "run"]
# MiB that all processes of a stage may take together.
COUNTRY_BUDGETS = {"landing": 6_000, "marts": 6_000, "models": 8_000, "pictures": 8_000, "everything": 8_000}
PEERS = [sys.executable, str(ROOT / "benchmarks" / "peers.py")]


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    command: list[str]
    folder: Path  # the data set
    warehouse: Path  # what is built, kept from row to row
    prepare: Callable[[], None] = lambda: None  # comes before each run and is not counted
    before: float | None = None  # pyloops of the first measurement of all
    goal: str = ""  # pyloops that are wanted
    environment: dict[str, str] = field(default_factory=dict)


def list_rows(london: Path, work: Path) -> list[Row]:
    """Every line, in the order in which they are measured: later ones use what earlier ones built."""
    sample, whole, grown = work / "sample", work / "london", work / "grown"
    rows = [
        Row("first run, sample", RUN, SAMPLE, sample, partial(clear, sample), 304, "60"),
        Row("nothing changed, sample", RUN, SAMPLE, sample),
        Row("set-up", ["make", f"VENV={work / 'venv'}", "setup"], SAMPLE, sample, partial(clear, work / "venv")),
        Row("make test", ["make", "test"], SAMPLE, sample),
    ]
    if london.is_dir():
        newer = work / "releases"
        rows += [
            Row("everything, London", RUN, london, whole, partial(clear, whole), 599, "200"),
            Row("nothing changed, London", RUN, london, whole, before=52, goal="5"),
            Row("one new release, London", RUN, newer, grown, partial(add_release, london, newer, grown), goal="half"),
        ]
    folder, built = (london, whole) if london.is_dir() else (SAMPLE, sample)
    for name, peer, ours in (
        ("figures from the published files", "pandas", [sys.executable, "-m", "crime_dagster", "dbt"]),
        ("a map", "folium", [*PEERS, "our map"]),
        ("a GIF of the months", "mimsave", [*PEERS, "our gif"]),
        ("a model of all crime", "forest", [*PEERS, "our model"]),
    ):
        fresh = work / "tables" if peer == "pandas" else built
        rows.append(Row(f"{name}: {peer}", [*PEERS, peer], folder, built))
        rows.append(
            Row(f"{name}: ours", ours, folder, fresh, partial(clear, fresh) if peer == "pandas" else Row.prepare)
        )
    return [*rows, Row("scan", [*PEERS, "scan"], folder, built)]


def clear(folder: Path) -> None:
    """Begin with nothing."""
    shutil.rmtree(folder, ignore_errors=True)


def add_release(london: Path, folder: Path, warehouse: Path) -> None:
    """Refresh without the newest release of the largest source, and then lay it beside the others."""
    clear(folder)
    clear(warehouse)
    shutil.copytree(london, folder)
    newest = max(folder.glob("mps/**/*LSOA*"), key=lambda path: path.name)
    kept = newest.read_bytes()
    newest.unlink()
    run_process(RUN, locate(folder, warehouse))
    newest.parent.mkdir(exist_ok=True)
    newest.write_bytes(kept)


def locate(folder: Path, warehouse: Path) -> dict[str, str]:
    """The environment of a data set."""
    return {"CRIME_DATA_DIR": str(folder), "CRIME_WAREHOUSE_DIR": str(warehouse), "OMP_NUM_THREADS": "1"}


def find_code() -> str:
    """A fingerprint of what is measured."""
    digest = hashlib.sha256()
    for folder in ("crime_dagster", "dbt_project"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".sql", ".yml", ".csv", ".j2", ".css", ".js") and "target" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def write_page(results: dict[str, Any], code: str) -> str:
    """The page of all that is known, newest or stale."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`: medians of whole processes, children included. `pyloop` is a plain Python loop of",
        "ten million additions, measured before each run; a figure in pyloops holds on other machines too. Memory is",
        "that of the largest process. `stale` marks figures of older code; before is the release measured first.",
        "",
        f"Machine: {results['machine']}.",
        "",
        "| what | data | before | goal | pyloops | seconds | of the processor | MiB | runs | measured | result |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---|---|",
    ]
    for name, row in results["rows"].items():
        stale = "" if row["code"] == code else ", stale"
        said = ", ".join(f"{key} {value:,}" for key, value in row["said"].items())
        lines.append(
            f"| {name} | {row['data']} | {row['before'] or ''} | {row['goal']} | {row['pyloops']:.1f} | "
            f"{row['wall']:.1f} | {row['cpu']:.1f} | {row['peak']:,.0f} | {row['runs']} | "
            f"{row['date']}{stale} | {said} |"
        )
    more = [*write_growth(results.get("growth", {}), code), *write_country(results.get("country", {}), code)]
    return "\n".join([*lines, *more, ""])


def write_growth(growth: dict[str, Any], code: str) -> list[str]:
    """The table of `benchmarks/growth.py`: made-up cities of several sizes, stage by stage, and how fast each grows."""
    if not growth:
        return []
    sizes = sorted({int(size) for found in growth.values() for size in found})
    lines = [
        "",
        "## Growth",
        "",
        "Written by `python benchmarks/growth.py`: made-up cities of 36 months, seconds of the processor and MiB.",
        "Slope: of the log of the seconds against the log of the areas, first to last size measured with one code.",
        "",
        "| stage | " + " | ".join(f"{size:,} areas" for size in sizes) + " | slope |",
        "|---|" + "---:|" * (len(sizes) + 1),
    ]
    for stage, found in growth.items():
        cells: list[str] = []
        for size in sizes:
            one = found.get(str(size))
            stale = "" if one is None or one["code"] == code else ", stale"
            cells.append("not measured" if one is None else f"{one['cpu']:.0f} s, {one['peak']:,.0f} MiB{stale}")
        lines.append(f"| {stage} | " + " | ".join(cells) + f" | {say_slope(found, code)} |")
    return lines


def say_slope(found: dict[str, Any], code: str) -> str:
    """The slope by the sizes of one code, if possible today's: two versions may be from two machines."""
    by_code: dict[str, list[tuple[int, float]]] = {}
    for size, one in found.items():
        by_code.setdefault(one["code"], []).append((int(size), one["cpu"]))
    chosen = max(by_code, key=lambda one: (len(by_code[one]) > 1, one == code, len(by_code[one])))
    (first, least), (last, most) = min(by_code[chosen]), max(by_code[chosen])
    if first == last:
        return ""
    return f"{math.log(most / least) / math.log(last / first):.2f}{'' if chosen == code else ', stale'}"


def write_country(measured: dict[str, Any], code: str) -> list[str]:
    """The table of `benchmarks/growth.py --country`: each stage beside the memory that it may take."""
    if not measured:
        return []
    counts = [one["records"] for one in measured.get("landing", {}).values()]
    records = f"{counts[0]:,}" if counts else "30 million"
    lines = [
        "",
        "## A country",
        "",
        "Written by `python benchmarks/growth.py --country`: 43 made-up police forces, 36,000 areas, 36 months and",
        f"{records} street-level records. Seconds of the processor, MiB of all processes and of the largest.",
        "",
        "| stage | seconds | MiB together | largest | budget, MiB |",
        "|---|---:|---:|---:|---:|",
    ]
    for stage, budget in COUNTRY_BUDGETS.items():
        for one in measured.get(stage, {}).values():
            kept = "" if one["tree"] <= budget else ", exceeded"
            stale = "" if one["code"] == code else ", stale"
            figures = f"{one['cpu']:,.0f} | {one['tree']:,.0f} | {one['peak']:,.0f} | {budget:,}"
            lines.append(f"| {stage} | {figures}{kept}{stale} |")
    return lines


def main() -> int:
    """Measure, keep, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--london", type=Path, default=ROOT / "data_raw" / "london", help="published files")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="rows with one of these in their name")
    parser.add_argument("--work", type=Path, help="where to build, kept; by default a folder that is removed")
    given = parser.parse_args()
    code = find_code()
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"rows": {}}
    results["machine"] = describe_machine()
    with TemporaryDirectory() as temporary:
        rows = list_rows(given.london.absolute(), (given.work or Path(temporary)).absolute())
        for row in rows:
            wanted = any(word in row.name for word in given.only) or not (
                given.only or row.name in ("set-up", "make test")
            )
            if not wanted:
                continue
            found = measure(row.command, given.runs, locate(row.folder, row.warehouse), row.prepare)
            kept = {"before": row.before, "goal": row.goal, "code": code, "data": row.folder.name}
            kept["date"] = dt.date.today().isoformat()
            results["rows"][row.name] = {**found, **kept}
            print(f"{row.name}: {found['pyloops']:.1f} pyloops, {found['cpu']:.1f} s of the processor", flush=True)
            # After each row: a run of hours that is stopped leaves what it measured.
            results["rows"] = {one.name: results["rows"][one.name] for one in rows if one.name in results["rows"]}
            RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
            PAGE.write_text(write_page(results, code), encoding="utf-8")
    print(f"\n{PAGE.read_text(encoding='utf-8')}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
