"""Months that are not like what was known of them: a stub column, a file cut off, a category that was renamed."""

from __future__ import annotations

import pandas as pd

KEY = ["crime_type", "month"]
LAST_RELEASE, YEAR_BEFORE = "the last release", "the same month a year before"


def find_off_months(now: pd.DataFrame, before: pd.DataFrame, share: float) -> pd.DataFrame:
    """Months whose crimes differ by a share or more from what was expected.

    A month that the last release had is compared with that release; a new month with the same month of the year before,
    so that seasons do not count.

    Args:
        now: `crime_type`, `month` (dates) and `crimes` of the whole place; NaN if not reported.
        before: The same of the last release; may be empty.
        share: The least difference, as a share.

    Returns:
        `crime_type, month, crimes, expected, change_pct, against`, a row per such month, latest first.
    """
    both = now[[*KEY, "crimes"]].merge(before[[*KEY, "crimes"]], on=KEY, how="left", suffixes=("", "_before"))
    year_before = now[[*KEY, "crimes"]].assign(month=pd.to_datetime(now["month"]) + pd.DateOffset(years=1))
    both["month"] = pd.to_datetime(both["month"])
    both = both.merge(year_before.rename(columns={"crimes": "crimes_year_before"}), on=KEY, how="left")
    is_known = both["crimes_before"].notna()
    # A month of zero crimes has no share: only what had crimes can be off.
    expected = both["crimes_before"].where(is_known, both["crimes_year_before"])
    change = both["crimes"] / expected.where(expected > 0) - 1
    found = both.assign(
        expected=expected, change_pct=100 * change, against=is_known.map({True: LAST_RELEASE, False: YEAR_BEFORE})
    )
    off = found[change.abs() >= share].sort_values(["month", "crime_type"], ascending=[False, True])
    return off[[*KEY, "crimes", "expected", "change_pct", "against"]].reset_index(drop=True)


def find_lost_months(now: pd.DataFrame, before: pd.DataFrame) -> list[tuple[str, pd.Timestamp]]:
    """Crime types and months that the last release had figures for and this one does not, sorted."""
    had, has = (
        set(zip(known["crime_type"].astype(str), pd.to_datetime(known["month"]), strict=True))
        for known in (before.dropna(subset=["crimes"]), now.dropna(subset=["crimes"]))
    )
    return sorted(had - has)
