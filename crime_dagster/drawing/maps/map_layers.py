"""The layers of a map page: values, bands, colours, and the text of title, key and alternative text."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from crime_dagster.core.facts import read_number
from crime_dagster.drawing.kit import classes, theme, words
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.maps.map_content import Layer, Numbers, Values, count_bands, find_reason, make_bands

RANGE_NAMES = ("below", "inside", "above")


def build_layers(values: Values, breaks: Sequence[float], year: Year) -> list[Layer]:
    """Build the layers of counts in the order of "Show"; one without values is disabled, with the reason.

    `breaks` are class limits, shared by recorded and predicted crimes.
    """
    return [
        _recorded(values, breaks, year),
        _rate(
            "per_1000",
            "Per 1,000 residents",
            values["crimes_per_1000"],
            read_number(year.city, "median_per_1000"),
            year,
            note="Rates mislead where many visitors come by day or night: centres, stations, airports.",
        ),
        _rate(
            "per_km2",
            "Per km²",
            values["crimes_per_km2"],
            read_number(year.city, "median_per_km2"),
            year,
            note="Large areas with few people in them look calm here.",
        ),
        _predicted(values, breaks, year),
        _difference(values, year),
    ]


def _recorded(values: Values, breaks: Sequence[float], year: Year) -> Layer:
    crimes, areas = (read_number(year.city, name) for name in ("crimes", "areas_reported"))
    total = "" if crimes is None else f": {words.whole_number(crimes)} in all"
    return Layer(
        name="recorded",
        label="Recorded crimes",
        title=year.concentration_title,
        subtitle=f"Recorded {year.crime.noun_phrase} in each of {words.whole_number(areas or 0)} small areas (LSOAs), "
        f"{year.period_label}{total}",
        key_title="Crimes in the period",
        note="Counts, not risk: busy places have many crimes because many people pass through.",
        values=values["recorded"],
        band_of_area=classes.classify(values["recorded"], breaks).tolist(),
        bands=count_bands(values["recorded"], breaks, values["recorded"], values["predicted"]),
        why_off=find_reason(values["recorded"], "nothing was reported for these areas"),
    )


def _rate(name: str, label: str, rates: Numbers, median: float | None, year: Year, *, note: str) -> Layer:
    shown, is_whole = classes.round_rates(rates)
    breaks = classes.class_breaks(shown, whole=is_whole)
    unit = words.lower_first(label)
    return Layer(
        name=name,
        label=label,
        title=_middle_title(median, unit, year),
        subtitle=f"Recorded {year.crime.noun_phrase} {unit} in each small area (LSOA), {year.where_and_when}",
        key_title=f"Crimes {unit}",
        note=note,
        values=rates,
        band_of_area=classes.classify(shown, breaks).tolist(),
        bands=count_bands(shown, breaks, shown),
        why_off=find_reason(
            rates,
            "the number of residents is not known" if "residents" in label else "the size of the areas is not known",
        ),
    )


def _predicted(values: Values, breaks: Sequence[float], year: Year) -> Layer:
    title = f"Predicted {year.crime.noun_phrase} in {year.place}, {year.period_label}"
    if (found := year.found_pct()) is not None:
        share = words.percent(found, decimals=0)
        title = f"The model identifies {share} of the tenth of areas with most recorded {year.crime.noun_phrase}"
    return Layer(
        name="predicted",
        label="Predicted",
        title=title,
        subtitle=f"Predicted {year.crime.noun_phrase} per small area (LSOA), {year.place}, {year.period_label}; "
        "each borough was predicted by a model not trained on it",
        key_title="Predicted crimes in the period",
        note="A model’s prediction from what a place is like, without its crime history.",
        values=values["predicted"],
        band_of_area=classes.classify(values["predicted"], breaks).tolist(),
        bands=count_bands(values["predicted"], breaks, values["recorded"], values["predicted"]),
        is_predicted=True,
        why_off=find_reason(values["predicted"], "there is no prediction for this crime type"),
    )


def _difference(values: Values, year: Year) -> Layer:
    ranged = _find_ranged(values)
    if ranged.any():
        # Per cent or crimes would highlight every busy place; the range shows what is unusual for such a place.
        band_of_area, names = _place_in_range(values, ranged), list(RANGE_NAMES)
    else:
        steps = classes.find_steps(values["residual"])
        band_of_area, names = classes.classify_differences(values["residual"], steps), classes.name_differences(steps)
    return Layer(
        name="difference",
        label="Recorded minus predicted",
        title=_difference_title(year),
        subtitle=f"Recorded against predicted {year.crime.noun_phrase} per small area (LSOA), {year.where_and_when}",
        key_title="Recorded crimes and the model’s 90% range" if ranged.any() else "Recorded minus predicted crimes",
        note="Brown: more crime than the model expects of such a place; blue: less. Not a judgement of an area or its "
        "police: the difference also includes what the model cannot see (visitors, events, recording).",
        values=values["residual"],
        band_of_area=band_of_area.tolist(),
        bands=make_bands(
            names, band_of_area, theme.choose_diverging(len(names)), theme.choose_diverging(len(names), dark=True)
        ),
        is_predicted=True,
        why_off=find_reason(values["residual"], "there is no prediction for this crime type"),
    )


def _find_ranged(values: Values) -> npt.NDArray[np.bool_]:
    known = np.isfinite(values["residual"]) & np.isfinite(values["lower_90"]) & np.isfinite(values["upper_90"])
    return np.asarray(known, dtype=bool)


def _place_in_range(values: Values, ranged: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return 0 below the range, 1 inside it, 2 above it; -1 without one."""
    place = 1 + (values["recorded"] > values["upper_90"]).astype(np.int64) - (values["recorded"] < values["lower_90"])
    return np.where(ranged, place, classes.NO_DATA).astype(np.int64)


def _middle_title(median: float | None, unit: str, year: Year) -> str:
    if median is None:
        return f"Recorded {year.crime.noun_phrase} {unit}"
    figure = words.three_figures(median) if median < 1 else words.whole_number(median)
    amount = f"{figure} or fewer" if median > 0 else "none"
    return f"Recorded {year.crime.noun_phrase} {unit}: half of all areas have {amount}"


def _difference_title(year: Year) -> str:
    if year.outside_pct is None:
        return f"Recorded minus predicted {year.crime.noun_phrase} in {year.place}"
    share = words.percent(year.outside_pct, decimals=0)
    return f"Recorded {year.crime.noun_phrase}: outside the model’s 90% range in {share} of areas"
