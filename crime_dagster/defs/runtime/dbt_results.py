"""dbt's test results: failed tests as messages, with their rows; unit tests as checks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from crime_dagster.core.files import read_json, write_json, write_whole
from crime_dagster.core.safe_text import write_csv
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_rows

FAILED = ("fail", "error", "warn", "runtime error")
REFUSAL = "refused.txt"
# Prefixes that dbt and DuckDB add to the message of a model that raises an error.
_PREFIXES = re.compile(r"^Runtime Error in model \S+ \(.+?\.sql\) Invalid Input Error: ")
KEPT_ROWS = 1000
SHOWN_ROWS = 10
NAMED_CELLS = 6
SAID = "said"
DATA_TEST, UNIT_TEST = "test", "unit_test"


@dataclass(frozen=True)
class UnitTest:
    """The last result of a dbt unit test.

    Args:
        name: Its name.
        model: The model under test.
        passed: Whether the model gave the expected rows.
        message: The difference; empty if none.
    """

    name: str
    model: str
    passed: bool
    message: str


@dataclass(frozen=True)
class Failed:
    """A dbt node that failed or warned.

    Args:
        kind: `test`, `unit_test`, `model` or `seed`.
        name: Its name.
        on: The models or sources under test.
        message: dbt's message.
        is_warning: Whether dbt continues after it.
        rows: CSV of the rows that a test found; None if there are none.
        preview: The first of them as a Markdown table; may be empty.
    """

    kind: str
    name: str
    on: tuple[str, ...]
    message: str
    is_warning: bool = False
    rows: Path | None = None
    preview: str = ""

    def describe(self) -> str:
        """Return one entry of a message: the test, its tables, what was found, and where the rows are."""
        about = f" on {', '.join(self.on)}" if self.on else ""
        kept = f"\n  rows:     {self.rows}" if self.rows else ""
        said = _PREFIXES.sub("", _tidy(self.message))
        word = "warning of " if self.is_warning else ""
        return f"{word}{self.kind} {self.name}{about}\n  found:    {said}{kept}"


def _tidy(message: str) -> str:
    """Put a message on one line, except a table in it, such as the columns of a broken contract; drop dbt's macros."""
    lines = [line.strip() for line in message.splitlines()]
    lines = [line for line in lines if line and not line.startswith(("> in macro", "> called by"))]
    table = "".join(f"\n    {line}" for line in lines if line.startswith("|"))
    return " ".join(" ".join(line.split()) for line in lines if not line.startswith("|")) + table


def list_unit_tests(results: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any]) -> list[UnitTest]:
    """Return the unit tests of a dbt run, from `run_results.json` and the manifest."""
    known = manifest.get("unit_tests", {})
    return [
        UnitTest(
            known[one["unique_id"]]["name"],
            known[one["unique_id"]]["model"],
            one["status"] not in FAILED,
            "" if one["status"] not in FAILED else str(one.get("message") or ""),
        )
        for one in results
        if one["unique_id"] in known and one["status"] != "skipped"
    ]


def list_failed(
    settings: Settings, step: str, results: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any]
) -> list[Failed]:
    """Return the failures of a dbt run, warnings last; write the rows that tests found.

    Args:
        settings: Rows go to `failures/<step>/<test>.csv` of its warehouse.
        step: The dbt step.
        results: From `run_results.json`.
        manifest: dbt's manifest.
    """
    found = [_describe(settings, step, one, manifest) for one in results if one["status"] in FAILED]
    return sorted(found, key=lambda one: one.is_warning)


def discard_failures(settings: Settings, step: str) -> None:
    """Delete the rows of an earlier run."""
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
    node = manifest["nodes"].get(result["unique_id"]) or manifest.get("unit_tests", {}).get(result["unique_id"]) or {}
    parents = [one for one in node.get("depends_on", {}).get("nodes", []) if kind in (DATA_TEST, UNIT_TEST)]
    failed = Failed(
        kind,
        node.get("name", name),
        tuple(".".join(one.split(".")[2:]) for one in parents),
        str(result.get("message") or result["status"]),
        is_warning=result["status"] == "warn",
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
    return replace(failed, message=_say_rows(found, result["failures"]), rows=path, preview=preview)


def _say_rows(found: pd.DataFrame, failures: int) -> str:
    """Return a message column of the rows, else their number and the first of them."""
    if SAID in found:
        return "; ".join(found[SAID].head(SHOWN_ROWS))
    count = f"{failures:,} {'row' if failures == 1 else 'rows'}"
    if found.empty:
        return count
    first = ", ".join(f"{name} {value}" for name, value in list(found.iloc[0].items())[:NAMED_CELLS])
    return f"{count}, such as {first}"


def keep_unit_tests(tests: Sequence[UnitTest], path: Path) -> None:
    """Keep unit test results for their checks; results of tests that did not run again stay."""
    known = {**read_json(path), **{f"{one.model}.{one.name}": asdict(one) for one in tests}}
    write_json(dict(sorted(known.items())), path)


def read_unit_tests(path: Path) -> list[UnitTest]:
    """Return the last unit test results."""
    return [UnitTest(**one) for one in read_json(path).values()]
