"""The page about the models: plain HTML that works from a folder, without network or JavaScript."""

import math
from collections.abc import Mapping

import pandas as pd

from crime_dagster.core.facts import Row, list_rows
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
    (EXPLAIN, "pei_10", "of the most crime in any tenth", "is in the tenth the model ranks highest"),
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
    cells = []
    for row in list_rows(tables.importances, "rank", crime_type=crime_type)[:MOST_FEATURES]:
        drop, least, most = (words.decimals(row[name], 3) for name in ("importance", "lowest_fold", "highest_fold"))
        cells.append((tables.features.get(row["feature"], row["feature"]), drop, f"{least} to {most}"))
    caption = f"{tables.labels[crime_type]}: how much D² falls when a feature is shuffled"
    return Table(("Feature", "Fall of D²", "Folds"), cells, caption, (2,))


def tabulate_fairness(tables: ModelTables, crime_type: str) -> tuple[Table, Table]:
    """Return the population groups and the boroughs for which a crime type is predicted too high or too low."""
    heads = ("Areas", "How many", "Recorded, mean", "Recorded minus predicted", "90% range of it")
    rows = tables.fairness.assign(place=pd.to_numeric(tables.fairness["group_name"], errors="coerce"))
    people = [
        (f"{title}: {_name_group(grouping, row['group_name'])}", *_write_group(row))
        for grouping, title in GROUPINGS.items()
        for row in list_rows(rows, "place", crime_type=crime_type, grouping=grouping)
    ]
    places = sorted(
        (tables.boroughs.get(row["group_name"], row["group_name"]), *_write_group(row))
        for row in list_rows(rows, crime_type=crime_type, grouping="borough")
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
