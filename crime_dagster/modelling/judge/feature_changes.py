"""Features that are not like those of the last release: another unit, decimal mark or column."""

from __future__ import annotations

import pandas as pd

# Between two editions of a source the median of areas moves little: by a factor like this it is another figure.
FACTOR = 1.5
# A median near zero moves by any factor; it has to move by a part of the middle half of the areas as well.
PART_OF_SPREAD = 0.25


def find_moved_features(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Columns whose median over the areas moved by a factor, or by more than the interquartile range.

    Args:
        now: A row per area, numbers in the columns to compare.
        before: The same of the last release; may be empty. A new column is not compared.

    Returns:
        `feature, before, now`, sorted by name; `now` is NaN if a feature has no figure any more.
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
