"""Results of dbt's tests as Dagster checks: with the failed rows, stored, and reported again."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from crime_dagster.defs.runtime.dbt_results import Failed

# Where and when dbt ran the test of a repeated check result.
TESTED_IN, TESTED_AT = "tested_in_run", "tested_at"


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
