"""Download tables: a row per area and per borough, and column descriptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.dictionary import Column
from crime_dagster.drawing.kit.stamp import SYNTHETIC_SENTENCE, Stamp
from crime_dagster.drawing.kit.year import USUAL


@dataclass(frozen=True)
class Word:
    """The description of a column: its name, label, unit, and a sentence or two."""

    column: str
    label: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Layout:
    """The columns of a table."""

    code: str  # the column that identifies a row
    row_code: str  # its name in the mart of figures
    keys: tuple[str, ...]  # columns of the mart of places
    figures: Mapping[str, str]  # columns of the mart of figures -> their names for a crime type
    of_all_crime: Mapping[str, str]  # the same, only for all crime
    once: tuple[str, ...] = ()  # columns of the mart of figures that are equal for all crime types


AREAS = Layout(
    code="lsoa_code",
    row_code="lsoa_code",
    keys=(
        *("lsoa_code", "lsoa_name", "area_name", "msoa_code", "msoa_name", "ward_name", "borough_code"),
        *("borough_name", "area_km2"),
    ),
    once=("residents", "residents_year"),
    figures={
        "crimes": "crimes_{}",
        "crimes_before": "crimes_{}_before",
        "rank": "rank_{}",
        "hotspot_class": "hotspot_{}",
        "change_direction": "change_{}",
        "predicted": "predicted_{}",
        "lower_90": "predicted_{}_lower_90",
        "upper_90": "predicted_{}_upper_90",
        "forecast": "forecast_{}",
        "forecast_lower_90": "forecast_{}_lower_90",
        "forecast_upper_90": "forecast_{}_upper_90",
    },
    of_all_crime={"crimes_per_1000": "crimes_{}_per_1000", "crimes_per_km2": "crimes_{}_per_km2"},
)
BOROUGHS = Layout(
    code="borough_code",
    row_code="place_code",
    keys=("borough_code", "borough_name", "areas", "area_km2", "residents", "residents_year"),
    figures={
        "crimes": "crimes_{}",
        "crimes_before": "crimes_{}_before",
        "crimes_per_1000": "crimes_{}_per_1000",
        "rank": "rank_{}",
        "share_pct": "share_{}_pct",
        "change_pct": "change_{}_pct",
        "is_clear_change": "is_clear_change_{}",
    },
    of_all_crime={},
)


def build_table(
    layout: Layout,
    places: pd.DataFrame,
    types: Sequence[tuple[CrimeType, pd.DataFrame]],
    place_words: Mapping[str, Column],
    figure_words: Mapping[str, Column],
) -> tuple[pd.DataFrame, list[Word]]:
    """Return a row per place, sorted by code, and the descriptions of the columns.

    They are names, size, residents, and per crime type what was recorded, found and predicted; `types` have the rows of
    the mart of figures, in the order of the columns. Columns without any value are left out, which says more than an
    empty column.
    """
    table = places[[*layout.keys]].sort_values(layout.code, ignore_index=True)
    columns = {name: _round(table[name], 4) for name in layout.keys}
    words = {name: _write_word(name, "", place_words[name]) for name in layout.keys}
    for number, (crime, figures) in enumerate(types):
        values = figures.set_index(layout.row_code)
        values = values.assign(**({"change_direction": _say_change(values)} if "change_direction" in values else {}))
        once = {name: name for name in layout.once} if number == 0 else {}
        own = {**layout.figures, **(layout.of_all_crime if crime.crime_type == "total" else {})}
        for name, pattern in (once | own).items():
            column = pattern.format(crime.crime_type)
            columns[column] = _round(table[layout.code].map(values[name]), 1)
            words[column] = _write_word(column, crime.label if name not in once else "", figure_words[name])
    kept = [name for name, values in columns.items() if values.notna().any()]
    return pd.DataFrame({name: columns[name] for name in kept}), [words[name] for name in kept]


def _write_word(column: str, crime_type: str, said: Column) -> Word:
    label = said.label if not crime_type else f"{crime_type}: {said.label[0].lower()}{said.label[1:]}"
    meaning = " ".join(said.description.split()).replace("NULL", "empty")
    clear = f" {USUAL.capitalize()} where chance may explain it." if said.name == "change_direction" else ""
    return Word(column, label, said.unit or "none", f"{meaning[:1].upper()}{meaning[1:]}{clear}")


def describe_columns(table: pd.DataFrame, words: Mapping[str, Column]) -> list[Word]:
    """Return the column descriptions of a mart's unchanged rows."""
    return [_write_word(str(name), "", words[str(name)]) for name in table.columns]


def _round(values: pd.Series, digits: int) -> pd.Series:
    known = values.dropna()
    if len(known) and known.map(lambda value: isinstance(value, bool)).all():
        return values.astype("boolean")
    return values.round(digits) if pd.api.types.is_float_dtype(values) else values


def _say_change(values: pd.DataFrame) -> pd.Series:
    is_clear = values["is_clear_change"]
    known = is_clear.fillna(value=False).astype(bool)
    return values["change_direction"].where(known, USUAL).where(is_clear.notna())


def tabulate_words(words: Mapping[str, Sequence[Word]], place: str) -> pd.DataFrame:
    """Return column descriptions as a table: sheet or layer, column, label, unit, meaning."""
    rows = [(name, word.column, word.label, word.unit, word.meaning) for name, own in words.items() for word in own]
    return pd.DataFrame(rows, columns=[place, "column", "label", "unit", "meaning"])


def list_notes(stamp: Stamp) -> list[tuple[str, str]]:
    """Return what a reader must know before using a download, as pairs of term and sentence."""
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
