"""The page about the models: plain HTML that works from a folder, without a network and without JavaScript."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from crime_dagster.drawing.kit import navigation, words
from crime_dagster.drawing.kit.page_content import Headline, Link
from crime_dagster.drawing.kit.rendering import read_styles, render_template
from crime_dagster.drawing.kit.stamp import SYNTHETIC_WORDS, Stamp
from crime_dagster.drawing.pages.models_content import ModelsPage, ModelTables, Table, TypeCharts, TypeFairness
from crime_dagster.drawing.pages.models_scores import (
    EXPLAIN,
    NONE,
    YEAR,
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
from crime_dagster.drawing.pages.small_charts import lay_bars, lay_calibration, lay_curves

SECTIONS = (
    ("Published", "#published"),
    ("Unseen boroughs", "#explained"),
    ("Forecasts", "#forecasts"),
    ("Ranges", "#ranges"),
    ("What counts", "#features"),
    ("For whom", "#fairness"),
    ("Limits", "#limits"),
    ("Every score", "#scores"),
)
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
GROUPINGS = {"imd_decile": "Deprivation", "ethnicity_quintile": "Residents who are not white"}


def write_title(d2: float | None, place: str) -> str:
    """Title the page by the D² of all crime on unseen boroughs; None where it was not scored."""
    if d2 is None or not math.isfinite(d2) or d2 <= 0:
        return f"How good the models of crime in {place} are"
    share = words.percent(100 * d2, decimals=0)
    return f"Models explain {share} of the differences in crime between areas they have not seen"


def draw_models_page(tables: ModelTables, stamp: Stamp) -> str:
    """Draw the page: HTML with its styles inside. The same tables give the same bytes."""
    scores, first = Scores(tables.scores), next(iter(tables.labels), "")
    return render_template(
        "models.html.j2",
        title=write_title(scores.find(first, EXPLAIN, "d2"), stamp.place),
        stamp=stamp,
        brand=f"{stamp.place} crime map",
        synthetic_words=SYNTHETIC_WORDS,
        links=navigation.list_links(navigation.DATA),
        siblings=navigation.list_siblings("models.html"),
        sections=[Link(label, href) for label, href in SECTIONS],
        headlines=_list_headlines(scores, first),
        page=build_page(tables),
        residual_map=tables.residual_map,
        files=tables.files,
        evaluated_to=tables.evaluated_to,
        breaks=tables.breaks,
        limits=LIMITS,
        styles=read_styles("base.css", "index.css", "data.css", "models.css"),
    )


def build_page(tables: ModelTables) -> ModelsPage:
    """Turn the rows of the marts into what is printed."""
    scores = Scores(tables.scores)
    return ModelsPage(
        published=tabulate_published(tables),
        explained=tabulate_explained(tables, scores),
        splits=tabulate_splits(tables, scores),
        forecasts=list_forecasts(tables, scores),
        coverage=tabulate_coverage(tables, scores),
        by_borough=tabulate_boroughs(tables, scores),
        calibrations=tuple(
            lay_calibration(label, groups.sort_values("tenth"))
            for crime_type, label in tables.labels.items()
            if len(groups := _choose(tables.calibration, crime_type))
        ),
        charts=tuple(found for found in (_lay_type(tables, name) for name in tables.labels) if found is not None),
        fairness=tuple(found for found in (_judge_type(tables, name) for name in tables.labels) if found is not None),
        every_score=tabulate_scores(tables, scores),
    )


def _list_headlines(scores: Scores, first: str) -> list[Headline]:
    found = [
        (EXPLAIN, "d2", "D², all crime", "on unseen boroughs"),
        (EXPLAIN, "pei_10", "of the true top tenth’s crime", "in the model’s top tenth"),
        (YEAR, "d2", "D², next year", "tested on the latest year"),
        (EXPLAIN, "coverage_90", "inside the 90% range", "of areas"),
    ]
    return [
        Headline(said, label, note)
        for model, metric, label, note in found
        if (said := write_score(metric, scores.find(first, model, metric))) != NONE
    ]


def _choose(rows: pd.DataFrame, crime_type: str) -> pd.DataFrame:
    return rows[rows["crime_type"] == crime_type]


def _lay_type(tables: ModelTables, crime_type: str) -> TypeCharts | None:
    rows = _choose(tables.importances, crime_type).sort_values("rank")
    if rows.empty:
        return None
    effects = _choose(tables.effects, crime_type)
    curves = [
        (*_name_feature(tables, feature), own.sort_values("x"))
        for feature in rows["feature"]
        if len(own := effects[effects["feature"] == feature])
    ]
    names = [_name_feature(tables, feature)[0] for feature in rows["feature"]]
    return TypeCharts(tables.labels[crime_type], lay_bars(rows, names), lay_curves(curves))


def _name_feature(tables: ModelTables, feature: str) -> tuple[str, str]:
    return tables.features.get(feature, (feature, ""))


def _judge_type(tables: ModelTables, crime_type: str) -> TypeFairness | None:
    rows = _choose(tables.fairness, crime_type)
    if rows.empty:
        return None
    heads = ("Areas", "How many", "Recorded, mean", "Recorded minus predicted", "90% range of it")
    people = [
        (f"{title}: {_name_group(grouping, row['group_name'])}", *_write_group(row))
        for grouping, title in GROUPINGS.items()
        for row in _sort_groups(rows[rows["grouping"] == grouping]).to_dict("records")
    ]
    places = sorted(
        (tables.boroughs.get(row["group_name"], row["group_name"]), *_write_group(row))
        for row in rows[rows["grouping"] == "borough"].to_dict("records")
    )
    label = tables.labels[crime_type]
    return TypeFairness(
        label,
        Table(heads, tuple(people), f"{label}: mean error by who lives there", (1, 2)),
        Table(("Borough", *heads[1:]), tuple(places), f"{label}: mean error by borough", (1, 2)),
    )


def _sort_groups(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(place=pd.to_numeric(rows["group_name"], errors="coerce")).sort_values("place")


def _name_group(grouping: str, group: str) -> str:
    ends = {
        ("imd_decile", "1"): "most deprived tenth of England",
        ("imd_decile", "10"): "least deprived tenth",
        ("ethnicity_quintile", "1"): "fifth with the fewest",
        ("ethnicity_quintile", "5"): "fifth with the most",
    }
    return ends.get((grouping, group), f"{'tenth' if grouping == 'imd_decile' else 'fifth'} {group}")


def _write_group(row: Mapping[Hashable, Any]) -> tuple[str, str, str, str]:
    mean, low, high = (float(row[name]) for name in ("mean_residual", "lower_90", "upper_90"))
    known = math.isfinite(low) and math.isfinite(high)
    mark = "" if not known or low <= 0 <= high else (" too low" if mean > 0 else " too high")
    return (
        words.whole_number(row["areas"]),
        words.three_figures(row["mean_actual"], keep_zeros=True),
        f"{_signed(mean)}{mark}",
        f"{_signed(low)} to {_signed(high)}" if known else NONE,
    )


def _signed(value: float) -> str:
    text = f"{abs(value):,.1f}"
    if float(text.replace(",", "")) == 0:
        return text
    return f"{words.MINUS if value < 0 else '+'}{text}"
