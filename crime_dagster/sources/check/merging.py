"""Merges the accounts of several files: each record and month counts once."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from crime_dagster.sources.check.account import Account, Claimed, plain
from crime_dagster.sources.check.lost import describe_repeated, describe_unusual
from crime_dagster.sources.land.judgement import choose_months, choose_records, find_archive_dates, find_missing_months
from crime_dagster.sources.vocabulary.areas import MIXED
from crime_dagster.sources.vocabulary.calendar_months import list_gaps


def merge_accounts(claimed: Sequence[Claimed]) -> Account:
    """Return the account of several files together.

    Records of a copied file are `duplicate`; records of a month that a later archive repeats are `superseded`; a
    month that a newer release replaces counts once, with a warning that gives both figures. Months are of crimes if
    there are any; totals are of every source.
    """
    everything = Account()
    aside: Counter[str] = Counter()
    for one in claimed:
        everything.rows_in += one.account.rows_in
        everything.rows_kept += one.account.rows_kept
        everything.warnings += one.account.warnings
        aside.update(one.account.rows_set_aside)
    everything.rows_set_aside = dict(aside)
    first = _exclude_copies([one for one in claimed if one.account.error is None], everything)
    everything.lsoa_vintage = _merge_vintages(first)
    _merge_figures(first, everything)
    return everything


def _exclude_copies(good: Sequence[Claimed], everything: Account) -> list[Claimed]:
    """Exclude copies. The copy in the newest archive counts, as in landing."""
    months = {
        one.file.name: str(one.parts["month"].max()) for one in good if one.parts is not None and not one.parts.empty
    }
    dates = find_archive_dates(months)
    originals: dict[tuple[str, str], Claimed] = {}
    for one in sorted(good, key=lambda one: dates.get(one.file.name, ""), reverse=True):
        original = originals.setdefault((one.source.key, one.content), one)
        if original is not one:
            everything.move(one.account.rows_kept, "duplicate")
            everything.warnings.append(f"{one.file.name}: a copy of {original.file.name}; excluded")
    return list(originals.values())


def _merge_vintages(good: Sequence[Claimed]) -> str | None:
    # Areas of other sources are converted, but readers ask about the areas of the crimes.
    crimes = [one for one in good if one.figures is not None or one.parts is not None]
    found = {one.account.lsoa_vintage for one in (crimes or good)} - {None}
    return next(iter(found)) if len(found) == 1 else (MIXED if found else None)


def _merge_figures(good: Sequence[Claimed], everything: Account) -> None:
    months: Counter[str] = Counter()
    wide, held = _count_releases(good, everything)
    street = _count_records(good, everything, held)
    for frame in (wide, street):
        if frame is not None:
            months.update({str(month): plain(total) for month, total in frame.groupby("month")["figure"].sum().items()})
    others = [one for one in good if one.figures is None and one.parts is None]
    if wide is None and street is None:
        # Months of crimes and months of other figures have no common sum.
        for one in [one for one in others if not one.source.context] or others:
            months.update(one.account.months)
    everything.months = dict(months)
    crimes = {"crimes": sum(months.values())} if wide is not None or street is not None else {}
    everything.totals = {**crimes, **_merge_totals(others)}


def _count_releases(good: Sequence[Claimed], everything: Account) -> tuple[pd.DataFrame | None, set[str]]:
    chosen: list[pd.DataFrame] = []
    for key in sorted({one.source.key for one in good if one.figures is not None}):
        named = {one.file.name: one.figures for one in good if one.source.key == key and one.figures is not None}
        frame, notes = choose_months(named)
        months = set(frame["month"])
        gaps = list_gaps(months, months)
        everything.warnings += [*notes, *([f"{key}: no file covers {', '.join(gaps)}"] if gaps else [])]
        # Files without small areas only repeat the figures of those with them, for comparison.
        if frame["area"].notna().any():
            chosen.append(frame)
    if not chosen:
        return None, set()
    releases = pd.concat(chosen)
    return releases, set(releases["area"])


def _count_records(good: Sequence[Claimed], everything: Account, held: set[str]) -> pd.DataFrame | None:
    """Return the street records that count, outside the areas of releases."""
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
    everything.move(int(parts["figure"].iloc[sorted(replaced)].sum()), "superseded")
    gone = pd.MultiIndex.from_tuples([keys[place] for place in replaced], names=["file", "force", "month"])
    kinds = pd.concat([one.kinds.assign(file=one.file.name) for one in street if one.kinds is not None])
    frame, kinds = (
        each[~pd.MultiIndex.from_frame(each[["file", "force", "month"]]).isin(gone)] for each in (frame, kinds)
    )
    everything.warnings += [*describe_unusual(frame), *describe_unusual(kinds), *describe_repeated(frame)]
    shared = frame["area"].isin(held)
    if shared.any():
        count = int(frame.loc[shared, "figure"].sum())
        everything.warnings.append(f"{count} street records are in areas of the wide files, which count there")
    return frame[~shared]


def _merge_totals(others: Sequence[Claimed]) -> dict[str, float]:
    owners: dict[str, set[str]] = {}
    for one in others:
        for name in one.account.totals:
            owners.setdefault(name, set()).add(one.source.key)
    totals: dict[str, float] = {}
    for one in others:
        for name, value in one.account.totals.items():
            # Columns of different sources may share a name by chance.
            label = name if len(owners[name]) == 1 else f"{one.source.key}: {name}"
            totals[label] = plain(totals.get(label, 0) + value)
    return totals
