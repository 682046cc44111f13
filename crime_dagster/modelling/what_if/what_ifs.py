"""All what-ifs of a run: several scenarios and the question of officers, for several crime types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.kit.processes import run_each
from crime_dagster.modelling.what_if.bootstrap import DRAWS, fit_bootstraps
from crime_dagster.modelling.what_if.changes import Relations
from crime_dagster.modelling.what_if.impact import choose_areas, run_scenario
from crime_dagster.modelling.what_if.officers import StudyEstimates, answer_officers
from crime_dagster.modelling.what_if.own_draws import FEWEST_DRAWS, MOST_AREAS
from crime_dagster.modelling.what_if.scenarios import Scenario

TOTAL = "total"


@dataclass(frozen=True)
class Answers:
    """What is known of one crime type after all what-ifs; tables are empty if nothing was asked."""

    summary: pd.DataFrame  # one row per scenario: `sort_order` from 1 and the columns of `Impact.summary`
    areas: pd.DataFrame  # the rows of `Impact.areas` of every scenario
    officers: pd.DataFrame  # as from `answer_officers`


def answer_what_ifs(
    features: pd.DataFrame,
    models: Mapping[str, FoldModels],
    scenarios: Sequence[Scenario],
    *,
    officers: pd.Series,
    relations: Relations,
    evidence: StudyEstimates | None = None,
    jobs: int = 2,
) -> dict[str, Answers]:
    """Answer every scenario for every crime type that it is about.

    Args:
        features: The features that the models were fitted on.
        models: Crime type -> models.
        scenarios: What is asked, checked before.
        officers: Officers per 1,000 residents of the area's borough, indexed by area; NaN if not published.
        relations: What is derived from what.
        evidence: What is known of officers; None if that is not asked.
        jobs: Number of processes.
    """
    tasks = {
        name: partial(_answer, name, features, each, scenarios, officers, evidence, relations)
        for name, each in models.items()
    }
    return run_each(tasks, jobs)


def list_unanswerable(features: pd.DataFrame, scenarios: Sequence[Scenario]) -> dict[str, str]:
    """Scenarios whose feature has no values in this data set, with the reason."""
    return {
        scenario.name: f"no what-if: {scenario.feature} has no values in this data set"
        for scenario in scenarios
        if not features[scenario.feature].notna().any()
    }


def _answer(
    crime_type: str,
    features: pd.DataFrame,
    models: FoldModels,
    scenarios: Sequence[Scenario],
    officers: pd.Series,
    evidence: StudyEstimates | None,
    relations: Relations,
) -> Answers:
    asked = [(number, one) for number, one in enumerate(scenarios, start=1) if one.concerns(crime_type)]
    summaries, areas = [pd.DataFrame()], [pd.DataFrame()]
    if asked:
        predicted = models.predict(features)
        # The models themselves say how sure they are of a few areas; only of many is the simple model drawn again.
        is_large = any(len(choose_areas(models, predicted, one.percentile)) > MOST_AREAS for _, one in asked)
        draws = DRAWS if is_large or len(models.estimators) < FEWEST_DRAWS else 0
        bootstraps = fit_bootstraps(models.build(features), models.target, models.boroughs, draws=draws)
        for number, scenario in asked:
            found = run_scenario(features, models, scenario, bootstraps, relations=relations, predicted=predicted)
            summaries.append(found.summary.assign(sort_order=number))
            areas.append(found.areas)
    known = (
        pd.DataFrame()
        if evidence is None
        else answer_officers(crime_type, models, features, officers, evidence, is_total=crime_type == TOTAL)
    )
    return Answers(pd.concat(summaries, ignore_index=True), pd.concat(areas, ignore_index=True), known)
