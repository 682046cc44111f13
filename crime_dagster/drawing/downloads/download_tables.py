"""The tables that people download: a row per area and per borough, and the words of each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from crime_dagster.drawing.kit.stamp import SYNTHETIC_SENTENCE, Stamp

NOW, WITHIN = "in the newest twelve months", "Nine in ten areas are within the range."
AHEAD = "Nine in ten areas will be within the range."


@dataclass(frozen=True)
class Word:
    """What a column of a download means: its name, what a chart would print, its unit, a sentence or two."""

    column: str
    label: str
    unit: str
    meaning: str

    def fill(self, name: str, label: str) -> Word:
        """The word of one crime type's column."""
        column, said = (text.format(name=name, label=label) for text in (self.column, self.label))
        return replace(self, column=column, label=said)


@dataclass(frozen=True)
class TypeFigures:
    """One crime type's rows of `area_findings`, crimes as `recorded` and `recorded_before`, and its label."""

    crime_type: str
    label: str
    values: pd.DataFrame


KEYS = (
    Word("lsoa_code", "LSOA code", "", "Lower-layer Super Output Area, the ONS's code."),
    Word("lsoa_name", "LSOA name", "", "The ONS's name of the area."),
    Word("area_name", "Area", "", "The House of Commons Library's name of the MSOA and the tail of the code."),
    Word("msoa_code", "MSOA code", "", "Neighbourhood that contains the area."),
    Word("borough_code", "Borough code", "", "Local authority district."),
    Word("borough_name", "Borough", "", "Name of the local authority district."),
    Word("area_km2", "Size", "km²", "Of land and water."),
)
RESIDENTS = (
    Word("residents", "Residents", "people", "Estimate of the mid-year residents_year."),
    Word("residents_year", "Year of the residents", "year", "The mid-year in the twelve months, or the nearest."),
)
# Column of `area_findings` to a column per crime type: {name} is the type, {label} its label.
COLUMNS = {
    "recorded": Word("crimes_{name}", "{label}", "crimes", f"Recorded {NOW}; empty where not reported."),
    "recorded_before": Word(
        "crimes_{name}_before", "{label}: year before", "crimes", "Recorded in the twelve months before."
    ),
    "rank": Word("rank_{name}", "{label}: rank", "", "1 has most."),
    "hotspot_class": Word(
        "hotspot_{name}", "{label}: hot spot", "", "How long the area has been in a cluster of high rates."
    ),
    "change": Word(
        "change_{name}", "{label}: change", "", "Against the year before, where chance does not explain it."
    ),
    "predicted": Word(
        "predicted_{name}", "{label}: predicted", "crimes", f"Predicted {NOW} by a model not trained on the borough."
    ),
    "lower_90": Word("predicted_{name}_lower_90", "{label}: predicted, lower end", "crimes", WITHIN),
    "upper_90": Word("predicted_{name}_upper_90", "{label}: predicted, upper end", "crimes", WITHIN),
    "forecast": Word("forecast_{name}", "{label}: next year", "crimes", "Forecast for the twelve months to come."),
    "forecast_lower_90": Word("forecast_{name}_lower_90", "{label}: next year, lower end", "crimes", AHEAD),
    "forecast_upper_90": Word("forecast_{name}_upper_90", "{label}: next year, upper end", "crimes", AHEAD),
}
# Of all crime only.
RATES = {
    "crimes_per_1000": Word(
        "crimes_total_per_1000", "Crimes per 1,000 residents", "per 1,000", "Empty where nobody lives."
    ),
    "crimes_per_km2": Word("crimes_total_per_km2", "Crimes per square kilometre", "per km²", "Of land and water."),
}


def build_area_table(lsoas: pd.DataFrame, types: Sequence[TypeFigures]) -> tuple[pd.DataFrame, list[Word]]:
    """A row per area: names, size, residents, and per crime type what was recorded, found and predicted.

    Args:
        lsoas: Rows of the mart of that name.
        types: At least one crime type, in the order of the columns.

    Returns:
        The table, sorted by code, and the words of its columns. Columns without any figure are left out: an empty
        column says less than its absence.
    """
    table = lsoas[[word.column for word in KEYS]].sort_values("lsoa_code", ignore_index=True)
    codes, words = table["lsoa_code"], [*KEYS, *RESIDENTS]
    first = types[0].values.set_index("lsoa_code")
    columns = {word.column: codes.map(first[word.column]) for word in RESIDENTS}
    for figures in types:
        values = figures.values.set_index("lsoa_code")
        values = values.assign(change=_say_change(values), **values[list(RATES)].round(1))
        for name, word in (COLUMNS | RATES if figures.crime_type == "total" else COLUMNS).items():
            column = codes.map(values[name])
            if column.notna().any():
                said = word.fill(figures.crime_type, figures.label)
                words.append(said)
                columns[said.column] = column
    return table.assign(**columns), words


def _say_change(values: pd.DataFrame) -> pd.Series:
    is_clear = values["is_clear_change"]
    known = is_clear.fillna(value=False).astype(bool)
    return values["change_direction"].where(known, "no clear change").where(is_clear.notna())


def build_borough_table(boroughs: pd.DataFrame, years: pd.DataFrame, types: Sequence[str]) -> pd.DataFrame:
    """A row per borough, sorted by code: residents, size, and crimes per type now and in the year before.

    Args:
        boroughs: Rows of the mart of that name.
        years: Rows of `borough_years`; a borough is not known where one of its areas is not.
        types: Codes of the crime types.
    """
    table = boroughs[["borough_code", "borough_name", "areas", "area_km2", "residents", "residents_year"]]
    table = table.sort_values("borough_code", ignore_index=True)
    newest = years["year_ending"] == years["year_ending"].max()
    for name in types:
        own = years["crime_type"] == name
        for column, chosen in ((f"crimes_{name}", own & newest), (f"crimes_{name}_before", own & ~newest)):
            crimes = table["borough_code"].map(years[chosen].set_index("borough_code")["crimes"])
            if chosen.any():
                table[column] = crimes
    return table


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
