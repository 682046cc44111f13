"""Months by force, with their cautions, as rows of the page about the data."""

import datetime as dt

import pandas as pd

from crime_dagster.core.facts import Marts, Row
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.cautions import provisional_words
from crime_dagster.drawing.kit.page_content import Note

OTHERS = "any other force"
KINDS = {"lsoa files": "files by small area", "street files": "street-level files"}
UNKNOWN = {"crimes": "", "located": "", "counted_from": "", "is_provisional": False, "change": ""}


def list_forces(marts: Marts) -> list[Row]:
    """Return what each force delivered, with twelve months per year, None before and after its period.

    A month is `reported`, `partial` or `missing`; without `crimes` some types are reported, but not all crime. Forces
    are in order of their names.
    """
    return [_read_force(row, marts) for row in marts["forces"].sort_values("force").to_dict("records")]


def list_cautions(marts: Marts) -> list[Note]:
    """Return breaks in recording, then provisional months, of the forces in the data."""
    forces = sorted(marts["forces"]["force"])
    breaks = marts["recording_breaks"][marts["recording_breaks"]["force"].isin(forces)].sort_values("starts_on")
    found = [
        Note(f"{row['title']}, {words.date_words(pd.Timestamp(row['starts_on']).date())}", str(row["words"]))
        for row in breaks.to_dict("records")
    ]
    return [*found, *(note for force in forces for note in _list_provisional(marts, force))]


def _read_force(force: Row, marts: Marts) -> Row:
    name = force["force"]
    rows = marts["coverage"][marts["coverage"]["force"] == name]
    changes = _list_changes(marts["recording_breaks"][marts["recording_breaks"]["force"] == name])
    found = [(pd.Timestamp(row["month"]).date(), row) for row in rows.to_dict("records")]
    cells = {month: _read_cell(month, row, changes.get(month, "")) for month, row in found}
    years = [
        (year, [cells.get(dt.date(year, number, 1)) for number in range(1, 13)])
        for year in range(min(cells).year, max(cells).year + 1)
    ]
    counted_from: list[str] = [] if pd.isna(force["counted_from"]) else force["counted_from"].split("; ")
    return {**force, "counted_from": [KINDS.get(kind, kind) for kind in counted_from], "years": years}


def _read_cell(month: dt.date, row: Row, change: str) -> Row:
    cell = {**UNKNOWN, "month": words.month_words(month), "state": "missing"}
    if not row["types_reported"]:
        return cell
    return cell | {
        "state": "reported" if row["is_complete"] else "partial",
        "crimes": "" if pd.isna(row["crimes"]) else words.whole_number(row["crimes"]),
        "located": "" if pd.isna(row["located_pct"]) else words.percent(row["located_pct"]),
        "counted_from": "" if pd.isna(row["counted_from"]) else KINDS.get(row["counted_from"], row["counted_from"]),
        "is_provisional": bool(row["is_provisional"]),
        "change": change,
    }


def _list_changes(breaks: pd.DataFrame) -> dict[dt.date, str]:
    found: dict[dt.date, list[str]] = {}
    for day, title in zip(pd.to_datetime(breaks["starts_on"]).dt.date, breaks["title"], strict=True):
        found.setdefault(day.replace(day=1), []).append(f"{title} on {words.date_words(day)}")
    return {month: "; ".join(texts) for month, texts in found.items()}


def _list_provisional(marts: Marts, force: str) -> list[Note]:
    said = provisional_words(marts["coverage"], force, dt.date.min, dt.date.max)
    seed = dict(zip(marts["provisional_months"]["force"], marts["provisional_months"]["words"], strict=True))
    text = f"{said} {seed.get(force, seed.get(OTHERS, ''))}".strip()
    return [Note(f"Still revised, {force}", text)] if said else []
