import pandas as pd

from crime_dagster.modelling.explain.evaluation import explain_model
from crime_dagster.modelling.explain.reach import FOLDS, Split, score_split
from crime_dagster.modelling.kit.fold_models import fit_fold_models


def test_splits_are_scored_beside_their_baselines_in_any_order_of_rows(city):
    areas = pd.Series(city.features.index, city.features.index)
    blocks = city.boroughs + (pd.Series(range(len(areas)), areas.index) // 4).astype(str)
    split = Split(blocks, {"msoa_blocks": ""}, {"folds": FOLDS})
    found = score_split(split, city.features, city.target.to_frame(), coordinates=city.coordinates)["crimes"]
    d2 = found[found["metric"] == "d2"].set_index("baseline")
    assert set(d2.index) == {"mean", "linear"}
    assert (d2["value"] > d2["baseline_value"]).all()
    assert abs(d2.loc["mean", "baseline_value"]) < 1e-9
    assert set(found["split"]) == {"msoa_blocks"}
    assert {"residual_moran", "coverage_90"} <= set(found["metric"])
    other = city.shuffle(7)
    again = score_split(split, other.features, other.target.to_frame(), coordinates=other.coordinates)["crimes"]
    pd.testing.assert_frame_equal(found, again, rtol=1e-9)


def test_folds_part_blocks_as_asked(city):
    blocks = pd.Series([f"M{number // 4:03d}" for number in range(len(city.target))], city.target.index)
    models = fit_fold_models(city.features, city.target, blocks, folds=FOLDS)
    assert models.folds.nunique() == FOLDS
    assert (models.folds.groupby(blocks).nunique() == 1).all()


def test_the_most_important_features_get_a_curve(city):
    models = fit_fold_models(city.features, city.target, city.boroughs, folds=2)
    importances, effects = explain_model(models, city.features)
    assert effects["feature"].unique().tolist() == importances["feature"].head(6).tolist()
