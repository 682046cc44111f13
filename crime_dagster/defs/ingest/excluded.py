"""What a refresh does with a source for context that cannot be used: it goes on without it, and says so everywhere."""

from pathlib import Path

import dagster as dg
import pyarrow as pa

from crime_dagster.core.errors import InputError
from crime_dagster.core.parquet import read_parquet, write_parquet
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.landed import find_place, list_landed
from crime_dagster.defs.runtime.previews import ROW_COUNT
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import WHOLE, Source
from crime_dagster.sources.land.land import account_for_excluded, write_reason

USABLE = "files_are_usable"


def list_check_specs(source: Source) -> list[dg.AssetCheckSpec]:
    """The check that says whether a source for context was excluded; other sources stop a run instead."""
    if not source.context:
        return []
    return [
        dg.AssetCheckSpec(
            USABLE,
            asset=dg.AssetKey([source.publisher, source.thing]),
            description="Context files that cannot be used are excluded, with a warning.",
        )
    ]


def check_usable(source: Source, reason: str | None) -> list[dg.AssetCheckResult]:
    """The result of that check.

    Args:
        source: The source.
        reason: Why it was excluded; None where it was not.
    """
    return [
        dg.AssetCheckResult(
            passed=reason is None,
            check_name=spec.name,
            severity=dg.AssetCheckSeverity.WARN,
            description=reason or "every file was read",
        )
        for spec in list_check_specs(source)
    ]


def exclude_source(
    source: Source, settings: Settings, error: InputError, log: dg.DagsterLogManager
) -> dg.MaterializeResult:
    """Leave nothing of a source but an account of its files with the reason, so that dbt sees an empty table.

    Raises:
        InputError: The data folder itself cannot be read.
    """
    accounts = account_for_excluded(source, settings.data_dir, error)
    for name in list_landed(source, settings.landing_dir):
        find_place(source, settings.landing_dir, name).remove()
    write_parquet(accounts, find_place(source, settings.landing_dir, WHOLE).accounts)
    reason = write_reason(error)
    log.warning(describe_exclusion(source, reason))
    return dg.MaterializeResult(
        metadata={"files": accounts.num_rows, "excluded_because": reason, ROW_COUNT: 0},
        check_results=check_usable(source, reason),
    )


def describe_exclusion(source: Source, reason: str) -> str:
    """One line for people about a source that was excluded."""
    return f"{source.title} ({source.key}) is for context only and was excluded: {reason}"


def list_exclusions(settings: Settings) -> list[str]:
    """A line for each source that the last landing excluded, in the order of the catalogue."""
    return [
        describe_exclusion(source, reason)
        for source in load_catalogue().values()
        if source.context and (reason := _read_reason(find_place(source, settings.landing_dir, WHOLE).accounts))
    ]


def _read_reason(path: Path) -> str | None:
    accounts: pa.Table = read_parquet([path]) if path.is_file() else None
    if accounts is None or "excluded_because" not in accounts.column_names:
        return None
    return next((reason for reason in accounts["excluded_because"].to_pylist() if reason), None)
