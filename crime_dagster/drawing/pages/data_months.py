"""Months by force, and small areas compared with borough totals, as rows of the page about the data."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.cautions import list_words, months_words
from crime_dagster.drawing.pages.data_content import Caution, DataTables, ForceMonths, MonthCell, Reconciliation, SumRow

OTHERS = "any other force"
# Kept in capitals where a category is put into small letters.
ABBREVIATIONS = ("NFIB",)
KINDS = {"lsoa files": "files by small area", "street files": "street-level files"}


def list_forces(tables: DataTables) -> tuple[ForceMonths, ...]:
    """What each force delivered, by year; forces in the order of their name."""
    rows = tables.coverage.assign(month=pd.to_datetime(tables.coverage["month"]))
    return tuple(
        _read_force(str(force), months, tables.recording_breaks) for force, months in rows.groupby("force", sort=True)
    )


def list_cautions(tables: DataTables) -> tuple[Caution, ...]:
    """Breaks in recording, then months that are still revised, of the forces in the data."""
    forces = sorted(set(tables.coverage["force"]))
    breaks = tables.recording_breaks.assign(starts_on=pd.to_datetime(tables.recording_breaks["starts_on"]).dt.date)
    found = [
        Caution(f"{row['title']}, {words.date_words(row['starts_on'])}", str(row["words"]))
        for row in breaks[breaks["force"].isin(forces)].sort_values("starts_on").to_dict("records")
    ]
    return (*found, *(caution for force in forces for caution in _list_provisional(tables, force)))


def reconcile(rows: pd.DataFrame | None) -> Reconciliation | None:
    """Hold the newest twelve months of small areas against the totals of their boroughs.

    Args:
        rows: As `DataTables.reconciliations`; None or empty where there is nothing to hold against.

    Returns:
        Sums whose three parts make up the whole; None where no month has both kinds of file.
    """
    if rows is None or rows.empty:
        return None
    table = rows.assign(month=pd.to_datetime(rows["month"]))
    with_areas = table.loc[table["lsoa_crimes"].notna(), "month"]
    if with_areas.empty:
        return None
    last = with_areas.max()
    first = max(last - pd.DateOffset(months=11), with_areas.min())
    table = table[table["month"].between(first, last)]
    total = table["borough_crimes"].fillna(0)
    published = table["is_in_lsoa_files"].astype(bool)
    in_areas = table["lsoa_crimes"].fillna(0).where(published, 0)
    parts = pd.DataFrame(
        {
            "borough": table["borough_name"].fillna("Unknown"),
            "category": table["major_category"].map(lambda text: _name_category(str(text))),
            "total": total,
            "in_areas": in_areas,
            "not_published": total.where(~published, 0),
            "without_place": (total - in_areas).where(published, 0),
        }
    )
    is_year = first == last - pd.DateOffset(months=11)
    ends = dict.fromkeys(words.month_words(month) for month in (first, last))
    period = words.year_to(last) if is_year else " to ".join(ends)
    categories = sorted(_sum_rows(parts, "category"), key=lambda row: (-row.total, row.name))
    (whole,) = _sum_rows(parts.assign(all="All boroughs"), "all")
    return Reconciliation(period, whole, tuple(categories), tuple(_sum_rows(parts, "borough")))


def _sum_rows(parts: pd.DataFrame, by: str) -> list[SumRow]:
    columns = ["total", "in_areas", "not_published", "without_place"]
    sums = parts.groupby(by)[columns].sum().round().astype(int)
    return [SumRow(str(name), *values) for name, *values in sums.itertuples(name=None)]


def _read_force(force: str, rows: pd.DataFrame, breaks: pd.DataFrame) -> ForceMonths:
    changes = _list_changes(breaks[breaks["force"] == force])
    cells = {(row["month"].year, row["month"].month): _read_cell(row, changes) for row in rows.to_dict("records")}
    years = range(min(cells)[0], max(cells)[0] + 1)
    empty = {
        (year, month): MonthCell(words.month_words(dt.date(year, month, 1)), "outside")
        for year in years
        for month in range(1, 13)
    }
    cells = empty | cells
    return ForceMonths(
        force=force,
        sentence=_describe_force(rows),
        years=tuple((year, tuple(cells[year, month] for month in range(1, 13))) for year in years),
    )


def _read_cell(row: dict[Any, Any], changes: dict[tuple[int, int], str]) -> MonthCell:
    month = row["month"]
    state = "missing" if not row["is_reported"] else "reported" if row["is_complete"] else "partial"
    if state == "missing":
        return MonthCell(words.month_words(month), state)
    located = row["located_pct"]
    return MonthCell(
        month=words.month_words(month),
        state=state,
        crimes=words.whole_number(None if pd.isna(row["crimes"]) else row["crimes"]),
        located=words.percent(None if pd.isna(located) else located),
        counted_from="" if pd.isna(row["counted_from"]) else KINDS.get(row["counted_from"], str(row["counted_from"])),
        is_provisional=bool(row["is_provisional"]),
        change=changes.get((month.year, month.month), ""),
    )


def _list_changes(breaks: pd.DataFrame) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], list[str]] = {}
    for day, title in zip(pd.to_datetime(breaks["starts_on"]).dt.date, breaks["title"], strict=True):
        found.setdefault((day.year, day.month), []).append(f"{title} on {words.date_words(day)}")
    return {month: "; ".join(texts) for month, texts in found.items()}


def _describe_force(rows: pd.DataFrame) -> str:
    reported = rows["is_reported"].astype(bool)
    whole = int((reported & rows["is_complete"].astype(bool)).sum())
    partial, missing = int(reported.sum()) - whole, int((~reported).sum())
    parts = [f"{whole} of {len(rows)} months complete"]
    parts += [f"{partial} partial"] if partial else []
    parts += [f"{missing} missing"] if missing else []
    kinds = [KINDS.get(str(kind), str(kind)) for kind in sorted(set(rows["counted_from"].dropna()))]
    sentences = [f"{list_words(parts)}; counted from {list_words(kinds)}." if kinds else f"{list_words(parts)}."]
    located = rows["located_pct"].dropna()
    if len(located):
        ends = list(dict.fromkeys(words.percent(share, decimals=0) for share in (located.min(), located.max())))
        sentences.append(f"Of a month’s crimes, {' to '.join(ends)} have a known area.")
    return " ".join(sentences)


def _list_provisional(tables: DataTables, force: str) -> list[Caution]:
    rows = tables.coverage[(tables.coverage["force"] == force) & tables.coverage["is_provisional"].astype(bool)]
    if rows.empty:
        return []
    seed = tables.provisional_months.set_index("force")["words"]
    name = force if force in seed.index else OTHERS
    months = months_words(sorted(pd.to_datetime(rows["month"]).dt.date))
    text = f"{months} {'is' if len(rows) == 1 else 'are'} provisional."
    if name in seed.index:
        text = f"{text} {seed[name]}"
    return [Caution(f"Still revised, {force}", text)]


def _name_category(published: str) -> str:
    """A category that is published in capitals, as a sentence has it: "NFIB fraud", "Burglary"."""
    return words.capitalise(" ".join(part if part in ABBREVIATIONS else part.lower() for part in published.split()))
