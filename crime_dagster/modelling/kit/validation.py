"""The folds of boroughs that models are fitted and tested on."""

import pandas as pd

from crime_dagster.core.errors import InputError

UNREPORTED = -1


def split_boroughs(boroughs: pd.Series, *, folds: int = 8, seed: int = 0) -> pd.Series:
    """Return the number of each area's fold, from 0; a borough is never split.

    Nearby areas are similar, so a random split would flatter the model.

    Source: scikit-learn's GroupKFold with shuffled groups; Roberts et al. (2017), Ecography 40: 913-929.
    """
    count = boroughs.nunique()
    if count < 2 or folds < 2:
        raise InputError(
            column="borough_code",
            found=f"{count} borough(s), {folds} fold(s)",
            expected="at least two of each: every borough is predicted by a model of the others",
            remedy="add boroughs that report crime",
        )
    # Takes a second to import, which loading the definitions does not need.
    from sklearn.model_selection import GroupKFold

    numbers = pd.Series(UNREPORTED, index=boroughs.index, dtype=int)
    splitter = GroupKFold(n_splits=min(folds, count), shuffle=True, random_state=seed)
    for number, (_, held_out) in enumerate(splitter.split(boroughs, groups=boroughs.to_numpy(str))):
        numbers.iloc[held_out] = number
    return numbers
