"""The interactive map of one crime type: a self-contained offline page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from crime_dagster.core.facts import Row
from crime_dagster.core.places import name_force_area
from crime_dagster.drawing.kit import navigation, words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.key import name_areas
from crime_dagster.drawing.kit.leaflet import lay_map
from crime_dagster.drawing.kit.page_content import Link
from crime_dagster.drawing.kit.rendering import embed_json, read_styles, render_template
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.maps.map_content import Layer, align_values
from crime_dagster.drawing.maps.map_data import (
    NO_LANDMARKS,
    NOT_KNOWN,
    build_page_data,
    describe_landmarks,
    list_borough_totals,
    list_highest_areas,
)
from crime_dagster.drawing.maps.map_findings import build_findings
from crime_dagster.drawing.maps.map_layers import build_layers
from crime_dagster.drawing.maps.regions import Region, keep_landmarks, list_scripts

_SCRIPTS = (
    *("map_numbers", "map_address", "map_data", "map_shapes", "map_canvas", "map_card", "map_facts", "search"),
    *("map_places", "map_landmarks", "map_labels", "map_list", "map_table", "map_borough", "map_picture", "map_page"),
)
UP = "../"


@dataclass(frozen=True)
class StartView:
    """The first view of a map page."""

    layer: str = "recorded"  # name of a layer; if it is unavailable, the first available one is shown
    centre: tuple[float, float] | None = None  # latitude and longitude in degrees; None for the whole city
    zoom: float = 12.0  # leaflet's level, 8 (all of a large city) to 17 (a street); used with a centre


@dataclass(frozen=True)
class BaseMap:
    """Street tiles below the areas, fetched by the reader's browser; offline the background stays plain."""

    url: str  # address with `{z}`, `{x}` and `{y}`, and optionally `{s}`
    credit: str  # attribution of the tiles, as required by their licence

    @property
    def host(self) -> str:
        """Source of images for a content security policy."""
        return "/".join(self.url.split("/")[:3]).replace("{s}", "*")


def draw_map(
    areas: Areas,
    year: Year,
    *,
    breaks: Sequence[float],
    stamp: Stamp,
    other_maps: Sequence[Link] = (),
    outlook_method: str = "",
    start: StartView | None = None,
    base_map: BaseMap | None = None,
    landmarks: Mapping[str, Any] | None = None,
    own_years: Mapping[str, Row] | None = None,
    places: str = "",
    region: Region | None = None,
    parts: Sequence[Link] = (),
) -> str:
    """Draw the map page of one crime type: HTML that loads nothing; the same input gives the same bytes.

    `year` has the columns of `map_findings.code_findings`, `breaks` are class limits of recorded and predicted crimes.
    Of `other_maps`, of all crime types, this one is marked as current; `outlook_method` is the baseline published
    instead of the model's forecast; `places` the address of the folder with the index of places. `own_years` are rows
    of `borough_own_years` and `lsoa_own_years` by code, `landmarks` as from `encode_landmarks`. Of a `region`, only its
    areas are shown; `parts` are the same map of all areas and of each region.
    """
    on_globe = areas.to_wgs84(digits=5)
    crime, force = year.crime, region.force if region else ""
    if force:
        city = {**year.places, CITY: year.forces.get(force, {})}
        changes = year.force_changes.get(force, "")
        year = replace(year, changes=changes, place=name_force_area(force), places=city, accuracy={})
    numbers = align_values(on_globe, year.values)
    layers = [*build_layers(numbers, breaks, year), *build_findings(numbers, breaks, year, outlook_method)]
    index = f"{crime.crime_type}.html"
    explorer = f"{UP}{region.name_page(navigation.EXPLORER.removesuffix('.html')) if region else navigation.EXPLORER}"
    marks = landmarks or NO_LANDMARKS
    if region:
        marks = keep_landmarks(marks, on_globe)
    view = start or StartView()
    shown = _first_shown(layers, view.layer)
    return render_template(
        "map.html.j2",
        crime=crime,
        stamp=stamp,
        layers=layers,
        shown=shown,
        region=region,
        whole=region.name if region else stamp.place,
        no_data_words=_name_no_data(layers, on_globe),
        other_maps=other_maps,
        parts=parts,
        highest=list_highest_areas(on_globe, numbers),
        boroughs=list_borough_totals(on_globe, year.places, own_years),
        explorer=explorer,
        boroughs_page=f"{UP}{navigation.BOROUGHS}",
        places=places,
        # The page compares with the year before, so a break in either year matters.
        cautions=[one for one in (year.changes, year.provisional) if one],
        base_map=base_map,
        landmarks=describe_landmarks(marks),
        page_data=embed_json(
            build_page_data(on_globe, numbers, year, layers, own_years)
            | {
                "explorer": explorer,
                "crimeType": crime.crime_type,
                "placesFolder": places,
                "tiles": base_map.url if base_map else None,
            }
            | {"landmarks": marks}
            | {"start": {"layer": shown.name, "centre": view.centre, "zoom": view.zoom}}
            # Ranks are those in the whole city.
            | ({"index": index, "reportedAreas": int(year.values["recorded"].notna().sum())} if region else {})
        ),
        **lay_map(on_globe, crime.crime_type, "startPage", list_scripts(_SCRIPTS, region), loads_scripts=bool(places)),
        styles=read_styles("base.css", "map.css", *(["regions.css"] if parts else [])),
    )


def _first_shown(layers: Sequence[Layer], wanted: str) -> Layer:
    on = [layer for layer in layers if not layer.why_off]
    return next((layer for layer in on if layer.name == wanted), on[0] if on else layers[0])


def _name_no_data(layers: Sequence[Layer], areas: Areas) -> dict[str, str]:
    """Say for every layer what is hatched: the borough if it is one, else the number of areas, with the reason."""
    said = {}
    for layer in layers:
        hatched, why = np.array(layer.band_of_area) < 0, NOT_KNOWN.get(layer.name, words.NOT_REPORTED)
        said[layer.name] = f"{name_areas(areas, hatched)}: {why}" if hatched.any() else ""
    return said
