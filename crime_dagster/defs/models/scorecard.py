"""The scores of a warehouse checked against the thresholds."""

from importlib.metadata import version

import pandas as pd

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.drawing.kit.words import year_to
from crime_dagster.modelling.judge.bars import BARS
from crime_dagster.modelling.judge.scorecard import write_document
from crime_dagster.modelling.judge.verdicts import Verdict, judge_bars

VERSIONS_OF = ("scikit-learn", "lightgbm", "numpy")


def judge_scores(settings: Settings) -> list[Verdict]:
    """Return one verdict per threshold, from `marts.model_scores`."""
    return judge_bars(read_scores(settings), BARS)


def read_scores(settings: Settings) -> pd.DataFrame:
    """Return the scores of all areas together."""
    scores = read_mart(settings.database, "model_scores")
    return scores[scores["borough_code"].isna()]


def describe_scorecard(settings: Settings, verdicts: list[Verdict]) -> str:
    """Return the document with the measured figures."""
    table = read_mart(settings.database, "lsoa_features", columns=["year_ending"])
    last_month = pd.Timestamp(table["year_ending"].max()).date()
    versions = ", ".join(f"{name} {version(name)}" for name in VERSIONS_OF)
    return write_document(verdicts, place=read_place(settings).name, year=year_to(last_month), versions=versions)
