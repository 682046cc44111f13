"""What-ifs: the scenario file, the launchpad's Config, and the saved models."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
import shapely

from crime_dagster.core.dictionary import Column
from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.models.saved_models import load_models, open_models, save_models
from crime_dagster.defs.runtime import model_inputs
from crime_dagster.defs.runtime.model_inputs import ModelInputs
from crime_dagster.defs.runtime.scenario_settings import read_scenarios
from crime_dagster.modelling.what_if.scenarios import Scenario


@pytest.fixture(scope="module")
def inputs() -> ModelInputs:
    rng = np.random.default_rng(8)
    codes = pd.Index([f"E{number:08d}" for number in range(80)], name="lsoa_code")
    pubs = rng.poisson(4, 80).astype(float)
    features = pd.DataFrame({"pubs": pubs, "residents": rng.integers(900, 2000, 80).astype(float)}, codes)
    targets = pd.DataFrame({name: rng.poisson(5 + pubs).astype(float) for name in ("total", "drug")}, codes)
    return ModelInputs(
        features=features,
        changeable=["pubs"],
        targets=targets,
        learned={name: 1.1 * targets[[name]] for name in ("total", "drug")},
        boroughs=pd.Series(["a", "b"] * 40, codes),
        coordinates=pd.DataFrame({"easting": np.arange(80.0), "northing": 0.0}, codes),
        land=pd.Series(1.0, codes),
        period=(pd.Timestamp("2025-03-01"), pd.Timestamp("2026-02-28")),
        left_out={},
        officers=pd.Series(np.nan, codes),
    )


def test_the_data_folders_own_scenarios_count_and_else_those_of_the_project(settings):
    shipped = read_scenarios(settings)
    assert len(shipped.scenarios) > 2
    (settings.data_dir / "scenarios.yml").write_text("scenarios: [{feature: pubs, change: 5%}]\n", encoding="utf-8")
    own = read_scenarios(settings)
    assert own.scenarios == (Scenario("pubs +5 %, top 10 %", "pubs", 0.05),)
    assert own.evidence is None


def test_where_crime_is_recorded_is_learned_from_and_no_what_if_changes_it(settings, monkeypatch):
    area = {"lsoa_code": ["E1"], "borough_code": ["a"], "area_km2": [1.0]}
    tables = {
        "lsoa_features": pd.DataFrame(
            {"lsoa_code": ["E1"], "year_ending": ["2026-02-28"], "officers_per_1000": [np.nan]}
        ),
        "lsoas": pd.DataFrame(area | {"geometry_wkb": [shapely.to_wkb(shapely.box(0, 0, 1, 1))]}),
    }
    roles = {"pubs": "feature", "night_police_counters": "recording", "residents": "exposure", "officers": "context"}
    columns = [Column(name, name, "", role, "", "double") for name, role in roles.items()]
    tables["lsoa_features"] = tables["lsoa_features"].assign(**dict.fromkeys(roles, 1.0))
    monkeypatch.setattr(model_inputs, "read_mart", lambda _, name: tables[name])
    monkeypatch.setattr(model_inputs, "read_forces", lambda _: {})
    monkeypatch.setattr(model_inputs, "read_columns", lambda *_: columns)
    found = model_inputs.read_model_inputs(settings, [])
    assert list(found.features) == ["pubs", "night_police_counters", "residents"]
    assert found.changeable == ["pubs"]


@pytest.fixture
def saved(settings: Settings, inputs: ModelInputs, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Saved models as seen by another process, with nothing in memory."""
    monkeypatch.setattr(model_inputs, "_fitted", {})
    save_models(settings, inputs, model_inputs.fit_models(inputs), {"total": {"d2": 0.5}})
    model_inputs._fitted.clear()
    return settings


def test_saved_models_are_opened_and_nothing_is_fitted(saved, inputs, monkeypatch):
    fitted = model_inputs.fit_many(
        inputs.features, inputs.targets, inputs.boroughs, learned=inputs.learned, coordinates=inputs.coordinates
    )
    monkeypatch.setattr(model_inputs, "fit_many", None)
    warned = list[str]()
    found = open_models(saved, inputs, warned.append)
    assert (list(found), warned) == (["total", "drug"], [])
    for name, models in found.items():
        expected = fitted[name].predict(inputs.features)
        pd.testing.assert_series_equal(models.predict(inputs.features), expected, rtol=1e-12)


def test_what_a_model_was_made_from_stands_beside_it(saved):
    facts = json.loads((saved.models_dir / "total.json").read_text(encoding="utf-8"))
    assert facts["training_year"] == ["2025-03", "2026-02"]
    assert (facts["features"], facts["areas"], facts["scores"]) == (["pubs", "residents"], 80, {"d2": 0.5})
    assert set(facts["versions"]) == {"lightgbm", "numpy", "scikit-learn", "skops"}


def test_only_the_model_that_does_not_fit_is_fitted_again_and_it_is_said(saved, inputs):
    targets = inputs.targets.assign(drug=inputs.targets["drug"] + 1)
    warned = list[str]()
    found = open_models(saved, dataclasses.replace(inputs, targets=targets), warned.append)
    assert list(found) == ["total", "drug"]
    assert found["drug"].target.tolist() == targets["drug"].tolist()
    (words,) = warned
    assert words.startswith("drug: fitted again")
    assert "inputs" in words


def test_models_of_another_version_or_other_code_do_not_fit(saved, inputs):
    path = saved.models_dir / "total.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    for change, words in (
        ({"versions": {**facts["versions"], "scikit-learn": "1.4.0"}}, "scikit-learn 1.4.0"),
        ({"code": "older"}, "code: older"),
    ):
        path.write_text(json.dumps(facts | change), encoding="utf-8")
        with pytest.raises(InputError, match=words):
            load_models(saved, inputs, "total")
