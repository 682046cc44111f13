"""The places shown by GIFs: the whole city, and chosen boroughs."""

from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.picture_settings import read_boroughs, require_boroughs
from crime_dagster.defs.runtime.pictures import read_areas
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.navigation import make_slugs
from crime_dagster.drawing.kit.year import CITY


@dataclass(frozen=True)
class ShownPlace:
    """A city or a borough."""

    name: str  # for titles
    areas: Areas  # its small areas
    slug: str = ""  # prefix of its files; empty for the city
    code: str = CITY  # its place code in the marts of places

    @property
    def is_city(self) -> bool:
        return not self.slug

    @property
    def bands_words(self) -> str:
        """Note in the key: a borough has its own bands."""
        return "" if self.is_city else f", in bands of {self.name} alone"

    def name_file(self, crime_type: str) -> str:
        return crime_type if self.is_city else f"{self.slug}_{crime_type}"

    def take(self, values: pd.Series) -> pd.Series:
        return values.reindex(self.areas.codes)


def read_places(settings: Settings, wanted: list[str]) -> list[ShownPlace]:
    """Return the city, then the boroughs of `wanted` (names or codes), or of the settings if that is empty."""
    city = ShownPlace(read_place(settings).name, read_areas(settings))
    return [city, *choose_boroughs(city.areas, wanted or read_boroughs(settings))]


def choose_boroughs(areas: Areas, wanted: list[str]) -> list[ShownPlace]:
    """Return boroughs by name or code, ignoring case; an unknown one is refused, with the allowed ones."""
    codes, names = areas.boroughs["borough_code"].tolist(), areas.boroughs["borough_name"].tolist()
    places = {code: (name, slug) for code, name, slug in zip(codes, names, make_slugs(names, codes), strict=True)}
    chosen = require_boroughs(wanted, dict(zip(codes, names, strict=True)))
    return [ShownPlace(places[code][0], areas.narrow(code), places[code][1], code) for code in chosen]
