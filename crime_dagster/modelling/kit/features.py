"""The columns that a model may use: the leak guard, and what is dropped before any fit."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.core.errors import InputError

# Names of columns built from recorded crime, refused whatever their figures: last year's crime score is nearly a copy
# of this year's crime, but no threshold would show it.
BUILT_FROM_CRIME = re.compile(
    r"crime|offence|violen|theft|burgl|robber|vandal|homicide|anti_?social|at_risk|stop_and_search"
    r"|^(imd|iod|asb|drugs?|vehicle|damage|public_order)(_(score|rank|decile|total|counts?))?$"
)
# Who lives in a place is not a reason for its crime; only the fairness table uses these.
NOT_FOR_LEARNING = re.compile(r"ethnic|religio|country_of_birth|nationalit")
# Police are sent to where crime is, so a model would learn that officers cause crime.
FOLLOWING_CRIME = re.compile(r"officers?(_|$)")
LEAK_R2 = 0.99
# A crime has about ten sub-types; more columns than that explain any small table by chance.
LEAK_COLUMNS = 10
AREAS_PER_LEAK_COLUMN = 20


@dataclass(frozen=True)
class FeatureCheck:
    """The columns to use, sorted by name whatever their order in the table, and reasons for the others."""

    columns: tuple[str, ...]
    dropped: dict[str, str]


def check_features(features: pd.DataFrame, target: pd.Series) -> FeatureCheck:
    """Refuse columns that leak the target (crimes per area, NaN if not reported) and drop uninformative ones.

    Raises:
        InputError: Names a column that is built from crime by its name, or a leak: alone or with a few others it
            explains more than 99 % of the target's variance.
    """
    known = target.notna()
    check, unit = describe_features(features, known)
    refuse_leak(check, unit, target[known])
    return check


def describe_features(features: pd.DataFrame, known: pd.Series) -> tuple[FeatureCheck, np.ndarray]:
    """Do what `check_features` does before it looks at a count: the same for all counts of the same `known` areas.

    Returns also the columns for `refuse_leak`: of the known areas, centred and of length 1.
    """
    for column in map(str, features):
        _refuse_name(column)
    values = features[known].astype(float)
    dropped = {column: reason for column in map(str, values) if (reason := _find_emptiness(values[column]))}
    columns = tuple(sorted(column for column in map(str, values) if column not in dropped))
    if not columns:
        raise InputError(
            found=f"{len(dropped)} columns, each without values or the same everywhere",
            expected="at least one feature that differs between areas",
            remedy="check the joins that build the features",
        )
    filled = values[list(columns)].fillna(values.median())
    centred = (filled - filled.mean()).to_numpy()
    lengths = np.linalg.norm(centred, axis=0)
    return FeatureCheck(columns, dropped), np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 0)


def _refuse_name(column: str) -> None:
    for pattern, why in (
        (BUILT_FROM_CRIME, "is made of recorded crime"),
        (NOT_FOR_LEARNING, "is made of people's origin or belief"),
        (FOLLOWING_CRIME, "follows crime"),
    ):
        if pattern.search(column.lower()):
            raise InputError(
                column=column,
                found=f"a feature whose name says it {why}",
                expected="features that are not made from it",
                remedy="give the column a role other than `feature`",
            )


def _find_emptiness(values: pd.Series) -> str | None:
    known = values.dropna()
    if known.empty:
        return "no values"
    return "the same in every area" if known.nunique() == 1 else None


def refuse_leak(check: FeatureCheck, unit: np.ndarray, target: pd.Series) -> None:
    """Refuse a table in which a few columns explain nearly all of the target.

    Columns are added one at a time, the one most correlated with the residual first (orthogonal matching pursuit):
    sub-types that sum to the target are found in a few steps, whatever else is in the table.

    Source: Pati, Rezaiifar and Krishnaprasad (1993), Orthogonal matching pursuit.
    """
    counts = target.to_numpy(float)
    for scale in (counts, np.log1p(counts.clip(min=0))):
        wanted = scale - scale.mean()
        total = float(wanted @ wanted)
        if total == 0:
            continue
        left, chosen = wanted, list[int]()
        for _ in range(max(1, min(LEAK_COLUMNS, len(target) // AREAS_PER_LEAK_COLUMN, unit.shape[1]))):
            chosen.append(int(np.argmax(np.abs(left @ unit))))
            left = wanted - unit[:, chosen] @ np.linalg.lstsq(unit[:, chosen], wanted, rcond=None)[0]
            r2 = 1 - float(left @ left) / total
            if r2 > LEAK_R2:
                raise _describe_leak([check.columns[number] for number in chosen], r2)


def _describe_leak(columns: list[str], r2: float) -> InputError:
    said = "alone it explains" if len(columns) == 1 else "together they explain"
    return InputError(
        column=", ".join(columns),
        found=f"{said} the target with R² = {r2:.4f}",
        expected=f"features below R² {LEAK_R2}: more is a part or a copy of the target, not an explanation of it",
        remedy="leave the column out of the features",
    )
