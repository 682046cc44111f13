"""A what-if without an answer says why, with the feature's label."""

import pandas as pd

from crime_dagster.modelling.kit.fold_models import fit_fold_models
from crime_dagster.modelling.what_if.changes import Relations
from crime_dagster.modelling.what_if.scenarios import Scenario
from crime_dagster.modelling.what_if.what_ifs import answer_what_ifs


def test_a_feature_without_figures_is_named_by_its_label(city):
    features = city.features.assign(food_places=float("nan"))
    models = {"total": fit_fold_models(features, city.target, city.boroughs, coordinates=city.coordinates)}
    (answers,) = answer_what_ifs(
        features,
        models,
        [Scenario("fewer places to eat", "food_places", -0.2, 90)],
        officers=pd.Series(dtype=float),
        relations=Relations(),
        labels={"food_places": "Food and drink places"},
    ).values()
    assert answers.summary.empty
    assert answers.unanswered["reason"].to_list() == ["this data set has no figures of “Food and drink places”"]
