"""The extended evaluation of the explain models: minutes of work that no refresh needs, in a separate job."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from time import perf_counter
from typing import NamedTuple

import dagster as dg
import pandas as pd

from crime_dagster.core.processes import run_each
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.models.saved_models import open_models
from crime_dagster.defs.runtime.model_inputs import (
    MODEL_MARTS,
    ModelInputs,
    choose_types,
    read_model_inputs,
    write_model_rows,
)
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.steps import step
from crime_dagster.modelling.explain.evaluation import explain_model
from crime_dagster.modelling.explain.explain import MODEL, explain
from crime_dagster.modelling.explain.reach import (
    BLOCKS,
    FOLD_SEEDS,
    FORCES,
    RANDOM,
    Split,
    average_seeds,
    list_splits,
    name_without,
    score_split,
)
from crime_dagster.modelling.kit.fairness import compare_groups, cut_quintiles
from crime_dagster.modelling.kit.fold_models import FoldModels

SCORES, REACH, IMPORTANCES, EFFECTS, FAIRNESS = (
    "evaluation_scores",
    "evaluation_reach",
    "evaluation_importances",
    "evaluation_effects",
    "evaluation_fairness",
)
JOBS = 2
WHITE, DECILE = "ethnic_white_pct", "imd_decile"
BUSIEST_BY = "total"

# What the job `evaluate_models` adds; no refresh waits for it.
EVALUATIONS = (dg.AssetKey(["models", "impact_grid"]), dg.AssetKey(["models", "evaluation"]))


class Part(NamedTuple):
    """One task: its name and duration, and the rows of each result and crime type."""

    name: str
    seconds: float
    rows: dict[tuple[str, str], pd.DataFrame]


@step(
    "models/evaluation",
    "scikitlearn",
    marts=(*MODEL_MARTS, "borough_years"),
    after=("models/explain",),
    by_type=True,
    description="The explain models on other folds of boroughs, with 2 km around a borough left out, without the "
    "busiest borough, on random folds, MSOA blocks and whole forces; feature importances, how predictions change along "
    "a feature, and for which groups they are too high or too low.",
)
def evaluation(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    started = perf_counter()
    crimes = list_chosen_types(context, settings)
    inputs = read_model_inputs(settings, crimes)
    models = open_models(settings, inputs, context.log.warning)
    context.log.info(f"models of {len(models)} crime types ready after {perf_counter() - started:.0f} s")
    found = defaultdict[tuple[str, str], list[pd.DataFrame]](list)
    for part in _work(inputs, models, _find_busiest(settings), *_read_groups(settings, inputs)):
        context.log.info(f"{part.name} took {part.seconds:.0f} s")
        for key, rows in part.rows.items():
            found[key].append(rows)
    for (thing, crime_type), parts in found.items():
        rows = pd.concat(parts, ignore_index=True)
        rows = average_seeds(rows) if thing == REACH else rows
        rows = rows.assign(crime_type=crime_type, period_end=inputs.period[1].date())
        write_model_rows(settings, thing, crime_type, rows)
    left_out = [crime.crime_type for crime in crimes if crime.crime_type not in models]
    for name in left_out:
        context.log.warning(f"{name}: not evaluated, {inputs.left_out[name]}")
    return dg.MaterializeResult(
        metadata={
            "crime_types": dg.MetadataValue.json(list(models)),
            "left_out": dg.MetadataValue.json(inputs.left_out),
            "seconds": round(perf_counter() - started),
        }
    )


def judge_fairness(
    models: FoldModels, features: pd.DataFrame, groups: dict[str, pd.Series], msoas: pd.Series
) -> pd.DataFrame:
    """Return the mean residual of the areas of each group of each grouping, by models not trained on their borough.

    Errors of areas within one MSOA are correlated, so that ranges count MSOAs.
    """
    residuals = models.target - models.predict(features)
    parts = []
    for grouping, group in groups.items():
        found = compare_groups(residuals, group, msoas).rename(columns={"group": "group_name"})
        actual = models.target.groupby(group.map(str, na_action="ignore")).mean()
        parts.append(found.assign(model=MODEL, grouping=grouping, mean_actual=found["group_name"].map(actual)))
    return pd.concat(parts, ignore_index=True)


def _read_groups(settings: Settings, inputs: ModelInputs) -> tuple[pd.Series, dict[str, pd.Series]]:
    """Return each area's MSOA and population groups: only for this table, as no model uses these columns."""
    msoas = read_mart(settings.database, "lsoas", columns=["lsoa_code", "msoa_code"]).set_index("lsoa_code")[
        "msoa_code"
    ]
    table = read_mart(settings.database, "lsoa_features", columns=["lsoa_code", DECILE, WHITE])
    table = table.set_index("lsoa_code").reindex(inputs.features.index)
    groups = {
        DECILE: table[DECILE].astype("Int64"),
        "ethnicity_quintile": cut_quintiles(100 - table[WHITE].astype(float)).astype("Int64"),
        "borough": inputs.boroughs,
    }
    return msoas.reindex(inputs.features.index), groups


