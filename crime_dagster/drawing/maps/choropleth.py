"""The interactive map of one crime type: a page that needs no network and no other file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from crime_dagster.drawing.kit import finish, navigation
from crime_dagster.drawing.kit.folium_map import draw_base_map
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.leaflet import read_leaflet
from crime_dagster.drawing.kit.rendering import embed_json, hash_script, read_scripts, read_styles, render_template
from crime_dagster.drawing.maps.map_data import build_page_data
from crime_dagster.drawing.maps.map_findings import build_findings
from crime_dagster.drawing.maps.map_layers import Layer, Subject, build_layers
from crime_dagster.drawing.maps.map_tables import list_borough_totals, list_highest_areas
from crime_dagster.drawing.maps.map_values import align_values

_SCRIPTS = ("map_numbers", "map_shapes", "map_canvas", "map_card", "map_search", "map_labels", "map_list", "map_page")
# Why an area is hatched in a layer that is not made of recorded crime alone.
_NOT_KNOWN = {"predicted": "no prediction", "forecast": "no forecast", "hotspot": "not reported in every half-year"}


@dataclass(frozen=True)
class StartView:
    """What a map page shows first.

    Args:
        layer: Name of a layer; one that is off gives way to the first that is on.
        centre: Latitude and longitude in degrees; None for the whole city.
        zoom: Leaflet's level, 8 (all of a large city) to 17 (a street); counts where there is a centre.
    """

    layer: str = "recorded"
    centre: tuple[float, float] | None = None
    zoom: float = 12.0


@dataclass(frozen=True)
class BaseMap:
    """Tiles of streets below the areas, fetched by the reader's browser; without a network the ground stays plain.

    Args:
        url: Address with `{z}`, `{x}` and `{y}`, and optionally `{s}`.
        credit: Whom the tiles are owed to, as their licence wants it said.
    """

    url: str
    credit: str

    @property
    def host(self) -> str:
        """Where a page may fetch pictures from, as a content security policy says it."""
        return "/".join(self.url.split("/")[:3]).replace("{s}", "*")


@dataclass(frozen=True)
class MapLink:
    """A page that the map leads to.

    Args:
        label: What a reader sees.
        href: Address, relative to the map page.
        is_current: Whether it is the page itself.
    """

    label: str
    href: str
    is_current: bool = False


def draw_map(
    areas: Areas,
    values: pd.DataFrame,
    *,
    crime_type: str,
    label: str,
    noun_phrase: str,
    breaks: Sequence[float],
    stamp: finish.Stamp,
    other_maps: Sequence[MapLink] = (),
    home: str = "../index.html",
    brand: str | None = None,
    no_data_reason: str = "not reported",
    outlook_label: str = "",
    outlook_method: str = "",
    start: StartView | None = None,
    cautions: Sequence[str] = (),
    base_map: BaseMap | None = None,
) -> str:
    """Draw the map page of one crime type.

    Args:
        areas: Shapes in any coordinate system that `Areas` knows.
        values: A row per LSOA: lsoa_code, recorded (crimes, NaN = not reported); optional recorded_before (crimes in
            the period before), residents (people), area_km2, predicted, lower_90, upper_90 (crimes).
        crime_type: Code of the crime type; names the map in the page.
        label: How a menu names it: "Drug offences".
        noun_phrase: How a sentence names it after "recorded": "drug offences".
        breaks: Limits of the bands of recorded and predicted crimes, as from `classes.class_breaks` over both.
        stamp: Place, period, sources, licence; whether the city is made up.
        other_maps: Maps of all crime types, this one marked as current.
        home: Address of the front page, relative to the map page.
        brand: Name of the whole gallery; from the place if it is not given.
        no_data_reason: Why areas are hatched, as the key says it.
        outlook_label: The period that is forecast: "12 months to February 2027".
        outlook_method: Which baseline is published in the forecast's stead; empty where the model is.
        start: What is seen first; the whole city in its recorded crimes where it is left out.
        cautions: Breaks in the data and months that are still revised, a sentence or two each.
        base_map: Tiles below the areas; then the page asks for those, and for nothing else.

    Returns:
        HTML that loads nothing: Leaflet, styles, shapes and data stand in it. The same input gives the same bytes.

    Raises:
        InputError: `values` has no lsoa_code or recorded, a code twice, or no code that has a shape.
    """
    on_globe = areas.to_wgs84(digits=5)
    subject = Subject(label, noun_phrase, stamp.place, stamp.period_label, outlook_label, outlook_method)
    numbers = align_values(on_globe, values)
    layers = [*build_layers(numbers, breaks, subject), *build_findings(numbers, breaks, subject)]
    # The explorer stands beside the front page.
    explorer = home.removesuffix(navigation.OVERVIEW) + navigation.EXPLORER
    map_html, map_script = draw_base_map(on_globe, crime_type, start="startPage")
    leaflet, view = read_leaflet(), start or StartView()
    scripts = [
        f"/* Leaflet is used under this licence:\n{leaflet.licence}*/\n{leaflet.script}",
        f"(function () {{\n{read_scripts(*(f'{name}.js' for name in _SCRIPTS))}\n{map_script}\n}})();",
    ]
    return render_template(
        "map.html.j2",
        brand=brand or f"{stamp.place} crime map",
        home=home,
        links=navigation.list_links(up=home.removesuffix(navigation.OVERVIEW)),
        subject=subject,
        stamp=stamp,
        synthetic_words=finish.SYNTHETIC_WORDS,
        layers=layers,
        shown=_first_shown(layers, view.layer),
        no_data_words=_name_no_data(layers, on_globe, no_data_reason),
        other_maps=other_maps,
        highest=list_highest_areas(on_globe, numbers),
        boroughs=list_borough_totals(on_globe, numbers),
        explorer=explorer,
        cautions=[one for one in cautions if one],
        base_map=base_map,
        map_html=Markup(map_html),  # noqa: S704 folium's empty element
        page_data=embed_json(
            build_page_data(on_globe, numbers, layers, subject)
            | {"explorer": explorer, "crimeType": crime_type, "tiles": base_map.url if base_map else None}
            | {"start": {"layer": _first_shown(layers, view.layer).name, "centre": view.centre, "zoom": view.zoom}}
        ),
        scripts=[Markup(script) for script in scripts],  # noqa: S704 released and own files
        script_hashes=" ".join(f"'{hash_script(script)}'" for script in scripts),
        styles=read_styles("base.css", "map.css"),
        leaflet_style=Markup(leaflet.style),  # noqa: S704 released file
    )


def _first_shown(layers: Sequence[Layer], wanted: str) -> Layer:
    on = [layer for layer in layers if not layer.why_off]
    return next((layer for layer in on if layer.name == wanted), on[0] if on else layers[0])


def _name_no_data(layers: Sequence[Layer], areas: Areas, reason: str) -> dict[str, str]:
    """Say for every layer what is hatched: the borough where it is one, else the number of areas, with the reason."""
    words = {}
    for layer in layers:
        hatched = [band < 0 for band in layer.band_of_area]
        boroughs = areas.areas.loc[hatched, "borough_name"].unique()
        number = sum(hatched)
        where = str(boroughs[0]) if len(boroughs) == 1 else f"{number:,} areas"
        words[layer.name] = f"{where}: {_NOT_KNOWN.get(layer.name, reason)}" if number else ""
    return words
