"""The latest Dagster evaluation of each check of a release, whichever run made it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import dagster as dg
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
)

from crime_dagster.defs.runtime.dbt_results import TESTED_AT, TESTED_IN

DONE = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}
DATA_VERSION = "dagster/data_version"


@dataclass(frozen=True)
class Evaluation:
    """The latest evaluation of a check."""

    asset: str  # key of the asset, in user-facing form
    check: str
    passed: bool | None = None  # None if it was never evaluated
    severity: str = "ERROR"  # `ERROR` stops a release, `WARN` is listed
    run: str = ""  # the run that evaluated it, or that ran the test it repeats
    at: str = ""  # when, as ISO 8601
    words: str = ""  # its message
    is_current: bool = False  # whether it is of the current data

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
        return {name: value for name, value in asdict(self).items() if name not in ("words", "is_current")}


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
        at=str(at.value) if at else datetime.fromtimestamp(record.event.timestamp, UTC).isoformat(timespec="seconds"),
        words=found.description or "",
        # Assets that no step materialises, such as the landing steps' accounts, have no newer event.
        is_current=now is None
        or (target is not None and _is_same_data(instance, key.asset_key, target.storage_id, now)),
    )


def _is_same_data(instance: dg.DagsterInstance, asset: dg.AssetKey, then: int, now: int) -> bool:
    """Whether two materialisations are one or have the same data version; one that Dagster has deleted has none."""
    if then == now:
        return True
    wanted = dg.AssetRecordsFilter(asset_key=asset, storage_ids=[then, now])
    records = instance.fetch_materializations(wanted, limit=2).records
    versions = [
        (record.asset_materialization.tags or {}).get(DATA_VERSION)
        for record in records
        if record.asset_materialization is not None
    ]
    return len(versions) == 2 and versions[0] is not None and versions[0] == versions[1]
