"""The model card: what the models are and how they are tested, generated from the code.

It has no measured figures, as a city's files are not part of the project: those are in `models.html` of each release,
and in `docs/scorecard.md` where somebody has written it.
"""

from collections import Counter
from pathlib import Path

import yaml

from crime_dagster.defs.runtime.model_inputs import LEARNED_BY_KIND
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.pages.models_content import LIMITS
from crime_dagster.modelling.explain.evaluation import TOP_FEATURES
from crime_dagster.modelling.explain.reach import APART, FOLD_SEEDS, FOLDS, GAP
from crime_dagster.modelling.explain.steady_year import HALF_LIFE, LEAST_KIND, MONTHS_BEFORE
from crime_dagster.modelling.judge.bars import BARS
from crime_dagster.modelling.judge.verdicts import LEAST_COVERED, MOST_COVERED
from crime_dagster.modelling.kit.borough_effects import MOST_WIDENED
from crime_dagster.modelling.kit.features import LEAK_R2

CARD = Path("docs") / "model-card.md"


def draft_model_card(project_dir: Path) -> str:
    """Return `docs/model-card.md` as Markdown; the same code gives the same text."""
    # Takes a second to import, which loading the definitions does not need.
    from crime_dagster.modelling.kit import estimators

    columns = _read_columns(project_dir)
    roles = Counter(column["config"]["meta"]["role"] for column in columns)
    sources = Counter(
        source
        for column in columns
        if column["config"]["meta"]["role"] == "feature"
        for source in column["config"]["meta"].get("source", [])
    )
    return render_template(
        "model_card.md.j2",
        roles=roles,
        sources=sorted(sources.items()),
        leak_r2=LEAK_R2,
        months_before=MONTHS_BEFORE,
        half_life=HALF_LIFE,
        ensemble=estimators.CountEnsemble().get_params(),
        poisson_share=estimators.POISSON_SHARE,
        free_share=estimators.FREE_SHARE,
        by_kind=LEARNED_BY_KIND,
        least_kind=LEAST_KIND,
        free_share_by_kind=estimators.FREE_SHARE_BY_KIND,
        ridge_per_area=estimators.RIDGE_PER_AREA,
        landmarks=estimators.LANDMARKS,
        tweedie_power=estimators.TREES["tweedie_variance_power"],
        gap=GAP,
        gap_km=APART / 1000,
        fold_seeds=len(FOLD_SEEDS),
        folds=FOLDS,
        top_features=TOP_FEATURES,
        most_widened=f"{MOST_WIDENED - 1:.0%}",
        bars=len(BARS),
        covered=(LEAST_COVERED, MOST_COVERED),
        limits=LIMITS,
    )


def _read_columns(project_dir: Path) -> list[dict]:
    path = project_dir / "dbt_project" / "models" / "marts" / "areas" / "lsoa_features.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]["columns"]
