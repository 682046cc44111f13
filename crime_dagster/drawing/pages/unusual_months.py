"""Months of a crime type that differed from what the months before them let expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.facts import Row, read_flag, read_number
from crime_dagster.drawing.kit import words


@dataclass(frozen=True)
class UnusualMonths:
    """A sentence, and the months that it counts, newest first."""

    sentence: str
    months: Sequence[Row]


def find_unusual(trends: pd.DataFrame) -> UnusualMonths | None:
    """Describe the rows of `marts.month_trends` of one crime type; None without rows."""
    if trends.empty:
        return None
    rows = trends.sort_values("month", ascending=False).to_dict("records")
    flags = [read_flag(row, "is_unusual") for row in rows]
    judged = sum(flag is not None for flag in flags)
    found = [_describe(row) for row, flag in zip(rows, flags, strict=True) if flag]
    if not judged:
        return UnusualMonths("Too few months are known to say which were unusual.", found)
    count = words.capitalise(words.number_words(len(found))) if found else "None"
    sentence = f"{count} of {judged} months differed significantly from what earlier months led to expect."
    return UnusualMonths(sentence, found)


def _describe(row: Row) -> Row:
    month, change = pd.Timestamp(row["month"]).date(), row["recording_break"]
    remarks = [
        f"recording changed: {change}" if isinstance(change, str) else "",
        "incomplete" if read_flag(row, "is_complete") is False else "",
        "provisional" if read_flag(row, "is_provisional") else "",
    ]
    return {
        "key": month.isoformat(),
        "month": words.month_words(month),
        "remark": "; ".join(filter(None, remarks)),
        "recorded": read_number(row, "crimes_per_day"),
        "lower": read_number(row, "lower_95_per_day"),
        "upper": read_number(row, "upper_95_per_day"),
        "direction": row["direction"],
    }
