"""Months and categories that a file has and that are unlike the others: cut off, filtered, doubled or copied."""

import numpy as np
import pandas as pd

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.land.categories import load_categories, tidy_category
from crime_dagster.sources.land.overlaps import STUB
from crime_dagster.sources.readers.tables.rules import COMPARE

# So many crimes have some of every category: of the rarest a country force has 2 in 1,000. A thousand have most.
MANY, FEWEST = 5_000, 1_000
SHOWN_KINDS = 8
# Fewer months or records do not show what is usual.
FEWEST_MONTHS, FEWEST_RECORDS = 6, 100
# Published months of a force have 0.8 to 1.25 of its usual records; a category of many records has at least 0.3.
FEWEST_STEADY, LEAST_STEADY = 500, 2 / 3
FEWEST_OF_KIND, LEAST_OF_KIND = 30, 0.1
ALL, TAKEN = "all months together", f"a filter may have taken them; {COMPARE}"


def describe_unusual(records: pd.DataFrame, what: str = " records") -> list[str]:
    """Return warnings about months unlike the usual one of a force, or with hardly any of its category.

    Given the columns force, month, figure and perhaps category; few months or few records do not show what is usual.
    """
    keys = [name for name in ("force", "month", "category") if name in records]
    is_kind = "category" in keys
    sums = records.groupby(keys)["figure"].sum()
    # A category without records in a month has no row there.
    months = (pd.Series(sums.unstack(fill_value=0).stack()) if is_kind else sums).rename("figure").reset_index()
    own, figure = months.groupby([name for name in keys if name != "month"])["figure"], months["figure"]
    months["usual"] = usual = own.transform("median")
    if is_kind:
        # A month that is short as a whole says so itself.
        whole = months.groupby(["force", "month"])["figure"].transform("sum")
        is_short = whole < STUB * months.assign(whole=whole).groupby("force")["whole"].transform("median")
        is_odd = (figure < usual * LEAST_OF_KIND) & (usual >= FEWEST_OF_KIND) & ~is_short
    else:
        least = np.where(usual >= FEWEST_STEADY, LEAST_STEADY, STUB)
        is_odd = ((figure < usual * least) | (figure > usual / least)) & (usual >= FEWEST_RECORDS)
    is_odd &= own.transform("size") >= FEWEST_MONTHS
    return [
        f"{one.force}: {one.figure:,.0f}{what}{f' of {one.category}' if is_kind else ''} in {one.month}, and usually "
        f"{one.usual:,.0f}: it may be cut off, filtered or doubled"
        for one in months[is_odd].itertuples()
    ]


def describe_filtered(kinds: pd.DataFrame, source: Source) -> list[str]:
    """Return warnings about categories that are in no record: of many crimes, of a month or of all, some are of each.

    Also about rare categories without a record in months that would have had several.

    Given the columns force, month, category and figure, of a source with the option `category`.
    """
    wanted = sorted(load_categories()[source.publisher].difference(source.options.get("may_lack", ())))
    tidy = kinds.assign(category=kinds["category"].map(tidy_category))
    table = tidy.groupby(["force", "month", "category"])["figure"].sum().unstack(fill_value=0)
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    words = []
    for force, months in table.groupby(level="force"):
        known = months.droplevel("force").reindex(columns=wanted, fill_value=0)
        found: dict[tuple[str, ...], list[str]] = {}
        totals = months.sum(axis=1)
        spans = [*zip(known.index, known.to_numpy(), totals, strict=True), (ALL, known.sum().to_numpy(), totals.sum())]
        for month, held, total in spans:
            lacking = tuple(kind for kind, figure in zip(wanted, held, strict=True) if not figure)
            if lacking and total >= (FEWEST if len(lacking) > len(wanted) / 2 else MANY):
                found.setdefault(lacking, []).append(str(month))
        for lacking, when in found.items():
            alike.setdefault((lacking, tuple(when)), []).append(str(force))
        words += _describe_runs(str(force), known)
    for (kinds_lost, spans_lost), forces in alike.items():
        listed = list_some(list(kinds_lost), SHOWN_KINDS, ", ")
        words.append(f"{list_some(forces)}: no record of {listed} in {list_some(list(spans_lost))}: {TAKEN}")
    return words


def describe_shares(kinds: pd.DataFrame, source: Source, file: str) -> list[str]:
    """Return a warning if several categories of a file have another share of its crimes than ever before.

    Given the columns month, category and figure, of a source with the option `usual_shares`.
    """
    usual = source.options.get("usual_shares", {})
    sums = kinds.groupby(kinds["category"].map(tidy_category))["figure"].sum()
    if not usual or sums.sum() < MANY or kinds["month"].nunique() < FEWEST_MONTHS:
        return []
    shares = 100 * sums / sums.sum()
    odd = [
        f"{category} {share:.1f}% (usually {low:g} to {high:g})"
        for category, (low, high) in usual.items()
        if not low <= (share := shares.get(category, 0.0)) <= high
    ]
    words = f"shares of its crimes are unusual: {list_some(odd)}"
    return [f"{file}: {words}; figures may be moved against categories, or filtered: {COMPARE}"] if len(odd) > 1 else []


def _describe_runs(force: str, known: pd.DataFrame) -> list[str]:
    words = []
    for category, figures in known.items():
        usual = figures.median()
        if not 0 < usual < FEWEST_OF_KIND or len(figures) < FEWEST_MONTHS:
            continue
        is_zero = figures.eq(0)
        for _, run in figures[is_zero].groupby((~is_zero).cumsum()[is_zero]):
            if usual * len(run) >= FEWEST_OF_KIND:
                span = f"{run.index[0]} to {run.index[-1]}"
                words.append(f"{force}: no record of {category} from {span}, and usually {usual:,.0f} a month: {TAKEN}")
    return words


def describe_repeated(records: pd.DataFrame) -> list[str]:
    """Return warnings about months with as many records in each area as another month of the force: copies of it.

    Given the columns force, month, area and figure.
    """
    first: dict[object, str] = {}
    words = []
    for (force, month), part in records.groupby(["force", "month"]):
        counts = part.groupby("area", dropna=False)["figure"].sum()
        if counts.sum() >= FEWEST_RECORDS and len(counts) >= FEWEST_MONTHS:
            original = first.setdefault((force, counts.to_json()), str(month))
            if original != month:
                words.append(f"{force}: as many records in each area in {month} as in {original}: one may be a copy")
    return words
