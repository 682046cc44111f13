"""Interactive maps, one page per crime type."""

import math
import re
from dataclasses import replace
from itertools import pairwise

import dagster as dg
import pandas as pd
from pydantic import Field

from crime_dagster.core.crime_types import CrimeType, read_crime_types
from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.pictures import (
    YEAR_MARTS,
    discard_pictures,
    read_areas,
    read_landmarks,
    read_years,
    stamp_year,
)
from crime_dagster.defs.runtime.steps import step
from crime_dagster.defs.runtime.unchanged import StepConfig
from crime_dagster.drawing.kit.finish import save_page
from crime_dagster.drawing.kit.page_content import Link
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.maps.choropleth import BaseMap, StartView, draw_map
from crime_dagster.drawing.maps.map_findings import code_findings
from crime_dagster.drawing.maps.map_landmarks import encode_landmarks
from crime_dagster.drawing.pages.models_scores import BASELINES

LAYERS = ("recorded", "per_1000", "per_km2", "predicted", "difference", "forecast", "change", "hotspot")
MOST_BREAKS = 6
# What a page's security policy allows: no blanks, quotes or semicolons.
TILES = re.compile(r"https://[A-Za-z0-9.{}:-]+/[A-Za-z0-9._~/{}?=&%@-]+")


class MapConfig(StepConfig):
    """How the maps are coloured and what they show first."""

    class_breaks: list[float] = Field(
        default=[],
        description="Limits of the bands of recorded, predicted and forecast crimes, rising, at most six, each above "
        "0: [75, 125, 200] makes four bands. Empty: chosen from the figures.",
    )
    start_layer: str = Field(default="recorded", description=f"The layer shown first: {', '.join(LAYERS)}.")
    latitude: float | None = Field(
        default=None, ge=49, le=61, description="Middle of the first view, in degrees north."
    )
    longitude: float | None = Field(default=None, ge=-9, le=3, description="Middle of the first view, in degrees east.")
    base_map_url: str = Field(
        default="",
        description="Tiles of streets below the areas, as https://tiles.example.org/{z}/{x}/{y}.png; they are "
        "fetched when a page is opened. Empty: none, and pages need no network.",
    )
    base_map_credit: str = Field(default="", description="Attribution of the tiles, as their licence asks for.")
    zoom: float = Field(default=12, ge=8, le=17, description="Level of the first view, where it has a middle.")


@step(
    "maps/crimes_by_area",
    "folium",
    "html",
    marts=(*YEAR_MARTS, "landmarks"),
    by_type=True,
    together=True,  # A map links those of the other types by their names.
    description="Recorded, per 1,000 residents, per km², predicted, the difference, forecast, clear changes and "
    "hot spots, per LSOA; needs no network.",
)
def crimes_by_area(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: MapConfig
) -> dg.MaterializeResult:
    try:
        breaks, start, tiles = read_breaks(config), read_start(config), read_base_map(config)
    except InputError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    areas, landmarks = read_areas(settings).to_wgs84(), encode_landmarks(read_landmarks(settings))
    drawn = []
    chosen = list_chosen_types(context, settings)
    every = read_years(settings, read_crime_types(settings.dbt_dir))
    for year in (year for year in every if year.crime in chosen):
        if not year.is_reported:
            discard_pictures(settings, "maps", f"{year.crime.crime_type}.*")
            context.log.warning(f"{year.crime.label}: no area reports it in this data set, so there is no map")
            continue
        page = draw_map(
            areas,
            replace(year, values=code_findings(year.values)),
            breaks=breaks or year.breaks,
            start=start,
            stamp=stamp_year(settings, year, is_model=year.predicted is not None, has_landmarks=True),
            other_maps=_link_maps(every, year.crime),
            outlook_method=BASELINES.get(str(year.city.get("forecast_published_as")), ""),
            base_map=tiles,
            landmarks=landmarks,
        )
        path = save_page(page, settings.build_dir / "maps" / f"{year.crime.crime_type}.html")
        drawn.append({"map": year.crime.label, "period": year.period_label, "file": path.name})
    return dg.MaterializeResult(
        metadata={"preview": dg.MetadataValue.md(pd.DataFrame(drawn).to_markdown(index=False) or "no map")}
    )


def read_breaks(config: MapConfig) -> list[float]:
    """The limits of the bands from the config; empty: chosen from the figures.

    Raises:
        InputError: More than six, one that is not above 0, or limits that do not rise.
    """
    breaks = config.class_breaks
    is_rising = all(low < high for low, high in pairwise(breaks))
    if len(breaks) <= MOST_BREAKS and is_rising and all(math.isfinite(one) and one > 0 for one in breaks):
        return breaks
    raise InputError(
        found=f"class_breaks {breaks}",
        expected=f"at most {MOST_BREAKS} rising numbers above 0",
        remedy="correct them in the Config, or leave them empty",
    )


def read_start(config: MapConfig) -> StartView:
    """The first view from the config.

    Raises:
        InputError: No such layer, or half a middle.
    """
    if config.start_layer not in LAYERS:
        raise InputError(
            found=f"start_layer {config.start_layer!r}",
            expected=f"one of {', '.join(LAYERS)}",
            remedy="correct it in the Config",
        )
    if config.latitude is None and config.longitude is None:
        return StartView(layer=config.start_layer)
    if config.latitude is None or config.longitude is None:
        raise InputError(
            found="latitude without longitude, or the other way round",
            expected="both, or neither",
            remedy="give both in the Config",
        )
    return StartView(config.start_layer, (config.latitude, config.longitude), config.zoom)


def read_base_map(config: MapConfig) -> BaseMap | None:
    """The base map from the config; None for none.

    Raises:
        InputError: An address without the parts of tiles, or no credit.
    """
    url, credit = config.base_map_url, config.base_map_credit.strip()
    if not url:
        return None
    if TILES.fullmatch(url) and all(part in url for part in ("{z}", "{x}", "{y}")) and credit:
        return BaseMap(url, credit)
    raise InputError(
        found=f"base_map_url {url!r}, base_map_credit {credit!r}",
        expected="an https address with {z}, {x} and {y}, and the words of its licence",
        remedy="correct them in the Config, or leave base_map_url empty",
    )


def _link_maps(years: list[Year], current: CrimeType) -> list[Link]:
    return [
        Link(label=year.crime.label, href=f"{year.crime.crime_type}.html", is_current=year.crime == current)
        for year in years
        if year.is_reported
    ]
