"""Asset checks: each can fail, names the problem, and stops a release only where it should."""

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.dictionary import Column
from crime_dagster.core.files import write_json
from crime_dagster.core.settings import Settings
from crime_dagster.defs.dbt.dbt_columns import TRACED
from crime_dagster.defs.models import model_checks
from crime_dagster.defs.models.model_checks import (
    FEATURES,
    PREDICTIONS,
    SCORES,
    WARNINGS,
    find_unsound,
    no_feature_from_crime,
    predictions_are_finite,
)
from crime_dagster.defs.runtime.model_inputs import ModelInputs

STOPS = {"no_feature_from_crime", "predictions_are_finite"}
WARNS = {"beats_the_mean", "beats_last_year", "coverage_holds", "residuals_are_not_clustered"}


@pytest.fixture
def checks() -> dict[str, dg.AssetChecksDefinition]:
    found = [no_feature_from_crime, predictions_are_finite, *WARNINGS]
    return {next(iter(one.check_keys)).name: one for one in found}


def evaluate(check: dg.AssetChecksDefinition, settings: Settings) -> dg.AssetCheckResult:
    found = check(settings)
    assert isinstance(found, dg.AssetCheckResult)
    return found


def test_a_release_waits_for_every_check(checks):
    assert set(checks) == STOPS | WARNS
    specs = [spec for check in checks.values() for spec in check.check_specs]
    assert all(spec.blocking for spec in specs)
    assert {spec.asset_key for spec in specs} == {FEATURES, PREDICTIONS, SCORES}


SOUND = {"lsoa_code": "E1", "predicted": 3.0, "lower_90": 1.0, "upper_90": np.nan}


@pytest.mark.parametrize(
    "change",
    [{"predicted": np.nan}, {"predicted": np.inf}, {"predicted": -0.1}, {"lower_90": 3.1}, {"upper_90": np.inf}],
    ids=str,
)
def test_what_is_no_prediction_stops_a_release(change, checks, monkeypatch, settings):
    rows = pd.DataFrame([SOUND, SOUND | change])
    assert find_unsound(rows).index.tolist() == [1]
    monkeypatch.setattr(model_checks, "read_mart", lambda *_: rows)
    found = evaluate(checks["predictions_are_finite"], settings)
    assert not found.passed
    assert found.severity == dg.AssetCheckSeverity.ERROR
    monkeypatch.setattr(model_checks, "read_mart", lambda *_: rows.head(1))
    assert evaluate(checks["predictions_are_finite"], settings).passed


COLUMNS = ["crime_type", "model", "split", "metric", "value", "baseline", "baseline_value"]
BAD = pd.DataFrame(
    [
        ("drug", "explain", "borough_folds", "d2", -0.1, "mean", 0.0),
        ("drug", "explain", "borough_folds", "residual_moran", 0.5, "mean", 0.5),
        ("drug", "explain", "borough_folds", "target_moran", 0.5, "mean", 0.5),
        ("drug", "forecast_year", "rolling_origin", "d2", 0.4, "last_year", 0.483),
        ("drug", "forecast_year", "rolling_origin", "coverage_90", 0.7, "last_year", None),
    ],
    columns=COLUMNS,
)


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("beats_the_mean", f"d2 {-0.1:.3f} against 0.000"),
        ("beats_last_year", "d2 0.400 against 0.483"),
        ("coverage_holds", "coverage_90 0.700 against 0.850"),
        ("residuals_are_not_clustered", "residual_moran 0.500 against 0.275"),
    ],
)
def test_a_weak_model_is_warned_of_with_its_figure_and_a_type_without_data_is_passed_over(
    name, figure, checks, monkeypatch, settings
):
    monkeypatch.setattr(model_checks, "read_scores", lambda *_: BAD)
    found = evaluate(checks[name], settings)
    assert not found.passed
    assert found.severity == dg.AssetCheckSeverity.WARN
    assert figure in (found.description or "")
    assert "total" in str(found.metadata["passed_over"].value)
    monkeypatch.setattr(model_checks, "read_scores", lambda *_: BAD.iloc[:0])
    assert evaluate(checks[name], settings).passed


