"""Which of several files counts for the same month: releases of a wide file, archives of street records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import pandas as pd

from crime_dagster.sources.vocabulary.calendar_months import list_gaps

YEAR_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d-(?:0[1-9]|1[0-2]))(?!\d)")
# The first or last month of a release is incomplete if it has less than this share of an older release's figure.
STUB = 0.5
SHOWN_PARTS = 20


def choose_months(releases: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, list[str]]:
    """Choose between overlapping releases, month by month.

    Per area and month the newest release counts, which is the one with the latest last month. An exception is its first
    or last month, if an older release has over twice as much for the same areas.

    Args:
        releases: File name to a frame with the columns area, month (`YYYY-MM`) and figure.

    Returns:
        The rows that count, with the column file, and a warning per replaced month.
    """
    order = sorted(releases, key=lambda name: (releases[name]["month"].max(), name))
    chosen = pd.DataFrame({"area": [], "month": [], "figure": [], "file": []})
    warnings: list[str] = []
    for name in order:
        frame = releases[name].assign(file=name)
        if chosen.empty:
            chosen = frame
            continue
        frame, chosen, notes = _replace(frame, chosen)
        warnings += notes
        chosen = pd.concat([chosen, frame], ignore_index=True)
    return chosen, warnings


def _replace(new: pd.DataFrame, old: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    edges = {new["month"].min(), new["month"].max()}
    shared = old.merge(new[["area", "month", "figure"]], on=["area", "month"], suffixes=("", "_new"))
    name = new["file"].iat[0]
    warnings = []
    stubs = set()
    for month, part in shared.groupby("month"):
        before, after = part["figure"].sum(), part["figure_new"].sum()
        files = ", ".join(sorted(set(part["file"])))
        if month in edges and after < STUB * before:
            stubs.add(month)
            words = f"{name} has only {after:,.0f} in its first or last month, under half, which is incomplete"
            warnings.append(f"{month}: {files} counts with {before:,.0f}; {words}")
        else:
            warnings.append(f"{month}: {name} counts with {after:,.0f}; {files} has {before:,.0f} and is replaced")
    pairs = pd.MultiIndex.from_frame(shared[["area", "month"]])
    in_old = pd.MultiIndex.from_frame(old[["area", "month"]]).isin(pairs)
    in_new = pd.MultiIndex.from_frame(new[["area", "month"]]).isin(pairs)
    replaced = in_old & ~old["month"].isin(stubs).to_numpy()
    incomplete = in_new & new["month"].isin(stubs).to_numpy()
    return new[~incomplete], old[~replaced], warnings


def find_archive_dates(months: Mapping[str, str]) -> dict[str, str]:
    """When the archives were made that files of street records come from.

    Args:
        months: File name, with `/`, to its newest month (`YYYY-MM`).

    Returns:
        File name to the date (`YYYY-MM`) of its archive: the date in the name of the archive or its folder, else the
        newest month in it. A folder named for the file's own month is part of the archive around it.
    """
    folders = {name: PurePosixPath(name).parent for name in months}
    archives = {name: str(folder.parent if folder.name == months[name] else folder) for name, folder in folders.items()}
    newest: dict[str, str] = {}
    for name, archive in archives.items():
        newest[archive] = max(newest.get(archive, ""), months[name])
    return {name: [newest[archive], *YEAR_MONTH.findall(archive)][-1] for name, archive in archives.items()}


def choose_records(parts: Sequence[tuple[str, str, str]], dates: Mapping[str, str]) -> tuple[set[int], list[str]]:
    """Places of street files' parts that a later archive replaces, and a warning for each.

    A file named for another month holds a few records of this one, and counts only if no other file does.

    Args:
        parts: File name, force and month of each part.
        dates: File name to the date of its archive.
    """
    by_key: dict[tuple[str, str], list[int]] = {}
    for place, (_, force, month) in enumerate(parts):
        by_key.setdefault((force, month), []).append(place)
    replaced: set[int] = set()
    warnings: list[str] = []
    for (force, month), places in sorted(by_key.items()):
        # Of equal dates the last by name counts; the warning names it.
        names = [(parts[place][0], place) for place in places]
        ranked = sorted((_is_named_for(name, month), dates[name], name, place) for name, place in names)
        *losers, (is_own, date, winner, _) = ranked
        for loser_is_own, loser_date, loser, place in losers:
            if is_own and not loser_is_own:
                why = f"the file of {month}; the other is named for another month"
            elif loser_date == date:
                why = "both of the same date, the last by name was taken"
            else:
                why = f"an archive of {date}"
            warnings.append(f"{force} {month}: {winner} counts ({why}); {loser} is superseded")
            replaced.add(place)
    return replaced, warnings


def _is_named_for(name: str, month: str) -> bool:
    """Whether a file's name gives no other month than this one."""
    said = YEAR_MONTH.findall(PurePosixPath(name).name)
    return not said or month in said


def find_missing_months(parts: Sequence[tuple[str, str, str]]) -> list[str]:
    """Warnings about months within the folder's span for which a force has no file, given file, force and month."""
    months = sorted({month for _, _, month in parts if YEAR_MONTH.fullmatch(month)})
    if not months:
        return []
    held: dict[str, set[str]] = {}
    for _, force, month in parts:
        held.setdefault(force, set()).add(month)
    return [
        f"{force}: no records for {', '.join(gaps)}; not reported, which is not 0"
        for force, own in sorted(held.items())
        if (gaps := list_gaps(set(months), own))
    ]


def describe_records(held: pd.DataFrame) -> list[str]:
    """Warnings about landed street records: months in several files, and missing months.

    Args:
        held: One row per file, force and month with the columns file, archive (date), force and month.
    """
    parts = list(held[["file", "force", "month"]].itertuples(index=False, name=None))
    _, replaced = choose_records(parts, dict(zip(held["file"], held["archive"], strict=True)))
    more = len(replaced) - SHOWN_PARTS
    listed = [*replaced[:SHOWN_PARTS], f"and {more} more months of forces are superseded"] if more > 0 else replaced
    return listed + find_missing_months(parts)
