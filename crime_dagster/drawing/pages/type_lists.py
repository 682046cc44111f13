"""The list of crime types and the list of maps."""

from collections.abc import Sequence

from crime_dagster.drawing.kit import navigation
from crime_dagster.drawing.kit.page_content import Link, Note, Picture
from crime_dagster.drawing.kit.rendering import read_picture_script, render_page
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.pages.front_page import TypeRow, lay_lines


def draw_type_list(
    rows: Sequence[TypeRow], stamp: Stamp, *, months_label: str, picture: Picture | None, notes: Sequence[Note]
) -> str:
    """Draw the list of crime types, in their usual order, with links to page and map."""
    lines, spread = lay_lines(rows)
    return render_page(
        "crime_types.html.j2",
        stamp,
        current=navigation.TYPES,
        up="../",
        styles=("index.css", "types.css"),
        script=read_picture_script(),
        title=f"Types of crime in {stamp.place}",
        description="A page per type of crime: its trend, map, changes, forecast, what-ifs and model.",
        rows=list(zip(rows, lines, strict=True)),
        months_label=months_label,
        spread_pct=spread,
        picture=picture,
        notes=notes,
    )


def draw_map_list(types: Sequence[Link], boroughs: Sequence[Link], picture: Picture | None, stamp: Stamp) -> str:
    """Draw the list of maps: one per crime type, and the first of them centred on each borough."""
    return render_page(
        "maps.html.j2",
        stamp,
        current=navigation.MAPS,
        up="../",
        styles=("index.css", "types.css"),
        script=read_picture_script(),
        title=f"Maps of crime in {stamp.place}",
        description="A map per type of crime, with its small areas, layers, search and table.",
        types=types,
        boroughs=boroughs,
        first=types[0] if types else None,
        picture=picture,
    )
