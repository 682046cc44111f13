"""Tables of scores for the page about the models: every score with its baseline beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import pandas as pd

from crime_dagster.drawing.kit import words
from crime_dagster.drawing.pages.models_content import Forecast, ModelTables, Table

EXPLAIN, YEAR, MONTH = "explain", "forecast_year", "forecast_month"
MODELS = {EXPLAIN: "A place like this", YEAR: "Next year", MONTH: "Next month"}
SPLITS = {"borough_folds": "Boroughs unseen", "msoa_blocks": "MSOAs unseen", "random_folds": "Areas at random"}
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
    "pei_10": "Busiest tenth found",
    "pai_10": "Crime over land of that tenth",
    "coverage_80": "Inside the 80% range",
    "coverage_90": "Inside the 90% range",
    "coverage_90_top_decile": "Inside it, busiest tenth",
    "target_moran": "Moran’s I of crime",
    "residual_moran": "Moran’s I left over",
}
PER_CENT = ("hit_10", "pei_10", "coverage_80", "coverage_90", "coverage_90_top_decile")
NONE = "–"
BOROUGH = re.compile(r"coverage_90_([A-Z]\d{8})")
FORECASTS = {
    YEAR: "Tested on the latest year. The baselines are hard to beat: crime stays where it was.",
    MONTH: "Tested on each of the latest months.",
}


def tabulate_published(tables: ModelTables) -> Table:
    """Say per crime type what is published: the model, or the baseline that it does not beat."""
    rows = [
        (label, *(_name_published(tables, crime_type, model) for model in MODELS))
        for crime_type, label in tables.labels.items()
    ]
    return Table(("Type", *MODELS.values()), tuple(rows), "What is published of each crime type")


def tabulate_explained(tables: ModelTables) -> Table | None:
    """Scores on boroughs that the model has not seen, the linear regression's in brackets."""
    scores = _choose(tables.scores, EXPLAIN, "borough_folds")
    metrics = ("d2", "r2_log", "mae", "pei_10")
    rows = []
    for crime_type, label in tables.labels.items():
        ours = scores[scores["crime_type"] == crime_type]
        if ours.empty:
            continue
        cells = [_write_pair(ours, metric, "linear") for metric in metrics]
        rows.append((label, *cells, _write_left_over(ours)))
    heads = ("Type", *(METRICS[metric] for metric in metrics), "Pattern left over")
    return (
        Table(heads, tuple(rows), "Scores on unseen boroughs, linear regression in brackets", (2, 3, 5))
        if rows
        else None
    )


def tabulate_splits(tables: ModelTables) -> Table | None:
    """D² per way of splitting the areas; None where only boroughs were."""
    scores = tables.scores[(tables.scores["model"] == EXPLAIN) & (tables.scores["metric"] == "d2")]
    if not set(scores["split"]) - {"borough_folds"}:
        return None
    rows = []
    for crime_type, label in tables.labels.items():
        ours = scores[scores["crime_type"] == crime_type]
        cells = [_write_pair(ours[ours["split"] == split], "d2", "linear") for split in SPLITS]
        if any(cell != NONE for cell in cells):
            rows.append((label, *cells))
    return Table(("Type", *SPLITS.values()), tuple(rows), "D² by what a model has not seen")


def list_forecasts(tables: ModelTables) -> tuple[Forecast, ...]:
    """A table per forecast that was scored, with the D² of each baseline."""
    found = []
    for model, sentence in FORECASTS.items():
        scores = _choose(tables.scores, model, "rolling_origin")
        named = [name for name in BASELINES if name in set(scores["baseline"])]
        rows = []
        for crime_type, label in tables.labels.items():
            ours = scores[scores["crime_type"] == crime_type]
            if ours.empty:
                continue
            beside = [write_score("d2", _find(ours, "d2", name, "baseline_value")) for name in named]
            mae = _write_pair(ours, "mae", named[0] if named else "")
            rows.append((label, write_score("d2", _find(ours, "d2")), *beside, mae))
        if rows:
            first = BASELINES[named[0]] if named else "baseline"
            heads = ("Type", "D²", *(f"D², {BASELINES[name]}" for name in named), f"Mean error ({first})")
            table = Table(heads, tuple(rows), f"{MODELS[model]}: scores and baselines", (len(heads) - 1,))
            found.append(Forecast(MODELS[model], sentence, table))
    return tuple(found)


def tabulate_coverage(tables: ModelTables) -> Table | None:
    """How many areas lie inside the ranges that a model gives, per crime type and model."""
    rows = []
    for crime_type, label in tables.labels.items():
        for model, name in MODELS.items():
            ours = tables.scores[(tables.scores["crime_type"] == crime_type) & (tables.scores["model"] == model)]
            ours = ours[ours["split"].isin(["borough_folds", "rolling_origin"])]
            cells = [write_score(metric, _find(ours, metric)) for metric in PER_CENT[2:]]
            if any(cell != NONE for cell in cells):
                rows.append((f"{label}: {name.lower()}", *cells, _write_lowest_borough(ours, tables.boroughs)))
    heads = ("Type and model", "Inside 80%", "Inside 90%", "90%, busiest tenth", "90%, lowest borough")
    return Table(heads, tuple(rows), "Share of areas inside their ranges", (1, 4)) if rows else None


