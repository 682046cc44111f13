"""The front page: its content as plain values, and its HTML, which needs no network or JavaScript."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from crime_dagster.core.facts import Row
from crime_dagster.drawing.kit import navigation
from crime_dagster.drawing.kit.change_words import Change
from crime_dagster.drawing.kit.page_content import Break, Download, Headline, HotSpots, Link, Note, Picture
from crime_dagster.drawing.kit.rendering import read_picture_script, read_search_script, render_page
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.month_lines import Sparkline, draw_sparkline, find_spread


@dataclass(frozen=True)
class TypeRow:
    """A crime type in the table of types."""

    label: str
    crimes: float | None
    crimes_before: float | None
    change: Change
    # Crimes per day of each month, oldest first; None = not reported. Empty without a series.
    months: tuple[float | None, ...] = ()
    map_href: str = ""
    gif_href: str = ""
    impact_href: str = ""
    d2: float | None = None  # score of its model, share of the differences between areas explained (1 = all)
    baseline_d2: float | None = None
    breaks: tuple[Break, ...] = ()  # days on which its recording changed in those months
    crime_type: str = ""
    page_href: str = ""

    @property
    def pictures(self) -> list[Link]:
        """Links to the pictures that exist."""
        links = (("map", self.map_href), ("GIF", self.gif_href), ("what if", self.impact_href))
        return [Link(label, href) for label, href in links if href]


@dataclass(frozen=True)
class ScoreRow:
    """The accuracy of the model of one crime type."""

    label: str
    d2: float | None  # share of the differences between areas that the model explains, in unseen boroughs (1 = all)
    baseline_d2: float | None = None
    # Per cent of the tenth of areas with most recorded crime that are in the tenth with most predicted.
    found_pct: float | None = None
    covered_pct: float | None = None  # per cent of areas whose recorded crime is in the 90% range


@dataclass(frozen=True)
class FrontPage:
    """The front page; empty parts are left out."""

    title: str  # the finding as a heading: "864,457 crimes were placed in London’s small areas in the year to ..."
    lead: tuple[str, ...]
    stamp: Stamp
    data_to: str  # last day of the data: "28 February 2026"
    headlines: tuple[Headline, ...] = ()
    map_picture: Picture | None = None  # the static map; its title is the section's heading
    map_href: str = ""
    search_hint: str = ""  # local example in the search box: "e.g. Brixton, SE5 8AF".
    places: str = ""  # address of the folder with the index of places
    boroughs: tuple[Row, ...] = ()  # of `borough_changes` with `href`: those with most crime, highest first
    types: tuple[TypeRow, ...] = ()
    months_label: str = "Each month"  # caption of the small lines: "Each month since August 2023"
    notes: tuple[Note, ...] = ()
    highlights: tuple[Picture, ...] = ()  # pictures of all crime: recorded and predicted, month by month, trend, ranks
    pairs: tuple[Picture, ...] = ()  # GIFs of actual and predicted of the other types
    year: Year | None = None  # of its subject
    forecast: Row | None = None  # from `find_forecast`
    hotspots: tuple[HotSpots, ...] = ()
    impacts: tuple[Picture, ...] = ()
    unanswered: tuple[str, ...] = ()  # unanswered what-ifs, each with the reason
    scores: tuple[ScoreRow, ...] = ()
    limits: tuple[str, ...] = ()
    downloads: tuple[Download, ...] = ()
    data_href: str = ""
    models_href: str = ""
    explorer_href: str = ""
    boroughs_href: str = ""
    choices: tuple[Link, ...] = ()
    crime_type: str = "total"  # code of its subject
    counted: str = ""  # what the number in the title leaves out, sentences


def lay_lines(rows: Sequence[TypeRow]) -> tuple[list[Sparkline | None], int]:
    """Return a sparkline per crime type, and their largest distance from the mean, in per cent."""
    spread = find_spread([row.months for row in rows])
    lines = [draw_sparkline(row.months, spread, label=row.label, breaks=row.breaks) for row in rows]
    return lines, math.ceil(100 * spread - 1e-9)


def draw_front_page(page: FrontPage) -> str:
    """Return HTML with its styles and one small script; sections without content are left out."""
    lines, spread_pct = lay_lines(page.types)
    return render_page(
        "front_page.html.j2",
        page.stamp,
        current=navigation.OVERVIEW,
        styles=("index.css",),
        script=f"{read_picture_script()}\n{read_search_script('fold.js')}",
        loads_scripts=True,
        title=page.title,
        description=" ".join(page.lead),
        page=page,
        types=list(zip(page.types, lines, strict=True)),
        has_lines=any(lines),
        has_breaks=any(line.breaks for line in lines if line),
        has_scores=any(row.d2 is not None for row in page.types),
        has_found=any(row.found_pct is not None for row in page.scores),
        has_covered=any(row.covered_pct is not None for row in page.scores),
        spread_pct=spread_pct,
    )
