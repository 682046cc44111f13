"""Unusable context sources: a refresh continues without them, and reports it everywhere."""

from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.parquet import read_parquet, write_parquet
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.landed import find_place, list_landed
from crime_dagster.defs.runtime.previews import ROW_COUNT
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import WHOLE, Source
from crime_dagster.sources.land.categories import SEED, UNKNOWN, write_lines
from crime_dagster.sources.land.land import account_for_excluded

# The check of a landing step: its description, and what it says if it holds.
USABLE, KNOWN = "files_are_usable", "categories_are_known"
WORDS = {
    USABLE: ("Context files that cannot be used are excluded, with a warning.", "every file was read"),
    KNOWN: (
        "No record was excluded because its category is not in the seed crime_type_categories.",
        "every category is known",
    ),
}


def _name_check(source: Source) -> str | None:
    return KNOWN if "category" in source.options else USABLE if source.context else None


def list_check_specs(source: Source) -> list[dg.AssetCheckSpec]:
    """Return the check of a landing step: whether categories are known, or whether a context source was excluded."""
    key, name = dg.AssetKey([source.publisher, source.thing]), _name_check(source)
    return [dg.AssetCheckSpec(name, asset=key, description=WORDS[name][0])] if name else []


def check_landing(source: Source, settings: Settings, reason: str = "") -> list[dg.AssetCheckResult]:
    """Return the result of the check; `reason` is why a context source was excluded."""
    name = _name_check(source)
    if not name:
        return []
    fault = describe_unknown(source, settings) if name == KNOWN else reason
    warn = dg.AssetCheckSeverity.WARN
    return [dg.AssetCheckResult(passed=not fault, check_name=name, severity=warn, description=fault or WORDS[name][1])]


def describe_unknown(source: Source, settings: Settings) -> str:
    """Return one line about excluded records of unknown categories; empty if there are none."""
    places = [find_place(source, settings.landing_dir, name) for name in list_landed(source, settings.landing_dir)]
    paths = [place.set_aside for place in places if place.set_aside.is_file()]
    is_unknown = pc.field("reason") == UNKNOWN
    rows = [row for path in paths for row in read_parquet([path]).filter(is_unknown)["content"].to_pylist()]
    lines = write_lines(source, (row.partition(": ")[0] for row in rows))
    words = f"{source.title} ({source.key}): {len(rows):,} records of unknown categories were excluded; to count them,"
    return f"{words} add to dbt_project/seeds/{SEED.name}: {lines}" if rows else ""


def exclude_source(source: Source, settings: Settings, reason: str, log: dg.DagsterLogManager) -> dg.MaterializeResult:
    """Replace a source by an account of its files with the reason, so that dbt sees an empty table."""
    accounts = account_for_excluded(source, settings.data_dir, reason)
    for name in list_landed(source, settings.landing_dir):
        find_place(source, settings.landing_dir, name).remove()
    write_parquet(accounts, find_place(source, settings.landing_dir, WHOLE).accounts)
    log.warning(describe_exclusion(source, reason))
    return dg.MaterializeResult(
        metadata={"files": accounts.num_rows, "excluded_because": reason, ROW_COUNT: 0},
        check_results=check_landing(source, settings, reason),
    )


def describe_exclusion(source: Source, reason: str) -> str:
    why = "is for context only and was excluded" if source.context else "was excluded"
    return f"{source.title} ({source.key}) {why}: {reason}"


def list_exclusions(settings: Settings) -> list[str]:
    """Return a line per source that the last landing excluded, entirely or in part, in catalogue order."""
    found = []
    for source in load_catalogue().values():
        if source.context and (reason := _read_reason(find_place(source, settings.landing_dir, WHOLE).accounts)):
            found.append(describe_exclusion(source, reason))
        elif "category" in source.options and (words := describe_unknown(source, settings)):
            found.append(words)
    return found


def _read_reason(path: Path) -> str | None:
    accounts: pa.Table = read_parquet([path]) if path.is_file() else None
    if accounts is None or "excluded_because" not in accounts.column_names:
        return None
    return next((reason for reason in accounts["excluded_because"].to_pylist() if reason), None)
