import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.kit.features import check_features
from crime_dagster.modelling.kit.fold_models import FoldModels, fit_fold_models
from crime_dagster.modelling.what_if.officers import DRACA, EVIDENCE, MODEL, StudyEstimates, answer_officers


@pytest.fixture(scope="module")
def models(city) -> FoldModels:
    return fit_fold_models(city.features, city.target, city.boroughs, folds=2)


@pytest.fixture(scope="module")
def officers(city) -> pd.Series:
    """Made-up officers that follow last year's crime."""
    rng = np.random.default_rng(6)
    last_year = (city.target * rng.uniform(0.9, 1.1, len(city.target))).groupby(city.boroughs).transform("sum")
    residents = city.features["residents"].groupby(city.boroughs).transform("sum")
    return 30 * last_year / residents


def test_officers_that_follow_crime_never_come_out_as_more_crime_without_the_label(city, models, officers):
    found = answer_officers("total", models, city.features, officers, is_total=True)
    assert found["model"].tolist() == [EVIDENCE, MODEL]
    evidence, model = found.iloc[0], found.iloc[1]
    assert model["sum_change_pct"] > 0, "the trap: the model says more officers, more crime"
    assert "Not causal" in model["note"]
    assert model["elasticity"] == pytest.approx(np.log1p(model["sum_change_pct"] / 100) / np.log(1.2))
    assert evidence["sum_change_pct"] == pytest.approx(100 * (1.2**-0.3 - 1))
    assert evidence["sum_change_pct"] < 0


def test_without_officers_the_evidence_stands_alone(city, models):
    nothing = pd.Series(np.nan, city.features.index)
    found = answer_officers("drug", models, city.features, nothing, StudyEstimates(-0.1, -0.3, -0.5, -0.1, "a study"))
    row = found.iloc[0]
    assert found["model"].tolist() == [EVIDENCE]
    assert (row["scenario"], row["source"], row["crimes"]) == ("officers -10 %", "a study", city.target.sum())
    assert row["lower_pct"] == pytest.approx(100 * (0.9**-0.1 - 1))
    assert row["upper_pct"] == pytest.approx(100 * (0.9**-0.5 - 1))
    assert row["change_crimes"] == pytest.approx(city.target.sum() * row["sum_change_pct"] / 100)
    assert "rough guide" in row["note"]


def test_the_source_is_named():
    assert "Draca" in DRACA.source
    assert DRACA.lowest < DRACA.elasticity < DRACA.highest < 0


def test_officers_are_never_a_feature(city):
    with pytest.raises(InputError, match="follows crime") as error:
        check_features(city.features[["pubs"]].assign(officers_per_1000=1.0), city.target)
    assert error.value.column == "officers_per_1000"
