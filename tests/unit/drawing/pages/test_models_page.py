"""The page about the models as text, and its rows."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crime_dagster.drawing.kit.page_content import Note, Picture
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.pages.models_content import ModelTables
from crime_dagster.drawing.pages.models_page import (
    draw_models_page,
    tabulate_fairness,
    tabulate_importances,
    write_title,
)
from crime_dagster.drawing.pages.models_scores import (
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

HOSTILE = '</td><script>alert(1)</script>{{ 7 * 7 }}" onerror="alert(2)'
STAMP = Stamp("Testham", True, "12 months to May 2024", ("Police",), "OGL", "Areas 2021")
COLUMNS = ["crime_type", "model", "split", "metric", "value", "baseline", "baseline_value"]
EXPLAIN, YEAR = ("explain", "borough_folds"), ("forecast_year", "rolling_origin")


def make_scores() -> pd.DataFrame:
    rows = [
        ("total", *EXPLAIN, "d2", 0.826, "mean", 0.0),
        ("total", *EXPLAIN, "d2", 0.826, "linear", 0.51),
        ("total", *EXPLAIN, "mae", 53.52, "linear", 76.7),
        ("total", *EXPLAIN, "pei_10", 0.903, "linear", 0.86),
        ("total", *EXPLAIN, "residual_moran", 0.2, "linear", 0.3),
        ("total", *EXPLAIN, "target_moran", 0.5, "linear", 0.5),
        ("total", *EXPLAIN, "coverage_90", 0.899, "linear", 0.9),
        ("total", "explain", "random_folds", "d2", 0.84, "linear", 0.56),
        ("drug", *EXPLAIN, "d2", -0.04, "mean", 0.0),
        ("total", *YEAR, "d2", 0.957, "last_year", 0.953),
        ("total", *YEAR, "d2", 0.957, "all_months_mean", 0.956),
        ("total", *YEAR, "mae", 26.8, "last_year", 27.6),
        ("total", *YEAR, "coverage_90", 0.91, "last_year", None),
        ("drug", *YEAR, "d2", 0.4, "last_year", 0.48),
    ]
    boroughs: list[tuple[object, ...]] = [
        ("total", *YEAR, "coverage_90", 0.87, "last_year", None, "E09000002"),
        ("total", *YEAR, "coverage_90", 0.93, "last_year", None, "E09000003"),
    ]
    names = [name for name in COLUMNS if name != "borough_code"]
    return pd.DataFrame([*((*row, None) for row in rows), *boroughs], columns=[*names, "borough_code"]).assign(
        fold_seed=None
    )


def test_how_far_a_score_carries_stands_beside_it():
    rows = [
        ("borough_folds", None, 0.85),
        ("borough_folds_seed", 0, 0.86),
        ("borough_folds_seed", 1, 0.84),
        ("borough_folds_2km", None, 0.79),
        ("without_tower_hamlets", None, 0.8),
    ]
    scores = pd.DataFrame(rows, columns=["split", "fold_seed", "value"]).assign(
        crime_type="total", model="explain", metric="d2", borough_code=None, baseline="linear", baseline_value=0.5
    )
    tables = replace(make_tables(), scores=scores)
    splits, every = tabulate_splits(tables, Scores(scores)), tabulate_scores(tables, Scores(scores))
    assert splits.heads[1:4] == ("Boroughs unseen", "Without Tower Hamlets", "And 2 km around")
    assert splits.rows[0][1:4] == ("0.85 (0.50)", "0.80 (0.50)", "0.79 (0.50)")
    assert {row[1] for row in every.rows} >= {f"A place like this, Boroughs unseen, seed {seed}" for seed in (0, 1)}


def make_summaries() -> pd.DataFrame:
    rows = [
        ("total", "explain", "ensemble", True, "linear", 40.0, None, None),
        ("total", "forecast_year", None, True, "all_months_mean", None, 0.87, "North"),
        ("drug", "explain", None, False, "mean", None, None, None),
        ("drug", "forecast_year", None, False, "last_year", None, None, None),
    ]
    names = ["crime_type", "model", "published_as", "is_better_than_baselines", "best_baseline", "pattern_left_pct"]
    return pd.DataFrame(rows, columns=[*names, "lowest_coverage_90", "lowest_borough_name"])


def make_tables(text: str = "") -> ModelTables:
    features = [f"f{number}" for number in range(7)]
    person = {"crime_type": "total", "model": "explain", "areas": 10, "mean_actual": 20.0}
    return ModelTables(
        labels={"total": f"All crime{text}", "drug": "Drug offences"},
        scores=make_scores(),
        summaries=make_summaries(),
        importances=pd.DataFrame(
            {"crime_type": "total", "feature": features, "importance": np.linspace(0.07, 0.01, 7)}
        ).assign(rank=range(1, 8), lowest_fold=0.0, highest_fold=0.1),
        fairness=pd.DataFrame(
            [
                person
                | {"grouping": "imd_decile", "group_name": "10", "mean_residual": -5.5, "lower_90": -8, "upper_90": -3},
                person
                | {"grouping": "imd_decile", "group_name": "1", "mean_residual": 3, "lower_90": -1, "upper_90": 7},
                person
                | {
                    "grouping": "ethnicity_quintile",
                    "group_name": "5",
                    "mean_residual": 2,
                    "lower_90": 1,
                    "upper_90": 3,
                },
                person
                | {
                    "grouping": "borough",
                    "group_name": "E09000002",
                    "mean_residual": 0.01,
                    "lower_90": None,
                    "upper_90": None,
                },
            ]
        ),
        features={name: f"Feature {name}{text}" for name in features},
        boroughs={"E09000002": f"North{text}", "E09000003": "South"},
        charts={
            "total": {
                name: Picture(f"charts/total_{name}.png", f"The {name}{text}.", 8, 6, vector_path=f"charts/{name}.svg")
                for name in ("calibration", "importance", "effects")
            }
        },
        breaks=(Note(f"Recording changed{text}", "In February 2024."),),
    )


def strip(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("</style>")[1]).split())


def test_every_score_stands_beside_its_baseline():
    tables = make_tables()
    scores = Scores(tables.scores)
    explained, splits, every = (
        tabulate(tables, scores) for tabulate in (tabulate_explained, tabulate_splits, tabulate_scores)
    )
    assert explained.rows[0] == ("All crime", "0.83 (0.51)", "–", "53.5 (76.7)", "90% (86%)", "40%")
    assert splits.rows[0] == ("All crime", "0.83 (0.51)", "0.84 (0.56)")
    ((_, _, year),) = list_forecasts(tables, scores)
    assert year.heads == (
        "Type",
        "D²",
        "D², last year again",
        "D², mean of all months",
        "Mean error (last year again)",
    )
    assert year.rows[0] == ("All crime", "0.96", "0.95", "0.96", "26.8 (27.6)")
    rows = tables.scores
    keys = rows[~rows["metric"].str.contains("E0900")].drop_duplicates(["crime_type", "model", "split", "metric"])
    assert len(every.rows) == len(keys)


def test_baselines_come_in_one_order_whatever_that_of_the_rows():
    rows = make_scores()
    assert [*Scores(rows[::-1]).list_baselines("total", "explain", "d2")] == ["mean", "linear"]
    assert [*Scores(rows).list_baselines("total", "explain", "d2")] == ["mean", "linear"]


def test_what_is_published_is_said_by_the_model_or_follows_from_the_scores():
    tables = make_tables()
    rows = tabulate_published(tables).rows
    assert rows[0] == ("All crime", "model", "model", "no model")
    lost = "model, but it does not beat the"
    assert rows[1] == ("Drug offences", f"{lost} mean of the areas learned from", f"{lost} last year again", "no model")
    said = make_summaries().assign(published_as=["ensemble", "empirical_bayes", None, "last_year"])
    rows = tabulate_published(replace(tables, summaries=said)).rows
    assert (rows[0][2], rows[1][2]) == ("model", "baseline: last year again")


def test_ranges_name_the_borough_where_they_hold_least():
    tables = make_tables()
    scores = Scores(tables.scores)
    coverage, by_borough = tabulate_coverage(tables, scores), tabulate_boroughs(tables, scores)
    assert coverage.rows[1] == ("All crime: next year", "–", "91.0%", "–", "87.0% North")
    assert by_borough.rows == [("North", "87.0%"), ("South", "93.0%")]


def test_groups_come_in_order_and_a_clear_error_is_named():
    people, boroughs = tabulate_fairness(make_tables(), "total")
    assert [row[0] for row in people.rows] == [
        "Deprivation: most deprived tenth of England",
        "Deprivation: least deprived tenth",
        "Residents who are not white: fifth with the most",
    ]
    assert [row[3] for row in people.rows] == ["+3.0", "−5.5 too high", "+2.0 too low"]
    assert boroughs.rows == [("North", "10", "20.0", "0.0", "–")]


def test_the_page_says_all_of_it_and_that_the_city_is_made_up():
    text = strip(draw_models_page(make_tables(), STAMP))
    assert "SYNTHETIC" in text
    for words in (
        "Models explain 83% of the differences",
        "Feature f0",
        "In February 2024.",
        "must not be used to target policing",
    ):
        assert words in text, words
    assert "has not run" not in text


def test_charts_are_the_files_that_were_drawn_and_their_figures_are_a_table():
    tables = make_tables()
    html = draw_models_page(tables, STAMP)
    for name in ("calibration", "importance", "effects"):
        assert f'<img src="charts/{name}.svg" alt="The {name}."' in html
        assert f'href="charts/total_{name}.png"' in html
    assert "<svg" not in html
    table = tabulate_importances(tables, "total")
    assert table.rows[0] == ("Feature f0", "0.070", "0.000 to 0.100")


def test_what_was_not_evaluated_has_no_heading():
    whole = make_tables()
    empty = {name: getattr(whole, name).iloc[:0] for name in ("importances", "fairness")}
    scores = whole.scores[whole.scores["split"] == "borough_folds"]
    text = strip(draw_models_page(replace(whole, scores=scores, charts={}, **empty), STAMP))
    for heading in ("Easier tests", "Which features matter most", "What counts", "Which groups", "For whom"):
        assert heading not in text, heading
    assert "No forecast was scored on this data set" in text
    nothing = replace(whole, labels={}, scores=scores.iloc[:0], summaries=whole.summaries.iloc[:0], charts={}, **empty)
    text = strip(draw_models_page(nothing, STAMP))
    assert "How good the models of crime in Testham are" in text
    assert "No model was scored on this data set." in text


def test_words_of_the_data_stay_words():
    page = draw_models_page(make_tables(HOSTILE), STAMP)
    assert page.count("<script") == 1, "only our own"
    assert "{{ 7 * 7 }}" in page
    assert page == draw_models_page(make_tables(HOSTILE), STAMP)


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        ("d2", 0.826, "0.83"),
        ("d2", -0.126, "−0.13"),
        ("d2", -0.001, "0.00"),
        ("mae", 53.52, "53.5"),
        ("coverage_90", 0.8986, "89.9%"),
        ("pei_10", 0.903, "90%"),
        ("d2", float("nan"), "–"),
        ("d2", None, "–"),
    ],
)
def test_a_score_is_printed_in_its_own_way(metric, value, said):
    assert write_score(metric, value) == said


def test_a_model_that_explains_nothing_has_a_plain_title():
    plain = "How good the models of crime in Testham are"
    assert write_title({}, "Testham") == write_title({"All crime": -0.1}, "Testham") == plain
    found = write_title({"All crime": 0.83, "Theft": 0.71, "Drugs": 0.3, "Robbery": None}, "Testham")
    said = "Models explain 83% of the differences in all crime between unseen areas, and 30% to 71% in single types"
    assert found == said
