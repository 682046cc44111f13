"""What the page about the models is made from, and the tables that it prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from crime_dagster.drawing.kit.page_content import Note, Picture

# What the models cannot do; the front page shows the first three.
LIMITS = (
    "They say what areas with such features usually have. That is an association, not a cause, and must not "
    "be used to target policing.",
    "They learn from what was reported and recorded, with whatever that leaves out: what people do not report, and "
    "what the police look for.",
    "They are least accurate in the busiest places: a town centre draws people from elsewhere, and no file counts "
    "them.",
    "They say nothing of a street or a person. An area has about 1,500 residents.",
    "A year ahead they stay close to what was; a break, a new records system or a new town centre is not foreseen.",
    "Features and the weight of earlier months were chosen on the city and year that the scores are of: take the "
    "scores as slightly optimistic.",
)


@dataclass(frozen=True)
class ModelTables:
    """What the page is made from; the tables are rows of marts.

    Args:
        labels: Code of a crime type to its label, in the order of the page.
        scores: `model_scores`.
        summaries: `model_summaries`.
        importances: `feature_importances`.
        fairness: `model_fairness`.
        features: Column to its label.
        boroughs: Code to name.
        breaks: A title and sentences per break in recording.
        evaluated_to: "12 months to February 2026" of the wider evaluation; empty where it has not run.
        residual_map: Where total was predicted too high or too low.
        charts: Code of a crime type to its charts by their names, those that were drawn.
    """

    labels: Mapping[str, str]
    scores: pd.DataFrame
    summaries: pd.DataFrame
    importances: pd.DataFrame
    fairness: pd.DataFrame
    features: Mapping[str, str] = field(default_factory=dict)
    boroughs: Mapping[str, str] = field(default_factory=dict)
    breaks: tuple[Note, ...] = ()
    evaluated_to: str = ""
    residual_map: Picture | None = None
    charts: Mapping[str, Mapping[str, Picture]] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table as it is printed: the first cell names the row, a phone leaves out the columns that are `wide`."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
    wide: tuple[int, ...] = ()


@dataclass(frozen=True)
class ForecastScores:
    """The scores of one forecast: "Next year", a sentence, a table."""

    title: str
    sentence: str
    table: Table


@dataclass(frozen=True)
class TypeFairness:
    """A crime type's mean residuals: by who lives there, and by borough."""

    label: str
    people: Table
    boroughs: Table
