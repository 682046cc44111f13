import pandas as pd
import pytest

from crime_dagster.modelling.kit.estimators import CountEnsemble
from crime_dagster.modelling.kit.fold_models import FoldModels, fit_fold_models
from crime_dagster.modelling.kit.validation import UNREPORTED


@pytest.fixture(scope="module")
def models(city) -> FoldModels:
    target = city.target.where(city.boroughs != "B07")
    return fit_fold_models(city.features, target, city.boroughs, folds=3)


def test_each_fold_is_predicted_by_a_model_of_the_others(city, models):
    rows = models.target.notna() & (models.folds != 1)
    table = models.design.build(city.features)
    model = CountEnsemble().fit(table[rows], city.target[rows])
    expected = models.scales[1] * model.predict(table[models.folds == 1])
    assert models.predict(city.features)[models.folds == 1].tolist() == pytest.approx(expected.tolist(), rel=1e-12)


def test_a_fold_is_scaled_by_observed_over_predicted_of_the_others(city, models):
    raw = models.predict(city.features) / models.folds.map(models.scales)
    for fold, scale in models.scales.items():
        others = models.target.notna() & (models.folds != fold)
        assert scale == pytest.approx(city.target[others].sum() / raw[others].sum())


def test_areas_without_a_count_belong_to_no_fold(city, models):
    assert set(models.estimators) == {0, 1, 2, UNREPORTED}
    pd.testing.assert_series_equal(models.folds == UNREPORTED, city.boroughs == "B07", check_names=False)
