"""The places that GIFs show: the whole city, and chosen boroughs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.pictures import read_areas
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.slugs import make_slugs
from crime_dagster.drawing.kit.year import CITY


@dataclass(frozen=True)
class ShownPlace:
    """A city or a borough.

    Args:
        name: As titles name it.
        areas: What it is drawn from.
        slug: How its files begin; empty for the city.
        code: Its place code in the marts of places.
    """

    name: str
    areas: Areas
    slug: str = ""
    code: str = CITY

    @property
    def is_city(self) -> bool:
        """Whether it is the whole."""
        return not self.slug

    @property
    def bands_words(self) -> str:
        """A note in the key: a borough has its own bands."""
        return "" if self.is_city else f", in bands of {self.name} alone"

    def name_file(self, crime_type: str) -> str:
        """How the files of a crime type begin."""
        return crime_type if self.is_city else f"{self.slug}_{crime_type}"

    def take(self, values: pd.Series) -> pd.Series:
        """The values of its areas, indexed by LSOA code."""
        return values.reindex(self.areas.codes)


def read_places(settings: Settings, wanted: list[str]) -> tuple[ShownPlace, list[ShownPlace]]:
    """The city, and the chosen boroughs.

    Args:
        settings: The data set.
        wanted: Names or codes of boroughs; those of the settings where it is empty.

    Raises:
        InputError: There is no such borough; the allowed ones are listed.
    """
    city = ShownPlace(read_place(settings).name, read_areas(settings))
    return city, choose_boroughs(city.areas, wanted or list(settings.boroughs))


def choose_boroughs(areas: Areas, wanted: list[str]) -> list[ShownPlace]:
    """Boroughs by name or code; capital letters do not matter.

    Raises:
        InputError: There is no such borough.
    """
    codes, names = areas.boroughs["borough_code"].tolist(), areas.boroughs["borough_name"].tolist()
    places = {code: (name, slug) for code, name, slug in zip(codes, names, make_slugs(names, codes), strict=True)}
    by_word = {name.casefold(): code for code, name in zip(codes, names, strict=True)}
    by_word |= {code.casefold(): code for code in codes}
    unknown = [one for one in wanted if one.strip().casefold() not in by_word]
    if unknown:
        raise InputError(
            found=f"borough {', '.join(map(repr, unknown))}",
            expected=f"names or codes out of {', '.join(sorted(names))}",
            remedy="correct `boroughs` in the Config, or CRIME_BOROUGH",
        )
    chosen = dict.fromkeys(by_word[one.strip().casefold()] for one in wanted)
    return [ShownPlace(places[code][0], areas.narrow(code), places[code][1], code) for code in chosen]
