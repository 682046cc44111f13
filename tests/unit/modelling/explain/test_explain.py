import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.explain.explain import Explanation, explain
from crime_dagster.modelling.kit.fold_models import fit_fold_models, fit_many


def fit_and_explain(
    features: pd.DataFrame,
    target: pd.Series,
    boroughs: pd.Series,
    coordinates: pd.DataFrame | None = None,
    folds: int = 8,
) -> Explanation:
    models = fit_fold_models(features, target, boroughs, coordinates=coordinates, folds=folds)
    return explain(models, features, coordinates=coordinates)


@pytest.fixture(scope="module")
def explained(city) -> Explanation:
    return fit_and_explain(city.features, city.target, city.boroughs, coordinates=city.coordinates)


def _read_scores(scores: pd.DataFrame, baseline: str) -> pd.DataFrame:
    return scores[scores["baseline"] == baseline].set_index("metric")


def test_every_area_is_predicted_within_its_interval(city, explained):
    table = explained.predictions
    ends = ["lower_80", "upper_80", "lower_90", "upper_90"]
    assert table.columns.tolist() == ["lsoa_code", "actual", "predicted", *ends]
    assert table["lsoa_code"].tolist() == sorted(city.features.index)
    assert table.notna().all(axis=None)
    in_order = ["lower_90", "lower_80", "predicted", "upper_80", "upper_90"]
    assert (table[in_order].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert (table["lower_90"] >= 0).all()


def test_scores_stand_beside_both_baselines_and_beat_them(explained):
    scores = explained.scores
    assert scores.columns.tolist() == ["model", "split", "metric", "value", "baseline", "baseline_value"]
    assert set(scores["model"]) == {"explain"}
    assert set(scores["split"]) == {"borough_folds"}
    assert not scores.duplicated(["metric", "baseline"]).any()
    for baseline in ("mean", "linear"):
        rows = _read_scores(scores, baseline)
        for metric in ("d2", "r2_log", "pei_10"):
            assert rows.loc[metric, "value"] > rows.loc[metric, "baseline_value"]
        assert rows.loc["mae", "value"] < rows.loc["mae", "baseline_value"]
    assert _read_scores(scores, "mean").loc["d2", "baseline_value"] == 0


def test_the_known_city_is_explained_and_its_intervals_hold(explained):
    rows = _read_scores(explained.scores, "mean")["value"]
    assert rows["d2"] > 0.55
    assert 0.86 < rows["coverage_90"] < 0.95
    # Both ends are moved by as much at 80 % as at 90 %.
    assert 0.75 < rows["coverage_80"] < 0.89
    assert rows[[f"coverage_90_B{number:02d}" for number in range(8)]].mean() == pytest.approx(rows["coverage_90"])


def test_what_is_left_over_is_less_alike_among_neighbours_than_the_counts(explained):
    rows = _read_scores(explained.scores, "mean")
    assert 0 < rows.loc["residual_moran", "value"] < rows.loc["target_moran", "value"]
    assert rows.loc["residual_moran", "value"] < rows.loc["residual_moran", "baseline_value"]


def test_row_order_and_threads_change_nothing(city, explained):
    other = city.shuffle(4)
    with threadpool_limits(limits=2):
        again = fit_and_explain(other.features, other.target, other.boroughs, coordinates=other.coordinates)
    figures = ["actual", "predicted", "lower_90", "upper_90"]
    assert again.predictions["lsoa_code"].tolist() == explained.predictions["lsoa_code"].tolist()
    assert np.abs(again.predictions[figures] - explained.predictions[figures]).to_numpy().max() < 1e-9


def test_column_order_changes_nothing(city, explained):
    turned = city.features[city.features.columns[::-1]]
    again = fit_and_explain(turned, city.target, city.boroughs, coordinates=city.coordinates)
    assert np.abs(again.predictions["predicted"] - explained.predictions["predicted"]).max() < 1e-9


def test_types_fitted_in_processes_of_their_own_come_out_the_same(city, explained):
    targets = pd.DataFrame({"total": city.target, "half": (city.target / 2).round()})
    fitted = fit_many(city.features, targets, city.boroughs, coordinates=city.coordinates, jobs=2)
    assert list(fitted) == ["total", "half"]
    again = explain(fitted["total"], city.features, coordinates=city.coordinates)
    pd.testing.assert_frame_equal(again.predictions, explained.predictions)


def test_no_crime_type_is_no_model(city):
    assert fit_many(city.features, pd.DataFrame(index=city.features.index), city.boroughs) == {}


def test_no_borough_is_predicted_from_its_own_counts(city, explained):
    held_out = city.boroughs == "B03"
    loud = city.target.where(~held_out, city.target * 7)
    again = fit_and_explain(city.features, loud, city.boroughs, coordinates=city.coordinates)
    before, after = (table.predictions.set_index("lsoa_code")["predicted"] for table in (explained, again))
    # Only the rescaling by the other folds may move them, by a common factor.
    ratio = after[held_out.index[held_out]] / before[held_out.index[held_out]]
    assert ratio.max() == pytest.approx(ratio.min())


def test_unreported_areas_are_predicted_by_all_others(city):
    gone = city.boroughs == "B07"
    found = fit_and_explain(city.features, city.target.where(~gone), city.boroughs, coordinates=city.coordinates)
    table = found.predictions.set_index("lsoa_code")
    assert table["actual"].isna().equals(gone.rename("actual"))
    assert table[["predicted", "lower_90", "upper_90"]].notna().all(axis=None)
    wanted = city.target[gone]
    assert np.corrcoef(np.log1p(wanted), np.log1p(table.loc[wanted.index, "predicted"]))[0, 1] > 0.6
    assert table.loc[wanted.index, "predicted"].sum() == pytest.approx(wanted.sum(), rel=0.3)


def test_areas_that_the_target_does_not_list_are_unreported(city):
    listed = city.target[city.boroughs != "B07"]
    found = fit_and_explain(city.features, listed, city.boroughs, folds=3)
    assert found.predictions["actual"].isna().sum() == (city.boroughs == "B07").sum()


def test_missing_features_and_empty_columns_do_no_harm(city):
    features = city.features.assign(empty=np.nan)
    features.loc[features.index[::7], "income_deprivation_pct"] = np.nan
    features.loc[city.boroughs != "B01", "air_score"] = np.nan
    found = fit_and_explain(features, city.target, city.boroughs, coordinates=city.coordinates, folds=3)
    assert found.dropped == {"empty": "no values"}
    assert np.isfinite(found.predictions["predicted"]).all()


def test_few_areas_are_enough(city):
    few = city.features.index[::13]
    found = fit_and_explain(city.features.loc[few], city.target[few], city.boroughs[few], coordinates=city.coordinates)
    assert len(found.predictions) == len(few) == 40
    assert np.isfinite(found.predictions[["predicted", "lower_90", "upper_90"]]).all(axis=None)


def test_one_borough_is_an_error(city):
    only = city.boroughs == "B00"
    with pytest.raises(InputError, match="at least two"):
        fit_and_explain(city.features[only], city.target[only], city.boroughs[only])


def test_a_planted_leak_stops_with_the_name_of_the_column(city):
    with pytest.raises(InputError) as error:
        fit_and_explain(city.features.assign(calls=2 * city.target + 1), city.target, city.boroughs)
    assert error.value.column == "calls"


def test_a_type_without_any_crime_is_refused(city):
    with pytest.raises(InputError, match="no crime in"):
        fit_and_explain(city.features, 0 * city.target, city.boroughs)
