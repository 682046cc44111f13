"""Small charts as coordinates: each place can be computed by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from crime_dagster.drawing.pages.small_charts import (
    BAR_WIDTH,
    CURVE_BOTTOM,
    CURVE_TOP,
    SQUARE,
    SQUARE_LEFT,
    SQUARE_TOP,
    lay_bars,
    lay_calibration,
    lay_curves,
)


def test_bars_begin_at_nought_and_whiskers_reach_their_folds():
    rows = pd.DataFrame({"importance": [0.06, -0.01], "lowest_fold": [0.02, -0.02], "highest_fold": [0.1, 0.0]})
    first, second = lay_bars(rows, ["Pubs", "Parks"])
    # From -0.02 to 0.1 are 240: a hundredth is 20.
    assert BAR_WIDTH == 240
    assert (first.left, first.width, first.whisker, first.zero) == (40, 120, (80, 240), 40)
    assert (second.left, second.width, second.whisker) == (20, 20, (0, 40))
    assert (first.value, second.value, second.spread) == ("0.060", "−0.010", "−0.020 to 0.000")
    assert lay_bars(rows.iloc[:0], []) == ()


def test_curves_share_a_scale_and_thin_ends_are_told_apart():
    rising = pd.DataFrame({"x": [0, 1, 2, 900], "effect": [-10.0, -5, 20, 400], "areas_pct": [0, 40, 95, 100]})
    small = pd.DataFrame({"x": [0, 1], "effect": [-1.0, 1], "areas_pct": [0, 100]})
    first, second = lay_curves([("Pubs", "pubs", rising), ("Parks", "%", small), ("Flat", "%", small.head(1))])
    # The ends beyond 4.5 and 95.5 % of the areas do not set the scale: it is -5 to 20.
    assert [tick.label for tick in first.heights] == ["+20%", "0", "−5%"]
    assert first.heights == second.heights
    assert (first.heights[0].place, first.heights[2].place) == (CURVE_TOP, CURVE_BOTTOM)
    assert len(first.middle.split()) == 2
    assert len(first.ends) == 2
    assert second.ends == ()
    assert first.alt.endswith("at 1 pubs the prediction is −5% against the average, at 2 it is +20%")


def test_labels_that_would_run_into_each_other_are_left_out():
    rows = pd.DataFrame({"x": [0, 1, 2], "effect": [0.0, 1, 2], "areas_pct": [0, 99, 100]})
    (curve,) = lay_curves([("Cinemas", "cinemas", rows)])
    assert [tick.label for tick in curve.values] == ["0", "1"]


def test_groups_lie_on_the_line_where_predictions_are_right():
    groups = pd.DataFrame({"predicted": [float(2**number) for number in range(10)]})
    chart = lay_calibration("Theft", groups.assign(recorded=groups["predicted"]))
    for x, y in chart.points:
        assert x - SQUARE_LEFT == pytest.approx(SQUARE - (y - SQUARE_TOP), abs=0.11)
    assert [tick.label for tick in chart.across] == ["1", "10", "100"]
    low = lay_calibration("Theft", groups.assign(recorded=groups["predicted"] / 2))
    assert all(y > SQUARE_TOP + SQUARE - (x - SQUARE_LEFT) for x, y in low.points)
