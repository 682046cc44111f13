"""Crimes of a category that dbt's seed does not list: excluded; a file with too many of them is refused."""

import csv
import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.core.settings import PROJECT_DIR
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.land.judgement import exclude_rows, judge_repeats
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile, describe_record, refuse

SEED = PROJECT_DIR / "dbt_project" / "seeds" / "crime_type_categories.csv"
UNKNOWN = "unknown_category"
SHOWN = 8
FILL = "if a category is only in the first row of its group, copy it into the rows below"
# Each category counts in `total` and in one other type; `other` is not modelled.
TYPES = ("total", "other")


def judge_records(reading: Reading, source: Source, file: SourceFile) -> Reading:
    """Exclude records of a file that are repeated or of an unknown category."""
    return judge_categories(judge_repeats(reading, source, file), source, file)


@functools.cache
def load_categories() -> Mapping[str, frozenset[str]]:
    """Return the categories that count in a crime type, in upper case, by publisher."""
    known: dict[str, set[str]] = {}
    with SEED.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            known.setdefault(row["publisher"], set()).add(row["category"].upper())
    return {publisher: frozenset(categories) for publisher, categories in known.items()}


def judge_categories(reading: Reading, source: Source, file: SourceFile) -> Reading:
    """Exclude crimes of categories that count in no crime type: `unknown_category`.

    The source's option `category` names the column. A category without crimes is harmless and stays.

    Raises:
        InputError: In a month, such categories have a larger share of crimes than the option `most_unknown`: the
            publisher may have renamed one, which would be missing from the published figures.
    """
    column = source.options.get("category")
    if column is None:
        return reading
    known = load_categories()[source.publisher]
    figure = next((one.name for one in source.columns if one.spread is not None), None)
    unknown = [name or "" for name in pc.unique(reading.rows[column]).to_pylist() if tidy_category(name) not in known]
    if not unknown:
        return reading
    cells = reading.rows.select(["row_number", "month", column]).to_pandas()
    cells[column] = cells[column].fillna("")
    cells["crimes"] = pd.to_numeric(reading.rows[figure].to_pandas()).fillna(0) if figure else 1
    cells["lost"] = cells["crimes"].where(cells[column].isin(unknown), 0)
    records = cells[cells["lost"] > 0].drop_duplicates("row_number").set_index("row_number")[column].map(tidy_category)
    if records.empty:
        return reading
    counts = records.value_counts()
    listed = list_some([f"{name or 'blank'} ({count} records)" for name, count in counts.items()], SHOWN, ", ")
    added = write_lines(source, map(quote, counts.index))
    # A pivot table names a category in the first row of its group alone.
    remedy = f"to count them, add to dbt_project/seeds/{SEED.name}: {added}" if added else FILL
    sums = cells.groupby("month", dropna=False)[["lost", "crimes"]].sum()
    shares, most = sums["lost"] / sums["crimes"], source.options["most_unknown"]
    if shares.max() > most:
        raise refuse(
            file,
            f"{shares.max():.1%} of the crimes of {shares.idxmax()} are of an unknown category: {listed}",
            f"at most {most:.1%} (most_unknown of {source.key} in the catalogue)",
            remedy + (f", or the crime type that each belongs to in place of {TYPES[-1]}" if added else ""),
            column=column,
        )
    note = f"{file.name}: records of categories that count in no crime type are excluded: {listed}; {remedy}"
    mask = cells["row_number"].isin(records.index).to_numpy()
    judged = exclude_rows(reading, source, mask, UNKNOWN, note)
    # Marts expect the category first.
    named = records.map(quote)
    aside = [
        one if one.reason != UNKNOWN else one._replace(content=f"{named[one.row_number]}: {one.content}")
        for one in judged.set_aside
    ]
    return replace(judged, set_aside=aside)


def tidy_category(name: str | None) -> str:
    """Return a category as the seed has it, in upper case."""
    return (name or "").strip().upper()


def quote(name: str) -> str:
    """Write a category as in the seed."""
    return describe_record([name]) if name else ""


def write_lines(source: Source, categories: Iterable[str]) -> str:
    """Return the seed lines that would count some categories; none for a blank category."""
    known = sorted({name for name in categories if name})
    return "; ".join(f"{source.publisher},{name},{one}" for name in known for one in TYPES)
