"""One model per fold of boroughs, and its predictions for the boroughs it was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.core.processes import run_each
from crime_dagster.modelling.kit.design import Design, make_design
from crime_dagster.modelling.kit.features import FeatureCheck, describe_features, refuse_leak
from crime_dagster.modelling.kit.levels import place_levels, scale_folds
from crime_dagster.modelling.kit.spatial import find_within
from crime_dagster.modelling.kit.validation import UNREPORTED, split_boroughs

if TYPE_CHECKING:
    from crime_dagster.modelling.kit.estimators import CountEnsemble

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class FoldModels:
    """Fitted models, kept so that one fit can answer several questions."""

    check: FeatureCheck  # the features used and those left out
    design: Design
    target: pd.Series  # crimes per area, NaN if not reported, sorted by area code
    boroughs: pd.Series  # borough of each area, same index
    folds: pd.Series  # fold that holds each area out, same index; `UNREPORTED` for areas without a count
    # Fold -> model fitted on all other folds; `UNREPORTED` -> model of every area with a count.
    estimators: dict[int, CountEnsemble]
    scales: dict[int, float]  # fold -> observed / predicted over the other folds, so that no fold's own total is used
    # Fold -> areas too near to it to learn from; empty if all areas of other folds are used.
    near: dict[int, pd.Series] = field(default_factory=dict)
    forces: pd.Series | None = None  # police force of each area, where a place has several
    levels: dict[int, dict[str, float]] = field(default_factory=dict)  # fold -> factor of each force, see `find_levels`
    # Of each area, from the features fitted to, by the model that was not trained on its borough; None if opened.
    predicted: pd.Series | None = None

    def find_learned(self, fold: int) -> pd.Series:
        learned = self.target.notna() & (self.folds != fold)
        return learned & ~self.near[fold] if fold in self.near else learned

    def build(self, features: pd.DataFrame, areas: pd.Index | None = None) -> pd.DataFrame:
        """Return the design table of some or all areas, from original or changed features, in any order."""
        rows = None if areas is None else self.folds.index.get_indexer(areas)
        return self.design.build(features.loc[self.folds.index], rows)

    def predict(self, features: pd.DataFrame, areas: pd.Index | None = None) -> pd.Series:
        """Predict some or all areas, each by the model that was not trained on its borough."""
        return self.predict_table(self.build(features, areas))

    def predict_table(self, table: pd.DataFrame) -> pd.Series:
        """Predict the rows of design tables, indexed by area; an area may occur more than once."""
        predicted = _predict_folds(table, self.folds.loc[table.index].to_numpy(), self.estimators, self.scales)
        return predicted * self.find_level(table.index)

    def find_level(self, areas: pd.Index) -> np.ndarray | float:
        """Return the factor of each area's police force in the fold that holds it out; 1 without one."""
        return place_levels(self.levels, self.folds.loc[areas], self.forces)


def fit_fold_models(
    features: pd.DataFrame,
    target: pd.Series,
    boroughs: pd.Series,
    *,
    learned: pd.Series | pd.DataFrame | None = None,
    **how: Any,
) -> FoldModels:
    """Fit one model per fold of boroughs and, if areas have no count, one for those; `how` as for `try_fit_many`.

    `features` has a row per area, indexed by `lsoa_code`; its column `residents` is also used for rates. The models are
    fitted to `learned`, where given, such as the target smoothed with earlier months; further columns of it are kinds,
    see `CountEnsemble`. The level of the predictions and every score still come from the target, crimes per area, NaN
    if the force has not reported.

    Raises:
        InputError: Columns that the leak guard refuses, fewer than two boroughs with counts, or no crime to learn from.
    """
    lessons = None if learned is None else {"": learned}
    return fit_many(features, target.to_frame(""), boroughs, learned=lessons, jobs=1, **how)[""]


def restore_fold_models(
    features: pd.DataFrame,
    target: pd.Series,
    boroughs: pd.Series,
    estimators: dict[int, CountEnsemble],
    scales: dict[int, float],
    levels: dict[int, dict[str, float]],
    *,
    coordinates: pd.DataFrame | None = None,
    folds: int = 8,
    seed: int = 0,
    forces: pd.Series | None = None,
) -> FoldModels:
    """Combine fitted models with the table they were fitted to, see `fit_fold_models`."""
    prepared = _prepare(features, target, boroughs, coordinates, folds, seed, 0, forces, {})
    wanted = {int(fold) for fold in prepared.folds.unique()}
    if set(estimators) != wanted or set(scales) != wanted:
        found, expected = (f"models of the folds {sorted(each)}" for each in (estimators, wanted))
        raise InputError(found=found, expected=expected, remedy="fit them again: materialise models/explain")
    return replace(prepared, estimators=estimators, scales=scales, levels=levels)


def _prepare(
    features: pd.DataFrame,
    target: pd.Series,
    boroughs: pd.Series,
    coordinates: pd.DataFrame | None,
    folds: int,
    seed: int,
    apart: float,
    forces: pd.Series | None,
    seen: dict[bytes, tuple[FoldModels, np.ndarray]],
) -> FoldModels:
    """Prepare one target; `seen` keeps what targets known for the same areas share."""
    # Trees draw rows by position.
    features = features.sort_index()
    target, boroughs = target.reindex(features.index).astype(float), boroughs.reindex(features.index)
    known = target.notna()
    if (key := known.to_numpy().tobytes()) in seen:
        alike, unit = seen[key]
        refuse_leak(alike.check, unit, target[known])
        return replace(alike, target=target)
    check, unit = describe_features(features, known)
    refuse_leak(check, unit, target[known])
    design = make_design(features, check.columns, coordinates=coordinates)
    numbers = pd.Series(UNREPORTED, index=target.index, dtype=int)
    numbers[known] = split_boroughs(boroughs[known], folds=folds, seed=seed)
    near = {}
    if apart and coordinates is not None:
        for fold in sorted(set(numbers) - {UNREPORTED}):
            held_out = (numbers == fold).to_numpy()
            near[int(fold)] = pd.Series(find_within(coordinates, target.index, held_out, apart), target.index)
    forces = None if forces is None else forces.reindex(features.index)
    seen[key] = FoldModels(check, design, target, boroughs, numbers, {}, {}, near, forces), unit
    return seen[key][0]


