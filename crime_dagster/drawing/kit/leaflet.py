"""An offline web map: folium's map, with Leaflet from the installed wheel inlined."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from crime_dagster.core.errors import InputError
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.rendering import allow_scripts, read_scripts

VERSION = "1.9.3"
# Of the two files as released; other versions were not reviewed and tested here.
SHA256 = {
    "leaflet.js": "5819285cec137b229c94e1ee5ad73e8b6b84345a4367d60f75fe477fe0fb7b03",
    "leaflet.css": "90b693d86392a4779c861b28cf307e7e59c3fb35328c4d8b95f58f814d38c722",
}
_SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=\S+\s*$")
_NAME_IN_SCRIPT = re.compile(r"[^A-Za-z0-9_]")
# Rules that load images of controls and markers, which our map does not have.
_LOADS_A_FILE = re.compile(r"[^{}]*\{[^{}]*url\([^{}]*\}")


@cache
def _read_leaflet() -> tuple[str, str]:
    """Return script, after its licence, and style, without rules that would load a file, from the installed wheel."""
    licence = (files("crime_dagster.drawing.kit") / "vendor" / "leaflet" / "LICENSE").read_text(encoding="utf-8")
    script = _SOURCE_MAP.sub("", _read_released("leaflet.js"))
    style = _LOADS_A_FILE.sub("", _read_released("leaflet.css"))
    return f"/* Leaflet is used under this licence:\n{licence}*/\n{script}", style


def _read_released(name: str) -> str:
    """Read a file of the wheel; a version that was not reviewed is refused."""
    content = (files("xstatic.pkg.leaflet") / "data" / name).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise InputError(
            file=f"xstatic-leaflet: {name}",
            found=f"sha256 {found}",
            expected=f"Leaflet {VERSION}, sha256 {SHA256[name]}",
            remedy="install the version in requirements.lock, or look at the new one and change leaflet.py",
        )
    return content.decode("utf-8")


def _draw_base_map(areas: Areas, name: str, start: str) -> tuple[str, str]:
    """Return the element of folium's map of areas (longitude and latitude), and the script that passes it to `start`.

    Only these two parts of folium's page are used. Its head would load Leaflet, Bootstrap, jQuery and icon fonts from
    other hosts and disable zooming on a phone. No data goes through it: folium treats text as templates.
    """
    left, bottom, right, top = areas.bounds
    import folium

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
    # The map is in the figure under the name it had when it was created.
    figure._children.clear()
    figure.add_child(base)
    figure.render()
    script = figure.script.render()
    return figure.html.render().strip(), f"{script.strip()}\n{start}({base.get_name()});"


def lay_map(areas: Areas, name: str, start: str, scripts: Sequence[str], *, loads_scripts: bool) -> dict[str, Any]:
    """Return what the page of a map has for its template: folium's element, Leaflet, and our scripts in one scope."""
    element, script = _draw_base_map(areas, name, start)
    leaflet, style = _read_leaflet()
    inside = [leaflet, f"(function () {{\n{read_scripts(*scripts)}\n{script}\n}})();"]
    return {
        "map_html": Markup(element),  # noqa: S704 folium's empty element
        "scripts": [Markup(each) for each in inside],  # noqa: S704 released and own files
        "script_hashes": allow_scripts(*inside, beside=loads_scripts),
        "leaflet_style": Markup(style),  # noqa: S704 released file
    }
