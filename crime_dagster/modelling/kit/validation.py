"""The areas of a fit: one row each, in a fixed order, split into folds."""

import pandas as pd

from crime_dagster.core.errors import InputError

UNREPORTED = -1


def split_boroughs(boroughs: pd.Series, *, folds: int = 8, seed: int = 0) -> pd.Series:
    """Return the number of each area's fold, from 0; a borough is never split.

    Nearby areas are similar, so a random split would flatter the model.

    Source: scikit-learn's GroupKFold with shuffled groups; Roberts et al. (2017), Ecography 40: 913-929.
    """
    if boroughs.isna().any():
        raise InputError(
            column="borough_code",
            found=f"no borough for {boroughs.index[boroughs.isna()][0]}",
            expected="a borough for every area",
            remedy="check the lookup of areas to boroughs",
        )
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


def align_areas(
    features: pd.DataFrame, target: pd.Series, boroughs: pd.Series
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Sort all three by area code: trees draw rows by position."""
    for name, index in (("features", features.index), ("target", target.index), ("boroughs", boroughs.index)):
        if index.has_duplicates:
            raise InputError(
                column="lsoa_code",
                found=f"{index[index.duplicated()][0]} more than once in the {name}",
                expected="one row per area",
                remedy="look for a join that multiplies rows",
            )
    unknown_codes = target.dropna().index.difference(features.index)
    if len(unknown_codes):
        raise InputError(
            column="lsoa_code",
            found=f"{len(unknown_codes)} area(s) with crimes but without features, the first {unknown_codes[0]}",
            expected="features for every area",
            remedy="check that both use the same vintage of areas",
        )
    features = features.sort_index()
    target = target.reindex(features.index).astype(float)
    if (target < 0).any():
        raise InputError(
            column=str(target.name),
            found=f"{target.min():g} crimes in {target.idxmin()}",
            expected="counts of 0 or more, NULL if not reported",
            remedy="check how the target was summed",
        )
    return features, target, boroughs.reindex(features.index)
