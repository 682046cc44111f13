"""Compares what `make check` and SQL count of overlapping files: both must choose the same."""

from collections.abc import Callable

import pandas as pd

from crime_dagster.sources.land.overlaps import choose_months, choose_records, find_archive_dates

Ask = Callable[[str], pd.DataFrame]
HELD = "select source_file as file, place_code as area, strftime(month, '%Y-%m') as month, crimes as figure from "
STREETS = """
    select
        source_file as file, force, strftime(month, '%Y-%m') as month, bool_or(is_newest) as is_newest
    from intermediate.int_street_cells_placed group by all order by all
"""


def find_other_releases(ask: Ask) -> pd.DataFrame:
    """Return areas and months of releases that count on one side only, or with another file or figure."""
    held = ask(f"{HELD} intermediate.int_release_areas_summed")
    releases = {str(file): rows.drop(columns="file") for file, rows in held.groupby("file")}
    chosen, _, _ = choose_months(releases)
    counted = ask(f"{HELD} intermediate.int_release_areas_counted")
    both = chosen.merge(counted, on=["area", "month"], how="outer", suffixes=("_check", "_sql"), indicator=True)
    is_same = (both["file_check"] == both["file_sql"]) & ((both["figure_check"] - both["figure_sql"]).abs() < 1e-6)
    return both[(both["_merge"] != "both") | ~is_same]


def find_other_records(ask: Ask) -> list[tuple[str, str, str]]:
    """Return files, forces and months of street-level records that count on one side only."""
    parts = ask(STREETS)
    keys = [tuple(key) for key in parts[["file", "force", "month"]].itertuples(index=False, name=None)]
    newest = {str(file): str(months.max()) for file, months in parts.groupby("file")["month"]}
    replaced, _ = choose_records(keys, find_archive_dates(newest))
    superseded = {place for place, is_newest in enumerate(parts["is_newest"]) if not is_newest}
    return [keys[place] for place in sorted(replaced ^ superseded)]
