"""What the pages of boroughs are made from, and what they say, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from crime_dagster.core.facts import Row
from crime_dagster.drawing.kit.change_words import Change
from crime_dagster.drawing.kit.page_content import Download, Headline, HotSpots, Link, Note, Picture
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.borough_map import BoroughMap
from crime_dagster.drawing.pages.sparkline import Sparkline
from crime_dagster.drawing.pages.trend_line import TrendLine


@dataclass(frozen=True)
class BoroughTables:
    """Figures of all boroughs.

    Args:
        boroughs: A row per borough, by name: borough_code, borough_name, slug.
        types: Crime types, all crime first.
        months: Rows of `marts.borough_months`.
        breaks: Rows of `marts.recording_breaks`.
        force: The force whose files cover most boroughs.
        before: Borough code to its row of `marts.borough_years` for the first crime type in the year before.
        hotspots: Rows of `marts.hotspot_places` of the first crime type; may be empty.
        what_ifs: Rows of `marts.impact_boroughs` of the first crime type, with `detail`, what is changed in words; may
            be empty.
        similar: Rows of `marts.similar_boroughs`; may be empty.
        categories: Rows of `marts.borough_category_years`; may be empty.
        forecasts: Rows of `marts.borough_forecasts` of the first crime type for the next year; may be empty.
    """

    boroughs: pd.DataFrame
    types: tuple[Year, ...]
    months: pd.DataFrame
    breaks: pd.DataFrame
    force: str
    before: Mapping[str, Row] = field(default_factory=dict)
    hotspots: pd.DataFrame = field(default_factory=pd.DataFrame)
    what_ifs: pd.DataFrame = field(default_factory=pd.DataFrame)
    similar: pd.DataFrame = field(default_factory=pd.DataFrame)
    categories: pd.DataFrame = field(default_factory=pd.DataFrame)
    forecasts: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def first(self) -> Year:
        """The crime type that the pages are about: all crime where the data set has it."""
        return self.types[0]

    @property
    def last_month(self) -> dt.date:
        """First day of the last month of the newest year."""
        return self.first.last_month

    def list_months(self, code: str) -> pd.DataFrame:
        """A borough's months of all crime types, in order."""
        return self.months[self.months["borough_code"] == code].sort_values("month")


@dataclass(frozen=True)
class HighestArea:
    """One of the highest areas: number on the map, name, crimes, change, rank with its range, predicted range."""

    number: int
    name: str
    code: str
    crimes: str
    change: Change
    rank: str
    predicted: str


@dataclass(frozen=True)
class TypeLine:
    """A crime type in the table of types."""

    label: str
    crimes: str
    change: Change
    city_change: Change
    line: Sparkline | None
    map_href: str


@dataclass(frozen=True)
class CategoryLine:
    """A minor category in the table of categories: its crimes of the year and of the year before."""

    name: str
    crimes: str
    before: str


@dataclass(frozen=True)
class BoroughLine:
    """A borough in a table of boroughs."""

    name: str
    href: str
    crimes: str
    rate: str
    change: Change
    is_current: bool = False


@dataclass(frozen=True)
class WhatIf:
    """A what-if in a borough: what is changed, in how many of its areas, and the predicted change here and citywide.

    Args:
        city_range: 90% range of the city's change, and whether it includes no change.
    """

    name: str
    detail: str
    areas: str
    here: str
    city: str
    city_range: str


@dataclass(frozen=True)
class BoroughPage:
    """All that a borough's page prints; an empty part is left out.

    Args:
        slug: Part of its address.
        headlines: Large numbers, each note with the city's beside it.
        spread_pct: What the edges of the small lines are, per cent of the row's average.
        similar: Boroughs most similar, itself among them, by name.
        what_ifs: By size, largest first.
        note: Provisional months and changes in the recording, for the foot.
        pair: Recorded and predicted in turn; None without it.
        map_href: The interactive map with this borough chosen; empty where there is none.
        previous: The page of the borough before it by name; None for the first.
    """

    name: str
    slug: str
    title: str
    lead: tuple[str, ...]
    headlines: tuple[Headline, ...] = ()
    map: BoroughMap | None = None
    map_title: str = ""
    map_alt: str = ""
    highest: tuple[HighestArea, ...] = ()
    trend: TrendLine | None = None
    types: tuple[TypeLine, ...] = ()
    spread_pct: int = 50
    categories: tuple[CategoryLine, ...] = ()
    notes: tuple[Note, ...] = ()
    hotspots: tuple[HotSpots, ...] = ()
    similar: tuple[BoroughLine, ...] = ()
    similar_words: str = ""
    what_ifs: tuple[WhatIf, ...] = ()
    errors: tuple[str, ...] = ()
    note: str = ""
    pair: Picture | None = None
    pair_is_city: bool = False
    downloads: tuple[Download, ...] = ()
    map_href: str = ""
    previous: Link | None = None
    following: Link | None = None