def make_inputs(**leaks: object) -> ModelInputs:
    rng = np.random.default_rng(3)
    codes = pd.Index([f"E{number:03d}" for number in range(60)])
    target = pd.Series(rng.poisson(30, 60).astype(float), codes)
    features = pd.DataFrame({"pubs": rng.poisson(2, 60).astype(float)}, codes)
    features = features.assign(**dict.fromkeys(leaks, 2 * target))
    given = {"features": features, "targets": target.to_frame("total"), "left_out": {"drug": "no area has any"}}
    return ModelInputs(**(dict.fromkeys(ModelInputs.__dataclass_fields__) | given))  # type: ignore[arg-type]  # only what is read is given


def make_column(name: str, source: str) -> Column:
    return Column(name, name, "", "feature", "words", "double", (source,))


def write_lineage(settings: Settings, *leaf: str) -> None:
    """The features as a model of pubs and of recorded crime by area; without a leaf, nothing was traced."""
    model, schema, name = "model.city.lsoa_features", "marts", "lsoa_features"
    sources = {
        f"source.city.{publisher}.{thing}": {
            "resource_type": "source",
            "schema": f"landing_{publisher}",
            "identifier": thing,
            "columns": {},
        }
        for publisher, thing in (("gla", "pubs"), ("mps", "lsoa_crime"))
    }
    node = {
        "resource_type": "model",
        "name": name,
        "alias": name,
        "schema": schema,
        "depends_on": {"nodes": list(sources)},
        "columns": {"pubs": {}},
        "config": {"schema": schema},
        "fqn": ["city", name],
    }
    write_json({"nodes": {model: node}, "sources": sources}, settings.manifest)
    write_json({model: {"columns": {"pubs": [leaf]}}} if leaf else {}, settings.records_dir / TRACED)


@pytest.fixture
def features(monkeypatch):
    def _give(columns: list[Column], inputs: ModelInputs) -> None:
        monkeypatch.setattr(model_checks, "read_columns", lambda *_: columns)
        monkeypatch.setattr(model_checks, "read_model_inputs", lambda *_: inputs)

    return _give


def test_sound_features_pass_and_a_type_without_data_is_noted(settings, checks, features):
    write_lineage(settings, "landing_gla", "pubs", "pub_name")
    features([make_column("pubs", "gla/pubs")], make_inputs())
    found = evaluate(checks["no_feature_from_crime"], settings)
    assert found.passed
    assert found.metadata["notes"].value == ["drug was passed over: no area has any"]


def test_a_feature_that_is_computed_from_crime_is_named(settings, checks, features):
    write_lineage(settings, "landing_mps", "lsoa_crime", "crimes")
    features([make_column("pubs", "gla/pubs")], make_inputs())
    found = evaluate(checks["no_feature_from_crime"], settings)
    assert not found.passed
    assert found.severity == dg.AssetCheckSeverity.ERROR
    assert found.description == "pubs: computed from landing_mps.lsoa_crime.crimes"


def test_a_feature_that_is_declared_to_come_from_crime_is_named(checks, features, settings):
    write_lineage(settings)
    features([make_column("pubs", "mps/lsoa_crime")], make_inputs())
    found = evaluate(checks["no_feature_from_crime"], settings)
    assert found.description == "pubs: declared to come from mps/lsoa_crime"
    assert "which is not traced" in found.metadata["notes"].value[0]


def test_a_planted_copy_of_the_target_is_named(checks, features, settings):
    write_lineage(settings)
    features([make_column("pubs", "gla/pubs")], make_inputs(bikes=True))
    found = evaluate(checks["no_feature_from_crime"], settings)
    assert found.description == "bikes (total): alone it explains the target with R² = 1.0000"