def _find_busiest(settings: Settings) -> dict[str, str]:
    """Return the name of the split without the borough with most crime in the year, and its code."""
    years = read_mart(settings.database, "borough_years", {"crime_type": BUSIEST_BY})
    busiest = (
        years[years["is_current"].astype(bool)].sort_values(["crimes", "borough_code"], na_position="first").iloc[-1]
    )
    return {name_without(str(busiest["borough_name"])): str(busiest["borough_code"])}


def _work(
    inputs: ModelInputs,
    models: dict[str, FoldModels],
    busiest: dict[str, str],
    msoas: pd.Series,
    groups: dict[str, pd.Series],
) -> Iterable[Part]:
    inputs = choose_types(inputs, list(models))
    tasks: dict[object, Callable[[], Part]] = {
        f"split {at}": partial(_score, inputs, split)
        for at, split in enumerate(list_splits(inputs.boroughs, msoas, inputs.forces, busiest), start=1)
    }
    tasks |= {name: partial(_explain, inputs, name, fitted, busiest, groups, msoas) for name, fitted in models.items()}
    names = [*tasks]
    # A few at a time, so that each is logged when it is done and not after half an hour.
    for at in range(0, len(names), JOBS):
        yield from run_each({name: tasks[name] for name in names[at : at + JOBS]}, JOBS).values()


def _score(inputs: ModelInputs, split: Split) -> Part:
    started = perf_counter()
    found = score_split(
        split,
        inputs.features,
        inputs.targets,
        learned=inputs.learned,
        coordinates=inputs.coordinates,
        land=inputs.land,
        forces=inputs.forces,
    )
    thing = SCORES if {RANDOM, BLOCKS, FORCES} & set(split.splits) else REACH
    words = ", ".join([*split.splits, *(f"{name} {value}" for name, value in split.how.items())])
    return Part(words, perf_counter() - started, {(thing, name): scores for name, scores in found.items()})


def _explain(
    inputs: ModelInputs,
    crime_type: str,
    models: FoldModels,
    busiest: dict[str, str],
    groups: dict[str, pd.Series],
    msoas: pd.Series,
) -> Part:
    started = perf_counter()
    importances, effects = explain_model(models, inputs.features)
    fairness = judge_fairness(models, inputs.features, groups, msoas)
    scores = explain(models, inputs.features, coordinates=inputs.coordinates, land=inputs.land, splits=busiest).scores
    rows = {
        IMPORTANCES: importances,
        EFFECTS: effects,
        FAIRNESS: fairness,
        REACH: scores.assign(fold_seed=FOLD_SEEDS[0]),
    }
    words = f"{crime_type}: importances, effects and fairness"
    return Part(words, perf_counter() - started, {(thing, crime_type): each for thing, each in rows.items()})
