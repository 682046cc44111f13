"""What the page about the models is made from, and the values that it prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from crime_dagster.drawing.kit.page_content import Link, Note, Picture
from crime_dagster.drawing.pages.small_charts import BarShape, CalibrationShape, Curve


@dataclass(frozen=True)
class ModelTables:
    """What the page is made from; the tables are rows of marts.

    Args:
        labels: Code of a crime type to its label, in the order of the page.
        scores: `model_scores`.
        summaries: `model_summaries`.
        calibration: `model_calibration`.
        importances: `feature_importances`.
        effects: `feature_effects`.
        fairness: `model_fairness`.
        features: Column to its label and unit.
        boroughs: Code to name.
        breaks: A title and sentences per break in recording.
        evaluated_to: "12 months to February 2026" of the wider evaluation; empty where it has not run.
        residual_map: Where total was predicted too high or too low; None without it.
        files: Label of a crime type to the addresses of its charts, each with the chart's name.
    """

    labels: Mapping[str, str]
    scores: pd.DataFrame
    summaries: pd.DataFrame
    calibration: pd.DataFrame
    importances: pd.DataFrame
    effects: pd.DataFrame
    fairness: pd.DataFrame
    features: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    boroughs: Mapping[str, str] = field(default_factory=dict)
    breaks: tuple[Note, ...] = ()
    evaluated_to: str = ""
    residual_map: Picture | None = None
    files: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table as it is printed: heads and rows of words, the first cell names the row.

    Args:
        caption: What it shows, for those who hear it.
        wide: Numbers of columns that a phone leaves out.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
    wide: tuple[int, ...] = ()


@dataclass(frozen=True)
class TypeCharts:
    """Which features matter to a crime type's model: importances, and curves of the features that matter most."""

    label: str
    bars: tuple[BarShape, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class TypeFairness:
    """A crime type's mean residuals: by who lives there, and by borough."""

    label: str
    people: Table
    boroughs: Table


@dataclass(frozen=True)
class ForecastScores:
    """The scores of one forecast: "Next year", a sentence, a table."""

    title: str
    sentence: str
    table: Table


@dataclass(frozen=True)
class ModelsPage:
    """All that the template prints; an empty part is left out with a sentence."""

    published: Table
    explained: Table | None
    splits: Table | None
    forecasts: tuple[ForecastScores, ...]
    coverage: Table | None
    by_borough: Table | None
    calibrations: tuple[CalibrationShape, ...]
    charts: tuple[TypeCharts, ...]
    fairness: tuple[TypeFairness, ...]
    every_score: Table | None
