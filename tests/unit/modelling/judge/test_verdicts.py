import pandas as pd
import pytest

from crime_dagster.modelling.judge.bars import BARS, Threshold
from crime_dagster.modelling.judge.scorecard import write_document, write_summary, write_table
from crime_dagster.modelling.judge.verdicts import find_clustered, find_unbeaten, find_uncovered, judge_bars

COLUMNS = ["crime_type", "model", "split", "metric", "value", "baseline", "baseline_value"]


def make_scores(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


EXPLAIN = ("explain", "borough_folds")
YEAR = ("forecast_year", "rolling_origin")
SCORES = make_scores(
    ("total", *EXPLAIN, "d2", 0.81, "mean", 0.0),
    ("total", *EXPLAIN, "d2", 0.81, "linear", 0.82),
    ("drug", *EXPLAIN, "d2", -0.1, "mean", 0.0),
    ("total", *EXPLAIN, "target_moran", 0.6, "mean", None),
    ("total", *EXPLAIN, "residual_moran", 0.3, "mean", 0.6),
    ("vehicle", *EXPLAIN, "target_moran", 0.2, "mean", None),
    ("vehicle", *EXPLAIN, "residual_moran", 0.19, "mean", 0.2),
    ("total", *YEAR, "d2", 0.95, "last_year", 0.95),
    ("total", *YEAR, "d2", 0.95, "all_months_mean", 0.94),
    ("total", *YEAR, "coverage_90", 0.98, "last_year", None),
    ("total", *YEAR, "coverage_90", 0.98, "all_months_mean", None),
    ("drug", *YEAR, "coverage_90", 0.84, "last_year", None),
    ("theft", *YEAR, "coverage_90", 0.9, "last_year", None),
)


@pytest.mark.parametrize(
    ("bar", "value", "verdict"),
    [
        (Threshold(*EXPLAIN, "d2", "total", least=0.80), 0.81, "holds"),
        (Threshold(*EXPLAIN, "d2", "total", least=0.82), 0.81, "missed"),
        (Threshold(*EXPLAIN, "d2", "theft", least=0.1), None, "absent"),
        (Threshold(*EXPLAIN, "residual_moran", "total", most=0.55, share_of="target_moran"), 0.5, "holds"),
        (Threshold(*EXPLAIN, "residual_moran", "vehicle", most=0.55, share_of="target_moran"), 0.95, "missed"),
        (Threshold(*YEAR, "coverage_90", "total", least=0.88, most=0.97), 0.98, "missed"),
        (Threshold(*YEAR, "coverage_90", "theft", least=0.88, most=0.97), 0.9, "holds"),
    ],
)
def test_a_bar_is_judged_by_its_own_row(bar: Threshold, value: float | None, verdict: str):
    (found,) = judge_bars(SCORES, [bar])
    assert found.verdict == verdict
    assert found.value == (None if value is None else pytest.approx(value))


def test_a_score_that_is_no_number_counts_as_not_measured():
    scores = make_scores(("total", *EXPLAIN, "d2", float("nan"), "mean", 0.0))
    assert judge_bars(scores, [Threshold(*EXPLAIN, "d2", "total", least=0.8)])[0].verdict == "absent"


def test_every_bar_is_stated_once_and_can_be_missed():
    keys = [(bar.model, bar.split, bar.metric, bar.crime_type) for bar in BARS]
    assert len(set(keys)) == len(keys) == 75
    assert all(bar.least is not None or bar.most is not None for bar in BARS)
    assert {found.verdict for found in judge_bars(SCORES.iloc[:0], BARS)} == {"absent"}


def test_a_baseline_that_is_not_beaten_is_named_a_tie_too():
    found = find_unbeaten(SCORES, ("mean",))
    assert found[["crime_type", "model", "value", "limit"]].to_numpy().tolist() == [["drug", "explain", -0.1, 0.0]]
    found = find_unbeaten(SCORES, ("last_year", "all_months_mean"))
    assert found[["crime_type", "against", "limit"]].to_numpy().tolist() == [["total", "last_year", 0.95]]


def test_coverage_outside_its_band_is_named_once():
    found = find_uncovered(SCORES)
    assert found[["crime_type", "value", "limit"]].to_numpy().tolist() == [["total", 0.98, 0.97], ["drug", 0.84, 0.85]]


def test_residuals_as_clustered_as_crime_are_named():
    found = find_clustered(SCORES)
    assert found["crime_type"].tolist() == ["vehicle"]
    assert found["limit"].tolist() == pytest.approx([0.11])


def test_the_scorecard_says_bar_and_verdict():
    bars = [
        Threshold(*EXPLAIN, "d2", "total", least=0.80),
        Threshold(*YEAR, "coverage_90", "total", least=0.88, most=0.97),
        Threshold(*EXPLAIN, "residual_moran", "theft", most=0.55, share_of="target_moran"),
    ]
    verdicts = judge_bars(SCORES, bars)
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in write_table(verdicts).splitlines()]
    assert lines[2] == ["explain", "borough_folds", "d2", "total", "0.810", "at least 0.8", "holds"]
    assert lines[3][4:] == ["0.980", "0.88 to 0.97", "missed"]
    assert lines[4][2:] == ["residual_moran / target_moran", "theft", "-", "at most 0.55", "absent"]
    assert write_summary(verdicts) == "1 of 3 thresholds met, 1 missed, 1 not measured."
    text = write_document(verdicts, place="Testham", year="12 months to May 2024", versions="numpy 2")
    assert "make scorecard WRITE=1" in text
    assert write_table(verdicts) in text
