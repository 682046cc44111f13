"""The scorecard as text: metric, value, threshold, verdict."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from crime_dagster.modelling.judge.verdicts import ABSENT, HOLDS, MISSED, Verdict

HEADS = ("Model", "Split", "Metric", "Crime type", "Value", "Bar", "Verdict")
COMMAND = "make scorecard WRITE=1"


def write_table(verdicts: Sequence[Verdict]) -> str:
    """Return a Markdown table that is also readable in a terminal."""
    rows = pd.DataFrame(map(_list_cells, verdicts), columns=HEADS)
    return str(rows.to_markdown(index=False, tablefmt="github", disable_numparse=True))


def write_summary(verdicts: Sequence[Verdict]) -> str:
    """Return one sentence: how many thresholds are met, missed and not measured."""
    counts = Counter(verdict.verdict for verdict in verdicts)
    return f"{counts[HOLDS]} of {len(verdicts)} thresholds met, {counts[MISSED]} missed, {counts[ABSENT]} not measured."


def write_document(verdicts: Sequence[Verdict], *, place: str, year: str, versions: str) -> str:
    """Return the table as a document, with place, year and versions."""
    return (
        f"# Scorecard\n\nWritten by `{COMMAND}` from `marts.model_scores` of a run on the published files of {place}, "
        f"{year} ({versions}). Nothing checks that it is fresh, as those files are not part of the project: run it "
        f"again after a change to a model.\n\n{write_summary(verdicts)} Where each bar comes from is in "
        f"`crime_dagster/modelling/judge/bars.py`; `residual_moran` is given as a share of `target_moran`.\n\n"
        f"{write_table(verdicts)}\n"
    )


def _list_cells(verdict: Verdict) -> tuple[str, ...]:
    bar = verdict.bar
    metric = f"{bar.metric} / {bar.share_of}" if bar.share_of else bar.metric
    value = "-" if verdict.value is None else f"{verdict.value:.3f}"
    return bar.model, bar.split, metric, bar.crime_type, value, _describe_bar(verdict), verdict.verdict


def _describe_bar(verdict: Verdict) -> str:
    least, most = verdict.bar.least, verdict.bar.most
    if least is not None and most is not None:
        return f"{least:g} to {most:g}"
    return f"at least {least:g}" if least is not None else f"at most {most:g}"
