"""Converts rows of the marts to the tables of the page about the data: sources, excluded rows, areas, sums."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlsplit

import pandas as pd

from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.cautions import list_words
from crime_dagster.drawing.pages.counted import name_category
from crime_dagster.drawing.pages.data_content import DataTables, Publisher, Reconciliation, Row, list_rows

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


def list_publishers(tables: DataTables) -> list[Publisher]:
    """Return sources with files, grouped by publisher in catalogue order."""
    files = _list_files(tables, is_excluded=False)
    groups: dict[str, list[Row]] = {}
    for row in _list_sources(tables):
        if row["files"]:
            groups.setdefault(row["publisher"], []).append(_describe_source(row, files[_key(row)]))
    return [
        Publisher(rows[0]["credit"], list(dict.fromkeys(row["attribution"] for row in rows)), rows)
        for rows in groups.values()
    ]


def list_excluded(tables: DataTables) -> list[Row]:
    """Return sources with unusable files, in catalogue order, with the file names."""
    files = _list_files(tables, is_excluded=True)
    rows = (row for row in _list_sources(tables) if row["files_excluded"])
    return [{**row, "names": [file["file"] for file in files[_key(row)]]} for row in rows]


def list_absent(tables: DataTables) -> list[str]:
    """Return the titles of the catalogue's sources without a file in the data set."""
    return [row["title"] for row in _list_sources(tables) if not row["files"] + row["files_excluded"]]


def list_reasons(tables: DataTables) -> list[Row]:
    """Return excluded rows by source and reason, in catalogue order, the commonest reason first."""
    titles = _name_sources(tables)
    order = {key: number for number, key in enumerate(titles)}
    rows = sorted(
        list_rows(tables.excluded_reasons),
        key=lambda row: (order.get(_key(row), len(order)), -row["row_count"], row["reason"]),
    )
    return [
        {
            **row,
            "source": titles.get(_key(row), f"{row['publisher']}/{row['thing']}"),
            "sentence": SENTENCES.get(row["reason"], f"Excluded as “{row['reason'].replace('_', ' ')}”.")
            + _say_lines(row["seed_lines"]),
        }
        for row in rows
    ]


def _say_lines(lines: object) -> str:
    return (
        f" To count them, add to dbt_project/seeds/crime_type_categories.csv: {lines}" if isinstance(lines, str) else ""
    )


def list_left_out(tables: DataTables) -> list[Row]:
    """Return files without effect, by name, each with its nearest source."""
    titles, rows = _name_sources(tables), list_rows(tables.left_out_files.sort_values("file"))
    return [
        {**row, "sentence": f"{words.capitalise(row['detail'])}.", "source": titles.get(_key(row), "")} for row in rows
    ]


def describe_areas(tables: DataTables) -> list[str]:
    """Say which small areas the data set shows, and what came with other codes."""
    vintages = [(row["thing"], _split(row["lsoa_vintages"])) for row in _list_sources(tables)]
    bases = sorted(vintage for thing, own in vintages if thing == BOUNDARIES for vintage in own)
    count = words.whole_number(tables.data_sets["areas"].iloc[0])
    if not bases:
        return [f"The data set shows {count} small areas (LSOAs); its boundaries do not say of which year they are."]
    base = bases[-1]
    sentences = [
        f"The data set shows {count} small areas (Lower layer Super Output Areas, LSOAs) with the codes and boundaries "
        f"of {base}."
    ]
    for vintage in sorted({one for _, own in vintages for one in own} - {base}):
        sources = [thing for thing, own in vintages if vintage in own]
        which = f"codes of {vintage}" if vintage.isdigit() else "codes of both years in one file"
        what = "The one source" if len(sources) == 1 else f"The {len(sources)} sources"
        are = "is" if len(sources) == 1 else "are"
        sentences.append(f"{what} with {which} {are} brought to those of {base} by the official lookup.")
    return sentences


def reconcile(sums: pd.DataFrame) -> Reconciliation | None:
    """Return the rows of `marts.reconciliation_sums` for the page; None if there is nothing to compare."""
    rows = [{**row, "name": _name_group(row)} for row in list_rows(sums)]
    parts = {grouping: [row for row in rows if row["grouped_by"] == grouping] for grouping in ("category", "borough")}
    whole = next((row for row in rows if row["grouped_by"] == "all"), None)
    if whole is None:
        return None
    first, last = whole["first_month"], whole["last_month"]
    is_year = first == last - pd.DateOffset(months=11)
    period = words.year_to(last) if is_year else " to ".join(dict.fromkeys(map(words.month_words, (first, last))))
    categories = sorted(parts["category"], key=lambda row: (-row["crimes"], row["name"]))
    return Reconciliation(period, whole, categories, sorted(parts["borough"], key=lambda row: row["name"]))


def span_words(first: object, last: object) -> str:
    """Format a span of months: "August 2023 to July 2025"; empty if none is given."""
    months = [_read_month(month) for month in (first, last)]
    return " to ".join(dict.fromkeys(words.month_words(month) for month in months if month is not None))


def _list_sources(tables: DataTables) -> list[Row]:
    return list_rows(tables.sources.sort_values("sort_order"))


def _key(row: Row) -> tuple[str, str]:
    return row["publisher"], row["thing"]


def _name_sources(tables: DataTables) -> dict[tuple[str, str], str]:
    return {_key(row): row["title"] for row in _list_sources(tables)}


def _list_files(tables: DataTables, *, is_excluded: bool) -> dict[tuple[str, str], list[Row]]:
    chosen = tables.source_files[tables.source_files["excluded_because"].notna() == is_excluded].sort_values("file")
    found: dict[tuple[str, str], list[Row]] = {}
    for row in list_rows(chosen):
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


def _read_month(month: object) -> dt.date | None:
    text = "" if month is None else str(month)
    if len(text) < 7 or not (text[:4] + text[5:7]).isdigit():
        return None
    return dt.date(int(text[:4]), int(text[5:7]), 1)


def _name_group(row: Row) -> str:
    name = str(row["group_name"])
    return words.capitalise(name_category(name)) if row["grouped_by"] == "category" else name
