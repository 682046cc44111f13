"""Feature impact: how predictions change when one feature changes. An association, not a causal effect."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.change import find_change_pct
from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.kit.validation import UNREPORTED
from crime_dagster.modelling.what_if.bootstrap import Bootstraps, find_interval
from crime_dagster.modelling.what_if.changes import Relations, change_features
from crime_dagster.modelling.what_if.scenarios import Scenario
from crime_dagster.modelling.what_if.support import UnanswerableError, find_outside, require_support

SPREAD = (10, 50, 90)
NEW, UNKNOWN = "new", "not known"
# Every model predicts every area; with more areas the simple model's draws are used instead.
MOST_AREAS = 1000
# Fewer draws say little about tails.
FEWEST_DRAWS = 5
OWN, SIMPLE = "ensemble", "simple model"


@dataclass(frozen=True)
class Impact:
    """The answer to one scenario for one crime type."""

    # One row: `scenario, feature, change, kind, percentile, place, areas, predicted, predicted_changed, change_crimes,
    # sum_change_pct, mean_change_pct, max_abs_change_pct, max_change_pct, max_change_lsoa_code, area_change_10_pct,
    # area_change_50_pct, area_change_90_pct, lower_90, upper_90, mean_lower_90, mean_upper_90, bootstraps,
    # outside_support_pct, interval_from`. The first interval is of `sum_change_pct`, the second of `mean_change_pct`.
    summary: pd.DataFrame
    # One row per borough of the changed areas: `scenario, borough_code, lower_90, upper_90`, of the change of its sum.
    boroughs: pd.DataFrame
    # One row per changed area, most predicted crime first: `scenario, lsoa_code, rank, predicted, predicted_changed,
    # change_crimes, change_pct, feature_before, feature_after, is_outside_support, note`.
    areas: pd.DataFrame


def run_scenario(
    features: pd.DataFrame,
    models: FoldModels,
    scenario: Scenario,
    bootstraps: Bootstraps,
    relations: Relations | None = None,
    *,
    predicted: pd.Series | None = None,
) -> Impact:
    """Change one feature in the areas with most predicted crime and predict them again.

    The areas are chosen once, by the prediction without the change, among areas with a count. Each is predicted by the
    model not trained on its borough, with and without the change. The feature changes in those areas only; derived
    features (see `change_features`) and means of nearest areas follow.

    The interval comes from the models of all folds or, for many areas, from a simple model fitted to draws of boroughs
    (see `ask_draws`): it is the uncertainty of the association, not of the causal effect of changing the feature.

    `features` are those that the models were fitted on, the scenario is already checked, and `predicted` are the
    models' predictions, if known already.

    Raises `UnanswerableError` if no area that is named has a count, or the scenario takes most of them outside the
    known range and does not say `force`.
    """
    features = features.loc[models.folds.index]
    known = models.predict(features) if predicted is None else predicted
    chosen = choose_areas(models, known, scenario.percentile, scenario.areas).index
    changed = change_features(features, scenario.feature, scenario.change, chosen, scenario.kind, relations)
    reported = features.loc[models.target.notna(), scenario.feature]
    asked, given = features.loc[chosen, scenario.feature], changed.loc[chosen, scenario.feature]
    outside_pct = float(100 * find_outside(reported, asked, given).mean())
    is_share = relations is not None and scenario.feature in relations.shares
    if scenario.feature in models.check.columns:  # any other changes nothing, whatever its values
        require_support(scenario, reported, asked, outside_pct, is_share=is_share)
    # Both of the same rows: sums over another number of rows may differ in the last digit, and no change must be
    # exactly 0.
    before, after = models.predict(features, chosen), models.predict(changed, chosen)

    areas = _rank_areas(scenario, before, after)
    for name, table in (("feature_before", features), ("feature_after", changed)):
        areas[name] = table.loc[areas["lsoa_code"], scenario.feature].to_numpy(float)
    areas["is_outside_support"] = find_outside(reported, areas["feature_before"], areas["feature_after"])
    tables = (models.build(table, chosen) for table in (features, changed))
    cheap_before, cheap_after, whose = ask_draws(models, bootstraps, *tables)
    summary = _summarise(scenario, areas, cheap_before, cheap_after, bootstraps.boroughs).assign(interval_from=whose)
    of = models.boroughs[chosen].to_numpy()
    rows = []
    for code in sorted(set(of)):
        mine = of == code
        answer = float(find_change_pct(before[mine].sum(), after[mine].sum()))
        cheap = 100 * (cheap_after[:, mine].sum(axis=1) / cheap_before[:, mine].sum(axis=1) - 1)
        rows.append((scenario.name, code, *find_interval(answer, cheap, bootstraps.boroughs)))
    return Impact(summary, pd.DataFrame(rows, columns=["scenario", "borough_code", "lower_90", "upper_90"]), areas)


def ask_draws(
    models: FoldModels, bootstraps: Bootstraps, before: pd.DataFrame, after: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, str]:
    """Return the draws' counts before and after a change, each of shape (1 + draws, areas), and their source.

    Each fold's model is a draw without an eighth of the boroughs. Such draws differ less than samples of boroughs
    would, so their spread is scaled like a delete-a-group jackknife. The first row is always the simple model's: its
    disagreement with the ensemble adds to the uncertainty (see `find_interval`). Areas count in a sum as they do in
    the answer, by the level of their police force. `before` and `after` are design tables.

    Source: Shao and Tu (1995), The jackknife and bootstrap, 2.3.
    """
    level = models.find_level(before.index)
    simple_before, simple_after = (level * bootstraps.predict(table) for table in (before, after))
    own = [estimator for fold, estimator in sorted(models.estimators.items()) if fold != UNREPORTED]
    if len(before) > MOST_AREAS or len(own) < FEWEST_DRAWS:
        return simple_before, simple_after, SIMPLE
    # Not as tables: they were fitted without names of columns, and scikit-learn would warn.
    counts, others = (np.array([one.predict(table.to_numpy(float)) for one in own]) for table in (before, after))
    logs, counts = np.log(others / counts), level * counts
    wider = (len(own) - 1) / np.sqrt(len(own))
    spread = logs.mean(axis=0) + wider * (logs - logs.mean(axis=0))
    return np.vstack([simple_before[:1], counts]), np.vstack([simple_after[:1], counts * np.exp(spread)]), OWN


def choose_areas(models: FoldModels, predicted: pd.Series, percentile: float, within: Sequence[str] = ()) -> pd.Series:
    """Return predictions of the areas with a count at or above a percentile of predicted crime, in code order.

    `within` limits areas and percentile to some codes; raises `UnanswerableError` if none of these has a count.
    """
    known = predicted[models.target.notna()]
    known = known[known.index.isin(within)] if within else known
    if known.empty:
        raise UnanswerableError("none of its areas reports this type")
    return known[known >= np.percentile(known, percentile)]


def compare_counts(before: pd.Series, after: pd.Series) -> tuple[pd.DataFrame, float]:
    """Return `change_crimes`, `change_pct` and `note` per area, and the change in per cent of the sum of known areas.

    From zero, the change in per cent is NaN and the note says `new`, or `not known` if either figure is missing.
    """
    table = pd.DataFrame(
        {"change_crimes": after - before, "change_pct": find_change_pct(before, after), "note": ""}, index=before.index
    )
    table.loc[(before == 0) & (after > 0), "note"] = NEW
    known = before.notna() & after.notna()
    table.loc[~known, "note"] = UNKNOWN
    return table, float(find_change_pct(before[known].sum(), after[known].sum()))


def _rank_areas(scenario: Scenario, before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Sort by predicted crime, highest first; ties by area code."""
    before = before.sort_values(ascending=False, kind="stable")
    after = after[before.index]
    changes, _ = compare_counts(before, after)
    return pd.DataFrame(
        {
            "scenario": scenario.name,
            "lsoa_code": before.index.to_numpy(str),
            "rank": np.arange(1, len(before) + 1),
            "predicted": before.to_numpy(),
            "predicted_changed": after.to_numpy(),
            **{name: changes[name].to_numpy() for name in ("change_crimes", "change_pct", "note")},
        }
    )


