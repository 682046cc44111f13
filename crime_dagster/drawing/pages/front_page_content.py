"""What the front page says, as plain values: whoever fills it needs no HTML, whoever draws it needs no marts."""

from __future__ import annotations

from dataclasses import dataclass

from crime_dagster.drawing.kit.finish import Stamp
from crime_dagster.drawing.kit.page_content import Break, Download, Headline, HotSpots, Link, Note, Picture


@dataclass(frozen=True)
class TypeRow:
    """A crime type in the table of types.

    Args:
        label: "Drug offences".
        crimes: Crimes in the period; None = not reported.
        crimes_before: Crimes in the period before.
        is_clear: Whether the change is larger than chance and uneven recording explain; None where no test was made.
        months: Crimes a day of each month, oldest first; None = not reported. Empty where there is no series.
        map_href: Address of its map page; empty where there is none, as for the next two.
        gif_href: Address of its GIF.
        impact_href: Address of its what-if chart.
        d2: Score of its model, share of the differences between areas explained (1 = all).
        baseline_d2: Score of the baseline.
        breaks: Days on which its recording changed in those months.
    """

    label: str
    crimes: float | None
    crimes_before: float | None = None
    is_clear: bool | None = None
    months: tuple[float | None, ...] = ()
    map_href: str = ""
    gif_href: str = ""
    impact_href: str = ""
    d2: float | None = None
    baseline_d2: float | None = None
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True)
class HighestBorough:
    """A borough in the list of those with the most crime.

    Args:
        name: Its name.
        crimes: Crimes in the period; None = not reported.
        crimes_before: Crimes in the period before.
        is_clear: As in `TypeRow`.
        href: Address that shows it; empty where there is none.
    """

    name: str
    crimes: float | None
    crimes_before: float | None = None
    is_clear: bool | None = None
    href: str = ""


@dataclass(frozen=True)
class ScoreRow:
    """How good the model of one crime type is.

    Args:
        label: "Drug offences".
        d2: Share of the differences between areas that the model explains, in boroughs it has not seen (1 = all).
        baseline_d2: The same of the baseline.
        found_pct: Of the tenth of areas with most recorded crime, per cent that are in the tenth with most predicted.
        found_baseline_pct: The same of the baseline; None where it has none.
        covered_pct: Per cent of areas whose recorded crime is in the 90% range.
    """

    label: str
    d2: float | None
    baseline_d2: float | None = None
    found_pct: float | None = None
    found_baseline_pct: float | None = None
    covered_pct: float | None = None


@dataclass(frozen=True)
class Forecast:
    """What is said of the year to come.

    Args:
        title: The finding as a heading.
        sentences: How it was tried.
    """

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class FrontPage:
    """The front page.

    Args:
        title: The finding as a heading: "London recorded 864,457 crimes in the year to February 2026".
        lead: Sentences under it, each true by the data.
        stamp: Place, period, sources, licence, vintage; whether the city is made up.
        data_to: Last day of the data: "28 February 2026".
        headlines: Three or four large numbers.
        map_picture: The static map; its title is the section's heading.
        map_href: The interactive map that search and buttons lead to; empty where there is none.
        search_hint: Example in the search box, of this place: "e.g. Brixton, Barnet 032A".
        boroughs: Those with the most crime, highest first.
        types: All crime types in their order.
        months_label: What the small lines show: "Each month since August 2023".
        notes: Breaks in the data.
        highlights: Pictures of all crime: recorded and predicted, month by month, trend, ranks.
        pairs: GIFs of actual and predicted of the other types.
        impacts: What-if charts.
        forecast: What is said of the year to come; None where no year is forecast.
        area_changes: How many areas changed significantly, a sentence or two; may be empty.
        hotspots: Hot spots by class, with boroughs.
        scores: How good the models are.
        baseline_name: What the scores are compared with: "a model that knows only how many people live there".
        limits: What the models cannot do, a sentence each.
        downloads: Files to take away.
        data_href: The page about the data; empty where there is none.
        models_href: The page about the models; empty where there is none.
        explorer_href: The explorer; empty where there is none, as for the next.
        boroughs_href: The list of boroughs.
        choices: Pages of boroughs, by name.
        brand: Name of the gallery; from the place if empty.
        versions: Releases of the data or of the software, a sentence for the foot; may be empty.
    """

    title: str
    lead: tuple[str, ...]
    stamp: Stamp
    data_to: str
    headlines: tuple[Headline, ...] = ()
    map_picture: Picture | None = None
    map_href: str = ""
    search_hint: str = ""
    boroughs: tuple[HighestBorough, ...] = ()
    types: tuple[TypeRow, ...] = ()
    months_label: str = "Each month"
    notes: tuple[Note, ...] = ()
    highlights: tuple[Picture, ...] = ()
    pairs: tuple[Picture, ...] = ()
    forecast: Forecast | None = None
    area_changes: str = ""
    hotspots: tuple[HotSpots, ...] = ()
    impacts: tuple[Picture, ...] = ()
    scores: tuple[ScoreRow, ...] = ()
    baseline_name: str = "the mean of all areas"
    limits: tuple[str, ...] = ()
    downloads: tuple[Download, ...] = ()
    data_href: str = ""
    models_href: str = ""
    explorer_href: str = ""
    boroughs_href: str = ""
    choices: tuple[Link, ...] = ()
    brand: str = ""
    versions: str = ""
