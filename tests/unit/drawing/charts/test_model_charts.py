"""Charts of models: groups, titles by rule, and nothing beyond the edge."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.drawing.charts import calibration_chart, effects_chart, named_bars
from crime_dagster.drawing.kit.year import Year
from tests.unit.drawing.charts.test_city_charts import HOSTILE, cut_texts, render


def make_groups(predicted, share=1.05):
    predicted = pd.Series(predicted, dtype=float)
    columns = {"recorded": share, "recorded_25": 0.8, "recorded_75": 1.2}
    return pd.DataFrame({"predicted": predicted, **{name: size * predicted for name, size in columns.items()}})


@pytest.fixture
def groups():
    return make_groups(range(100, 1100, 100))


def test_the_title_says_the_furthest_group_and_small_counts_give_no_share(groups):
    write = calibration_chart.write_calibration_title
    assert write(groups, "thefts") == "Recorded thefts are within 5% of predicted in every tenth"
    assert write(make_groups(range(10)), "thefts") == "Recorded and predicted thefts in ten groups of areas"
    far = groups.assign(recorded=1.5 * groups["recorded"])
    assert write(far, "thefts") == "Recorded and predicted thefts in ten groups of areas"
    assert "105 recorded where 100 were predicted" in calibration_chart.describe_calibration("Title", groups)


@pytest.mark.parametrize("narrow", [False, True])
def test_calibration_has_equal_axes_and_cuts_nothing(groups, narrow):
    figure = render(calibration_chart.draw_calibration, groups, title=HOSTILE, subtitle=HOSTILE, narrow=narrow)
    axes = figure.axes[0]
    assert axes.get_xlim() == axes.get_ylim()
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert cut_texts(figure) == []


def test_groups_without_any_crime_are_still_drawn():
    nothing = make_groups(np.zeros(10))
    assert cut_texts(render(calibration_chart.draw_calibration, nothing)) == []


@pytest.fixture
def importances():
    drops = np.linspace(0.2, -0.01, 18)
    return pd.DataFrame({"importance": drops, "lowest_fold": drops - 0.05, "highest_fold": drops + 0.05})


@pytest.mark.parametrize(("narrow", "bars"), [(False, 15), (True, 10)])
def test_the_most_important_features_stand_with_their_folds(importances, narrow, bars):
    names = [f"Feature {number}" for number in range(17)] + [HOSTILE]
    figure = render(named_bars.draw_importance, importances, names, narrow=narrow)
    assert len(figure.axes[0].patches) == bars
    assert figure.axes[0].patches[0].get_width() == pytest.approx(20)  # points of D²
    whiskers = next(one for one in figure.axes[0].collections if isinstance(one, LineCollection))
    assert whiskers.get_segments()[0][:, 0] == pytest.approx([15, 25])
    assert cut_texts(figure) == []


def test_the_title_of_importance_names_the_first_feature(importances):
    year = Year(CrimeType("theft", "Theft", "theft", "thefts", 1), dt.date(2026, 2, 1), pd.DataFrame(), True)
    chart = named_bars.chart_importance(year, importances, ["Pubs", "Parks"], "1 year")
    assert chart.title == "Shuffling pubs costs the model of theft most accuracy"
    assert chart.alt.endswith("Pubs 20.0, Parks 18.8.")


@pytest.fixture
def effects():
    rising = pd.DataFrame({"x": [0, 1, 2, 900], "effect": [-10.0, -5, 20, 400], "areas_pct": [0, 40, 95, 100]})
    flat = pd.DataFrame({"x": [0, 1], "effect": [1.0, -1], "areas_pct": [0, 100]})
    read = [effects_chart.read_effect(name, "pubs", rows) for name, rows in [("Pubs", rising), (HOSTILE, flat)]]
    assert effects_chart.read_effect("One", "", flat.head(1)) is None
    return read


def test_effects_share_a_scale_that_rare_values_do_not_set(effects):
    figure = render(effects_chart.draw_effects, effects)
    first, second = figure.axes
    assert first.get_ylim() == second.get_ylim()
    assert 20 < first.get_ylim()[1] < 30
    assert cut_texts(figure) == []
    assert cut_texts(render(effects_chart.draw_effects, effects, title=HOSTILE, subtitle=HOSTILE, narrow=True)) == []


def test_the_title_of_effects_says_where_the_prediction_moves_most(effects):
    assert effects_chart.write_effects_title(effects, "thefts") == "Predicted thefts rise most along pubs"
    assert "Pubs: −5% at 1 and +20% at 2" in effects_chart.describe_effects("Title", effects)