def fit_many(
    features: pd.DataFrame,
    targets: pd.DataFrame,
    boroughs: pd.Series,
    *,
    learned: Mapping[str, pd.Series | pd.DataFrame] | None = None,
    **how: Any,
) -> dict[str, FoldModels]:
    """Fit the models of several crime types, a column of `targets` each; see `try_fit_many`."""
    wanted = {str(name): target for name, target in targets.items()}
    found = try_fit_many(features, wanted, boroughs, learned=learned, **how)
    for error in (one for one in found.values() if isinstance(one, InputError)):
        raise error
    return {name: one for name, one in found.items() if isinstance(one, FoldModels)}


def try_fit_many(
    features: pd.DataFrame,
    targets: Mapping[Key, pd.Series],
    boroughs: pd.Series,
    *,
    learned: Mapping[Key, pd.Series | pd.DataFrame] | None = None,
    coordinates: pd.DataFrame | None = None,
    folds: int = 8,
    seed: int = 0,
    apart: float = 0,
    forces: pd.Series | None = None,
    estimator: type[CountEnsemble] | None = None,
    jobs: int = 2,
) -> dict[Key, FoldModels | InputError]:
    """Fit models for several targets by name, see `fit_fold_models`; one that cannot be fitted has its error.

    `coordinates` (`easting` and `northing` in metres per area) are for means of the nearest areas. Areas with a centre
    within `apart` metres of that of a held-out area are left out of training. Predictions follow the level of a police
    force, of `forces` by area, where its other boroughs are known. `estimator` is `CountEnsemble` by default.
    """
    # Takes a second to import, which loading the definitions does not need.
    from crime_dagster.modelling.kit.estimators import CountEnsemble, fit_ensembles

    found: dict[Key, FoldModels | InputError] = {}
    prepared: dict[Key, FoldModels] = {}
    lessons: dict[Key, pd.Series | pd.DataFrame] = {}
    seen: dict[bytes, tuple[FoldModels, np.ndarray]] = {}
    alike: dict[tuple[tuple[str, ...], bytes], list[Key]] = {}
    for name, target in targets.items():
        try:
            one = _prepare(features, target, boroughs, coordinates, folds, seed, apart, forces, seen)
            _require_crime(one)
        except InputError as error:
            found[name] = error
            continue
        found[name] = prepared[name] = one
        lesson = (learned or {}).get(name, one.target).reindex(one.target.index).astype(float)
        lessons[name] = lesson.fillna(one.target) if isinstance(lesson, pd.Series) else lesson
        alike.setdefault((one.check.columns, one.folds.to_numpy().tobytes()), []).append(name)
    tasks: dict[tuple[Key, int], Callable[[], list[CountEnsemble]]] = {}
    tables: dict[Key, pd.DataFrame] = {}
    for names in alike.values():
        first = prepared[names[0]]
        tables[names[0]] = table = first.build(features)
        for fold in sorted(first.folds.unique()):
            rows = first.find_learned(fold)
            of_fold = [lessons[name][rows] for name in names]
            tasks[names[0], int(fold)] = partial(fit_ensembles, table[rows], of_fold, estimator or CountEnsemble, seed)
    fitted = run_each(tasks, jobs)
    for names in alike.values():
        for at, name in enumerate(names):
            estimators = {fold: models[at] for (first_name, fold), models in fitted.items() if first_name == names[0]}
            found[name] = _scale_models(prepared[name], tables[names[0]], estimators)
    return found


def _require_crime(models: FoldModels) -> None:
    for fold in sorted(models.folds.unique()):
        rows = models.find_learned(fold)
        if models.target[rows].sum() <= 0:
            held_out = ", ".join(sorted(models.boroughs[models.folds == fold].astype(str).unique()))
            found = f"no crime in {int(rows.sum())} areas outside {held_out}"
            remedy = "leave this crime type out, or use a longer period"
            raise InputError(found=found, expected="crime in more than one part of the city", remedy=remedy)


def _scale_models(models: FoldModels, table: pd.DataFrame, estimators: dict[int, CountEnsemble]) -> FoldModels:
    """Scale the predictions to the level of the counts, each fold's by those of the other folds."""
    raw = _predict_folds(table, models.folds.to_numpy(), estimators, dict.fromkeys(estimators, 1.0))
    others = {fold: models.find_learned(fold) for fold in estimators}
    scales, levels = scale_folds(models.target, raw, models.boroughs, models.forces, others)
    scaled = replace(models, estimators=estimators, scales=scales, levels=levels)
    predicted = raw * models.folds.map(scales) * scaled.find_level(models.folds.index)
    return replace(scaled, predicted=predicted.rename("predicted"))


def _predict_folds(
    table: pd.DataFrame, folds: np.ndarray, estimators: dict[int, CountEnsemble], scales: dict[int, float]
) -> pd.Series:
    # Not as a table: scikit-learn looks at each column of one, which takes longer than the prediction.
    values, predicted = table.to_numpy(float), np.full(len(table), np.nan)
    for fold, estimator in estimators.items():
        rows = folds == fold
        if rows.any():
            predicted[rows] = scales[fold] * estimator.predict(values[rows])
    return pd.Series(predicted, table.index, name="predicted")
