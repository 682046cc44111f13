"""What the front page says, as plain values: whoever fills it needs no HTML, whoever draws it needs no marts."""

from __future__ import annotations

from dataclasses import dataclass

from crime_dagster.drawing.kit.finish import Stamp
from crime_dagster.drawing.kit.page_content import Break, Download, Headline, HotSpots, Link, Note, Picture


@dataclass(frozen=True)
class TypeRow:
    """A crime type in the table of types.

    Args:
        crimes: Crimes in the period; None = not reported.
        is_clear: Whether the change is larger than chance and uneven recording explain; None where no test was made.
        months: Crimes a day of each month, oldest first; None = not reported. Empty where there is no series.
        d2: Score of its model, share of the differences between areas explained (1 = all).
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
class ForecastTotal:
    """What is said of the year to come.

    Args:
        title: The finding as a heading.
        sentences: How it was tried.
    """

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class FrontPage:
    """The front page; an empty part is left out.

    Args:
        title: The finding as a heading: "London recorded 864,457 crimes in the year to February 2026".
        data_to: Last day of the data: "28 February 2026".
        map_picture: The static map; its title is the section's heading.
        search_hint: Example in the search box, of this place: "e.g. Brixton, Barnet 032A".
        boroughs: Those with the most crime, highest first.
        months_label: What the small lines show: "Each month since August 2023".
        highlights: Pictures of all crime: recorded and predicted, month by month, trend, ranks.
        pairs: GIFs of actual and predicted of the other types.
        area_changes: How many areas changed significantly, a sentence or two.
        hotspots: Hot spots by class, with boroughs.
        baseline_name: What the scores are compared with: "a model that knows only how many people live there".
        brand: Name of the gallery; from the place if empty.
        versions: Releases of the data or of the software, a sentence for the foot.
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
    forecast: ForecastTotal | None = None
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
