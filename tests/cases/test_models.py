"""Published cases of models with leaked targets."""

from pathlib import Path

import pandas as pd
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.kit.baselines import predict_linear
from crime_dagster.modelling.kit.features import LEAK_R2, check_features
from crime_dagster.modelling.kit.scores import score_r2
from crime_dagster.modelling.kit.validation import split_boroughs

SUBTYPES = ["theft", "robbery", "drug_offences"]


@pytest.fixture(scope="module")
def table(cases_dir: Path) -> pd.DataFrame:
    return pd.read_csv(cases_dir / "F01-features-with-subtype-counts.csv").set_index("lsoa_code")


def score(table: pd.DataFrame, columns: list[str]) -> float:
    """R² of a linear regression on five random folds."""
    target = table["total_crimes"].astype(float)
    folds = split_boroughs(pd.Series(table.index, table.index), folds=5)
    predicted = predict_linear(table[columns], target, folds)
    return score_r2(target.to_numpy(), predicted.to_numpy())


@pytest.mark.parametrize("name", SUBTYPES)
def test_a_count_of_the_same_period_is_refused_by_its_name(table, name):
    with pytest.raises(InputError, match="recorded crime") as error:
        check_features(table[["population", "pubs", name]], table["total_crimes"])
    assert error.value.column == name


def test_parts_under_another_name_are_found_by_their_figures(table):
    hidden = table.rename(columns={name: f"column_{number}" for number, name in enumerate(SUBTYPES)})
    columns = ["population", "pubs", *(f"column_{number}" for number in range(3))]
    with pytest.raises(InputError, match=r"R² = 1\.0000") as error:
        check_features(hidden[columns], table["total_crimes"])
    assert set(error.value.column.split(", ")) == set(columns[2:])


def test_without_them_the_score_is_the_honest_one(table):
    honest = ["imd_score", "population", "pubs"]
    assert score(table, [*honest, *SUBTYPES]) > LEAK_R2
    assert score(table, honest) == pytest.approx(-0.18, abs=0.15)
    assert check_features(table[honest[1:]], table["total_crimes"]).columns == ("population", "pubs")
