"""Figures of one file that are multiplied, in some of its areas, or under another year's name."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.rules import COMPARE

# Of so many counts of an area one is always 1, or no multiple of the others: in published releases of any area.
FEWEST_COUNTS = 20
# Published years of an area are most like the years beside them: two that change places make the way through all years
# longer by 5% at least.
FEWEST_YEARS, FEWEST_AREAS, SHORTER = 3, 200, 0.98


def describe_multiples(rows: pa.Table, source: Source, file: SourceFile) -> list[str]:
    """Return a warning about areas whose counts of all months and categories are multiples of one number."""
    figure = source.columns[-1].name
    if source.spread_name != "month" or not source.unique or source.options.get("rounded"):
        return []
    counts = rows.select([source.unique[0], figure]).rename_columns(["area", "figure"])
    counts = counts.set_column(1, "figure", pc.cast(counts["figure"], pa.int64()))
    counts = counts.filter(pc.greater(counts["figure"], 0)).sort_by("area").to_pandas()
    starts = np.flatnonzero(~counts["area"].duplicated().to_numpy())
    if not starts.size:
        return []
    steps = np.gcd.reduceat(counts["figure"].to_numpy(), starts)
    sizes = np.diff([*starts, len(counts)])
    is_odd = (steps > 1) & (sizes >= FEWEST_COUNTS)
    # If all are, the reader has said so of the columns.
    if not is_odd.any() or is_odd.mean() > 1 / 2:
        return []
    places = counts["area"].to_numpy()[starts]
    named = list_some([f"{place} ({step})" for place, step in zip(places[is_odd], steps[is_odd], strict=True)])
    words = f"all {figure} of some areas are multiples of one number, as multiplied ones are: {named}"
    return [f"{file.name}: {words}; {COMPARE}"]


def describe_year_order(rows: pa.Table, source: Source, file: SourceFile) -> list[str]:
    """Return a warning about years that are less like the years beside them than if two changed places."""
    figures = [column.name for column in source.columns if column.is_number and column.spread is not None]
    figures = figures or [column.name for column in source.columns if column.is_number and "year" in source.unique]
    area = next((column.name for column in source.columns if column.kind == "lsoa_code"), None)
    # Crimes of an area change too much from year to year.
    if area is None or "year" not in source.landed_names or not figures or source.recorded_crime:
        return []
    words = []
    for figure in figures:
        frame = pd.DataFrame({name: rows[name].to_pandas() for name in (area, "year")})
        frame["figure"] = pd.to_numeric(rows[figure].to_pandas())
        years = frame.pivot_table(index=area, columns="year", values="figure", aggfunc="sum").dropna()
        if len(years) < FEWEST_AREAS or years.shape[1] < FEWEST_YEARS:
            continue
        apart = np.array([[(years[one] - years[other]).abs().sum() for other in years] for one in years])
        order = list(range(len(apart)))
        swapped = [[*order[:at], at + 1, at, *order[at + 2 :]] for at in order[:-1]]
        shorter = [SHORTER * _measure(apart, order) > _measure(apart, one) for one in swapped]
        names = [f"{years.columns[at]} and {years.columns[at + 1]}" for at in map(int, np.flatnonzero(shorter))]
        if names:
            told = f"{figure} of {list_some(names)} may have changed places, by the years beside them"
            words.append(f"{file.name}: {told}; {COMPARE}")
    return words


def _measure(apart: np.ndarray, order: list[int]) -> float:
    """Return the sum of the distances from year to year."""
    return float(sum(apart[one, other] for one, other in pairwise(order)))
