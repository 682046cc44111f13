"""Interactive maps, one page per crime type."""

import re
from dataclasses import replace
from typing import ClassVar

import dagster as dg
import pandas as pd
from pydantic import Field, field_validator

from crime_dagster.core.crime_types import CrimeType, read_crime_types
from crime_dagster.core.errors import InputError
from crime_dagster.core.facts import Row, index_rows
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.picture_settings import LIMITS, Maps, PictureConfig, is_limits, read_pictures
from crime_dagster.defs.runtime.pictures import (
    YEAR_MARTS,
    read_areas,
    read_landmarks,
    read_years,
    stamp_year,
)
from crime_dagster.defs.runtime.reported_place import read_forces
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.kit.finish import save_page
from crime_dagster.drawing.kit.navigation import MAPS, PLACES_FOLDER
from crime_dagster.drawing.kit.page_content import Link
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.maps.choropleth import BaseMap, StartView, draw_map
from crime_dagster.drawing.maps.map_data import encode_landmarks
from crime_dagster.drawing.maps.map_findings import code_findings
from crime_dagster.drawing.maps.regions import Region, divide, draw_region_index, is_too_large, link_regions
from crime_dagster.drawing.pages.models_content import BASELINES

# Allowed by a page's security policy: no blanks, quotes or semicolons.
TILES = re.compile(r"https://[A-Za-z0-9.{}:-]+/[A-Za-z0-9._~/{}?=&%@-]+")


class MapConfig(PictureConfig, Maps):
    """Colouring and first view of the maps."""

    part: ClassVar[str] = "maps"
    class_breaks: list[float] = Field(
        default=[],
        description="Limits of the bands of recorded, predicted and forecast crimes, rising, at most six, each above "
        "0: [75, 125, 200] makes four bands. Empty: as pictures.yml says (chosen from the figures).",
    )

    @field_validator("class_breaks")
    @classmethod
    def _check_breaks(cls, value: list[float]) -> list[float]:
        if value and not is_limits(value):
            raise ValueError(LIMITS)
        return value


@step(
    "maps/crimes_by_area",
    "folium",
    "html",
    marts=(*YEAR_MARTS, "boroughs", "landmarks", "borough_own_years", "lsoa_own_years"),
    by_type=True,
    together=True,  # a map links to those of the other types
    description="Recorded, per 1,000 residents, per km², predicted, the difference, forecast, clear changes and "
    "hot spots, per LSOA; needs no network.",
)
def crimes_by_area(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: MapConfig
) -> dg.MaterializeResult:
    maps: Maps = read_pictures(settings, config.part).over(config)
    start, tiles = read_start(maps), read_base_map(maps)
    areas, landmarks = read_areas(settings), encode_landmarks(read_landmarks(settings))
    regions = divide(areas, read_forces(settings))
    pages: list[Region | None] = [*([] if is_too_large(areas) else [None]), *regions]
    shown = [(region.areas if region else areas).to_wgs84() for region in pages]
    drawn = []
    chosen = list_chosen_types(context, settings)
    every = read_years(settings, read_crime_types(settings.dbt_dir))
    for year in (year for year in every if year.crime in chosen):
        if not year.is_reported:
            context.log.warning(f"{year.crime.label}: no area reports it in this data set, so there is no map")
            continue
        name, stamp = (
            year.crime.crime_type,
            stamp_year(settings, year, is_model=year.predicted is not None, has_landmarks=True),
        )
        for region, region_areas in zip(pages, shown, strict=True):
            page = draw_map(
                region_areas,
                replace(year, values=code_findings(year.values)),
                breaks=config.class_breaks or year.breaks,
                start=start,
                stamp=stamp,
                other_maps=_link_maps(every, year.crime, region),
                outlook_method=BASELINES.get(str(year.city.get("forecast_published_as")), ""),
                base_map=tiles,
                landmarks=landmarks,
                own_years=read_own_years(settings, year.crime),
                places=f"../{PLACES_FOLDER}/",
                region=region,
                parts=link_regions(regions, name, stamp.place, region),
            )
            path = save_page(page, settings.build_dir / "maps" / _name_page(name, region))
            drawn.append({"map": year.crime.label, "period": year.period_label, "file": path.name})
        if is_too_large(areas):
            links, title = _link_maps(every, year.crime, None), year.crime.label
            page = draw_region_index(
                areas, regions, stamp, stem=name, title=title, current=MAPS, up="../", others=links
            )
            save_page(page, settings.build_dir / "maps" / _name_page(name, None))
    return dg.MaterializeResult(
        metadata={"preview": dg.MetadataValue.md(pd.DataFrame(drawn).to_markdown(index=False) or "no map")}
    )


def read_own_years(settings: Settings, crime: CrimeType) -> dict[str, Row]:
    """Return late boroughs and areas by code, each in its own latest year."""
    chosen = {"crime_type": crime.crime_type}
    boroughs, areas = (read_mart(settings.database, f"{level}_own_years", chosen) for level in ("borough", "lsoa"))
    return index_rows(boroughs, "borough_code") | index_rows(areas, "lsoa_code")


def read_start(config: Maps) -> StartView:
    """Return the first view; one coordinate of its middle without the other is refused."""
    layer = config.start_layer or StartView.layer
    if config.latitude is None and config.longitude is None:
        return StartView(layer)
    if config.latitude is None or config.longitude is None:
        raise InputError(
            found="latitude without longitude, or the other way round",
            expected="both, or neither",
            remedy="give both in the Config or pictures.yml",
        )
    return StartView(layer, (config.latitude, config.longitude), config.zoom or StartView.zoom)


def read_base_map(config: Maps) -> BaseMap | None:
    """Return the base map, if any; an address that is not of tiles, or has no attribution, is refused."""
    url, credit = config.base_map_url or "", (config.base_map_credit or "").strip()
    if not url:
        return None
    if TILES.fullmatch(url) and all(part in url for part in ("{z}", "{x}", "{y}")) and credit:
        return BaseMap(url, credit)
    raise InputError(
        found=f"base_map_url {url!r}, base_map_credit {credit!r}",
        expected="an https address with {z}, {x} and {y}, and the words of its licence",
        remedy="correct them in the Config or pictures.yml, or leave base_map_url empty",
    )


def _name_page(crime_type: str, region: Region | None) -> str:
    return region.name_page(crime_type) if region else f"{crime_type}.html"


def _link_maps(years: list[Year], current: CrimeType, region: Region | None) -> list[Link]:
    return [
        Link(year.crime.label, _name_page(year.crime.crime_type, region), is_current=year.crime == current)
        for year in years
        if year.is_reported
    ]