def tabulate_boroughs(tables: ModelTables) -> Table | None:
    """Share of areas inside the 90 % range, per borough and model, for all crimes together."""
    first = next(iter(tables.labels), "")
    rows = tables.scores[(tables.scores["crime_type"] == first) & tables.scores["metric"].str.fullmatch(BOROUGH)]
    if rows.empty:
        return None
    rows = rows.drop_duplicates(["model", "metric"]).assign(code=rows["metric"].str.extract(BOROUGH, expand=False))
    table = rows.pivot(index="code", columns="model", values="value")
    models = [model for model in MODELS if model in table]
    table.index = pd.Index([tables.boroughs.get(str(code), str(code)) for code in table.index])
    cells = [
        (str(name), *(write_score("coverage_90", float(value)) for value in values))
        for name, values in zip(table.index, table[models].to_numpy(), strict=True)
    ]
    cells.sort()
    return Table(("Borough", *(MODELS[model] for model in models)), tuple(cells), "Areas inside their 90% range")


def tabulate_scores(tables: ModelTables) -> Table | None:
    """Every score there is, once, with the baselines in a cell of their own; boroughs stand in their own table."""
    scores = tables.scores[tables.scores["metric"].isin(list(METRICS))]
    keys = ["crime_type", "model", "split", "metric"]
    rows = []
    orders = [list(tables.labels), list(MODELS), [*SPLITS, "rolling_origin"], list(METRICS)]
    found = {tuple(key): part for key, part in scores.groupby(keys)}
    for key in sorted(found, key=lambda key: [_place(value, order) for value, order in zip(key, orders, strict=True)]):
        crime_type, model, split, metric = (str(part) for part in key)
        part = found[key]
        beside = [
            f"{write_score(metric, row['baseline_value'])} {BASELINES.get(row['baseline'], row['baseline'])}"
            for row in part.to_dict("records")
            if _is_number(row["baseline_value"])
        ]
        name = f"{MODELS.get(model, model)}, {SPLITS.get(split, 'later months').lower()}"
        value = write_score(metric, part["value"].iloc[0])
        rows.append(
            (tables.labels.get(crime_type, crime_type), name, METRICS[metric], value, "; ".join(beside) or NONE)
        )
    heads = ("Type", "Model", "Metric", "Score", "Baselines")
    return Table(heads, tuple(rows), "Every score", (1,)) if rows else None


def write_score(metric: str, value: float | None) -> str:
    """A score as it is printed: per cent, crimes, or two decimals."""
    if value is None or not _is_number(value):
        return NONE
    if metric in PER_CENT:
        return words.percent(100 * value, decimals=0 if metric.startswith(("hit", "pei")) else 1)
    if metric == "mae":
        return words.three_figures(value, keep_zeros=True)
    text = f"{abs(value):.2f}"
    return f"{words.MINUS}{text}" if value < 0 and float(text) else text


def find_score(scores: pd.DataFrame, crime_type: str, model: str, metric: str) -> float | None:
    """One score on the split that counts; None where there is none."""
    split = "borough_folds" if model == EXPLAIN else "rolling_origin"
    rows = _choose(scores, model, split)
    return _find(rows[rows["crime_type"] == crime_type], metric)


def _name_published(tables: ModelTables, crime_type: str, model: str) -> str:
    told = tables.published_as.get((crime_type, model))
    if told in BASELINES:
        return f"baseline: {BASELINES[told]}"
    # A forecast that did not beat its baselines on the periods before is not published; an explain model always is.
    if told and model != EXPLAIN:
        return "the model"
    scores = tables.scores
    rows = scores[(scores["crime_type"] == crime_type) & (scores["model"] == model) & (scores["metric"] == "d2")]
    rows = rows[rows["split"].isin(["borough_folds", "rolling_origin"])]
    if rows.empty:
        return "no model"
    beaten = rows["value"].to_numpy() > rows["baseline_value"].to_numpy()
    if beaten.all():
        return "the model"
    best = str(rows.sort_values("baseline_value")["baseline"].iloc[-1])
    return f"the model, but it does not beat the {BASELINES.get(best, best)}"


def _write_lowest_borough(scores: pd.DataFrame, names: Mapping[str, str]) -> str:
    rows = scores[scores["metric"].str.fullmatch(BOROUGH)].dropna(subset=["value"])
    if rows.empty:
        return NONE
    lowest = rows.sort_values(["value", "metric"]).iloc[0]
    code = str(lowest["metric"]).removeprefix("coverage_90_")
    return f"{write_score('coverage_90', float(lowest['value']))} {names.get(code, code)}"


def _write_left_over(scores: pd.DataFrame) -> str:
    left, whole = _find(scores, "residual_moran"), _find(scores, "target_moran")
    return NONE if left is None or not whole else words.percent(100 * left / whole, decimals=0)


def _write_pair(scores: pd.DataFrame, metric: str, baseline: str) -> str:
    value = write_score(metric, _find(scores, metric))
    beside = write_score(metric, _find(scores, metric, baseline, "baseline_value"))
    return value if beside == NONE or value == NONE else f"{value} ({beside})"


def _choose(scores: pd.DataFrame, model: str, split: str) -> pd.DataFrame:
    return scores[(scores["model"] == model) & (scores["split"] == split)]


def _find(scores: pd.DataFrame, metric: str, baseline: str = "", column: str = "value") -> float | None:
    rows = scores[scores["metric"] == metric]
    rows = rows[rows["baseline"] == baseline] if baseline else rows
    return None if rows.empty or not _is_number(rows[column].iloc[0]) else float(rows[column].iloc[0])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _place(value: object, order: Sequence[str]) -> int:
    return order.index(str(value)) if str(value) in order else len(order)
