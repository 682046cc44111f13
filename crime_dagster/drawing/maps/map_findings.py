"""Map layers of findings: the forecast, significant changes on the year before, and hot spots by class."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crime_dagster.core.facts import read_number
from crime_dagster.drawing.kit import classes, theme, words
from crime_dagster.drawing.kit.year import USUAL
from crime_dagster.drawing.maps.map_content import Layer, Subject, Values, count_bands, find_reason, make_bands

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


def build_findings(values: Values, breaks: Sequence[float], subject: Subject) -> list[Layer]:
    """Build the three layers in the order of "Show"; one without values is disabled, with the reason.

    `breaks` are the class limits of recorded and predicted crimes, also used for the forecast.
    """
    return [_forecast(values, breaks, subject), _change(values, subject), _hotspots(values, subject)]


def _forecast(values: Values, breaks: Sequence[float], subject: Subject) -> Layer:
    why_off = find_reason(values["forecast"], "there are too few months to forecast from")
    title = f"Forecast {subject.noun_phrase} in {subject.place}, {subject.outlook_label or 'the year to come'}"
    if not why_off:
        total = words.three_figures(read_number(subject.city, "forecast"))
        title = f"Forecast: {total} {_unit(subject)} in the {subject.outlook_label}"
    instead = (
        f" The model did not beat its baselines, so {subject.outlook_method} is shown."
        if subject.outlook_method
        else ""
    )
    return Layer(
        name="forecast",
        label="Forecast",
        title=title,
        subtitle=f"Forecast {subject.noun_phrase} per small area (LSOA), {subject.place}, "
        f"{subject.outlook_label or 'the year to come'}",
        key_title="Forecast crimes in the period",
        note="From each area’s own months and what the place is like. New events and recording are not foreseen."
        + instead,
        values=values["forecast"],
        band_of_area=classes.classify(values["forecast"], breaks).tolist(),
        bands=count_bands(values["forecast"], breaks, values["recorded"], values["predicted"]),
        is_predicted=True,
        why_off=why_off,
    )


def _change(values: Values, subject: Subject) -> Layer:
    more, fewer = (read_number(subject.city, name) for name in ("areas_up", "areas_down"))
    title = f"Recorded {subject.noun_phrase}: change on the year before"
    if more is not None and fewer is not None:
        title = (
            f"Recorded {subject.noun_phrase} rose significantly in {_areas(more)} and fell in "
            f"{words.whole_number(fewer) if fewer else 'none'}"
        )
        if not fewer and not more:
            title = f"Recorded {subject.noun_phrase}: no area changed significantly"
    bands = np.where(np.isfinite(values["clear_change"]), values["clear_change"] + 1, classes.NO_DATA).astype(int)
    return Layer(
        name="change",
        label="Change on previous year",
        title=title,
        subtitle=f"Recorded {subject.noun_phrase} per small area (LSOA) against the 12 months before, "
        f"{subject.where_and_when}",
        key_title="Change on the year before",
        note="Coloured only where the change is statistically significant (5% false discovery rate). Changes in a "
        "single area are often chance.",
        values=values["clear_change"],
        band_of_area=bands.tolist(),
        bands=make_bands(_CHANGE_WORDS, bands, theme.choose_diverging(3), theme.choose_diverging(3, dark=True)),
        why_off=find_reason(values["clear_change"], "the year before is not known"),
        marks=("−", "", "+"),
    )


def _hotspots(values: Values, subject: Subject) -> Layer:
    lasting = read_number(subject.city, "areas_persistent")
    title = f"Hot spots of recorded {subject.noun_phrase} in {subject.place}"
    if lasting is not None:
        title = f"Lasting hot spots of recorded {subject.noun_phrase}: {_areas(lasting) if lasting else 'none'}"
    bands = np.where(np.isfinite(values["hotspot"]), values["hotspot"], classes.NO_DATA).astype(int)
    light = [theme.HOTSPOT[name] for name in HOTSPOT_CLASSES]
    dark = [theme.DARK.panel, *light[1:]]
    return Layer(
        name="hotspot",
        label="Hot spots",
        title=title,
        subtitle=f"Clusters of high rates of {subject.noun_phrase} and how long they have lasted, "
        f"{subject.where_and_when}",
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


def _unit(subject: Subject) -> str:
    return subject.noun_phrase if words.is_plural(subject.noun_phrase) else "crimes"
