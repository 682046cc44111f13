"""From the tables of the warehouse to the rows of the page about the data: sources, rows excluded, areas."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pandas as pd

from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.cautions import list_words
from crime_dagster.drawing.kit.reasons import explain_reason
from crime_dagster.drawing.pages.data_content import (
    DataTables,
    ExcludedSource,
    FileRow,
    LeftOutRow,
    Publisher,
    ReasonRow,
    SourceRow,
)

SOURCE_KEY = ["publisher", "thing"]
BOUNDARIES = "lsoa_boundaries"


def list_publishers(tables: DataTables) -> tuple[Publisher, ...]:
    """Sources with files, grouped by publisher in the order of the catalogue."""
    read = tables.source_files[tables.source_files["excluded_because"].isna()]
    files = dict(tuple(read.groupby(SOURCE_KEY, sort=False)))
    groups: dict[str, list[tuple[pd.Series, SourceRow]]] = {}
    for _, entry in tables.catalogue.iterrows():
        found = files.get((entry["publisher"], entry["thing"]))
        if found is not None:
            groups.setdefault(entry["publisher"], []).append((entry, _read_source(entry, found)))
    return tuple(
        Publisher(
            name=str(rows[0][0]["credit"]),
            attributions=tuple(dict.fromkeys(str(entry["attribution"]) for entry, _ in rows)),
            sources=tuple(source for _, source in rows),
        )
        for rows in groups.values()
    )


def list_excluded(tables: DataTables) -> tuple[ExcludedSource, ...]:
    """Sources whose files could not be used, with the reason, in the order of the catalogue."""
    rows = tables.source_files.dropna(subset="excluded_because")
    files = dict(tuple(rows.groupby(SOURCE_KEY, sort=False)))
    keys = tables.catalogue[[*SOURCE_KEY, "title"]].itertuples(index=False, name=None)
    return tuple(
        ExcludedSource(str(title), tuple(sorted(found["file"])), str(found["excluded_because"].iloc[0]))
        for publisher, thing, title in keys
        if (found := files.get((publisher, thing))) is not None
    )


def list_absent(tables: DataTables) -> tuple[str, ...]:
    """Titles of the catalogue's sources of which the data set has no file."""
    landed = set(tables.source_files[SOURCE_KEY].itertuples(index=False, name=None))
    keys = tables.catalogue[[*SOURCE_KEY, "title"]].itertuples(index=False, name=None)
    return tuple(title for publisher, thing, title in keys if (publisher, thing) not in landed)


def list_reasons(tables: DataTables) -> tuple[ReasonRow, ...]:
    """Excluded rows by source and reason, sources in the order of the catalogue, the commonest reason first."""
    entries = tables.catalogue.to_dict("records")
    titles = {(row["publisher"], row["thing"]): (place, str(row["title"])) for place, row in enumerate(entries)}
    found = [
        (*titles.get((publisher, thing), (len(titles), f"{publisher}/{thing}")), str(reason), int(rows))
        for publisher, thing, reason, rows in tables.set_aside[[*SOURCE_KEY, "reason", "rows"]].to_numpy()
    ]
    ordered = sorted(found, key=lambda row: (row[0], -row[3], row[2]))
    return tuple(ReasonRow(title, reason, explain_reason(reason), rows) for _, title, reason, rows in ordered)


def list_left_out(tables: DataTables) -> tuple[LeftOutRow, ...]:
    """Files that add nothing, by name."""
    keys = tables.catalogue[[*SOURCE_KEY, "title"]].itertuples(index=False, name=None)
    titles = {(publisher, thing): str(title) for publisher, thing, title in keys}
    return tuple(
        LeftOutRow(
            file=str(row["file"]),
            reason=str(row["reason"]),
            sentence=_write_sentence(str(row["detail"])),
            source=titles.get((row["publisher"], row["thing"]), ""),
        )
        for row in tables.left_out_files.sort_values("file").to_dict("records")
    )


def _write_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def describe_areas(tables: DataTables) -> tuple[str, ...]:
    """Say which small areas the data set shows, and what came with other codes."""
    files = tables.source_files.dropna(subset="lsoa_vintage")
    bases = sorted(files.loc[files["thing"] == BOUNDARIES, "lsoa_vintage"].unique())
    count = words.whole_number(tables.areas)
    if not bases:
        return (f"The data set shows {count} small areas (LSOAs); its boundaries do not say of which year they are.",)
    base = bases[-1]
    sentences = [
        f"The data set shows {count} small areas (Lower layer Super Output Areas, LSOAs) with the codes and boundaries "
        f"of {base}."
    ]
    others = sorted(set(files["lsoa_vintage"]) - {base})
    for vintage in others:
        sources = files[files["lsoa_vintage"] == vintage].drop_duplicates(SOURCE_KEY)
        which = f"codes of {vintage}" if vintage.isdigit() else "codes of both years in one file"
        what = "The one source" if len(sources) == 1 else f"The {len(sources)} sources"
        are = "is" if len(sources) == 1 else "are"
        sentences.append(f"{what} with {which} {are} brought to those of {base} by the official lookup.")
    return tuple(sentences)


def span_words(first: object, last: object) -> str:
    """Write a span of months given as `YYYY-MM`: "August 2023 to July 2025"; nothing where none is given."""
    months = [_read_month(month) for month in (first, last)]
    names = list(dict.fromkeys(words.month_words(month) for month in months if month is not None))
    return " to ".join(names)


def _read_source(entry: pd.Series, files: pd.DataFrame) -> SourceRow:
    period = span_words(files["first_month"].dropna().min(), files["last_month"].dropna().max())
    vintages = sorted({str(vintage) for vintage in files["lsoa_vintage"].dropna()})
    return SourceRow(
        title=str(entry["title"]),
        landing_page=_web_address(str(entry["landing_page"])),
        licence=str(entry["licence"]),
        cadence=str(entry["cadence"]),
        period=period or str(entry["vintage"]),
        vintage=list_words(["2011 and 2021" if vintage == "mixed" else vintage for vintage in vintages]),
        is_context=bool(entry["is_context"]),
        files=tuple(_read_file(row) for row in files.sort_values("file").to_dict("records")),
    )


def _read_file(row: dict) -> FileRow:
    vintage = "" if pd.isna(row["lsoa_vintage"]) else str(row["lsoa_vintage"])
    return FileRow(
        file=str(row["file"]),
        rows_in=int(row["rows_in"]),
        rows_kept=int(row["rows_kept"]),
        rows_set_aside=int(row["rows_set_aside"]),
        months=span_words(row["first_month"], row["last_month"]),
        vintage=vintage,
        sha256=str(row["sha256"])[:12],
    )


def _read_month(month: object) -> dt.date | None:
    text = "" if month is None else str(month)
    if len(text) < 7 or not (text[:4] + text[5:7]).isdigit():
        return None
    return dt.date(int(text[:4]), int(text[5:7]), 1)


def _web_address(address: str) -> str:
    return address if urlsplit(address).scheme in ("http", "https") else ""
