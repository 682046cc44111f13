"""The page about the data: plain HTML that works from a folder, without network or JavaScript."""

import calendar
from collections.abc import Mapping

from crime_dagster.core.facts import Marts, Row
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.page_content import Headline
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import CITY
from crime_dagster.drawing.pages.counted import say_left_out, say_own_years, tabulate_total
from crime_dagster.drawing.pages.data_months import list_cautions, list_forces
from crime_dagster.drawing.pages.data_tables import (
    list_absent,
    list_excluded,
    list_left_out,
    list_publishers,
    list_reasons,
    list_vintages,
    reconcile,
)

MAIN_TYPE = "total"


def draw_data_page(marts: Marts, tables: Mapping[str, str], stamp: Stamp) -> str:
    """Draw the page: HTML with its styles inside; `tables` has every published table and what one row is."""
    totals = marts["headline_totals"]
    headline = totals[(totals["place_code"] == CITY) & (totals["crime_type"] == MAIN_TYPE)].to_dict("records")
    base, vintages = list_vintages(marts)
    late = marts["borough_own_years"][marts["borough_own_years"]["crime_type"] == MAIN_TYPE].to_dict("records")
    return render_template(
        "data.html.j2",
        stamp=stamp,
        headlines=_list_headlines(marts["data_sets"].to_dict("records")[0]),
        publishers=list_publishers(marts),
        absent=list_absent(marts),
        excluded=list_excluded(marts),
        forces=list_forces(marts),
        month_names=[(calendar.month_abbr[number], calendar.month_name[number]) for number in range(1, 13)],
        reasons=list_reasons(marts),
        left_out=list_left_out(marts),
        counted=tabulate_total(headline),
        counted_words=say_left_out(headline),
        counted_of=headline[0] if headline else None,
        late_words=say_own_years(late, "crimes"),
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


def draw_glossary(stamp: Stamp) -> str:
    return render_template(
        "glossary.html.j2",
        stamp=stamp,
    )
