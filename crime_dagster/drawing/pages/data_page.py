"""The page about the data: plain HTML that works from a folder, without a network and without JavaScript."""

from __future__ import annotations

import calendar

from crime_dagster.drawing.kit import navigation, words
from crime_dagster.drawing.kit.page_content import Headline, Link
from crime_dagster.drawing.kit.rendering import read_styles, render_template
from crime_dagster.drawing.kit.stamp import SYNTHETIC_WORDS, Stamp
from crime_dagster.drawing.pages.data_content import DataTables, ForceMonths, Publisher, Reconciliation
from crime_dagster.drawing.pages.data_months import list_cautions, list_forces, reconcile
from crime_dagster.drawing.pages.data_tables import (
    describe_areas,
    list_absent,
    list_excluded,
    list_left_out,
    list_publishers,
    list_reasons,
)

SECTIONS = (
    ("Months", "#months"),
    ("Excluded records", "#set-aside"),
    ("Files left out", "#left-out"),
    ("Boroughs", "#boroughs"),
    ("Sources", "#sources"),
)
TITLE = "Where the data comes from, and what was left out"


def draw_data_page(tables: DataTables, stamp: Stamp) -> str:
    """Draw the page about the data.

    Args:
        tables: What the warehouse says of sources, months and rows.
        stamp: Place, period, sources, licence; whether the city is made up.

    Returns:
        HTML with its styles inside. The same tables give the same bytes.
    """
    publishers = list_publishers(tables)
    forces = list_forces(tables)
    reconciliation = reconcile(tables.reconciliations)
    rows_in = sum(source.rows_in for one in publishers for source in one.sources)
    rows_set_aside = sum(source.rows_set_aside for one in publishers for source in one.sources)
    return render_template(
        "data.html.j2",
        title=TITLE,
        stamp=stamp,
        brand=f"{stamp.place} crime map",
        synthetic_words=SYNTHETIC_WORDS,
        links=navigation.list_links(navigation.DATA),
        siblings=navigation.list_siblings(navigation.DATA),
        sections=[Link(label, href) for label, href in SECTIONS],
        headlines=_list_headlines(publishers, forces, rows_in, rows_set_aside),
        publishers=publishers,
        absent=list_absent(tables),
        excluded=list_excluded(tables),
        forces=forces,
        month_names=[(calendar.month_abbr[number], calendar.month_name[number]) for number in range(1, 13)],
        reasons=list_reasons(tables),
        left_out=list_left_out(tables),
        reconciliation=reconciliation,
        reconciliation_words=_describe_reconciliation(reconciliation),
        cautions=list_cautions(tables),
        areas=describe_areas(tables),
        styles=read_styles("base.css", "index.css", "data.css"),
    )


def _list_headlines(
    publishers: tuple[Publisher, ...], forces: tuple[ForceMonths, ...], rows_in: int, rows_set_aside: int
) -> list[Headline]:
    sources = [source for one in publishers for source in one.sources]
    files = sum(len(source.files) for source in sources)
    share = 100 * rows_set_aside / rows_in if rows_in else 0.0
    months = len(
        {cell.month for force in forces for _, year in force.years for cell in year if cell.state != "outside"}
    )
    context = sum(source.is_context for source in sources)
    return [
        Headline(words.whole_number(len(sources)), "sources", f"{words.whole_number(context)} for context only"),
        Headline(words.whole_number(files), "published files", f"{words.whole_number(rows_in)} rows"),
        Headline(
            words.whole_number(rows_set_aside),
            "excluded records",
            "fewer than 0.1% of all" if 0 < share < 0.1 else f"{words.percent(share)} of all",
        ),
        Headline(words.whole_number(months), "months", f"{len(forces)} police force{'' if len(forces) == 1 else 's'}"),
    ]


def _describe_reconciliation(found: Reconciliation | None) -> str:
    if found is None or found.whole.total <= 0:
        return ""
    whole = found.whole
    shares = [words.percent(100 * part / whole.total) for part in (whole.in_areas, whole.not_published)]
    rest = words.percent(100 * whole.without_place / whole.total)
    return (
        f"Of {words.whole_number(whole.total)} crimes in the files by borough, {found.period}, {shares[0]} are in "
        f"the files by small area, {shares[1]} are of categories that are not published for small areas, and {rest} "
        "have no place."
    )
