"""Converts rows of the marts to the tables of the page about the data: sources, excluded rows, areas, sums."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

import pandas as pd

from crime_dagster.core.facts import Marts, Row, list_rows
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.cautions import list_words
from crime_dagster.drawing.pages.counted import name_category

BOUNDARIES = "lsoa_boundaries"
# Why a row is not counted.
SENTENCES = {
    "duplicate": "Duplicate; counted once.",
    "unlocated": "The record names no place, so it belongs to no area.",
    "outside": "The place is outside the areas shown.",
    "bad_code": "Invalid code.",
    "bad_number": "Not a number, or outside the plausible range.",
    "short_row": "The row ends before its last column.",
    "long_row": "The row has more cells than the header.",
    "total_row": "A total of other rows; counting it would count them twice.",
    "title_row": "The line belongs to the title above the table.",
    "repeated_header": "The line repeats the header.",
    "other_table": "The line belongs to another table of the same sheet.",
    "bad_text": "A name holds characters that change how text is displayed.",
    "bad_month": "Invalid month.",
    "footnote": "The line is a note to the table, not a record.",
    "blank_line": "The line is empty.",
    "unknown_category": "Its category counts in no crime type.",
    "superseded": "A later release of the same month replaces the record.",
    "stub": "The month's file has under a fifth of the force's usual records, so the month is not reported.",
    "no_geometry": "The area has no outline.",
}


def list_publishers(marts: Marts) -> list[Row]:
    """Return publishers in catalogue order, each with the attributions of its licences, and its sources with files."""
    files = _list_files(marts, is_excluded=False)
    groups: dict[str, list[Row]] = {}
    for row in _list_sources(marts):
        if row["files"]:
            groups.setdefault(row["publisher"], []).append(_describe_source(row, files[_key(row)]))
    return [
        {
            "name": rows[0]["credit"],
            "attributions": list(dict.fromkeys(row["attribution"] for row in rows)),
            "sources": rows,
        }
        for rows in groups.values()
    ]


def list_excluded(marts: Marts) -> list[Row]:
    """Return sources with unusable files, in catalogue order, with the file names."""
    files = _list_files(marts, is_excluded=True)
    rows = (row for row in _list_sources(marts) if row["files_excluded"])
    return [{**row, "names": [file["file"] for file in files[_key(row)]]} for row in rows]


def list_reasons(marts: Marts) -> list[Row]:
    """Return excluded rows by source and reason, in catalogue order, the commonest reason first."""
    titles = _name_sources(marts)
    order = {key: number for number, key in enumerate(titles)}
    rows = sorted(
        marts["excluded_reasons"].to_dict("records"),
        key=lambda row: (order.get(_key(row), len(order)), -row["row_count"], row["reason"]),
    )
    return [
        {
            **row,
            "source": titles.get(_key(row), f"{row['publisher']}/{row['thing']}"),
            "sentence": SENTENCES.get(row["reason"], f"Excluded as “{row['reason'].replace('_', ' ')}”."),
        }
        for row in rows
    ]


def list_left_out(marts: Marts) -> list[Row]:
    """Return files without effect, by name, each with its nearest source."""
    titles = _name_sources(marts)
    return [
        {**row, "sentence": f"{words.capitalise(row['detail'])}.", "source": titles.get(_key(row), "")}
        for row in list_rows(marts["left_out_files"], "file")
    ]


def list_vintages(marts: Marts) -> tuple[str, dict[str, int]]:
    """Return the year of the boundaries, empty if they do not say, and the number of sources with codes of others."""
    vintages = [(row["thing"], _split(row["lsoa_vintages"])) for row in _list_sources(marts)]
    base = max((one for thing, own in vintages if thing == BOUNDARIES for one in own), default="")
    counts = Counter(one for _, own in vintages for one in own if one != base)
    return base, dict(sorted(counts.items()))


def reconcile(sums: pd.DataFrame) -> Row | None:
    """Return rows of `reconciliation_sums`: the whole, categories and boroughs; None if there is nothing to compare."""
    whole = next(iter(list_rows(sums, grouped_by="all")), None)
    if whole is None:
        return None
    first, last = whole["first_month"], whole["last_month"]
    is_year = first == last - pd.DateOffset(months=11)
    period = words.year_to(last) if is_year else " to ".join(dict.fromkeys(map(words.month_words, (first, last))))
    categories = [
        {**row, "name": words.capitalise(name_category(row["group_name"]))}
        for row in list_rows(sums, grouped_by="category")
    ]
    categories.sort(key=lambda row: (-row["crimes"], row["name"]))
    boroughs = [{**row, "name": row["group_name"]} for row in list_rows(sums, "group_name", grouped_by="borough")]
    return {"period": period, "whole": whole, "categories": categories, "boroughs": boroughs}


def span_words(first: object, last: object) -> str:
    """Format a span of months: "August 2023 to July 2025"; empty if none is given."""
    months = pd.to_datetime(pd.Series([first, last], dtype=object)).dropna()
    return " to ".join(dict.fromkeys(map(words.month_words, months)))


def _list_sources(marts: Marts) -> Sequence[Row]:
    return list_rows(marts["sources"], "sort_order")


def _key(row: Row) -> tuple[str, str]:
    return row["publisher"], row["thing"]


def _name_sources(marts: Marts) -> dict[tuple[str, str], str]:
    return {_key(row): row["title"] for row in _list_sources(marts)}


def _list_files(marts: Marts, *, is_excluded: bool) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    chosen = marts["source_files"]["excluded_because"].notna() == is_excluded
    for row in list_rows(marts["source_files"][chosen], "file"):
        found.setdefault(_key(row), []).append({**row, "months": span_words(row["first_month"], row["last_month"])})
    return found


def _describe_source(row: Row, files: Sequence[Row]) -> Row:
    address = row["landing_page"]
    years = ["2011 and 2021" if one == "mixed" else one for one in _split(row["lsoa_vintages"])]
    return {
        **row,
        "period": span_words(row["first_month"], row["last_month"]) or row["vintage"],
        "code_years": list_words(years),
        "landing_page": address if urlsplit(address).scheme in ("http", "https") else "",
        "files": files,
    }


def _split(vintages: str | None) -> list[str]:
    return [] if vintages is None or pd.isna(vintages) else vintages.split("; ")
