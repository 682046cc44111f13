"""Differences from the last release: features with another unit or column, truncated or renamed months."""

import pandas as pd

# The median of areas moves little between editions of a source: such a factor means another quantity.
FACTOR = 1.5
# A median near zero moves by any factor; it must also move by this part of the interquartile range.
PART_OF_SPREAD = 0.25
KEY = ["crime_type", "month"]
LAST_RELEASE, YEAR_BEFORE = "the last release", "the same month a year before"


def find_moved_features(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return columns whose median over the areas moved by a factor, or by more than the interquartile range.

    Both have a row per area; a new column is not compared. The result has `feature, before, now`, sorted by name; `now`
    is NaN if a feature has no figures any more.
    """
    names = [name for name in now.select_dtypes("number") if name in before.select_dtypes("number")]
    quartiles = before[names].quantile([0.25, 0.5, 0.75])
    found = pd.DataFrame({"before": quartiles.loc[0.5], "now": now[names].median()})
    spread = quartiles.loc[0.75] - quartiles.loc[0.25]
    shift = (found["now"] - found["before"]).abs()
    ratio = found["now"] / found["before"].where(found["before"] != 0)
    is_other = (ratio >= FACTOR) | (ratio <= 1 / FACTOR)
    is_moved = (shift > spread) | (is_other & (shift > PART_OF_SPREAD * spread))
    is_lost = found["before"].notna() & found["now"].isna()
    return found[is_moved | is_lost].rename_axis("feature").sort_index().reset_index()


def find_off_months(now: pd.DataFrame, before: pd.DataFrame, share: float) -> pd.DataFrame:
    """Return months whose crimes differ by a share or more from what was expected, latest first.

    A month of the last release is compared with that release; a new month with the same month of the year before, so
    that seasons do not count. Both have `crime_type`, `month` (dates) and `crimes` of the whole place, NaN if not
    reported; `before`, the last release, may be empty. The result has `crime_type, month, crimes, expected, change_pct,
    against`.
    """
    both = now[[*KEY, "crimes"]].merge(before[[*KEY, "crimes"]], on=KEY, how="left", suffixes=("", "_before"))
    year_before = now[[*KEY, "crimes"]].assign(month=pd.to_datetime(now["month"]) + pd.DateOffset(years=1))
    both["month"] = pd.to_datetime(both["month"])
    both = both.merge(year_before.rename(columns={"crimes": "crimes_year_before"}), on=KEY, how="left")
    is_known = both["crimes_before"].notna()
    # Zero crimes allow no share: only months with crimes are compared.
    expected = both["crimes_before"].where(is_known, both["crimes_year_before"])
    change = both["crimes"] / expected.where(expected > 0) - 1
    found = both.assign(
        expected=expected, change_pct=100 * change, against=is_known.map({True: LAST_RELEASE, False: YEAR_BEFORE})
    )
    off = found[change.abs() >= share].sort_values(["month", "crime_type"], ascending=[False, True])
    return off[[*KEY, "crimes", "expected", "change_pct", "against"]].reset_index(drop=True)


def find_lost_months(now: pd.DataFrame, before: pd.DataFrame) -> list[tuple[str, pd.Timestamp]]:
    """Return crime types and months with figures in the last release and none in this one, sorted."""
    had, has = (
        set(zip(known["crime_type"].astype(str), pd.to_datetime(known["month"]), strict=True))
        for known in (before.dropna(subset=["crimes"]), now.dropna(subset=["crimes"]))
    )
    return sorted(had - has)
