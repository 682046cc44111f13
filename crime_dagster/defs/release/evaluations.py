"""The latest Dagster evaluation of each check of a release, whichever run made it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
)

from crime_dagster.defs.dbt.dbt_checks import TESTED_AT, TESTED_IN

DONE = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}
DATA_VERSION = "dagster/data_version"


@dataclass(frozen=True)
class Evaluation:
    """The latest evaluation of a check.

    Args:
        asset: Key of the asset, in user-facing form.
        check: Its name.
        passed: Whether it held; None if it was never evaluated.
        severity: `ERROR` stops a release, `WARN` is listed.
        run: The run that evaluated it, or that ran the test it repeats.
        at: When, as ISO 8601.
        words: Its message.
        is_current: Whether it is of the current data.
    """

    asset: str
    check: str
    passed: bool | None = None
    severity: str = "ERROR"
    run: str = ""
    at: str = ""
    words: str = ""
    is_current: bool = False

    def find_flaw(self) -> str | None:
        """Return why it prevents publishing, or None."""
        name = f"check {self.check} of {self.asset}"
        if self.passed is None:
            return f"{name} was never evaluated"
        when = f"at {self.at} in run {self.run}"
        if not self.passed and self.severity == dg.AssetCheckSeverity.ERROR.value:
            return f"{name} failed {when}" + (f": {' '.join(self.words.split())}" if self.words else "")
        return None if self.is_current else f"{name} was evaluated {when}, and {self.asset} has changed since"

    def describe(self) -> dict[str, object]:
        """Return it for the manifest of a release."""
        return {
            "asset": self.asset,
            "check": self.check,
            "passed": self.passed,
            "severity": self.severity,
            "run": self.run,
            "at": self.at,
        }


def find_latest(instance: dg.DagsterInstance, keys: Iterable[dg.AssetCheckKey]) -> list[Evaluation]:
    """Return the latest completed evaluation of each check, sorted by asset and name."""
    ordered = sorted(keys, key=lambda key: key.to_user_string())
    storage = instance.event_log_storage
    records = dict(storage.get_latest_asset_check_execution_by_key(ordered))
    for key in ordered:
        # A run that was stopped before the check has only planned it: the earlier result still holds.
        if key in records and records[key].status not in DONE:
            earlier = storage.get_asset_check_execution_history(key, limit=1, status=DONE)
            records |= {key: earlier[0]} if earlier else {}
    newest = storage.get_latest_materialization_storage_ids(sorted({key.asset_key for key in ordered}))
    return [_describe(instance, key, records.get(key), newest) for key in ordered]


def _describe(
    instance: dg.DagsterInstance,
    key: dg.AssetCheckKey,
    record: AssetCheckExecutionRecord | None,
    newest: Mapping[dg.AssetKey, int | None],
) -> Evaluation:
    asset = key.asset_key.to_user_string()
    if record is None or record.status not in DONE or record.event is None or record.evaluation is None:
        return Evaluation(asset, key.name)
    found = record.evaluation
    run, at = found.metadata.get(TESTED_IN), found.metadata.get(TESTED_AT)
    target = found.target_materialization_data
    now = newest.get(key.asset_key)
    return Evaluation(
        asset=asset,
        check=key.name,
        passed=found.passed,
        severity=found.severity.value,
        run=str(run.value) if run else record.run_id,
        at=str(at.value) if at else _write_time(record.event.timestamp),
        words=found.description or "",
        # Assets that no step materialises, such as the landing steps' accounts, have no newer event.
        is_current=now is None
        or (
            target is not None
            and (target.storage_id == now or _is_same_data(instance, key.asset_key, target.storage_id, now))
        ),
    )


def _is_same_data(instance: dg.DagsterInstance, asset: dg.AssetKey, then: int, now: int) -> bool:
    """Whether two materialisations have the same data version; one that Dagster has deleted has none."""
    wanted = dg.AssetRecordsFilter(asset_key=asset, storage_ids=[then, now])
    records = instance.fetch_materializations(wanted, limit=2).records
    versions = [
        (record.asset_materialization.tags or {}).get(DATA_VERSION)
        for record in records
        if record.asset_materialization is not None
    ]
    return len(versions) == 2 and versions[0] is not None and versions[0] == versions[1]


def _write_time(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat(timespec="seconds")
