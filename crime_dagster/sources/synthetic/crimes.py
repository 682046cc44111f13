"""Simulates crime in the made-up city, month by month, and how officers follow and reduce it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crime_dagster.sources.synthetic import effects
from crime_dagster.sources.synthetic.features import MadeUpAreas
from crime_dagster.sources.synthetic.geography import Geography
from crime_dagster.sources.synthetic.kit import Array, draw_surface, open_stream, read_table

WARM_UP = 12  # months before the first published one: officers look back on a year
OFFICERS_PER_1000 = 3.4
SHOCK_SD, SHOCK_MEMORY = 0.12, 0.6  # redeployment unrelated to crime, drawn again each quarter


# A row per minor category, with its share of the major one, its type in street-level files and its former name.
MINORS = read_table("categories")
# A row per major category: `per_year` is its mean count per area and year, `season` the amplitude of the yearly cycle
# of log expected crime, `peak` the month with most crime, `trend` the change of log expected crime per year.
MAJORS: Any = MINORS.drop_duplicates("major_category")


@dataclass(frozen=True)
class Crimes:
    """Crimes as finally recorded."""

    # Shape (areas, minor categories, months), including `WARM_UP` months before the published ones.
    counts: np.ndarray
    minors: pd.DataFrame  # one row per minor category, see `MINORS`
    # Full-time equivalents, one row per borough by code, one column per published month; NaN for the City, which has
    # its own force.
    officers: pd.DataFrame

    @property
    def published(self) -> np.ndarray:
        """Counts of the published months, shape (areas, minor categories, months)."""
        return self.counts[:, :, WARM_UP:]


def draw_crimes(seed: int, geography: Geography, areas: MadeUpAreas, months: pd.PeriodIndex, level: float) -> Crimes:
    """Draw counts by area, minor category and month, and the officers of each borough and month."""
    random = open_stream(seed, "crimes")
    all_months = pd.period_range(months[0] - WARM_UP, months[-1], freq="M")
    expected = level * _expect_crimes(geography, areas, all_months, random)
    borough = geography.lsoas["borough_code"].astype("category").cat.codes.to_numpy()
    city = int(borough[geography.lsoas["is_city"].to_numpy()][0])
    residents: Array = np.bincount(borough, weights=areas.features["residents"]).astype(float)
    counts = np.zeros(expected.shape, dtype=int)
    officers = np.zeros((len(residents), len(all_months)))
    shock = random.normal(size=len(residents)) * SHOCK_SD
    for month in range(len(all_months)):
        if month % 3 == 0:
            renewed = random.normal(size=len(residents)) * SHOCK_SD * (1 - SHOCK_MEMORY**2) ** 0.5
            shock = SHOCK_MEMORY * shock + renewed
            posts = _deploy_officers(_look_back(counts, expected, borough, month), shock, residents, city)
        officers[:, month] = np.round(posts * np.exp(0.01 * random.normal(size=len(posts))), 1)
        rate = officers[:, month] / residents * 1000 / OFFICERS_PER_1000
        held = np.where(np.arange(len(rate)) == city, 1.0, rate) ** effects.OFFICERS_ELASTICITY
        counts[:, :, month] = random.poisson(expected[:, :, month] * held[borough][:, None])
    officers[city] = np.nan
    codes = sorted(geography.lsoas["borough_code"].unique())
    published = pd.DataFrame(officers[:, WARM_UP:], index=codes, columns=[str(month) for month in months])
    return Crimes(counts=counts, minors=MINORS, officers=published)


def _expect_crimes(
    geography: Geography, areas: MadeUpAreas, months: pd.PeriodIndex, random: np.random.Generator
) -> Array:
    """Return expected counts by area, minor category and month, before officers have their effect."""
    size = len(areas.features)
    hidden = effects.HIDDEN_DRIVER_SD * draw_surface(geography.centroids, effects.HIDDEN_DRIVER_LENGTH, random)
    exposure = areas.features["residents"].to_numpy() ** effects.RESIDENTS_ELASTICITY
    clock = np.arange(len(months))
    blocks = []
    for category in MAJORS.itertuples():
        peculiar = _draw_peculiarity(size, clock, random)
        gamma = random.gamma(effects.GAMMA_SHAPE, 1 / effects.GAMMA_SHAPE, size=(size, len(months)))
        known = effects.predict_log_effects(areas.features, category.crime_type) + hidden
        weight = exposure * np.exp(known)
        weight *= category.per_year / weight.mean()
        swing = category.season * np.cos(2 * np.pi * (months.month.to_numpy() - category.peak) / 12)
        calendar = np.exp(swing + category.trend * (clock - clock[-1]) / 12) / 12
        monthly = weight[:, None] * calendar * np.exp(peculiar) * gamma
        shares = MINORS.loc[MINORS["major_category"] == category.major_category, "share"].to_numpy()
        mix = shares * np.exp(0.3 * random.normal(size=(size, len(shares))))
        mix /= mix.sum(axis=1, keepdims=True)
        blocks.append(mix[:, :, None] * monthly[:, None, :])
    return np.concatenate(blocks, axis=1)


def _draw_peculiarity(size: int, clock: np.ndarray, random: np.random.Generator) -> Array:
    """Draw each area's random effect: a lasting part and one that drifts from month to month."""
    steps = random.normal(size=(size, len(clock))) * effects.DRIFT_SD / 12**0.5
    lasting = random.normal(size=(size, 1)) * effects.AREA_SD
    return np.asarray(lasting + steps.cumsum(axis=1))


def _look_back(counts: np.ndarray, expected: Array, borough: np.ndarray, month: int) -> Array:
    """Return each borough's crimes in the year before a month; expected crimes until the first year is complete."""
    year = counts[:, :, month - 12 : month] if month >= WARM_UP else expected[:, :, :12]
    return np.asarray(np.bincount(borough, weights=year.sum(axis=(1, 2))))


def _deploy_officers(last_year: Array, shock: Array, residents: Array, city: int) -> Array:
    served = np.arange(len(residents)) != city
    pull = np.where(served, last_year**effects.DEPLOYMENT_ELASTICITY * np.exp(shock), 0.0)
    total = OFFICERS_PER_1000 / 1000 * residents[served].sum()
    return np.where(served, total * pull / pull.sum(), OFFICERS_PER_1000 / 1000 * residents)
