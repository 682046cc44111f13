"""The landed months of monthly sources, and whether the newest is the one that is due."""

import datetime as dt
from collections.abc import Iterator

import dagster as dg
import pandas as pd

from crime_dagster.core.parquet import read_distinct
from crime_dagster.core.settings import Settings, name_automation
from crime_dagster.defs.runtime.alerts import send_message
from crime_dagster.defs.runtime.landed import find_place, list_landed
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source

# Street-level crime has been published since this month; no partitioned source goes further back.
FIRST_MONTH = "2010-12"
MONTHS = dg.MonthlyPartitionsDefinition(start_date=FIRST_MONTH, fmt="%Y-%m")
MONTHLY = [source for source in load_catalogue().values() if source.due_days is not None]
CHECK = "newest_month_is_here"
Context = dg.AssetExecutionContext | dg.OpExecutionContext
# Monday morning, with working days left to ask the publisher.
WEEKLY = "0 7 * * 1"


def find_key(source: Source) -> dg.AssetKey:
    """Return the asset whose partitions are the landed months of a source."""
    return dg.AssetKey(["months", f"{source.publisher}_{source.thing}"])


# Separate from the landing asset: a job has a single partitioning, and a refresh has the crime types.
MONTH_ASSETS = [
    dg.AssetSpec(
        find_key(source),
        deps=[dg.AssetKey([source.publisher, source.thing])],
        partitions_def=MONTHS,
        group_name="months",
        owners=[OWNER],
        kinds={"parquet"},
        description=f"{source.title}: the months that landed files hold. Landing writes them.",
    )
    for source in MONTHLY
]


def list_months(source: Source, settings: Settings) -> set[str]:
    """Return the months with landed records, as YYYY-MM."""
    paths = [find_place(source, settings.landing_dir, name).rows for name in list_landed(source, settings.landing_dir)]
    if not (paths := [path for path in paths if path.is_file()]):
        return set()
    found = read_distinct(paths, ["month"])["month"].to_pylist()
    return {f"{month[:4]}-{month[-2:]}" for month in found if month}


def report_months(context: Context, source: Source, settings: Settings) -> None:
    """Report landed months that the UI does not show yet."""
    if source.due_days is None:
        return
    key = find_key(source)
    known = context.instance.get_materialized_partitions(key)
    for month in sorted((list_months(source, settings) & set(MONTHS.get_partition_keys())) - known):
        context.log_event(dg.AssetMaterialization(asset_key=key, partition=month))


def find_due_month(source: Source, today: dt.date) -> str:
    """Return the newest month that the publisher should have published by a day."""
    return str(pd.Period(today - dt.timedelta(days=source.due_days or 0), "M") - 1)


@dg.multi_asset_check(
    name=CHECK,
    specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=find_key(source),
            additional_deps=[dg.AssetKey([source.publisher, source.thing])],
            description=f"The newest landed month is the one that {source.credit} should have published by now: "
            f"within {source.due_days} days of its end.",
        )
        for source in MONTHLY
    ],
    can_subset=True,
)
def newest_months(
    context: dg.AssetCheckExecutionContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.AssetCheckResult]:
    """Yield a result per monthly source; late ones also go to the webhook, where the check runs by itself."""
    late = []
    for source in MONTHLY:
        if dg.AssetCheckKey(find_key(source), CHECK) not in context.selected_asset_check_keys:
            continue
        newest, due = max(list_months(source, settings), default=""), find_due_month(source, dt.date.today())
        is_late = bool(newest) and newest < due and not settings.data_set.synthetic
        words = f"newest month {newest or 'none: not in this data set'}; due by now {due}"
        if is_late:
            late.append(f"{source.title} ({source.key}): {words}. {source.landing_page} has what is published")
        yield dg.AssetCheckResult(
            asset_key=find_key(source),
            check_name=CHECK,
            passed=not is_late,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{words}; the data set is made up" if settings.data_set.synthetic else words,
            metadata={"newest": newest, "due": due},
        )
    for line in late:
        context.log.warning(line)
    if late and context.run.job_name == check_months.name and settings.webhook_url:
        send_message(settings.webhook_url, "\n".join(["Late months:", *late]))


check_months = dg.define_asset_job(
    "check_months",
    selection=dg.AssetSelection.checks(newest_months),
    description="Compare the newest landed month of each monthly source with what its publisher should have by now.",
)
check_months_schedule = dg.ScheduleDefinition(
    name="check_months_schedule",
    job=check_months,
    cron_schedule=WEEKLY,
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus(name_automation()),
    description="At seven on Mondays, London time.",
)
