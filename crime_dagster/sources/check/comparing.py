"""Compares the files of a folder: which of several counts, and what is unlike the others."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from crime_dagster.sources.check.account import Evidence
from crime_dagster.sources.check.agreement import describe_unrelated
from crime_dagster.sources.check.lost import describe_absent
from crime_dagster.sources.check.months import describe_filtered, describe_repeated, describe_unusual
from crime_dagster.sources.check.places import compare_maps
from crime_dagster.sources.land.overlaps import choose_months, choose_records, find_archive_dates, find_missing_months
from crime_dagster.sources.vocabulary.calendar_months import list_gaps


@dataclass
class Compared:
    """The figures that count of several files, and what was found on the way."""

    releases: pd.DataFrame | None = None  # area, month and figure of the releases by small area; None without any
    records: pd.DataFrame | None = None  # the same of files of single records
    superseded: int = 0  # records that a later archive replaces
    notes: list[str] = field(default_factory=list)  # which file counts, and which months are missing
    doubts: list[str] = field(default_factory=list)  # what may be damaged, filtered or moved


def compare_files(kept: Sequence[Evidence]) -> Compared:
    """Compare usable files, each of them once."""
    found = Compared(doubts=[*compare_maps(kept), *describe_absent(kept), *describe_unrelated(kept)])
    _count_releases(kept, found)
    _count_records(kept, found)
    return found


def _count_releases(kept: Sequence[Evidence], found: Compared) -> None:
    chosen: list[pd.DataFrame] = []
    for key in sorted({one.source.key for one in kept if one.figures is not None}):
        named = {one.file: one.figures for one in kept if one.source.key == key and one.figures is not None}
        frame, notes, doubts = choose_months(named)
        months = set(frame["month"])
        gaps = list_gaps(months, months)
        found.notes += [*notes, *([f"{key}: no file covers {', '.join(gaps)}"] if gaps else [])]
        found.doubts += doubts
        # Files without small areas only repeat the figures of those with them, for comparison.
        if frame["area"].notna().any():
            chosen.append(frame)
        counted = frame[["file", "month"]].drop_duplicates()
        for one in kept:
            if one.source.key != key or one.kinds is None:
                continue
            kinds = one.kinds[one.kinds["month"].isin(counted.loc[counted["file"] == one.file, "month"])]
            found.doubts += [*describe_unusual(kinds, " offences"), *describe_filtered(kinds, one.source)]
    found.releases = pd.concat(chosen) if chosen else None


def _count_records(kept: Sequence[Evidence], found: Compared) -> None:
    street = [one for one in kept if one.parts is not None]
    if not street:
        return
    frame = pd.concat([one.parts.assign(file=one.file) for one in street if one.parts is not None])
    parts = frame.groupby(["file", "force", "month"], as_index=False)["figure"].sum()
    keys = list(parts[["file", "force", "month"]].itertuples(index=False, name=None))
    newest = parts.groupby("file")["month"].max().to_dict()
    newest |= {one.file: month for one in street if (month := one.source.month_in_name(one.file))}
    replaced, notes = choose_records(keys, find_archive_dates(newest))
    found.notes += notes + find_missing_months(keys)
    found.superseded = int(parts["figure"].iloc[sorted(replaced)].sum())
    gone = pd.MultiIndex.from_tuples([keys[place] for place in replaced], names=["file", "force", "month"])
    kinds = pd.concat([one.kinds.assign(file=one.file) for one in street if one.kinds is not None])
    frame, kinds = (
        each[~pd.MultiIndex.from_frame(each[["file", "force", "month"]]).isin(gone)] for each in (frame, kinds)
    )
    found.doubts += [*describe_unusual(frame), *describe_unusual(kinds), *describe_repeated(frame)]
    found.doubts += describe_filtered(kinds, street[0].source)
    found.records = frame