def _summarise(
    scenario: Scenario, areas: pd.DataFrame, cheap_before: np.ndarray, cheap_after: np.ndarray, boroughs: int
) -> pd.DataFrame:
    total, changed = areas["predicted"].sum(), areas["predicted_changed"].sum()
    changes = areas["change_pct"]
    place = int(np.argmax(changes.abs().to_numpy()))
    spread = dict(zip(SPREAD, np.nanpercentile(changes, SPREAD), strict=True))
    sum_change = float(find_change_pct(total, changed))
    cheap_sums = 100 * (cheap_after.sum(axis=1) / cheap_before.sum(axis=1) - 1)
    cheap_means = 100 * (cheap_after / cheap_before - 1).mean(axis=1)
    lower, upper = find_interval(sum_change, cheap_sums, boroughs)
    mean_lower, mean_upper = find_interval(float(changes.mean()), cheap_means, boroughs)
    summary = {
        "scenario": scenario.name,
        "feature": scenario.feature,
        "change": float(scenario.change),
        "kind": scenario.kind,
        "percentile": float(scenario.percentile),
        "place": scenario.place,
        "areas": len(areas),
        "predicted": float(total),
        "predicted_changed": float(changed),
        "change_crimes": float(changed - total),
        "sum_change_pct": sum_change,
        "mean_change_pct": float(changes.mean()),
        "max_abs_change_pct": float(abs(changes.iloc[place])),
        "max_change_pct": float(changes.iloc[place]),
        "max_change_lsoa_code": str(areas["lsoa_code"].iloc[place]),
        **{f"area_change_{share}_pct": float(value) for share, value in spread.items()},
        "lower_90": lower,
        "upper_90": upper,
        "mean_lower_90": mean_lower,
        "mean_upper_90": mean_upper,
        "bootstraps": len(cheap_sums) - 1,
        "outside_support_pct": float(100 * areas["is_outside_support"].mean()),
    }
    return pd.DataFrame([summary])
