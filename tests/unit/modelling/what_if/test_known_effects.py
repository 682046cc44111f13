"""Coverage: is the true effect in the made-up city inside the intervals as often as it should be?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.kit.fold_models import fit_fold_models
from crime_dagster.modelling.what_if.bootstrap import fit_bootstraps
from crime_dagster.modelling.what_if.impact import run_scenario
from crime_dagster.modelling.what_if.scenarios import Scenario
from crime_dagster.sources.synthetic.city import CityPlan, draw_city
from crime_dagster.sources.synthetic.effects import predict_log_effects

# Crime type, feature, change: shares and counts, drivers and features without effect.
ASKED = (
    ("violent", "income_deprivation_pct", -0.2),
    ("violent", "pubs", -0.2),
    ("violent", "students_pct", 0.2),
    ("theft", "food_shops", -0.2),
    ("theft", "food_places", 0.2),
    ("burglary", "private_rented_pct", -0.2),
    ("drug", "never_worked_pct", -0.2),
    ("vehicle", "hotels", 0.2),
)


@dataclass(frozen=True)
class Truth:
    """A made-up city as a model sees it, with its true effects."""

    features: pd.DataFrame
    boroughs: pd.Series
    coordinates: pd.DataFrame
    counts: dict[str, pd.Series]

    def find_effect(self, crime_type: str, changed: pd.DataFrame) -> float:
        """Return the true change of the sum in per cent, if the features of some areas were as given."""
        now = self.features.loc[changed.index]
        ratio = np.exp(predict_log_effects(changed, crime_type) - predict_log_effects(now, crime_type))
        counts = self.counts[crime_type][changed.index]
        return float(100 * ((counts * ratio).sum() / counts.sum() - 1))


def _draw(seed: int) -> Truth:
    city = draw_city(CityPlan(seed=seed, areas=600, boroughs=12, months=13))
    lsoas = city.geography.lsoas
    codes = pd.Index(lsoas["lsoa_code"])
    deprivation = city.areas.deprivation.drop(columns="income").add_suffix("_score")
    features = pd.concat([city.areas.features.reset_index(drop=True), deprivation.reset_index(drop=True)], axis=1)
    types = city.crimes.minors["crime_type"].to_numpy()
    return Truth(
        features.set_axis(codes),
        pd.Series(lsoas["borough_code"].to_numpy(str), codes),
        pd.DataFrame(city.geography.centroids, codes, columns=["easting", "northing"]),
        {
            name: pd.Series(city.crimes.counts[:, types == name, -12:].sum(axis=(1, 2)).astype(float), codes)
            for name in {crime_type for crime_type, _, _ in ASKED}
        },
    )


def _ask(truth: Truth, asked: tuple[tuple[str, str, float], ...]) -> list[bool]:
    """Return whether the interval of each question contains the true effect."""
    held = []
    for crime_type in sorted({name for name, _, _ in asked}):
        target = truth.counts[crime_type]
        models = fit_fold_models(truth.features, target, truth.boroughs, coordinates=truth.coordinates)
        bootstraps = fit_bootstraps(models.build(truth.features), models.target, models.boroughs)
        for _, feature, change in (one for one in asked if one[0] == crime_type):
            found = run_scenario(truth.features, models, Scenario("x", feature, change), bootstraps)
            row = found.summary.iloc[0]
            # No two columns of this table are derived from each other, so that only the requested one changes.
            codes = found.areas["lsoa_code"]
            changed = truth.features.loc[codes].assign(**{feature: found.areas["feature_after"].to_numpy()})
            held.append(row["lower_90"] <= truth.find_effect(crime_type, changed) <= row["upper_90"])
    return held


def test_the_intervals_hold_the_truth_in_two_cities():
    held = [one for seed in (1, 2) for one in _ask(_draw(seed), ASKED[:2])]
    assert sum(held) >= 3


@pytest.mark.slow
def test_the_intervals_hold_the_truth_as_often_as_they_say_over_twenty_cities():
    held = [one for seed in range(20) for one in _ask(_draw(seed), ASKED)]
    assert len(held) == 160
    assert 0.80 <= np.mean(held) <= 0.98
