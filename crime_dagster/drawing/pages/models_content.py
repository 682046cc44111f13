"""The data of the page about the models, the tables that it prints, and its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from crime_dagster.drawing.kit.page_content import Note, Picture

# Codes of marts, and the words for them in the order of the page.
EXPLAIN, YEAR, MONTH = "explain", "forecast_year", "forecast_month"
MODELS = {EXPLAIN: "A place like this", YEAR: "Next year", MONTH: "Next month"}
SPLITS = {
    "borough_folds": "Boroughs unseen",
    "borough_folds_2km": "And 2 km around",
    "force_folds": "Police forces unseen",
    "msoa_blocks": "MSOAs unseen",
    "random_folds": "Areas at random",
}
PER_SEED, WITHOUT = "borough_folds_seed", "without_"
BASELINES = {
    "mean": "mean of the areas learned from",
    "linear": "linear regression",
    "last_year": "last year again",
    "all_months_mean": "mean of all months",
    "ewma": "weighted mean of the months",
}
METRICS = {
    "d2": "D²",
    "r2_log": "R² of logs",
    "r2": "R²",
    "r2_without_top_1": "R² without the top 1%",
    "mae": "Mean error, crimes",
    "spearman": "Rank correlation",
    "hit_10": "Crime in the tenth ranked highest",
    "pei_10": "That crime, of the most in any tenth",
    "pai_10": "Crime over land of that tenth",
    "coverage_80": "Inside the 80% range",
    "coverage_90": "Inside the 90% range",
    "coverage_90_top_decile": "Inside it, busiest tenth",
    "coverage_90_worst_borough": "Inside it, lowest borough of 50 areas or more",
    "interval_width": "Width of the 90% range, crimes",
    "target_moran": "Moran’s I of crime",
    "residual_moran": "Moran’s I left over",
}
# Limitations of the models; the front page shows the first three.
LIMITS = (
    "They say what areas with such features usually have. That is an association, not a cause, and must not "
    "be used to target policing.",
    "They learn from what was reported and recorded, with whatever that leaves out: what people do not report, and "
    "what the police look for.",
    "They are least accurate in the busiest places: a town centre draws people from elsewhere, and no file counts "
    "them.",
    "They say nothing of a street or a person. An area has some 1,000 to 3,000 residents.",
    "A year ahead they stay close to what was; a break, a new records system or a new town centre is not foreseen.",
    "Features and the weight of earlier months were chosen on the city and year that the scores are of: take the "
    "scores as slightly optimistic.",
)


@dataclass(frozen=True)
class ModelTables:
    """The data of the page; the tables are rows of marts."""

    labels: Mapping[str, str]  # code of a crime type -> its label, in page order
    scores: pd.DataFrame  # `model_scores`
    summaries: pd.DataFrame  # `model_summaries`
    importances: pd.DataFrame  # `feature_importances`
    fairness: pd.DataFrame  # `model_fairness`
    features: Mapping[str, str] = field(default_factory=dict)  # column -> its label
    boroughs: Mapping[str, str] = field(default_factory=dict)  # code -> name
    breaks: tuple[Note, ...] = ()  # a title and sentences per break in recording
    evaluated_to: str = ""  # period of the extended evaluation, "12 months to February 2026"; empty if it has not run
    residual_map: Picture | None = None  # where total was predicted too high or too low
    # Code of a crime type -> its existing charts by name.
    charts: Mapping[str, Mapping[str, Picture]] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table as printed: the first cell is the row header, phones leave out `wide` columns."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str
    wide: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows)
