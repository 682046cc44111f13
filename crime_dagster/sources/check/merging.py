"""Several accounts as one: what wins where files speak of the same thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from crime_dagster.sources.check.account import Account, Claimed, plain
from crime_dagster.sources.land.overlaps import choose_months, choose_records, find_archive_dates, find_missing_months
from crime_dagster.sources.vocabulary.areas import MIXED


def merge_accounts(claimed: Sequence[Claimed]) -> Account:
    """The account of several files, each record and month counted once.

    A copy of a file adds nothing, its records are `duplicate`; records of a month that a later archive has again are
    `superseded`; a month that a newer release replaces counts once, with a warning that names both figures.

    Args:
        claimed: The files that a source claims, each with its own account.

    Returns:
        One account; months are of crimes where there are any, totals of every source.
    """
    good = [one for one in claimed if one.account.error is None]
    everything = Account()
    for one in claimed:
        everything.rows_in += one.account.rows_in
        everything.rows_kept += one.account.rows_kept
        everything.warnings += one.account.warnings
    aside: Counter[str] = Counter()
    for one in claimed:
        aside.update(one.account.rows_set_aside)
    everything.rows_set_aside = dict(aside)
    first = _set_copies_aside(_put_newest_first(good), everything)
    everything.lsoa_vintage = _merge_vintages(first)
    _merge_figures(first, everything)
    return everything


def _put_newest_first(good: Sequence[Claimed]) -> list[Claimed]:
    """Of copies the one of the newest archive counts, as in landing: an older one must not stand against a revision."""
    months = {
        one.file.name: str(one.parts["month"].max()) for one in good if one.parts is not None and not one.parts.empty
    }
    dates = find_archive_dates(months)
    return sorted(good, key=lambda one: dates.get(one.file.name, ""), reverse=True)


def _set_copies_aside(good: Sequence[Claimed], everything: Account) -> list[Claimed]:
    originals: dict[tuple[str, str], Claimed] = {}
    first = []
    for one in good:
        key = (one.source.key, one.content)
        if key in originals:
            _move(everything, one.account.rows_kept, "duplicate")
            everything.warnings.append(f"{one.file.name}: a copy of {originals[key].file.name}; excluded")
        else:
            originals[key] = one
            first.append(one)
    return first


def _merge_vintages(good: Sequence[Claimed]) -> str | None:
    # Areas of other sources are carried over; whose areas crimes are in is what a reader asks.
    crimes = [one for one in good if one.figures is not None or one.parts is not None]
    found = {one.account.lsoa_vintage for one in (crimes or good)} - {None}
    return next(iter(found)) if len(found) == 1 else (MIXED if found else None)


def _merge_figures(good: Sequence[Claimed], everything: Account) -> None:
    months: Counter[str] = Counter()
    wide, held = _count_releases(good, everything)
    street = _count_records(good, everything, held)
    for frame in (wide, street):
        if frame is not None:
            months.update({str(month): plain(sum_) for month, sum_ in frame.groupby("month")["figure"].sum().items()})
    others = [one for one in good if one.figures is None and one.parts is None]
    if wide is None and street is None:
        # Months of crimes and months of something else have no common sum.
        for one in [one for one in others if not one.source.context] or others:
            months.update(one.account.months)
    everything.months = dict(months)
    everything.totals = _merge_totals(others)
    if wide is not None or street is not None:
        everything.totals = {"crimes": sum(months.values()), **everything.totals}


def _count_releases(good: Sequence[Claimed], everything: Account) -> tuple[pd.DataFrame | None, set[str]]:
    chosen: list[pd.DataFrame] = []
    held: set[str] = set()
    for key in sorted({one.source.key for one in good if one.figures is not None}):
        named = {one.file.name: one.figures for one in good if one.source.key == key and one.figures is not None}
        frame, notes = choose_months(named)
        everything.warnings += notes
        everything.warnings += _describe_gaps(key, set(frame["month"]))
        # Files without small areas repeat what those with them say: they are there to compare.
        if frame["area"].notna().any():
            chosen.append(frame)
            held |= set(frame["area"])
    return (pd.concat(chosen) if chosen else None), held


def _count_records(good: Sequence[Claimed], everything: Account, held: set[str]) -> pd.DataFrame | None:
    street = [one for one in good if one.parts is not None]
    if not street:
        return None
    frame = pd.concat([one.parts.assign(file=one.file.name) for one in street if one.parts is not None])
    parts = frame.groupby(["file", "force", "month"], as_index=False)["figure"].sum()
    keys = list(parts[["file", "force", "month"]].itertuples(index=False, name=None))
    newest = parts.groupby("file")["month"].max().to_dict()
    newest |= {one.file.name: month for one in street if (month := one.source.month_in_name(one.file.name))}
    replaced, notes = choose_records(keys, find_archive_dates(newest))
    everything.warnings += notes + find_missing_months(keys)
    _move(everything, int(parts["figure"].iloc[sorted(replaced)].sum()), "superseded")
    gone = pd.MultiIndex.from_tuples([keys[place] for place in replaced], names=["file", "force", "month"])
    frame = frame[~pd.MultiIndex.from_frame(frame[["file", "force", "month"]]).isin(gone)]
    shared = frame["area"].isin(held)
    if shared.any():
        everything.warnings.append(
            f"{int(frame.loc[shared, 'figure'].sum())} street records are in areas of the wide files, which count there"
        )
    return frame[~shared]


def _describe_gaps(key: str, months: set[str]) -> list[str]:
    every = [str(month) for month in pd.period_range(min(months), max(months), freq="M")]
    lacking = [month for month in every if month not in months]
    return [f"{key}: no file covers {', '.join(lacking)}"] if lacking else []


def _merge_totals(others: Sequence[Claimed]) -> dict[str, float]:
    owners: dict[str, set[str]] = {}
    for one in others:
        for name in one.account.totals:
            owners.setdefault(name, set()).add(one.source.key)
    totals: dict[str, float] = {}
    for one in others:
        for name, value in one.account.totals.items():
            # Columns of two sources may share a name and no more.
            label = name if len(owners[name]) == 1 else f"{one.source.key}: {name}"
            totals[label] = plain(totals.get(label, 0) + value)
    return totals


def _move(everything: Account, count: int, reason: str) -> None:
    if count:
        everything.rows_kept -= count
        everything.rows_set_aside[reason] = everything.rows_set_aside.get(reason, 0) + count
