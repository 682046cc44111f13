"""Compares a new release with the published one: months that are off or lost, features that moved."""

from collections.abc import Callable

import dagster as dg
import pandas as pd

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import list_marts, read_mart
from crime_dagster.defs.release.releases import DATABASE, MANIFEST, find_damage
from crime_dagster.defs.runtime.telling import list_lines
from crime_dagster.modelling.judge.last_release import find_lost_months, find_moved_features, find_off_months

CITY_MONTHS = dg.AssetKey(["marts", "city_months"])
LSOA_FEATURES = dg.AssetKey(["marts", "lsoa_features"])
# Model targets are compared month by month.
TARGETS = "crimes_"
# Between 2023-08 and 2026-02 no crime type of London's force but drugs changed by more than 21 % in a month against the
# same month of the year before; a truncated file, a stub column or a renamed category changes one by more.
OFF_SHARE = 0.3
MOST_NAMED = 10


@dg.asset_check(
    asset=CITY_MONTHS,
    name="months_are_like_the_last_release",
    blocking=True,
    description=f"No month of any crime type is off by {OFF_SHARE:.0%} or gone: against the last release, or, for "
    "a month that is new, against the year before.",
)
def months_are_like_the_last_release(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
    def compare(before: pd.DataFrame) -> list[str]:
        now = read_mart(settings.database, "city_months")
        off = find_off_months(now, before, OFF_SHARE)
        return [*map(_describe_lost, find_lost_months(now, before)), *(_describe_off(row) for _, row in off.iterrows())]

    return _judge(settings, "city_months", compare, "months", "every month is as expected", counted="months_compared")


@dg.asset_check(
    asset=LSOA_FEATURES,
    name="features_are_like_the_last_release",
    blocking=True,
    description="No feature's median over the areas moved by a factor against the last release, and none is gone.",
)
def features_are_like_the_last_release(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
    def compare(before: pd.DataFrame) -> list[str]:
        now = read_mart(settings.database, "lsoa_features")
        moved = find_moved_features(now.loc[:, ~now.columns.str.startswith(TARGETS)], before)
        return [_describe_moved(row) for _, row in moved.iterrows()]

    return _judge(settings, "lsoa_features", compare, "features", "every feature is like what was known of it")


def _judge(
    settings: Settings, mart: str, compare: Callable[[pd.DataFrame], list[str]], name: str, fine: str, counted: str = ""
) -> dg.AssetCheckResult:
    """Return a warning with what differs from a table of the last release, or that there is none to compare with."""
    before, warn = _read_last(settings, mart), dg.AssetCheckSeverity.WARN
    if before is None:
        damaged = f"not compared: {settings.published_dir / DATABASE} is not as it was published"
        words = f"{damaged}. This run publishes a new release"
        return dg.AssetCheckResult(passed=False, severity=warn, description=words)
    if before.empty:
        return dg.AssetCheckResult(passed=True, description="nothing is published yet to compare it with")
    lines = compare(before)
    listed = {name: list_lines(lines)}
    return dg.AssetCheckResult(
        passed=not lines,
        severity=warn,
        description="; ".join(lines[:MOST_NAMED]) or fine,
        metadata={**listed, **({counted: len(before)} if counted else {})},
    )


def _read_last(settings: Settings, mart: str) -> pd.DataFrame | None:
    """Return a table of the published release; None if the file was changed and cannot be trusted.

    It has no rows if nothing is published, or nothing with that table.
    """
    release = settings.published_dir
    if release.exists():
        if any(one.startswith((DATABASE, MANIFEST)) for one in find_damage(release)):
            return None
        if mart in list_marts(release / DATABASE):
            return read_mart(release / DATABASE, mart)
    return pd.DataFrame()


def _describe_moved(row: pd.Series) -> str:
    if pd.isna(row["now"]):
        return f"{row['feature']}: no figure any more; the last release had one"
    return f"{row['feature']}: the median of the areas is {row['now']:,.4g}; the last release had {row['before']:,.4g}"


def _describe_off(row: pd.Series) -> str:
    return (
        f"{row['crime_type']}, {row['month']:%Y-%m}: {row['crimes']:,.0f} crimes, {row['change_pct']:+.0f} % on "
        f"{row['expected']:,.0f} of {row['against']}"
    )


def _describe_lost(lost: tuple[str, pd.Timestamp]) -> str:
    crime_type, month = lost
    return f"{crime_type}, {month:%Y-%m}: no figure any more; the last release had one"
