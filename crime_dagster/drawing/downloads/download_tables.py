"""The tables that people download: a row per area and per borough, and the words of each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from crime_dagster.drawing.kit.stamp import SYNTHETIC_SENTENCE, Stamp

KEYS = ("lsoa_code", "lsoa_name", "area_name", "msoa_code", "borough_code", "borough_name", "area_km2")


@dataclass(frozen=True)
class Word:
    """What a column of a download means.

    Args:
        column: Its name.
        label: What a chart would print.
        unit: Unit of its figures; empty for codes and names.
        meaning: A sentence or two.
    """

    column: str
    label: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class TypeFigures:
    """One crime type's figures for a download.

    Args:
        crime_type: Code, part of the columns' names.
        label: As menus name it.
        values: A row per LSOA: lsoa_code, recorded, recorded_before, predicted, lower_90, upper_90 (crimes in twelve
            months); NaN where it is not known.
        hotspots: A row per LSOA: lsoa_code, hotspot_class, change_direction, is_clear_change, rank; may be empty.
        outlook: A row per LSOA: lsoa_code, forecast, forecast_lower_90, forecast_upper_90 of the year to come; may be
            empty.
    """

    crime_type: str
    label: str
    values: pd.DataFrame
    hotspots: pd.DataFrame
    outlook: pd.DataFrame


def build_area_table(
    lsoas: pd.DataFrame, residents: pd.Series, types: Sequence[TypeFigures]
) -> tuple[pd.DataFrame, list[Word]]:
    """Put a row per area together: names, size, residents, and per crime type what was recorded, found and predicted.

    Args:
        lsoas: A row per LSOA with the columns of `KEYS`.
        residents: People who live there, indexed by LSOA code.
        types: The crime types, in the order of the columns.

    Returns:
        The table, sorted by code, and the words of its columns. Columns without any figure are left out: an empty
        column says less than its absence.
    """
    table = lsoas[list(KEYS)].sort_values("lsoa_code", ignore_index=True)
    table["residents"] = table["lsoa_code"].map(residents)
    words = _describe_keys()
    for figures in types:
        for word, series in _list_columns(figures):
            values = table["lsoa_code"].map(series)
            if values.notna().any():
                table[word.column] = values
                words.append(word)
        if figures.crime_type == "total" and "crimes_total" in table:
            table["crimes_total_per_1000"] = _divide(1000 * table["crimes_total"], table["residents"])
            table["crimes_total_per_km2"] = _divide(table["crimes_total"], table["area_km2"])
            words += [
                Word("crimes_total_per_1000", "Crimes per 1,000 residents", "per 1,000", "Empty where nobody lives."),
                Word("crimes_total_per_km2", "Crimes per square kilometre", "per km²", "Of land and water."),
            ]
    return table, words


def build_borough_table(areas: pd.DataFrame, types: Sequence[TypeFigures]) -> pd.DataFrame:
    """Add areas up to boroughs: residents, size, and crimes per type now and in the year before.

    Args:
        areas: As `build_area_table` returns it.
        types: The crime types.

    Returns:
        A row per borough, sorted by code. A sum in which any area of the borough is not known is not known.
    """
    counts = [
        column
        for figures in types
        for column in (f"crimes_{figures.crime_type}", f"crimes_{figures.crime_type}_before")
        if column in areas
    ]
    grouped = areas.groupby(["borough_code", "borough_name"], sort=True)
    sums = grouped[["area_km2", "residents", *counts]].sum(skipna=False)
    return grouped.size().rename("areas").to_frame().join(sums).reset_index()


def _describe_keys() -> list[Word]:
    return [
        Word("lsoa_code", "LSOA code", "", "Lower-layer Super Output Area, the ONS's code."),
        Word("lsoa_name", "LSOA name", "", "The ONS's name of the area."),
        Word("area_name", "Area", "", "The House of Commons Library's name of the MSOA and the tail of the code."),
        Word("msoa_code", "MSOA code", "", "Neighbourhood that contains the area."),
        Word("borough_code", "Borough code", "", "Local authority district."),
        Word("borough_name", "Borough", "", "Name of the local authority district."),
        Word("area_km2", "Size", "km²", "Of land and water."),
        Word("residents", "Residents", "people", "The newest estimate in the data set."),
    ]


def _list_columns(figures: TypeFigures) -> list[tuple[Word, pd.Series]]:
    name, label = figures.crime_type, figures.label
    values = figures.values.set_index("lsoa_code")
    hotspots, outlook = (frame.set_index("lsoa_code") for frame in (figures.hotspots, figures.outlook))
    now, model, ahead = "in the newest twelve months", f"{label}: predicted", f"{label}: next year"
    clear = hotspots.get("change_direction", pd.Series(dtype=object))
    if len(hotspots):
        clear = clear.where(hotspots["is_clear_change"].fillna(value=False).astype(bool), "no clear change").where(
            hotspots["is_clear_change"].notna()
        )
    columns = [
        (f"crimes_{name}", label, "crimes", f"Recorded {now}; empty where not reported.", values["recorded"]),
        (f"crimes_{name}_before", f"{label}: year before", "crimes", "Recorded in the twelve months before.",
         values["recorded_before"]),
        (f"rank_{name}", f"{label}: rank", "", "1 has most.", hotspots.get("rank")),
        (f"hotspot_{name}", f"{label}: hot spot", "", "How long the area has been in a cluster of high rates.",
         hotspots.get("hotspot_class")),
        (f"change_{name}", f"{label}: change", "", "Against the year before, where chance does not explain it.", clear),
        (f"predicted_{name}", model, "crimes", f"Predicted {now} by a model not trained on the borough.",
         values["predicted"]),
        (f"predicted_{name}_lower_90", f"{model}, lower end", "crimes", "Nine in ten areas are within the range.",
         values["lower_90"]),
        (f"predicted_{name}_upper_90", f"{model}, upper end", "crimes", "Nine in ten areas are within the range.",
         values["upper_90"]),
        (f"forecast_{name}", ahead, "crimes", "Forecast for the twelve months to come.", outlook.get("forecast")),
        (f"forecast_{name}_lower_90", f"{ahead}, lower end", "crimes", "Nine in ten areas will be within the range.",
         outlook.get("forecast_lower_90")),
        (f"forecast_{name}_upper_90", f"{ahead}, upper end", "crimes", "Nine in ten areas will be within the range.",
         outlook.get("forecast_upper_90")),
    ]  # fmt: skip
    return [
        (Word(column, words, unit, meaning), series)
        for column, words, unit, meaning, series in columns
        if series is not None and len(series)
    ]


def _divide(above: pd.Series, below: pd.Series) -> pd.Series:
    return (above / below).where(below > 0).round(1)


def tabulate_words(words: Sequence[Word]) -> pd.DataFrame:
    """The words of columns as a table: column, label, unit, meaning."""
    return pd.DataFrame(
        [(word.column, word.label, word.unit, word.meaning) for word in words],
        columns=["column", "label", "unit", "meaning"],
    )


def list_notes(stamp: Stamp) -> list[tuple[str, str]]:
    """What a reader must know of a download before using it, as pairs of word and sentence."""
    notes = [
        ("Made up", SYNTHETIC_SENTENCE if stamp.is_synthetic else ""),
        ("Period", stamp.period_label),
        ("Areas", stamp.vintage),
        ("Empty cells", "Not reported or not known; never zero."),
        ("Recorded crime", "What was reported to the police and recorded; counts, not risk."),
        (
            "Predictions",
            "Of a model of what places are like: associations, not causes; must not be used to target policing.",
        ),
        ("Note", stamp.note),
        ("Source", "; ".join(stamp.sources)),
        ("Licence", stamp.licence),
    ]
    return [(word, text) for word, text in notes if text]
