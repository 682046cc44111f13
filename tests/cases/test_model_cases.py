"""The cases about models: small versions, and the original files where they are present."""

import hashlib
import json
import shutil

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from crime_dagster.core.artefacts import describe_path, list_versions, read_artefact
from crime_dagster.core.errors import InputError
from crime_dagster.modelling.explain.explain import list_unseen
from crime_dagster.modelling.kit.features import check_features
from crime_dagster.modelling.kit.fold_models import fit_fold_models
from crime_dagster.modelling.what_if.impact import compare_counts


def _make_areas(codes: list[str], seed: int = 5) -> pd.DataFrame:
    """Return features of areas, for cases with only crimes."""
    rng = np.random.default_rng(seed)
    residents = rng.integers(1000, 3000, len(codes)).astype(float)
    return pd.DataFrame({"residents": residents, "pubs": rng.poisson(3, len(codes)).astype(float)}, codes)


def test_sub_types_of_the_target_are_refused_by_name_and_by_figures(cases_dir):
    table = pd.read_csv(next(cases_dir.glob("F01-*.csv"))).set_index("lsoa_code")
    kinds, rest = ["theft", "robbery", "drug_offences"], ["imd_score", "population", "pubs"]
    target = table["total_crimes"].astype(float)
    for name in [*kinds, "imd_score"]:
        with pytest.raises(InputError) as error:
            check_features(table[["population", "pubs", name]], target)
        assert error.value.column == name
    hidden = table.rename(columns=dict(zip(kinds, "abc", strict=True)))
    with pytest.raises(InputError, match="R² = 1") as error:
        check_features(hidden[[*"abc", "population", "pubs"]], target)
    assert set(str(error.value.column).split(", ")) == set("abc")
    assert check_features(table[rest[1:]], target).columns == ("population", "pubs")


def test_changes_from_nothing_are_new_and_the_whole_is_that_of_the_sums(cases_dir):
    table = pd.read_csv(next(cases_dir.glob("F03-*.csv"))).set_index("lsoa_code")
    found, overall = compare_counts(table["baseline"], table["scenario"])
    amounts, shares = found["change_crimes"].tolist(), found["change_pct"].tolist()
    assert amounts[:4] + amounts[5:] == [5, 0, -10, 1, -50]
    assert np.isnan(amounts[4])
    assert np.isnan([shares[0], shares[1], shares[4]]).all()
    assert shares[2:4] + shares[5:] == [-100, 25, -25]
    assert found["note"].tolist() == ["new", "", "", "", "not known", ""]
    assert overall == pytest.approx(-25.23, abs=0.005)
    assert np.isfinite(found["change_pct"].nlargest(3)).all()


def _predict(train: pd.DataFrame, asked: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    boroughs = pd.concat([train["borough"], asked["borough"]])
    models = fit_fold_models(_make_areas(list(boroughs.index)), train["crimes"].astype(float), boroughs)
    return models.predict(_make_areas(list(boroughs.index)))[asked.index], list_unseen(models)


def test_a_new_borough_and_a_blank_one_are_predicted_and_listed():
    codes = [f"E010007{number:02d}" for number in range(63)]
    names = ["Barnet", "Brent", "Camden"] * 20
    counts = np.random.default_rng(1).integers(0, 30, 60)
    train = pd.DataFrame({"borough": names, "crimes": counts}, codes[:60])
    asked = pd.DataFrame({"borough": ["Camden", "City of London", np.nan]}, codes[60:])
    predicted, unseen = _predict(train, asked)
    assert predicted.between(0, 60).all()
    assert len(unseen) == 2
    assert "areas without a borough" in unseen[0]
    assert "City of London" in unseen[1]


def test_the_unseen_boroughs_of_the_case(cases_dir):
    train = pd.read_csv(cases_dir / "F06-train.csv").set_index("lsoa_code")
    asked = pd.read_csv(cases_dir / "F06-predict.csv").set_index("lsoa_code")
    predicted, unseen = _predict(train, asked)
    assert len(predicted) == 3
    assert np.isfinite(predicted).all()
    assert [("City of London" in line, "without a borough" in line) for line in unseen] == [
        (False, True),
        (True, False),
    ]


def test_the_untrusted_pickle_of_the_case_is_refused_and_says_nothing(cases_dir, tmp_path, capfd):
    path = tmp_path / "total.skops"
    shutil.copy(cases_dir / "F08-untrusted-model.pkl", path)
    shutil.copy(cases_dir / "F08-model-metadata.json", describe_path(path))
    with pytest.raises(InputError, match="not opened"):
        read_artefact(path, {"versions": list_versions()})
    path.write_bytes(b"PK\x03\x04 dressed up as a zip " + path.read_bytes())
    with pytest.raises(InputError, match="another sha256"):
        read_artefact(path, {"versions": list_versions()})
    assert "PICKLE-CODE-RAN" not in "".join(capfd.readouterr())


def test_the_old_version_of_the_case_is_named(cases_dir, tmp_path):
    path = tmp_path / "total.skops"
    path.write_bytes(b"PK\x03\x04")
    facts = json.loads((cases_dir / "F08-model-metadata.json").read_text(encoding="utf-8"))
    facts |= {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "versions": {facts["library"]: facts["library_version"]},
    }
    describe_path(path).write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(InputError, match=r"scikit-learn 1\.4\.0"):
        read_artefact(path, {"versions": list_versions()})


def test_threads_and_row_order_change_nothing_in_sixty_rows():
    codes = [f"E010006{number:02d}" for number in range(60)]
    features = _make_areas(codes).assign(score=np.random.default_rng(2).normal(0, 1, 60))
    target = pd.Series(np.random.default_rng(3).poisson(5 + features["pubs"]).astype(float), codes)
    boroughs = pd.Series(["a", "b", "c", "d"] * 15, codes)
    order = np.random.default_rng(4).permutation(60)
    predicted = []
    for threads, rows in ((1, np.arange(60)), (4, np.arange(60)), (4, order)):
        with threadpool_limits(limits=threads):
            models = fit_fold_models(features.iloc[rows], target.iloc[rows], boroughs.iloc[rows])
            predicted.append(models.predict(features.iloc[rows]).sort_index())
    for other in predicted[1:]:
        assert np.abs(other - predicted[0]).max() < 1e-9
