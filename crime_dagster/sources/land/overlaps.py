"""Which of several files counts for the same month: releases by area, archives of street-level files."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import pandas as pd

from crime_dagster.core.errors import list_some
from crime_dagster.sources.readers.tables.rules import COMPARE
from crime_dagster.sources.vocabulary.calendar_months import list_gaps

YEAR_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d-(?:0[1-9]|1[0-2]))(?!\d)")
# The first or last month of a release is incomplete if it has less than this share of an older release's figure.
STUB = 0.5
# Of two published releases, the figures per area of a shared month differ by 3% of its crimes at most.
MOST_REVISED, FEWEST_CRIMES = 0.1, 500
SHOWN_PARTS = 20
# The figures of an area in all shared months differ by 8% at most, with some crimes more in both releases.
MOST_AREA_REVISED, MORE = 1.5, 20


def choose_months(releases: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Choose between overlapping releases: frames with the columns area, month (`YYYY-MM`) and figure, by file.

    Per area and month the newest release (with the latest last month) counts, except for its first or last month if an
    older release has over twice as much for the same areas. The returned rows have a column file, and each replaced
    month has a note. A doubt names months that differ by more than a revision, area by area: a release may be filtered,
    rounded, of other months or under other codes.
    """
    named = [frame.assign(file=name) for name, frame in sorted(releases.items())]
    chosen, *newer = sorted(named, key=lambda frame: str(frame["month"].max()))
    notes: list[str] = []
    doubts: list[str] = []
    for release in newer:
        frame, chosen, *said = _replace(release, chosen)
        notes += said[0]
        doubts += said[1]
        chosen = pd.concat([chosen, frame], ignore_index=True)
    return chosen, notes, doubts


def _replace(new: pd.DataFrame, old: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[str], list[str]]:
    edges = {new["month"].min(), new["month"].max()}
    shared = old.merge(new[["area", "month", "figure"]], on=["area", "month"], suffixes=("", "_new"))
    name = new["file"].iat[0]
    notes, unlike = [], []
    stubs = set()
    for month, part in shared.groupby("month"):
        before, after = part["figure"].sum(), part["figure_new"].sum()
        apart = (part["figure"] - part["figure_new"]).abs().sum() / max(before, 1)
        files = ", ".join(sorted(set(part["file"])))
        if month in edges and after < STUB * before:
            stubs.add(month)
            words = f"{name} has only {after:,.0f} in its first or last month, under half, which is incomplete"
            notes.append(f"{month}: {files} counts with {before:,.0f}; {words}")
        else:
            notes.append(f"{month}: {name} counts with {after:,.0f}; {files} has {before:,.0f} and is replaced")
            unlike += [f"{month} ({apart:.0%})"] if apart > MOST_REVISED and before >= FEWEST_CRIMES else []
    doubts = []
    if unlike:
        words = f"unlike {', '.join(sorted(set(old['file'])))} in their areas, in {list_some(unlike)}"
        told = "a revision changes up to 3%: one of the files may be filtered, rounded, moved or of other months"
        doubts.append(f"{name}: the figures of shared months are {words}; {told}; {COMPARE}")
    elif odd := _find_odd_areas(shared[~shared["month"].isin(stubs)]):
        words = f"unlike those of {', '.join(sorted(set(old['file'])))} in the same months"
        doubts.append(f"{name}: figures of areas are {words}: {list_some(odd)}; {COMPARE}")
    pairs = pd.MultiIndex.from_frame(shared[["area", "month"]])
    in_old = pd.MultiIndex.from_frame(old[["area", "month"]]).isin(pairs)
    in_new = pd.MultiIndex.from_frame(new[["area", "month"]]).isin(pairs)
    replaced = in_old & ~old["month"].isin(stubs).to_numpy()
    incomplete = in_new & new["month"].isin(stubs).to_numpy()
    return new[~incomplete], old[~replaced], notes, doubts


def _find_odd_areas(shared: pd.DataFrame) -> list[str]:
    """Return the areas whose figures of all shared months differ by more than a revision, each with both figures."""
    sums = shared.groupby("area")[["figure", "figure_new"]].sum()
    ratio = (sums["figure_new"] + MORE) / (sums["figure"] + MORE)
    odd = sums[(ratio > MOST_AREA_REVISED) | (ratio < 1 / MOST_AREA_REVISED)]
    return [f"{area} ({after:,.0f}, before {before:,.0f})" for area, before, after in odd.itertuples()]


def find_archive_dates(months: Mapping[str, str]) -> dict[str, str]:
    """Return the date (`YYYY-MM`) of the archive of each street file, given each file's newest month.

    It is the date in the name of the archive or its folder, else the newest month in it. A folder named for the file's
    own month is part of the archive around it.
    """
    folders = {name: PurePosixPath(name).parent for name in months}
    archives = {name: str(folder.parent if folder.name == months[name] else folder) for name, folder in folders.items()}
    newest: dict[str, str] = {}
    for name, archive in archives.items():
        newest[archive] = max(newest.get(archive, ""), months[name])
    return {name: [newest[archive], *YEAR_MONTH.findall(archive)][-1] for name, archive in archives.items()}


def choose_records(parts: Sequence[tuple[str, str, str]], dates: Mapping[str, str]) -> tuple[set[int], list[str]]:
    """Return positions of parts (file, force, month) that a later archive replaces, and a warning for each.

    A file named for another month holds a few records of this one, and counts only if no other file does.
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
    """Return warnings about months within the folder's span without a file of a force, given file, force and month."""
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
    """Return warnings about superseded and missing months, given a row per file, archive, force and month."""
    parts = list(held[["file", "force", "month"]].itertuples(index=False, name=None))
    _, replaced = choose_records(parts, dict(zip(held["file"], held["archive"], strict=True)))
    more = len(replaced) - SHOWN_PARTS
    listed = [*replaced[:SHOWN_PARTS], f"and {more} more months of forces are superseded"] if more > 0 else replaced
    return listed + find_missing_months(parts)
