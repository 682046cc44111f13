"""Map layers of findings: the forecast, significant changes on the year before, and hot spots by class."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crime_dagster.core.facts import read_number
from crime_dagster.drawing.kit import classes, theme, words
from crime_dagster.drawing.kit.year import USUAL, Year
from crime_dagster.drawing.maps.map_content import Layer, Values, count_bands, find_reason, make_bands

# From no hot spot to the most lasting: the key shows the last on top.
HOTSPOT_CLASSES = ("none", "former", "intermittent", "emerging", "persistent")
HOTSPOT_MARKS = ("", "F", "I", "E", "P")
_HOTSPOT_WORDS = ("no hot spot", "F former", "I intermittent", "E emerging", "P persistent")
_CHANGE_WORDS = ("− clear decrease", USUAL, "+ clear increase")
_CLEAR = {"up": 1.0, "new": 1.0, "down": -1.0}


def code_findings(values: pd.DataFrame) -> pd.DataFrame:
    """Add findings as numbers, `clear_change` and `hotspot`, for `map_content.align_values`; NaN if not known.

    `values` has a row per LSOA with lsoa_code, hotspot_class, is_clear_change and change_direction.
    """
    order = {name: float(place) for place, name in enumerate(HOTSPOT_CLASSES)}
    is_clear = values["is_clear_change"].fillna(value=False).astype(bool)
    direction = values["change_direction"].map(_CLEAR).where(is_clear, 0.0)
    return values.assign(
        clear_change=direction.where(values["is_clear_change"].notna()).astype(float),
        hotspot=values["hotspot_class"].map(order).astype(float),
    )


def build_findings(values: Values, breaks: Sequence[float], year: Year, outlook_method: str = "") -> list[Layer]:
    """Build the three layers in the order of "Show"; one without values is disabled, with the reason.

    `breaks` are the class limits of recorded and predicted crimes, also used for the forecast; `outlook_method` is the
    baseline published instead of it, for a sentence.
    """
    return [_forecast(values, breaks, year, outlook_method), _change(values, year), _hotspots(values, year)]


def _forecast(values: Values, breaks: Sequence[float], year: Year, outlook_method: str) -> Layer:
    why_off = find_reason(values["forecast"], "there is no forecast of this crime type")
    title = f"Forecast {year.crime.noun_phrase} in {year.place}, {year.outlook_label or 'the year to come'}"
    if not why_off:
        total = words.three_figures(read_number(year.city, "forecast"))
        title = f"Forecast: {total} {year.crime.count_noun} in the {year.outlook_label}"
    instead = f" The model did not beat its baselines, so {outlook_method} is shown." if outlook_method else ""
    return Layer(
        name="forecast",
        label="Forecast",
        title=title,
        subtitle=f"Forecast {year.crime.noun_phrase} per small area (LSOA), {year.place}, "
        f"{year.outlook_label or 'the year to come'}",
        key_title="Forecast crimes in the period",
        note="From each area’s own months and what the place is like. New events and recording are not foreseen."
        + instead,
        values=values["forecast"],
        band_of_area=classes.classify(values["forecast"], breaks).tolist(),
        bands=count_bands(values["forecast"], breaks, values["recorded"], values["predicted"]),
        is_predicted=True,
        why_off=why_off,
    )


def _change(values: Values, year: Year) -> Layer:
    more, fewer = (read_number(year.city, name) for name in ("areas_up", "areas_down"))
    title = f"Recorded {year.crime.noun_phrase}: change on the year before"
    if more is not None and fewer is not None:
        title = (
            f"Recorded {year.crime.noun_phrase} rose significantly in {_areas(more)} and fell in "
            f"{words.whole_number(fewer) if fewer else 'none'}"
        )
        if not fewer and not more:
            title = f"Recorded {year.crime.noun_phrase}: no area changed significantly"
    bands = np.where(np.isfinite(values["clear_change"]), values["clear_change"] + 1, classes.NO_DATA).astype(int)
    return Layer(
        name="change",
        label="Change on previous year",
        title=title,
        subtitle=f"Recorded {year.crime.noun_phrase} per small area (LSOA) against the 12 months before, "
        f"{year.where_and_when}",
        key_title="Change on the year before",
        note="Coloured only where the change is statistically significant (5% false discovery rate). Changes in a "
        "single area are often chance.",
        values=values["clear_change"],
        band_of_area=bands.tolist(),
        bands=make_bands(_CHANGE_WORDS, bands, theme.choose_diverging(3), theme.choose_diverging(3, dark=True)),
        why_off=find_reason(values["clear_change"], "the year before is not known"),
        marks=("−", "", "+"),
    )


def _hotspots(values: Values, year: Year) -> Layer:
    lasting = read_number(year.city, "areas_persistent")
    title = f"Hot spots of recorded {year.crime.noun_phrase} in {year.place}"
    if lasting is not None:
        title = f"Lasting hot spots of recorded {year.crime.noun_phrase}: {_areas(lasting) if lasting else 'none'}"
    bands = np.where(np.isfinite(values["hotspot"]), values["hotspot"], classes.NO_DATA).astype(int)
    light = [theme.HOTSPOT[name] for name in HOTSPOT_CLASSES]
    dark = [theme.DARK.panel, *light[1:]]
    return Layer(
        name="hotspot",
        label="Hot spots",
        title=title,
        subtitle=f"Clusters of high rates of {year.crime.noun_phrase} and how long they have lasted, "
        f"{year.where_and_when}",
        key_title="Hot spots over time",
        note="Hot: an area and those around it have significantly high rates (Gi*, 5% false discovery "
        "rate). Persistent: in every half-year; emerging: new in this year; intermittent: in some half-years; former: "
        "not in this year. It says where crime is recorded, not why.",
        values=values["hotspot"],
        band_of_area=bands.tolist(),
        bands=make_bands(_HOTSPOT_WORDS, bands, light, dark),
        why_off=find_reason(values["hotspot"], "hot spots were not looked for in this crime type"),
        marks=HOTSPOT_MARKS,
    )


def _areas(number: float) -> str:
    return f"{words.whole_number(number) if number else 'no'} {'area' if number == 1 else 'areas'}"
