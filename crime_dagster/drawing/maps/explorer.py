"""The explorer: one page to choose a type, a measure and a month, and to look at a single area."""

from markupsafe import Markup

from crime_dagster.drawing.kit import finish, navigation
from crime_dagster.drawing.kit.leaflet import draw_base_map, read_leaflet
from crime_dagster.drawing.kit.rendering import allow_scripts, embed_json, read_scripts, read_styles, render_template
from crime_dagster.drawing.maps.explorer_content import Explorer
from crime_dagster.drawing.maps.explorer_data import build_explorer_data
from crime_dagster.drawing.maps.map_landmarks import describe_landmarks

_SCRIPTS = (
    *("map_numbers.js", "map_address.js", "map_shapes.js", "map_canvas.js", "map_card.js", "search.js"),
    *("map_places.js", "map_landmarks.js", "map_labels.js"),
    *("explorer_data.js", "explorer_line.js", "explorer_panel.js", "explorer_key.js", "explorer_download.js"),
    *("explorer_compare.js", "explorer_words.js", "explorer_play.js", "explorer_page.js"),
)


def draw_explorer(content: Explorer) -> str:
    """Draw the explorer: self-contained HTML with Leaflet, styles, shapes and counts; same content, same bytes."""
    data = build_explorer_data(content)
    map_html, map_script = draw_base_map(content.areas.to_wgs84(digits=5), "explorer", start="startExplorer")
    leaflet = read_leaflet()
    scripts = [
        f"/* Leaflet is used under this licence:\n{leaflet.licence}*/\n{leaflet.script}",
        f"(function () {{\n{read_scripts(*_SCRIPTS)}\n{map_script}\n}})();",
    ]
    return render_template(
        "explorer.html.j2",
        brand=f"{content.stamp.place} crime map",
        links=navigation.list_links(navigation.EXPLORER),
        stamp=content.stamp,
        synthetic_words=finish.SYNTHETIC_WORDS,
        types=content.types,
        boroughs=content.areas.boroughs,
        months=data["months"],
        landmarks=describe_landmarks(content.landmarks),
        year_label=content.year_label,
        map_html=Markup(map_html),  # noqa: S704 folium's empty element
        page_data=embed_json(data | {"placesFolder": content.places}),
        places=content.places,
        scripts=[Markup(script) for script in scripts],  # noqa: S704 released and own files
        script_hashes=allow_scripts(*scripts, beside=bool(content.places)),
        styles=read_styles("base.css", "map.css", "explorer.css"),
        leaflet_style=Markup(leaflet.style),  # noqa: S704 released file
    )
