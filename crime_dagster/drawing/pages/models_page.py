"""The page about the models: plain HTML that works from a folder, without network or JavaScript."""

import math
from collections.abc import Mapping

import pandas as pd

from crime_dagster.core.facts import Row
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.page_content import Headline
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.pages.models_content import EXPLAIN, LIMITS, YEAR, ModelTables, Table
from crime_dagster.drawing.pages.models_scores import (
    NONE,
    Scores,
    list_forecasts,
    tabulate_boroughs,
    tabulate_coverage,
    tabulate_explained,
    tabulate_published,
    tabulate_scores,
    tabulate_splits,
    write_score,
)

HEADLINES = (
    (EXPLAIN, "d2", "D², all crime", "on unseen boroughs"),
    (EXPLAIN, "pei_10", "of the true top tenth’s crime", "in the model’s top tenth"),
    (YEAR, "d2", "D², next year", "tested on the latest year"),
    (EXPLAIN, "coverage_90", "inside the 90% range", "of areas"),
)
GROUPINGS = {"imd_decile": "Deprivation", "ethnicity_quintile": "Residents who are not white"}
GROUPS = {
    ("imd_decile", "1"): "most deprived tenth of England",
    ("imd_decile", "10"): "least deprived tenth",
    ("ethnicity_quintile", "1"): "fifth with the fewest",
    ("ethnicity_quintile", "5"): "fifth with the most",
}
MOST_FEATURES = 15


def draw_models_page(tables: ModelTables, stamp: Stamp) -> str:
    """Draw the page: HTML with its styles inside. The same tables give the same bytes."""
    scores, first = Scores(tables.scores), next(iter(tables.labels), "")
    importances = {name: tabulate_importances(tables, name) for name in tables.labels}
    fairness = [(label, *tabulate_fairness(tables, name)) for name, label in tables.labels.items()]
    fairness = [(label, people, boroughs) for label, people, boroughs in fairness if people or boroughs]
    return render_template(
        "models.html.j2",
        stamp=stamp,
        title=write_title(
            {label: scores.find(name, EXPLAIN, "d2") for name, label in tables.labels.items()}, stamp.place
        ),
        headlines=[
            Headline(said, label, note)
            for model, metric, label, note in HEADLINES
            if (said := write_score(metric, scores.find(first, model, metric))) != NONE
        ],
        published=tabulate_published(tables),
        explained=tabulate_explained(tables, scores),
        splits=tabulate_splits(tables, scores),
        forecasts=list_forecasts(tables, scores),
        coverage=tabulate_coverage(tables, scores),
        by_borough=tabulate_boroughs(tables, scores),
        importances=importances,
        fairness=fairness,
        every_score=tabulate_scores(tables, scores),
        tables=tables,
        limits=LIMITS,
    )


def write_title(d2: Mapping[str, float | None], place: str) -> str:
    """Title the page by the D² in unseen boroughs by type label, all crime first; None if not scored."""
    (label, first), *rest = [*d2.items()] or [("", None)]
    others = [value for _, value in rest if words.is_number(value)]
    if not words.is_number(first) or first <= 0:
        return f"How good the models of crime in {place} are"
    share = words.percent(100 * first, decimals=0)
    title = f"Models explain {share} of the differences in {words.lower_first(label)} between unseen areas"
    if not others:
        return title
    span = [words.percent(100 * max(end(others), 0), decimals=0) for end in (min, max)]
    return f"{title}, and {span[0]} to {span[1]} in single types"


def tabulate_importances(tables: ModelTables, crime_type: str) -> Table:
    """Return how far D² falls when a feature is shuffled, most important first, with the range over folds."""
    rows = tables.importances[tables.importances["crime_type"] == crime_type].sort_values("rank").head(MOST_FEATURES)
    names = [tables.features.get(name, name) for name in rows["feature"]]
    figures = [
        [words.decimals(value, 3) for value in own]
        for own in rows[["importance", "lowest_fold", "highest_fold"]].to_numpy()
    ]
    cells = [(name, drop, f"{least} to {most}") for name, (drop, least, most) in zip(names, figures, strict=True)]
    caption = f"{tables.labels[crime_type]}: how much D² falls when a feature is shuffled"
    return Table(("Feature", "Fall of D²", "Folds"), cells, caption, (2,))


def tabulate_fairness(tables: ModelTables, crime_type: str) -> tuple[Table, Table]:
    """Return the population groups and the boroughs for which a crime type is predicted too high or too low."""
    rows = tables.fairness[tables.fairness["crime_type"] == crime_type]
    heads = ("Areas", "How many", "Recorded, mean", "Recorded minus predicted", "90% range of it")
    rows = rows.assign(place=pd.to_numeric(rows["group_name"], errors="coerce")).sort_values("place")
    people = [
        (f"{title}: {_name_group(grouping, row['group_name'])}", *_write_group(row))
        for grouping, title in GROUPINGS.items()
        for row in rows[rows["grouping"] == grouping].to_dict("records")
    ]
    places = sorted(
        (tables.boroughs.get(row["group_name"], row["group_name"]), *_write_group(row))
        for row in rows[rows["grouping"] == "borough"].to_dict("records")
    )
    label = tables.labels[crime_type]
    return (
        Table(heads, people, f"{label}: mean error by who lives there", (1, 2)),
        Table(("Borough", *heads[1:]), places, f"{label}: mean error by borough", (1, 2)),
    )


def _name_group(grouping: str, group: str) -> str:
    return GROUPS.get((grouping, group), f"{'tenth' if grouping == 'imd_decile' else 'fifth'} {group}")


def _write_group(row: Row) -> tuple[str, str, str, str]:
    mean, low, high = (float(row[name]) for name in ("mean_residual", "lower_90", "upper_90"))
    known = math.isfinite(low) and math.isfinite(high)
    mark = "" if not known or low <= 0 <= high else (" too low" if mean > 0 else " too high")
    said, lowest, highest = (words.decimals(value, 1, signed=True) for value in (mean, low, high))
    return (
        words.whole_number(row["areas"]),
        words.three_figures(row["mean_actual"], keep_zeros=True),
        f"{said}{mark}",
        f"{lowest} to {highest}" if known else NONE,
    )
