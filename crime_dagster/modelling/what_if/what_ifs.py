"""All what-ifs of a run: several scenarios, the officers question and a grid, for several crime types."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from crime_dagster.core.processes import run_each
from crime_dagster.modelling.kit.change import find_change_pct
from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.what_if.bootstrap import DRAWS, find_interval, fit_bootstraps
from crime_dagster.modelling.what_if.changes import Relations, change_features
from crime_dagster.modelling.what_if.impact import FEWEST_DRAWS, MOST_AREAS, Impact, choose_areas, run_scenario
from crime_dagster.modelling.what_if.officers import StudyEstimates, answer_officers
from crime_dagster.modelling.what_if.scenarios import BUSIEST, Scenario
from crime_dagster.modelling.what_if.support import UnanswerableError, find_outside

TOTAL = "total"
UNANSWERED = ["scenario", "sort_order", "feature", "reason"]
CHANGES = (-0.2, 0.2)
COLUMNS = ["feature", "change", "percentile", "areas", "sum_change_pct", "change_crimes", "lower_90", "upper_90"]


@dataclass(frozen=True)
class Answers:
    """The answers for one crime type; tables are empty if nothing was asked."""

    summary: pd.DataFrame  # one row per scenario: `sort_order` from 1 and the columns of `Impact.summary`
    areas: pd.DataFrame  # the rows of `Impact.areas` of every scenario
    boroughs: pd.DataFrame  # the rows of `Impact.boroughs`
    unanswered: pd.DataFrame  # unanswered scenarios: `scenario, sort_order, feature, reason`
    officers: pd.DataFrame  # as from `answer_officers`


def answer_what_ifs(
    features: pd.DataFrame,
    models: Mapping[str, FoldModels],
    scenarios: Sequence[Scenario],
    *,
    officers: pd.Series,
    relations: Relations,
    evidence: StudyEstimates | None = None,
    labels: Mapping[str, str] | None = None,
    jobs: int = 2,
) -> dict[str, Answers]:
    """Answer every scenario for every crime type that it applies to.

    Scenarios are already checked. `officers` are per 1,000 residents of the area's borough, NaN if not published;
    `evidence` are study estimates, None if that is not asked; `labels` name features in reasons.
    """
    tasks = {
        name: partial(_answer, name, features, each, scenarios, officers, evidence, relations, labels or {})
        for name, each in models.items()
    }
    return run_each(tasks, jobs)


def _answer(
    crime_type: str,
    features: pd.DataFrame,
    models: FoldModels,
    scenarios: Sequence[Scenario],
    officers: pd.Series,
    evidence: StudyEstimates | None,
    relations: Relations,
    labels: Mapping[str, str],
) -> Answers:
    asked = [(number, one) for number, one in enumerate(scenarios, start=1) if one.concerns(crime_type)]
    found, unanswered = list[Impact](), list[tuple[str, int, str, str]]()
    if asked:
        predicted = models.predict(features)
        bootstraps = fit_bootstraps(
            models.build(features),
            models.target,
            models.boroughs,
            draws=_count_draws(models, predicted, [one for _, one in asked]),
        )
    for number, scenario in asked:
        try:
            if not features[scenario.feature].notna().any():
                raise UnanswerableError(
                    f"this data set has no figures of “{labels.get(scenario.feature, scenario.feature)}”"
                )
            impact = run_scenario(features, models, scenario, bootstraps, relations=relations, predicted=predicted)
            found.append(replace(impact, summary=impact.summary.assign(sort_order=number)))
        except UnanswerableError as error:
            unanswered.append((scenario.name, number, scenario.feature, str(error)))
    known = (
        pd.DataFrame()
        if evidence is None
        else answer_officers(crime_type, models, features, officers, evidence, is_total=crime_type == TOTAL)
    )
    tables = {
        part: pd.concat([pd.DataFrame(), *(getattr(one, part) for one in found)], ignore_index=True)
        for part in ("summary", "areas", "boroughs")
    }
    return Answers(**tables, unanswered=pd.DataFrame(unanswered, columns=UNANSWERED), officers=known)


def _count_draws(models: FoldModels, predicted: pd.Series, asked: Sequence[Scenario]) -> int:
    """Return how often the simple model is drawn: not at all where the models themselves give every interval."""
    if len(models.estimators) < FEWEST_DRAWS:
        return DRAWS
    for scenario in asked:
        with suppress(UnanswerableError):
            if len(choose_areas(models, predicted, scenario.percentile, scenario.areas)) > MOST_AREAS:
                return DRAWS
    return 0


def run_grid(
    features: pd.DataFrame,
    models: FoldModels,
    allowed_features: Sequence[str],
    *,
    changes: Sequence[float] = CHANGES,
    percentile: float = BUSIEST,
    relations: Relations | None = None,
) -> pd.DataFrame:
    """Change every feature by each of some shares, for one crime type.

    Of the `allowed_features` those without values are left out.

    Returns:
        One row per feature and change: `feature, change, percentile, areas, sum_change_pct, change_crimes, lower_90,
        upper_90, outside_support_pct, rank`; rank 1 changes the sum most, ties by the feature's name.
    """
    bootstraps = fit_bootstraps(models.build(features), models.target, models.boroughs)
    features = features.loc[models.folds.index]
    before = choose_areas(models, models.predict(features), percentile)
    level = models.find_level(before.index)
    cheap = (level * bootstraps.predict(models.build(features, before.index))).sum(axis=1)
    known = features[models.target.notna()]
    rows = []
    for feature in sorted(name for name in allowed_features if known[name].notna().any()):
        changed = [change_features(features, feature, change, before.index, relations=relations) for change in changes]
        tables = [models.build(one, before.index) for one in changed]
        # One call for all changes: starting a call takes as long as predicting many rows.
        after = models.predict_table(pd.concat(tables)).to_numpy().reshape(len(changes), -1).sum(axis=1)
        for change, one, table, total in zip(changes, changed, tables, after, strict=True):
            answer = float(find_change_pct(before.sum(), total))
            again = (level * bootstraps.predict(table)).sum(axis=1)
            interval = find_interval(answer, 100 * (again / cheap - 1), bootstraps.boroughs)
            places = [values.loc[before.index, feature].astype(float) for values in (features, one)]
            outside = float(100 * find_outside(known[feature], *places).mean())
            size = (percentile, len(before), answer, float(total - before.sum()))
            rows.append((feature, change, *size, *interval, outside))
    table = pd.DataFrame(rows, columns=[*COLUMNS, "outside_support_pct"])
    order = table["sum_change_pct"].abs().sort_values(ascending=False, kind="stable").index
    table.loc[order, "rank"] = np.arange(1, len(table) + 1)
    return table.astype({"rank": int}).sort_values("rank", ignore_index=True)


def run_grids(
    features: pd.DataFrame,
    models: dict[str, FoldModels],
    allowed_features: Sequence[str],
    *,
    jobs: int = 2,
    **asked: Any,
) -> dict[str, pd.DataFrame]:
    tasks = {name: partial(run_grid, features, each, allowed_features, **asked) for name, each in models.items()}
    return run_each(tasks, jobs)
