"""The model card: what the models are and how they are tested, generated from the code.

It has no measured figures, as a city's files are not part of the project: those are in `models.html` of each release,
and in `docs/scorecard.md` where somebody has written it.
"""

from collections import Counter
from pathlib import Path

import yaml

from crime_dagster.core.dictionary import markdown_table
from crime_dagster.drawing.pages.models_content import LIMITS
from crime_dagster.modelling.explain.evaluation import FOLDS, TOP_FEATURES
from crime_dagster.modelling.explain.reach import APART, FOLD_SEEDS, GAP
from crime_dagster.modelling.explain.steady_year import HALF_LIFE, MONTHS_BEFORE
from crime_dagster.modelling.judge.bars import BARS
from crime_dagster.modelling.judge.verdicts import LEAST_COVERED, MOST_COVERED
from crime_dagster.modelling.kit.estimators import FREE_SHARE, LANDMARKS, POISSON_SHARE, TREES, CountEnsemble
from crime_dagster.modelling.kit.features import LEAK_R2
from crime_dagster.modelling.kit.intervals import LEAST_IN_BOROUGH

CARD = Path("docs") / "model-card.md"
ABLATION = (
    "What each part is worth, on folds that no choice was made on, is in "
    "[decision 27](decisions/27-what-explain-is-made-of.md)."
)


def draft_model_card(project_dir: Path) -> str:
    """Return `docs/model-card.md` as Markdown; the same code gives the same text."""
    columns = _read_columns(project_dir)
    roles = Counter(column["config"]["meta"]["role"] for column in columns)
    sources = Counter(
        source
        for column in columns
        if column["config"]["meta"]["role"] == "feature"
        for source in column["config"]["meta"].get("source", [])
    )
    parts = [
        "# Model card",
        "Written by `make docs` from the code. It holds no measured figure: those are in `models.html` of every "
        "release, with their baselines, and in `docs/scorecard.md` where `make scorecard WRITE=1` has written it "
        "after a run on London's published files.",
        "## What the models are for",
        "To say what an area with such features usually has (*explain*), and what the next year and month will "
        "probably bring (*forecast*). To see where recorded crime is higher or lower than in similar places, and to "
        "ask what-ifs of the association. Not to decide about people, and not to send police to an area: a model "
        "that learns from records sends them to where they were.",
        "## What they learn from",
        f"{roles['feature']} features, {roles['recording']} of where crime is recorded, which no what-if changes, and "
        f"{roles['exposure']} measures of size per small area (LSOA), all of them in "
        "`docs/data-dictionary.md`. No feature is made of recorded crime, and none says who people are by origin or "
        "belief; such columns are used for the fairness table only. Names, declared sources, the SQL that a column "
        f"is computed from, and its figures are checked; a column that explains the target with R² over {LEAK_R2:g}, "
        "alone or with a few others, stops the run with its name (`no_feature_from_crime`).",
        markdown_table(
            [{"Source": f"`{source}`", "Features": str(count)} for source, count in sorted(sources.items())],
            ["Source", "Features"],
        ).strip(),
        f"Explain models learn from the year's crimes averaged with up to {MONTHS_BEFORE} earlier months at the year's "
        f"level, which count half as much after {HALF_LIFE} months; scores are always against the year itself.",
        "By rule, and without looking at crime, counts are also given per 1,000 residents, and each feature as the "
        "mean of the eight nearest areas.",
        "## How explain works",
        _describe_ensemble(),
        "## How they are tested",
        markdown_table(_list_protocol(), ["Question", "Split", "Baselines"]).strip(),
        f"`make run` scores borough folds and forecasts; `make evaluate` adds borough folds drawn in {len(FOLD_SEEDS)} "
        f"ways, whose mean is then the score, random folds and MSOA blocks ({FOLDS} folds each), the loss of D² when a "
        "feature is shuffled within the held-out folds, accumulated local effects of the "
        f"{TOP_FEATURES} features that matter most, and the mean residual by deprivation, ethnicity and borough with a "
        "90 % interval that counts MSOAs.",
        "A forecast is published where it beats its baselines; elsewhere the baseline is. The page shows an explain "
        "model with its baselines and says where it does not beat them. Ranges are split-conformal: from "
        "the errors made in other folds or on an earlier year. They are widened, by a fifth at most, until "
        f"{LEAST_IN_BOROUGH:.0%} of the areas of each borough of the other folds, or of the earlier period, are "
        "inside: a model is wrong about a borough as a whole, so that more than the nominal share of all areas is "
        "inside.",
        ABLATION,
        "## What it must reach",
        f"{len(BARS)} thresholds for London in `crime_dagster/modelling/judge/bars.py`; `make scorecard` checks the "
        "last run against them and fails when one is missed or was not measured. In every run, on any data, checks "
        f"warn with the figure: `beats_the_mean`, `beats_last_year`, `coverage_holds` ({LEAST_COVERED:g} to "
        f"{MOST_COVERED:g} of areas inside the 90 % range), `residuals_are_not_clustered`; `predictions_are_finite` "
        "and `no_feature_from_crime` stop the release.",
        "## What they cannot do",
        "\n".join(f"- {limit}" for limit in LIMITS),
        "## Breaks in the data",
        "Listed in the seed `recording_breaks` and shown on every page that they affect.",
    ]
    return "\n\n".join(parts) + "\n"


def _read_columns(project_dir: Path) -> list[dict]:
    path = project_dir / "dbt_project" / "models" / "marts" / "areas" / "lsoa_features.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]["columns"]


def _describe_ensemble() -> str:
    parameters = CountEnsemble().get_params()
    return (
        "One model per crime type and fold, `CountEnsemble`: the mean of a Poisson regression (alpha "
        f"{parameters['poisson_alpha']:g}, weight {POISSON_SHARE:g}) and a ridge regression of logs (alpha "
        f"{parameters['ridge_alpha']:g}) with a kernel ridge regression of what it leaves over ({LANDMARKS} areas to "
        "compare with), all on logs of the features; trees that start from it and learn what it misses "
        f"({parameters['grown_trees']}); trees on their own ({parameters['free_trees']}, weight {FREE_SHARE:.2f}). "
        f"Trees are LightGBM's with a Tweedie loss of power {TREES['tweedie_variance_power']:g}. The prediction is the "
        "geometric mean, brought to the observed total of the other folds. The same data gives the same result for "
        "any number of threads and any order of rows."
    )


def _list_protocol() -> list[dict[str, object]]:
    return [
        {
            "Question": "Is it accurate for an unseen borough?",
            "Split": "eight folds of whole boroughs (`borough_folds`)",
            "Baselines": "mean of the other folds, linear regression",
        },
        {
            "Question": "And where no area near it was learned from?",
            "Split": f"the same, training areas within {APART / 1000:g} km left out (`{GAP}`); `without_<borough>` "
            "leaves the borough with most crime out of the score",
            "Baselines": "the same",
        },
        {
            "Question": "And for an unseen MSOA, or an area among seen ones?",
            "Split": "`msoa_blocks`, `random_folds`",
            "Baselines": "the same; easier questions, so better scores",
        },
        {
            "Question": "What comes next year, next month?",
            "Split": "origins that roll through time, trained on what ended before (`rolling_origin`)",
            "Baselines": "last year, mean of all months, weighted mean of the months",
        },
    ]
