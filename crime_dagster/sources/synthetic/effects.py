"""What drives crime in the made-up city: the true effects that analyses are compared with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.sources.synthetic.kit import Array, read_table

SCALES: dict[str, Callable[[Array], Array]] = {
    "unit": np.asarray,
    "log2": np.log2,
    "log2_of_1_plus": lambda counts: np.asarray(np.log2(1 + counts)),
}


@dataclass(frozen=True)
class Driver:
    """A feature that changes crime."""

    feature: str  # column of the features, derived from the files by simple arithmetic
    step: str  # of one step
    scale: str  # scale of the steps: `unit`, `log2` (doublings) or `log2_of_1_plus` (doublings of 1 + a count)
    effects: dict[str, float]  # change of expected crime per step in %, by crime type; none for other types

    def count_steps(self, values: pd.Series) -> Array:
        """Return each area's number of steps from zero, shape (areas,)."""
        return SCALES[self.scale](values.to_numpy(dtype=float))

    def find_log_effect(self, crime_type: str) -> float:
        return float(np.log1p(self.effects.get(crime_type, 0.0) / 100))


# A column per crime type; no effect where it is blank.
TABLE = read_table("drivers")
TYPES = TABLE.columns[3:].to_list()
DRIVERS = [
    Driver(row["feature"], row["step"], row["scale"], {kind: row[kind] for kind in TYPES if pd.notna(row[kind])})
    for row in TABLE.dropna(subset="step").to_dict("records")
]
# Features of the files, often correlated with a driver, without an effect of their own.
WITHOUT_EFFECT = TABLE.loc[TABLE["step"].isna(), "feature"].to_list()

RESIDENTS_ELASTICITY = 1.0  # twice the residents, twice the crime, all else equal
OFFICERS_ELASTICITY = -0.3  # 1 % more officers per resident, 0.3 % less crime in the same month
DEPLOYMENT_ELASTICITY = 0.8  # 1 % more crime in a borough over the last year, 0.8 % more of the city's officers
HIDDEN_DRIVER_SD = 0.30  # of log expected crime, the same for all types; smooth on the map, in none of the files
HIDDEN_DRIVER_LENGTH = 1_500.0  # metres over which it stays similar
AREA_SD = 0.25  # of log expected crime: the lasting effect of an area and crime type
DRIFT_SD = 0.10  # of log expected crime: the change of that effect in a year
GAMMA_SHAPE = 8.0  # monthly counts are Poisson with a gamma mean of this shape: variance = mean + mean^2 / 8


def predict_log_effects(features: pd.DataFrame, crime_type: str) -> Array:
    """Return the sum of the drivers' effects on log expected crime, shape (areas,); its level has no meaning."""
    total = np.zeros(len(features))
    for driver in DRIVERS:
        total += driver.find_log_effect(crime_type) * driver.count_steps(features[driver.feature])
    return total
