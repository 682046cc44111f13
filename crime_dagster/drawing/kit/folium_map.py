"""folium's map, of which a page takes the element and the script that starts it."""

from __future__ import annotations

import re
from typing import Any

import folium

from crime_dagster.drawing.kit.geometry import Areas

_NAME_IN_SCRIPT = re.compile(r"[^A-Za-z0-9_]")


def draw_base_map(areas: Areas, name: str, start: str) -> tuple[str, str]:
    """Make folium's map: its element and the script that starts it.

    Of folium's page only these two are used. Its head would load Leaflet, Bootstrap, jQuery and icon fonts from other
    machines and forbid to zoom on a phone. No data goes through it: folium takes text for templates.

    Args:
        areas: Shapes in longitude and latitude.
        name: Names the map in the page.
        start: The script's function that the map is handed to.
    """
    left, bottom, right, top = areas.bounds
    base = folium.Map(
        location=[round((bottom + top) / 2, 5), round((left + right) / 2, 5)],
        zoom_start=10,
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        max_zoom=17,
        max_bounds_viscosity=0.8,
        world_copy_jump=False,
    )
    # folium's own identifiers are random; the same page must have the same bytes.
    base._id = _NAME_IN_SCRIPT.sub("_", name)
    figure: Any = base.get_root()
    # The map stands in the figure under the name that it had when it was made.
    figure._children.clear()
    figure.add_child(base)
    figure.render()
    script = figure.script.render()
    return figure.html.render().strip(), f"{script.strip()}\n{start}({base.get_name()});"
