"""dbt's test results: failed tests as messages, with their rows; and as Dagster's checks, stored and reported again."""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from crime_dagster.core.files import write_whole
from crime_dagster.core.safe_text import write_csv
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_rows
from crime_dagster.defs.runtime.invalid_config import find_line

FAILED = ("fail", "error", "warn", "runtime error")
REFUSAL = "refused.txt"
# Prefixes that dbt and DuckDB add to the message of a model that raises an error.
_PREFIXES = re.compile(r"^Runtime Error in model \S+ \(.+?\.sql\) Invalid Input Error: ")
KEPT_ROWS = 1000
SHOWN_ROWS = 10
NAMED_CELLS = 6
NAMED_ROWS = 3
TO_DO = {
    "source": "correct or replace the file that the rows come from (`make check FILE=<path>` shows how it is read)",
    "model": "correct the file that the rows come from, or the SQL of the table",
}
SAID = "said"
DATA_TEST = "test"
# Where and when dbt ran the test of a repeated check result.
TESTED_IN, TESTED_AT = "tested_in_run", "tested_at"


@dataclass(frozen=True)
class Failed:
    """A dbt node that failed or warned."""

    kind: str  # `test`, `model` or `seed`
    name: str  # its name
    on: tuple[str, ...]  # the models or sources under test
    message: str  # dbt's message
    is_warning: bool = False  # whether dbt continues after it
    rows: Path | None = None  # CSV of the rows that a test found; None if there are none
    preview: str = ""  # the first of them as a Markdown table; may be empty
    first: tuple[str, ...] = ()  # the first of them in words
    declared: str = ""  # file and line of the test, or of the model's SQL

    def describe(self) -> str:
        """Return one entry of a message: the test, its tables, what was found, the first rows, and what to do."""
        about = f" on {', '.join(self.on)}" if self.on else ""
        of = "source" if any("." in one for one in self.on) else "model"
        lines = [
            *(f"  {'first:' if at == 0 else '':<10}{row}" for at, row in enumerate(self.first)),
            *([f"  rows:     {self.rows}"] if self.rows else []),
            *([f"  declared: {self.declared}"] if self.declared else []),
            *([f"  to do:    {TO_DO[of]}; then `make run`"] if not self.is_warning else []),
        ]
        said = _PREFIXES.sub("", _tidy(self.message))
        word = "warning of " if self.is_warning else ""
        return "\n".join([f"{word}{self.kind} {self.name}{about}", f"  found:    {said}", *lines])


def _tidy(message: str) -> str:
    """Put a message on one line, except a table in it, such as the columns of a broken contract; drop dbt's macros."""
    lines = [line.strip() for line in message.splitlines()]
    lines = [line for line in lines if line and not line.startswith(("> in macro", "> called by"))]
    table = "".join(f"\n    {line}" for line in lines if line.startswith("|"))
    return " ".join(" ".join(line.split()) for line in lines if not line.startswith("|")) + table


def list_failed(
    settings: Settings, step: str, results: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any]
) -> list[Failed]:
    """Return the failures of a dbt run, warnings last; write the rows that tests found to `failures/<step>/<test>.csv`.

    `results` are those of `run_results.json`.
    """
    found = [_describe(settings, step, one, manifest) for one in results if one["status"] in FAILED]
    return sorted(found, key=lambda one: one.is_warning)


def discard_failures(settings: Settings, step: str) -> None:
    shutil.rmtree(settings.failures_dir / step, ignore_errors=True)


def keep_refusal(settings: Settings, step: str, words: str) -> None:
    """Keep why a step was refused until it runs again, for whoever wants to publish."""
    with write_whole(settings.failures_dir / step / REFUSAL) as partial:
        partial.write_text(words, encoding="utf-8")


def read_refusal(settings: Settings, step: str) -> str:
    """Return why a step was refused when it last ran; empty if it was not."""
    path = settings.failures_dir / step / REFUSAL
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _describe(settings: Settings, step: str, result: Mapping[str, Any], manifest: Mapping[str, Any]) -> Failed:
    kind, _, name = result["unique_id"].partition(".")
    node = manifest["nodes"].get(result["unique_id"], {})
    of = [node["attached_node"]] if node.get("attached_node") else node.get("depends_on", {}).get("nodes", [])
    parents = [one for one in of if kind == DATA_TEST]
    failed = Failed(
        kind,
        node.get("name", name),
        tuple(".".join(one.split(".")[2:]) for one in parents),
        str(result.get("message") or result["status"]),
        is_warning=result["status"] == "warn",
        declared=_find_declared(settings, node),
    )
    if kind != DATA_TEST or not result.get("failures") or not result.get("compiled_code"):
        return failed
    found = read_rows(settings.working_database, result["compiled_code"], KEPT_ROWS)
    if found is None:
        return failed
    path = settings.failures_dir / step / f"{failed.name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_csv(found))
    preview = found.head(SHOWN_ROWS).to_markdown(index=False)
    said, first = _say_rows(found, result["failures"])
    return replace(failed, message=said, rows=path, preview=preview, first=first)


def _find_declared(settings: Settings, node: Mapping[str, Any]) -> str:
    """Return the file and line where a test is declared; for a model or a test in SQL, the file."""
    path = settings.dbt_dir / (node.get("original_file_path") or "")
    if not path.is_file():
        return ""
    line = find_line(path.read_text(encoding="utf-8"), f"name: {node['name']}") if path.suffix == ".yml" else None
    return f"{path.relative_to(settings.project_dir)}{f', line {line}' if line else ''}"


def _say_rows(found: pd.DataFrame, failures: int) -> tuple[str, tuple[str, ...]]:
    """Return a message column of the rows, else their number and the first of them."""
    if SAID in found:
        return "; ".join(found[SAID].head(SHOWN_ROWS)), ()
    rows = [list(row.items())[:NAMED_CELLS] for row in found.head(NAMED_ROWS).to_dict("records")]
    first = tuple(", ".join(f"{name} {value}" for name, value in cells) for cells in rows)
    return f"{failures:,} {'row' if failures == 1 else 'rows'}", first


def show_rows(check: dg.AssetCheckResult, failed: list[Failed]) -> dg.AssetCheckResult:
    """Add the first failed rows, and the file with all of them, to a check."""
    metadata = dict(check.metadata or {})
    for one in failed:
        if one.name == check.check_name and one.rows:
            metadata |= {"rows": dg.MetadataValue.path(one.rows), "first_rows": dg.MetadataValue.md(one.preview)}
    return check._replace(metadata=metadata)


def keep_check(result: dg.AssetCheckResult, run_id: str) -> dict[str, Any]:
    """Return what a record keeps of a check, for `repeat_checks`."""
    return {
        "asset": list(result.asset_key.path) if result.asset_key else [],
        "name": result.check_name,
        "passed": result.passed,
        "severity": result.severity.value,
        "run": run_id,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def repeat_checks(
    context: dg.AssetExecutionContext, checks: Iterable[Mapping[str, Any]]
) -> Iterator[dg.AssetCheckResult]:
    """Yield the stored results of tests that were not run again, if this run asks for them."""
    for check in checks:
        key = dg.AssetCheckKey(dg.AssetKey(check["asset"]), check["name"])
        if key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=check["passed"],
                severity=dg.AssetCheckSeverity(check["severity"]),
                metadata={TESTED_IN: check["run"], TESTED_AT: check["at"]},
            )
