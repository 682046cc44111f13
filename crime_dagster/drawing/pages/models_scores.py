"""Score tables for the page about the models: every score beside its baseline."""

from collections.abc import Iterator, Sequence

import pandas as pd

from crime_dagster.drawing.kit import words
from crime_dagster.drawing.pages.models_content import (
    BASELINES,
    EXPLAIN,
    METRICS,
    MODELS,
    MONTH,
    PER_SEED,
    SPLITS,
    WITHOUT,
    YEAR,
    ModelTables,
    Table,
)

COVERAGE = ("coverage_80", "coverage_90", "coverage_90_top_decile")
PER_CENT = ("hit_10", "pei_10", *COVERAGE, "coverage_90_worst_borough")
NONE = "–"
COLUMNS = ["crime_type", "model", "split", "fold_seed", "metric", "borough_code", "value", "baseline", "baseline_value"]
# The main split of each model.
MAIN_SPLITS = {EXPLAIN: "borough_folds", YEAR: "rolling_origin", MONTH: "rolling_origin"}
FORECASTS = {
    YEAR: "Tested on the latest year. The baselines are hard to beat: crime stays where it was.",
    MONTH: "Tested on each of the latest months.",
}


class Scores:
    """Rows of `model_scores`, found by crime type, model, split and metric."""

    def __init__(self, rows: pd.DataFrame) -> None:
        """Index each score's value and baselines by name; boroughs are kept separately."""
        self._found: dict[tuple[str, str, str, str], tuple[float, dict[str, float]]] = {}
        self.boroughs: dict[tuple[str, str, str], float] = {}
        for crime_type, model, split, seed, metric, borough, value, baseline, beside in rows[COLUMNS].to_numpy(object):
            if isinstance(borough, str):
                if metric == "coverage_90" and split == MAIN_SPLITS[model]:
                    self.boroughs[crime_type, model, borough] = value
                continue
            if split == PER_SEED:
                split = f"{split}_{seed:.0f}"
            _, baselines = self._found.setdefault((crime_type, model, split, metric), (value, {}))
            baselines[baseline] = beside

    def __iter__(self) -> Iterator[tuple[str, str, str, str]]:
        return iter(self._found)

    def find(self, crime_type: str, model: str, metric: str, split: str = "") -> float | None:
        """Return a score, by default of the main split; None if there is none."""
        return self._read(crime_type, model, metric, split)[0]

    def list_baselines(self, crime_type: str, model: str, metric: str, split: str = "") -> dict[str, float]:
        """Return the score of each baseline by name, if it is a number, always in the same order."""
        found = self._read(crime_type, model, metric, split)[1]
        names = sorted(found, key=lambda name: _place(name, list(BASELINES)))
        return {name: found[name] for name in names if words.is_number(found[name])}

    def write_pair(self, crime_type: str, model: str, metric: str, baseline: str, split: str = "") -> str:
        """Format a score with a baseline in brackets."""
        value = write_score(metric, self.find(crime_type, model, metric, split))
        beside = write_score(metric, self.list_baselines(crime_type, model, metric, split).get(baseline))
        return value if NONE in (value, beside) else f"{value} ({beside})"

    def _read(self, crime_type: str, model: str, metric: str, split: str) -> tuple[float | None, dict[str, float]]:
        return self._found.get((crime_type, model, split or MAIN_SPLITS[model], metric), (None, {}))


def tabulate_published(tables: ModelTables) -> Table:
    """State what is published per crime type: the model, or the baseline that it does not beat."""
    found = _read_summaries(tables)
    rows = [
        (label, *(_name_published(found.get((crime_type, model)), model) for model in MODELS))
        for crime_type, label in tables.labels.items()
    ]
    return Table(("Type", *MODELS.values()), rows, "What is published of each crime type")


def tabulate_explained(tables: ModelTables, scores: Scores) -> Table:
    """Return scores in unseen boroughs, the linear regression's in brackets."""
    metrics = ("d2", "r2_log", "mae", "pei_10")
    scored = {crime_type for crime_type, model, split, _ in scores if (model, split) == (EXPLAIN, MAIN_SPLITS[EXPLAIN])}
    summaries = _read_summaries(tables)
    rows = [
        (
            label,
            *(scores.write_pair(crime_type, EXPLAIN, metric, "linear") for metric in metrics),
            words.percent(left, decimals=0) if words.is_number(left) else NONE,
        )
        for crime_type, label in tables.labels.items()
        if crime_type in scored
        for left in [summaries.get((crime_type, EXPLAIN), {}).get("pattern_left_pct")]
    ]
    heads = ("Type", *(METRICS[metric] for metric in metrics[:-1]), "Crime in top tenth", "Pattern left over")
    return Table(heads, rows, "Scores on unseen boroughs, linear regression in brackets", (2, 3, 5))


def tabulate_splits(tables: ModelTables, scores: Scores) -> Table:
    """Return D² by split, hardest test first; without rows if there was only the split by borough."""
    known = {split for _, model, split, metric in scores if (model, metric) == (EXPLAIN, "d2")}
    if not {split for split in known if not split.startswith(PER_SEED)} - {MAIN_SPLITS[EXPLAIN]}:
        return Table((), (), "")
    main, *others = SPLITS
    splits = [
        main,
        *sorted(split for split in known if split.startswith(WITHOUT)),
        *(one for one in others if one in known),
    ]
    rows = [
        (label, *(scores.write_pair(crime_type, EXPLAIN, "d2", "linear", split) for split in splits))
        for crime_type, label in tables.labels.items()
    ]
    filled = [row for row in rows if set(row[1:]) != {NONE}]
    easier = (len(splits) - 1, len(splits))
    return Table(("Type", *map(name_split, splits)), filled, "D² by what a model has not seen", easier)


