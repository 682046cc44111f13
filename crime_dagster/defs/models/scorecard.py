"""The scores of a warehouse checked against the thresholds."""

from importlib.metadata import version

import pandas as pd

from crime_dagster.core.data_set import DataSet
from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.drawing.kit.words import year_to
from crime_dagster.modelling.judge.bars import BARS
from crime_dagster.modelling.judge.scorecard import write_document, write_summary, write_table
from crime_dagster.modelling.judge.verdicts import HOLDS, Verdict, judge_bars

SCORECARD = "docs/scorecard.md"
VERSIONS_OF = ("scikit-learn", "lightgbm", "numpy")


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


def show_scorecard(settings: Settings, *, is_kept: bool) -> bool:
    """Print the verdicts, write the document if it `is_kept`, and return whether every threshold is met."""
    said, default = settings.data_set, DataSet.place
    kind = f"made-up data ({said.place})" if said.synthetic else f"data of {said.place}" if said.is_cut else ""
    if is_kept and kind:
        raise InputError(
            file=settings.data_dir,
            found=kind,
            expected=f"published files of {default}, whose figures {SCORECARD} holds",
            remedy="name theirs: CRIME_DATA_DIR=<folder> make scorecard WRITE=1, after make run and make evaluate",
        )
    verdicts = judge_bars(read_scores(settings), BARS)
    if kind:
        mark = "SYNTHETIC: " if said.synthetic else ""
        print(f"{mark}the bars are {default}'s, not those of {kind}.\n")
    print(f"{write_table(verdicts)}\n\n{write_summary(verdicts)}")
    if is_kept:
        (settings.project_dir / SCORECARD).write_text(describe_scorecard(settings, verdicts), encoding="utf-8")
    return all(verdict.verdict == HOLDS for verdict in verdicts)
