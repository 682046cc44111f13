"""More officers: estimates from studies, and the answer of a model that does not know causes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.change import find_change_pct
from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.what_if.bootstrap import find_interval, fit_bootstraps

EVIDENCE, MODEL = "evidence", "model (not causal)"
COLUMN = "officers_per_1000"
NOT_CAUSAL = (
    "Not causal: officers are sent to where crime is, so that a model learns 'more officers, more crime'. Read the "
    "evidence instead."
)
MEASURED = "Measured where the number of officers changed for another reason than crime; for crime as a whole."
SINGLE_TYPE = "Measured for several kinds of crime together; for a single one it is a rough guide."


@dataclass(frozen=True)
class StudyEstimates:
    """The change of crime, in per cent, if officers change by one per cent."""

    change: float  # the relative change of officers in question; 0.2 is 20 % more
    elasticity: float
    lowest: float  # plausible range, with `highest`
    highest: float
    source: str  # where the estimate is from


DRACA = StudyEstimates(
    change=0.2,
    elasticity=-0.3,
    lowest=-0.5,
    highest=-0.1,
    source="Draca, Machin and Witt (2011), Panic on the streets of London, American Economic Review 101(5): 2157-2181",
)


def answer_officers(
    crime_type: str,
    models: FoldModels,
    features: pd.DataFrame,
    officers: pd.Series,
    evidence: StudyEstimates = DRACA,
    *,
    is_total: bool = False,
) -> pd.DataFrame:
    """Return the effect of more or fewer officers in the whole city, by studies and by a model.

    The model's answer comes second, with a note that it is not causal. It is that of the simple model with officers
    (per 1,000 residents of the area's borough, all NaN if not published) beside the features; the published models,
    which are those of `models`, never use officers.

    Returns:
        One row per answer: `scenario, crime_type, model, change, crimes, sum_change_pct, lower_pct, upper_pct,
        change_crimes, elasticity, note, source`; `crimes` is the city's recorded crime of the year.
    """
    crimes = float(models.target.sum())
    ends = sorted(_find_change(evidence.change, each) for each in (evidence.lowest, evidence.highest))
    first = {
        "model": EVIDENCE,
        "sum_change_pct": _find_change(evidence.change, evidence.elasticity),
        "lower_pct": ends[0],
        "upper_pct": ends[1],
        "elasticity": evidence.elasticity,
        "note": MEASURED if is_total else SINGLE_TYPE,
        "source": evidence.source,
    }
    rows = [first]
    if officers.reindex(models.target.dropna().index).nunique() > 1:
        rows.append(_ask_model(models, features, officers, evidence.change))
    table = pd.DataFrame(rows).assign(
        scenario=f"officers {100 * evidence.change:+.4g} %",
        crime_type=crime_type,
        change=evidence.change,
        crimes=crimes,
    )
    table["change_crimes"] = table["crimes"] * table["sum_change_pct"] / 100
    order = ["scenario", "crime_type", "model", "change", "crimes", "sum_change_pct", "lower_pct", "upper_pct"]
    return table[[*order, "change_crimes", "elasticity", "note", "source"]]


def _find_change(change: float, elasticity: float) -> float:
    return float(100 * ((1 + change) ** elasticity - 1))


def _ask_model(models: FoldModels, features: pd.DataFrame, officers: pd.Series, change: float) -> dict[str, object]:
    table = models.build(features).assign(**{COLUMN: officers.reindex(models.folds.index).astype(float)})
    cheap = fit_bootstraps(table, models.target, models.boroughs)
    table = table[models.target.notna()]
    before = cheap.predict(table).sum(axis=1)
    after = cheap.predict(table.assign(**{COLUMN: (1 + change) * table[COLUMN]})).sum(axis=1)
    answers = find_change_pct(before, after)
    lower, upper = find_interval(answers[0], answers, cheap.boroughs)
    return {
        "model": MODEL,
        "sum_change_pct": float(answers[0]),
        "lower_pct": lower,
        "upper_pct": upper,
        "elasticity": float(np.log1p(answers[0] / 100) / np.log1p(change)) if change else float("nan"),
        "note": NOT_CAUSAL,
        "source": "",
    }
