import pandas as pd
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.kit.validation import split_boroughs

BOROUGHS = pd.Series(
    [f"B{number % 12:02d}" for number in range(240)], index=[f"E{number:03d}" for number in range(240)]
)


def test_no_borough_is_parted_and_every_fold_has_some():
    folds = split_boroughs(BOROUGHS, folds=8)
    assert (folds.groupby(BOROUGHS).nunique() == 1).all()
    assert sorted(folds.unique()) == list(range(8))


def test_fewer_boroughs_than_folds_make_fewer_folds():
    assert split_boroughs(BOROUGHS.where(BOROUGHS < "B03", "B00"), folds=8).nunique() == 3


def test_folds_follow_the_seed_and_not_the_order_of_rows():
    shuffled = BOROUGHS.sample(frac=1, random_state=1)
    assert split_boroughs(shuffled, seed=5).reindex(BOROUGHS.index).equals(split_boroughs(BOROUGHS, seed=5))
    assert not split_boroughs(BOROUGHS, seed=6).equals(split_boroughs(BOROUGHS, seed=5))


def test_one_borough_is_an_error():
    with pytest.raises(InputError, match=r"1 borough\(s\)"):
        split_boroughs(BOROUGHS.where(BOROUGHS == "B00", "B00"))
