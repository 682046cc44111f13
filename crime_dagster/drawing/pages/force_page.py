"""A page per police force, where a place has several that cover several boroughs each."""

from crime_dagster.core.facts import Row, list_rows, read_number
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.page_content import Link
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import NOT_KNOWN, Year, read_change
from crime_dagster.drawing.pages.borough_page import draw_lines
from crime_dagster.drawing.pages.borough_tables import BoroughTables
from crime_dagster.drawing.pages.borough_words import write_note
from crime_dagster.drawing.pages.month_lines import draw_trend


def draw_force_page(
    tables: BoroughTables, force: str, stamp: Stamp, map_href: str = "", explorer_href: str = ""
) -> str:
    """Draw the page of a force that boroughs are listed under."""
    first, months = tables.first, tables.force_months[tables.force_months["force"] == force].sort_values("month")
    ours = months[months["crime_type"] == first.crime.crime_type]
    breaks, (lines, spread) = tables.find_breaks(months), draw_lines(tables, tables.types, months)
    found = [_find_year(tables, force, year) for year in tables.types]
    rows = list_rows(tables.boroughs, group=force)
    forces = tables.boroughs.drop_duplicates("group")[["group", "group_slug"]].to_numpy()
    title, lead = _write_head(found[0], first, force, len(rows))
    return render_template(
        "force.html.j2",
        stamp=stamp,
        title=title,
        lead=lead,
        force=force,
        choices=[Link(name, f"{slug}.html", is_current=name == force) for name, slug in forces if name],
        map_href=map_href,
        explorer_href=explorer_href,
        rows=[(row, tables.late.get(row["borough_code"], tables.types)[0]) for row in rows],
        year=first,
        crime=first.crime,
        has_people=read_number(first.city, "workers") is not None,
        trend=draw_trend(ours, first.crime, force, breaks),
        notes=cautions.list_notes(breaks, [year.crime.crime_type for year in tables.types], ours["month"]),
        types=list(zip(tables.types, found, lines, strict=True)),
        spread_pct=round(100 * spread),
        note=write_note(tables, months),
    )


def _find_year(tables: BoroughTables, force: str, year: Year) -> Row:
    rows = list_rows(tables.force_months, force=force, crime_type=year.crime.crime_type)
    nothing = {"crimes_12_months": None, "crimes_12_months_before": None}
    return next((row for row in rows if str(row["month"])[:10] == str(year.last_month)), nothing)


def _write_head(row: Row, year: Year, force: str, boroughs: int) -> tuple[str, list[str]]:
    total, when = read_number(row, "crimes_12_months"), words.month_words(year.last_month)
    covers = f"The force covers {boroughs} boroughs."
    if total is None:
        return f"{force}: figures of the year to {when} are missing", [covers]
    change, before = read_change(row, "crimes_12_months_before", "crimes_12_months"), row["crimes_12_months_before"]
    said = [covers]
    if change.figure != NOT_KNOWN:
        said = [f"{words.capitalise(change.figure)} from {words.whole_number(before)} the year before.", covers]
    noun = year.crime.count_noun
    return f"{force}: {words.whole_number(total)} {noun} were recorded in small areas in the year to {when}", said
