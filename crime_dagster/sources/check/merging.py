"""Merges the accounts of several files: each record and month counts once."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from crime_dagster.sources.check.account import Account, Claimed, plain
from crime_dagster.sources.check.comparing import Compared, compare_files
from crime_dagster.sources.land.overlaps import find_archive_dates
from crime_dagster.sources.vocabulary.areas import MIXED


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
    compared = compare_files([one.evidence for one in first])
    everything.move(compared.superseded, "superseded")
    everything.warnings += [*compared.doubts, *compared.notes]
    _merge_figures(first, compared, everything)
    return everything


def _exclude_copies(good: Sequence[Claimed], everything: Account) -> list[Claimed]:
    """Exclude copies. The copy in the newest archive counts, as in landing."""
    named = [(one.file.name, one.evidence.parts) for one in good]
    months = {name: str(parts["month"].max()) for name, parts in named if parts is not None and not parts.empty}
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
    crimes = [one for one in good if one.evidence.figures is not None or one.evidence.parts is not None]
    found = {one.account.lsoa_vintage for one in (crimes or good)} - {None}
    return next(iter(found)) if len(found) == 1 else (MIXED if found else None)


def _merge_figures(good: Sequence[Claimed], compared: Compared, everything: Account) -> None:
    months: Counter[str] = Counter()
    frames = [compared.releases, _leave_releases(compared, everything)]
    for frame in frames:
        if frame is not None:
            months.update({str(month): plain(total) for month, total in frame.groupby("month")["figure"].sum().items()})
    has_crimes = any(frame is not None for frame in frames)
    others = [one for one in good if one.evidence.figures is None and one.evidence.parts is None]
    if not has_crimes:
        # Months of crimes and months of other figures have no common sum.
        for one in [one for one in others if not one.source.context] or others:
            months.update(one.account.months)
    everything.months = dict(months)
    crimes = {"crimes": sum(months.values())} if has_crimes else {}
    everything.totals = {**crimes, **_merge_totals(others)}


def _leave_releases(compared: Compared, everything: Account) -> pd.DataFrame | None:
    """Return the street records that count: those outside the areas of releases."""
    if compared.records is None or compared.releases is None:
        return compared.records
    shared = compared.records["area"].isin(set(compared.releases["area"]))
    if shared.any():
        count = int(compared.records.loc[shared, "figure"].sum())
        everything.warnings.append(f"{count} street records are in areas of the wide files, which count there")
    return compared.records[~shared]


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
