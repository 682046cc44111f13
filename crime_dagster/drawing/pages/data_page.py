"""The page about the data, its words and its files: plain HTML, without network or JavaScript."""

import calendar
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

import pandas as pd

from crime_dagster.core.facts import Marts, Row, list_rows
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.cautions import list_words, provisional_words
from crime_dagster.drawing.kit.page_content import Download, Headline, Note
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import CITY
from crime_dagster.drawing.pages.counted import MOST_FORCES, say_left_out, say_own_years, tabulate_total
from crime_dagster.drawing.pages.data_tables import (
    list_excluded,
    list_left_out,
    list_publishers,
    list_reasons,
    list_vintages,
    reconcile,
)

MAIN_TYPE = "total"
FILES, FILES_TEMPLATE = "files.html", "files.html.j2"
# Folder of the release, or "" for the top level: the heading, in page order.
GROUPS = {
    "": "Pages and documents of the release",
    "docs": "Documents",
    "places": "Index of places",
    "places/postcodes": "Postcodes by outward code",
    "maps": "Maps",
    "types": "Pages of crime types",
    "boroughs": "Pages of boroughs",
    "data": "Tables and other data",
    "data/types": "Data by crime type",
    "data/boroughs": "Data by borough",
    "charts": "Charts",
    "gifs": "Animations",
}
OTHERS = "any other force"
KINDS = {"lsoa files": "files by small area", "street files": "street-level files"}
UNKNOWN = {"crimes": "", "located": "", "counted_from": "", "is_provisional": False, "change": ""}


def draw_data_page(marts: Marts, tables: Mapping[str, str], stamp: Stamp, from_street: Collection[str] = ()) -> str:
    """Draw the page: HTML with its styles inside; `tables` has every published table and what one row is.

    `from_street` has the codes of boroughs that are counted from street-level files.
    """
    headline = list_rows(marts["headline_totals"], place_code=CITY, crime_type=MAIN_TYPE)
    base, vintages = list_vintages(marts)
    late = list_rows(marts["borough_own_years"], crime_type=MAIN_TYPE)
    return render_template(
        "data.html.j2",
        stamp=stamp,
        headlines=_list_headlines(list_rows(marts["data_sets"])[0]),
        publishers=list_publishers(marts),
        # Sources without a file in the data set.
        absent=list_rows(marts["sources"], "sort_order", files=0, files_excluded=0),
        excluded=list_excluded(marts),
        forces=list_forces(marts),
        month_names=[(calendar.month_abbr[number], calendar.month_name[number]) for number in range(1, 13)],
        reasons=list_reasons(marts),
        left_out=list_left_out(marts),
        doubts=sorted(marts["file_doubts"]["doubt"]),
        counted=tabulate_total(headline),
        counted_words=say_left_out(headline),
        counted_of=headline[0] if headline else None,
        late_words=say_own_years(late, "crimes", from_street),
        reconciliation=reconcile(marts["reconciliation_sums"]),
        cautions=list_cautions(marts),
        areas=marts["data_sets"]["areas"].iloc[0],
        base=base,
        vintages=vintages,
        tables=sorted(tables.items()),
    )


def _list_headlines(found: Row) -> list[Headline]:
    share, forces = found["set_aside_pct"], found["forces"]
    figures = (found[name] for name in ("sources", "context_sources", "files", "rows_in", "rows_set_aside", "months"))
    sources, context, files, rows, excluded, months = map(words.whole_number, figures)
    return [
        Headline(sources, "sources", f"{context} for context only"),
        Headline(files, "published files", f"{rows} rows"),
        Headline(
            excluded,
            "excluded records",
            "fewer than 0.1% of all" if 0 < share < 0.1 else f"{words.percent(share)} of all",
        ),
        Headline(months, "months", f"{forces} police force{'' if forces == 1 else 's'}"),
    ]


def list_forces(marts: Marts) -> list[Row]:
    """Return what each force delivered, with twelve months per year, None before and after its period.

    A month is `reported`, `partial` or `missing`; without `crimes` some types are reported, but not all crime. Forces
    are in order of their names.
    """
    return [_read_force(row, marts) for row in list_rows(marts["forces"], "force")]


def list_cautions(marts: Marts) -> list[Note]:
    """Return breaks in recording, then provisional months, of the forces in the data."""
    forces = sorted(marts["forces"]["force"])
    found = [
        Note(f"{row['title']}, {words.date_words(pd.Timestamp(row['starts_on']).date())}", str(row["words"]))
        for row in list_rows(marts["recording_breaks"], "starts_on")
        if row["force"] in forces
    ]
    return [*found, *_list_provisional(marts, forces)]


def _read_force(force: Row, marts: Marts) -> Row:
    name = force["force"]
    changes = _list_changes(list_rows(marts["recording_breaks"], force=name))
    found = [(pd.Timestamp(row["month"]).date(), row) for row in list_rows(marts["coverage"], force=name)]
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


def _list_changes(breaks: Sequence[Row]) -> dict[dt.date, str]:
    found: dict[dt.date, list[str]] = {}
    for row in breaks:
        day = pd.Timestamp(row["starts_on"]).date()
        found.setdefault(day.replace(day=1), []).append(f"{row['title']} on {words.date_words(day)}")
    return {month: "; ".join(texts) for month, texts in found.items()}


def _list_provisional(marts: Marts, forces: Sequence[str]) -> list[Note]:
    """Return a note for the forces of which the same is said."""
    seed = dict(zip(marts["provisional_months"]["force"], marts["provisional_months"]["words"], strict=True))
    of_texts: dict[str, list[str]] = {}
    for force in forces:
        if said := provisional_words(marts["coverage"], force, dt.date.min, dt.date.max):
            of_texts.setdefault(f"{said} {seed.get(force, seed.get(OTHERS, ''))}".strip(), []).append(force)
    return [
        Note(f"Still revised, {list_words(of) if len(of) <= MOST_FORCES else f'{len(of)} police forces'}", text)
        for text, of in of_texts.items()
    ]


def draw_glossary(stamp: Stamp) -> str:
    return render_template(
        "glossary.html.j2",
        stamp=stamp,
    )


def draw_files_page(files: Mapping[str, int | None], stamp: Stamp, published: dt.date) -> str:
    """Draw the page from relative paths and sizes in bytes; None for an unknown size."""
    return render_template(
        FILES_TEMPLATE,
        stamp=stamp,
        groups=group_files(files),
        count=len(files),
        published=words.date_words(published),
    )


def group_files(files: Mapping[str, int | None]) -> dict[str, list[Download]]:
    """Group files by heading; a folder without one is named by its path."""
    found: dict[str, list[Download]] = {heading: [] for heading in GROUPS.values()}
    for path, size in sorted(files.items()):
        folder = PurePosixPath(path).parent.as_posix().removeprefix(".")
        name = PurePosixPath(path).name
        found.setdefault(GROUPS.get(folder, folder), []).append(Download(name, path, size_bytes=size))
    return {heading: own for heading, own in found.items() if own}
