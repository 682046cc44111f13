import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.explain.evaluation import find_importances, shuffle_within
from crime_dagster.modelling.kit.design import change_feature
from crime_dagster.modelling.kit.fold_models import FoldModels, fit_fold_models


@pytest.fixture(scope="module")
def models(city) -> FoldModels:
    return fit_fold_models(city.features, city.target, city.boroughs, coordinates=city.coordinates, folds=2)


def test_values_stay_in_their_fold_and_only_the_name_and_the_seed_decide():
    values = pd.Series(np.arange(40.0), [f"E{number:02d}" for number in range(40)], name="pubs")
    folds = pd.Series([0, 1] * 20, values.index)
    shuffled = shuffle_within(values, folds, 3)
    for fold in (0, 1):
        assert sorted(shuffled[folds == fold]) == values[folds == fold].tolist()
    assert (shuffled != values).any()
    pd.testing.assert_series_equal(shuffled, shuffle_within(values, folds, 3))
    assert (shuffled != shuffle_within(values, folds, 4)).any()
    assert (shuffled != shuffle_within(values.rename("bars"), folds, 3)).any()


def test_what_follows_from_a_feature_follows_its_change(city, models):
    features = city.features.sort_index()
    table = models.design.build(features)
    values = features["pubs"] + 5
    built = change_feature(models.design, table, features, "pubs", values)
    pd.testing.assert_frame_equal(built, models.design.build(features.assign(pubs=values))[table.columns])
    alone = change_feature(models.design, table, features, "pubs", values, nearby=False)
    assert [name for name in table if not alone[name].equals(table[name])] == ["pubs"]
    people = features["residents"] * 2
    built = change_feature(models.design, table, features, "residents", people)
    pd.testing.assert_frame_equal(built, models.design.build(features.assign(residents=people))[table.columns])


def test_drivers_come_first_and_noise_last_whatever_the_order_of_rows(city, models):
    found = find_importances(models, city.features)
    assert set(found["feature"]) == set(models.check.columns)
    assert "income_deprivation_pct" in found["feature"][:3].tolist()
    importance = found.set_index("feature")["importance"]
    assert importance["income_deprivation_pct"] > 0.05
    assert abs(importance["air_score"]) < 0.02
    assert (found["lowest_fold"] <= found["highest_fold"]).all()
    pd.testing.assert_frame_equal(found, find_importances(models, city.shuffle(5).features))
