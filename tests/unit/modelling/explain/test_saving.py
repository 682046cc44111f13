import dataclasses
import io
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
import skops.io
from sklearn.pipeline import FunctionTransformer

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.explain.saving import pack_models, unpack_models
from crime_dagster.modelling.kit.fold_models import FoldModels, fit_fold_models, restore_fold_models
from tests.unit.modelling.conftest import make_city

SCRIPT = """
import sys
from pathlib import Path
from crime_dagster.modelling.kit.fold_models import restore_fold_models
from crime_dagster.modelling.explain.saving import unpack_models
from tests.unit.modelling.conftest import make_city
city = make_city(4, 5)
models = restore_fold_models(
    city.features, city.target, city.boroughs, *unpack_models(Path(sys.argv[1]).read_bytes()), folds=2
)
models.predict(city.features).to_frame().to_parquet(sys.argv[2])
"""


@pytest.fixture(scope="module")
def small():
    return make_city(4, 5)


@pytest.fixture(scope="module")
def models(small) -> FoldModels:
    learned = pd.DataFrame({"all": small.target, "homes": 0.3 * small.target, "shops": 0.7 * small.target})
    return fit_fold_models(small.features, small.target, small.boroughs, learned=learned, folds=2)


def test_another_process_predicts_the_same_from_the_bytes(small, models, tmp_path):
    path, answer = tmp_path / "total.skops", tmp_path / "answer.parquet"
    path.write_bytes(pack_models(models))
    subprocess.run([sys.executable, "-c", SCRIPT, str(path), str(answer)], check=True, cwd=Path(__file__).parents[4])
    found = pd.read_parquet(answer)["predicted"]
    pd.testing.assert_series_equal(found, models.predict(small.features), rtol=1e-12)


def test_the_file_holds_parameters_and_text(models):
    with ZipFile(io.BytesIO(pack_models(models))) as archive:
        assert archive.testzip() is None
        endings = {Path(name).suffix for name in archive.namelist()}
    assert endings <= {".json", ".npy", ".bin"}


def test_types_that_are_not_ours_are_refused_before_anything_is_made():
    content = skops.io.dumps({"estimators": [FunctionTransformer(print)], "folds": [0], "scales": [1.0]})
    with pytest.raises(InputError, match=r"builtins\.print|print"):
        unpack_models(content)


def test_models_of_other_folds_are_refused(small, models):
    fewer = dataclasses.replace(models, estimators={0: models.estimators[0]}, scales={0: 1.0})
    with pytest.raises(InputError, match=r"folds \[0\]"):
        restore_fold_models(small.features, small.target, small.boroughs, *unpack_models(pack_models(fewer)), folds=2)
