"""The explorer: one page to choose a type, a measure and a month, and to look at a single area."""

from collections.abc import Sequence

from crime_dagster.drawing.kit import navigation
from crime_dagster.drawing.kit.leaflet import lay_map
from crime_dagster.drawing.kit.page_content import Link
from crime_dagster.drawing.kit.rendering import embed_json, read_styles, render_template
from crime_dagster.drawing.maps.explorer_content import Explorer
from crime_dagster.drawing.maps.explorer_data import build_explorer_data
from crime_dagster.drawing.maps.map_data import describe_landmarks
from crime_dagster.drawing.maps.regions import Region, keep_landmarks, list_scripts

_SCRIPTS = (
    *("map_numbers", "map_address", "map_shapes", "map_canvas", "map_card", "search"),
    *("map_places", "map_landmarks", "map_labels"),
    *("drawing", "explorer_data", "explorer_line", "explorer_panel", "explorer_key", "explorer_download"),
    *("explorer_compare", "explorer_words", "explorer_play", "explorer_page"),
)


def draw_explorer(content: Explorer, region: Region | None = None, parts: Sequence[Link] = ()) -> str:
    """Draw the explorer: self-contained HTML with Leaflet, styles, shapes and counts; same content, same bytes.

    Of a region, it has the areas alone; the bands are those of the whole city. `parts` as of `draw_map`.
    """
    shown = region.areas if region else content.areas
    data, on_globe = build_explorer_data(content, shown), shown.to_wgs84(digits=5)
    if region:
        marks = keep_landmarks(content.landmarks, on_globe)
        data |= {"place": region.name, "index": navigation.EXPLORER, "landmarks": marks}
    return render_template(
        "explorer.html.j2",
        stamp=content.stamp,
        types=[one.year.crime for one in content.types],
        choices=[
            {"number": number, "code": code, "name": name, "force": content.forces.get(code, "")}
            for number, (code, name) in enumerate(shown.boroughs[["borough_code", "borough_name"]].to_numpy())
        ],
        region=region,
        parts=parts,
        whole=region.name if region else content.stamp.place,
        months=data["months"],
        landmarks=describe_landmarks(content.landmarks),
        year_label=content.year_label,
        page_data=embed_json(data | {"placesFolder": content.places}),
        places=content.places,
        **lay_map(
            on_globe, "explorer", "startExplorer", list_scripts(_SCRIPTS, region), loads_scripts=bool(content.places)
        ),
        styles=read_styles("base.css", "map.css", "explorer.css", *(["regions.css"] if parts else [])),
    )