def list_forecasts(tables: ModelTables, scores: Scores) -> list[tuple[str, str, Table]]:
    """Return per scored forecast its title, a sentence, and a table with the D² of each baseline."""
    found = []
    for model, sentence in FORECASTS.items():
        scored = tables.scores[(tables.scores["model"] == model) & (tables.scores["split"] == MAIN_SPLITS[model])]
        named = [name for name in BASELINES if name in set(scored["baseline"])]
        first = named[0] if named else ""
        rows = []
        for crime_type, label in tables.labels.items():
            if crime_type in set(scored["crime_type"]):
                beside = scores.list_baselines(crime_type, model, "d2")
                figures = [scores.find(crime_type, model, "d2"), *(beside.get(name) for name in named)]
                mae = scores.write_pair(crime_type, model, "mae", first)
                rows.append((label, *(write_score("d2", figure) for figure in figures), mae))
        if rows:
            mean = f"Mean error ({BASELINES.get(first, 'baseline')})"
            heads = ("Type", "D²", *(f"D², {BASELINES[name]}" for name in named), mean)
            table = Table(heads, rows, f"{MODELS[model]}: scores and baselines", (len(heads) - 1,))
            found.append((MODELS[model], sentence, table))
    return found


def tabulate_coverage(tables: ModelTables, scores: Scores) -> Table:
    """Return how many areas are inside the models' ranges, by crime type and model."""
    rows, summaries = [], _read_summaries(tables)
    for crime_type, label in tables.labels.items():
        for model, name in MODELS.items():
            cells = [write_score(metric, scores.find(crime_type, model, metric)) for metric in COVERAGE]
            if any(cell != NONE for cell in cells):
                summary = summaries.get((crime_type, model), {})
                lowest = write_score("coverage_90", summary.get("lowest_coverage_90"))
                where = f" {summary['lowest_borough_name']}" if lowest != NONE else ""
                rows.append((f"{label}: {name.lower()}", *cells, f"{lowest}{where}"))
    heads = ("Type and model", "Inside 80%", "Inside 90%", "90%, busiest tenth", "90%, lowest large borough")
    return Table(heads, rows, "Share of areas inside their ranges", (1, 4))


def tabulate_boroughs(tables: ModelTables, scores: Scores) -> Table:
    """Return the share of areas inside the 90 % range, by borough and model, for all crime."""
    first = next(iter(tables.labels), "")
    covered = {
        (model, code): value for (crime_type, model, code), value in scores.boroughs.items() if crime_type == first
    }
    models = [model for model in MODELS if model in {name for name, _ in covered}]
    rows = sorted(
        (
            tables.boroughs.get(code, code),
            *(write_score("coverage_90", covered.get((model, code))) for model in models),
        )
        for code in {code for _, code in covered}
    )
    return Table(("Borough", *(MODELS[model] for model in models)), rows, "Areas inside their 90% range")


def tabulate_scores(tables: ModelTables, scores: Scores) -> Table:
    """Return every score once, with the baselines in one cell; boroughs have a separate table."""
    rows = []
    orders = [list(tables.labels), list(MODELS), [*SPLITS, "rolling_origin"], list(METRICS)]
    chosen = sorted(key for key in scores if key[3] in METRICS)
    for key in sorted(chosen, key=lambda key: [_place(one, order) for one, order in zip(key, orders, strict=True)]):
        crime_type, model, split, metric = key
        beside = [
            f"{write_score(metric, value)} {BASELINES.get(name, name)}"
            for name, value in scores.list_baselines(crime_type, model, metric, split).items()
        ]
        name = f"{MODELS.get(model, model)}, {name_split(split)}"
        value = write_score(metric, scores.find(crime_type, model, metric, split))
        label = tables.labels.get(crime_type, crime_type)
        rows.append((label, name, METRICS[metric], value, "; ".join(beside) or NONE))
    return Table(("Type", "Model", "Metric", "Score", "Baselines"), rows, "Every score", (1,))


def name_split(split: str) -> str:
    """Return the heading of a split: `without_tower_hamlets` names a place, `borough_folds_seed_1` a seed."""
    if split.startswith(WITHOUT):
        return "Without " + split.removeprefix(WITHOUT).replace("_", " ").title()
    if split.startswith(PER_SEED):
        return f"Boroughs unseen, seed {split.removeprefix(PER_SEED + '_')}"
    return SPLITS.get(split, "Later months")


def write_score(metric: str, value: float | None) -> str:
    """Format a score: per cent, crimes, or two decimals."""
    if not words.is_number(value):
        return NONE
    if metric in PER_CENT:
        return words.percent(100 * value, decimals=0 if metric.startswith(("hit", "pei")) else 1)
    if metric in ("mae", "interval_width"):
        return words.three_figures(value, keep_zeros=True)
    return words.decimals(value, 2)


def _read_summaries(tables: ModelTables) -> dict[tuple[str, str], dict]:
    return {(row["crime_type"], row["model"]): row for row in tables.summaries.to_dict("records")}


def _name_published(summary: dict | None, model: str) -> str:
    if summary is None:
        return "no model"
    published = summary["published_as"]
    if published in BASELINES:
        return f"baseline: {BASELINES[published]}"
    # A forecast that did not beat its baselines in earlier periods is not published; an explain model always is.
    if isinstance(published, str) and model != EXPLAIN:
        return "model"
    if pd.isna(summary["is_better_than_baselines"]):
        return "no model"
    if summary["is_better_than_baselines"]:
        return "model"
    best = str(summary["best_baseline"])
    return f"model, but it does not beat the {BASELINES.get(best, best)}"


def _place(value: object, order: Sequence[str]) -> int:
    return order.index(str(value)) if str(value) in order else len(order)
